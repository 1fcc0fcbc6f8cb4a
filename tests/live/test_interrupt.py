"""Ctrl-C during `toylab.train` ends the training, and every process that it started."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.live.fake import WITHOUT_TORCH
from toylab.live import job_queue

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="signals of a terminal"),
]

ROOT = Path(__file__).parents[2]
SCRIPT = """
import os

import toylab
from toylab.live import job_queue

def tell(event, process):  # one write: the threads of two workers tell at once
    os.write(1, f"{event} {process.pid}\\n".encode())

class Announced(job_queue.WorkerProcess):
    def __init__(self):
        super().__init__()
        tell("started", self._popen)

    def train(self, request):
        for message in super().train(request):
            tell("trained", self._popen)
            yield message

job_queue.WorkerProcess = Announced
"""
TRAINED = """
study = toylab.SineStudy(width=4, sizes=(16, 16), steps=50_000, seeds=200)
toylab.train(study, progress=False)
"""
NAPS = """
from types import SimpleNamespace
from tests.live.fake import Nap

study = SimpleNamespace(specs=lambda: [Nap(str(k), seconds=5) for k in range(60)])
toylab.train(study, progress=False)
"""
SOON = 30.0  # seconds; one or two where nothing else runs


def ended(pid: int) -> bool:
    """True once a process is gone, or waits only to be reaped."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.parametrize("to_all", [True, False], ids=["the terminal", "this process alone"])
@pytest.mark.parametrize("moment", ["started", "trained"])
def test_ctrl_c_ends_every_worker(moment, to_all):
    """A terminal sends it to all processes at once; while they warm up, and while they train.

    Workers that get no signal are killed, and may as well nap, without torch.
    """
    naps = moment == "trained" and not to_all
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT + (NAPS if naps else TRAINED)], cwd=ROOT, text=True,
        env=os.environ | ({"PYTHONPATH": str(WITHOUT_TORCH)} if naps else {}),
        start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            workers = set()
            for line in process.stdout:
                event, pid = line.split()
                workers.add(int(pid))
                if event == moment:
                    break
            assert workers
            begun = time.monotonic()
            (os.killpg if to_all else os.kill)(process.pid, signal.SIGINT)
            rest, errors = process.communicate(timeout=SOON)
            workers |= {int(line.split()[1]) for line in rest.splitlines()}
            assert process.returncode in (-signal.SIGINT, 130)
            assert "KeyboardInterrupt" in errors
            while not all(map(ended, workers)):
                assert time.monotonic() - begun < SOON, "workers outlive their owner"
                time.sleep(0.05)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def test_a_pool_whose_start_was_interrupted_can_be_closed(monkeypatch):
    """Ctrl-C between the starts of two threads: the second cannot be joined."""
    starts = []

    def interrupted(thread: threading.Thread) -> None:
        starts.append(thread)
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "start", interrupted)
    pool = job_queue.Pool(2)
    with pytest.raises(KeyboardInterrupt):
        pool.start()
    assert len(starts) == 1
    pool.close()

"""The server's end of one worker process: start it, hand it a spec, read its rows, kill it."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class WorkerProcess:
    """A `toylab.live.worker`, importing torch while its owner does other things."""

    def __init__(self) -> None:
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        self._popen = subprocess.Popen(
            [sys.executable, "-m", "toylab.live.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ
            | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )

    def train(self, request: str) -> Iterator[dict[str, Any]]:
        """The worker's answers to one `request`: rows as they come, then `done` or `error`.

        Ends without either if the process dies.
        """
        assert self._popen.stdin
        try:
            self._popen.stdin.write(request + "\n")
            self._popen.stdin.flush()
        except OSError:  # it is dead: there will be no answer
            return
        while message := self.answer():
            yield message
            if "done" in message or "error" in message:
                return

    def answer(self) -> dict[str, Any]:
        """The next answer; empty if the process is dead. The first one tells its devices."""
        assert self._popen.stdout
        line = self._popen.stdout.readline()
        return json.loads(line) if line.endswith("\n") else {}

    def kill(self) -> None:
        """End it at once, whatever it does."""
        self._popen.kill()

    def reap(self) -> int:
        """Wait for a process that is dying, or see to it; close its pipes; its exit status."""
        try:
            status = self._popen.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            status = self._popen.wait()
        for pipe in filter(None, (self._popen.stdin, self._popen.stdout)):
            with contextlib.suppress(OSError):  # what was not flushed is lost with it
                pipe.close()
        return status


def request(spec: Any) -> str:
    """The line of JSON that asks a worker to train a spec.

    Raises:
        TypeError: if a field of the spec is nothing that JSON can say.
    """
    cls = type(spec)
    return json.dumps({"module": cls.__module__, "spec": cls.__name__, "fields": asdict(spec)})

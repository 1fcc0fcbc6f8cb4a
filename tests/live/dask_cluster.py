"""A Dask cluster on this machine: a scheduler, and workers that can be killed one by one."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.live.fake import WITHOUT_TORCH

ROOT = Path(__file__).parents[2]


@contextmanager
def dask(*command: str, path: tuple[Path, ...]) -> Iterator[subprocess.Popen[str]]:
    """A process of Dask's, which logs to its stderr; killed at the end."""
    with subprocess.Popen(
        [sys.executable, "-m", "dask", *command, "--no-dashboard"], cwd="/", text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, path))}, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def logged(process: subprocess.Popen[str], pattern: str) -> str:
    """What a line of its log says, once it does."""
    assert process.stderr
    for line in process.stderr:
        if found := re.search(pattern, line):
            return found[1]
    raise AssertionError("it ended before it said so")


@contextmanager
def scheduler() -> Iterator[str]:
    """The address of a scheduler."""
    with dask("scheduler", "--host", "127.0.0.1", "--port", "0", path=(ROOT,)) as process:
        yield logged(process, r"Scheduler at: +(tcp://\S+)")


@contextmanager
def worker(address: str, path: tuple[Path, ...] = (WITHOUT_TORCH, ROOT)) -> Iterator[int]:
    """The process of a worker that trains one run at a time; of naps if it has no torch."""
    options = "--nthreads", "1", "--no-nanny"
    with dask("worker", address, *options, path=path) as process:
        logged(process, r"(Registered) to")
        yield process.pid

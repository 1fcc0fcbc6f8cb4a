"""A slot of the pool: a thread that keeps one worker, and gives it one task after the other.

A worker is whatever trains what it is asked for: a process of this machine, or a stand-in for
one of another. It may be killed, by Stop or by anything else; then the slot starts the next.
"""

import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

from toylab.live.job import Task

if TYPE_CHECKING:
    from toylab.live.job_queue import Pool

PATIENCE = 120.0  # seconds a worker may take to warm up
AGAIN = 1.0  # seconds until one is started again that could not be


class Worker(Protocol):
    """What a slot needs of a worker; `WorkerProcess` is one."""

    def answer(self) -> dict[str, Any]:
        """The next answer; empty if it is dead. The first one tells its devices."""

    def train(self, request: str) -> Iterator[dict[str, Any]]:
        """Any number of {"fraction", "rows"}, and {"done"} or {"error"}; neither if it died."""

    def kill(self) -> None:
        """End it at once; may be called by any thread, and more than once."""

    def reap(self) -> int:
        """See to its end, and free what it held; its exit status."""


class Slot(threading.Thread):
    """The thread; it ends once the pool has no more work to give, which is when it closes."""

    def __init__(self, pool: "Pool", *, gpu: bool) -> None:
        super().__init__(daemon=True)
        self.pool, self.gpu = pool, gpu  # gpu: it may be given tasks for one

    def run(self) -> None:
        """Keep a worker warm, and give it the next task, for ever."""
        while not self.pool.closed:
            try:
                worker = self.pool.worker()
            except OSError as trouble:  # no memory, or too many processes
                self.pool.refuse(f"No process could be started for this run: {trouble.strerror}.")
                time.sleep(AGAIN)
                continue
            self.pool.enter(worker)
            patience = threading.Timer(PATIENCE, worker.kill)
            patience.start()
            hello = worker.answer()
            patience.cancel()
            self.pool.greet(hello)
            while (task := self.pool.next_task(gpu=self.gpu)) and self._train(worker, task):
                pass
            worker.reap()
            self.pool.leave(worker)

    def _train(self, worker: Worker, task: Task) -> bool:
        """Have a task trained; False if that cost the worker its life."""
        begun = time.monotonic()
        if not self.pool.begin(task, worker):
            return True
        message: dict[str, Any] = {}
        for message in worker.train(task.request):
            self.pool.note(task, message)
        survived = "done" in message or "error" in message
        status = None if survived else worker.reap()
        stopped = self.pool.end(task, message, time.monotonic() - begun, status)
        return survived and not stopped

"""A job queue over warm workers: the live runs of every visitor in one line.

A job is a list of specs; a task is the training of one. A process that is free gets the next
task of the first job in line, a job's specs in the order given; and who is first is the rule of
`fair_queueing`: a short job passes a long one at the end of the task that runs, and each job
ends no later than if all of them shared the processes equally. Two jobs that want the same spec
share one task, and a finished task is remembered. Stopping a job takes its waiting tasks out at
once and kills the process of a running one, unless another job wants it too: it cannot fail to
stop. A process that dies is one failed task and a sentence; the rest goes on.
"""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from typing import Any

from toylab.devices import Device, cores
from toylab.live import cluster
from toylab.live.cluster_connection import Cluster
from toylab.live.cluster_worker import ClusterWorker
from toylab.live.fair_queueing import Line
from toylab.live.job import PENDING, Job, Spec, Task
from toylab.live.pace import Pace
from toylab.live.slot import Slot, Worker
from toylab.live.task_memory import TaskMemory
from toylab.live.worker_process import WorkerProcess

_ONE = threading.Lock()


class Pool:
    """The queue, and one thread for each worker that works it off.

    Args:
        workers: how many; `devices.cores` if None.
        worker: starts one; a process of this machine if None.
    """

    def __init__(
        self, workers: int | None = None, worker: Callable[[], Worker] | None = None
    ) -> None:
        self.workers, self.worker = workers or cores(), worker or WorkerProcess
        self.changed = threading.Condition()
        self.closed = False
        self.devices: tuple[Device, ...] = ()  # known once a worker is warm
        self.trouble = ""  # why no worker can be had, in a sentence
        self.pace = Pace()
        self._line = Line()
        self._tasks = TaskMemory()
        self._active: set[Worker] = set()
        self._warm = 0
        self._slots: list[Slot] = []

    def start(self) -> None:
        """Start the workers, if they are not started yet; they warm up by themselves."""
        with self.changed:
            if self._slots or self.closed:
                return
            first = [Slot(self, gpu=k == 0) for k in range(self.workers)]
            self._slots = list(first)  # more may come
        for slot in first:
            slot.start()

    def submit(self, specs: Iterable[Spec], *, anew: bool = False) -> Job:
        """Put specs in line; those on their way, and unless `anew` those trained, are shared."""
        self.start()
        with self.changed:
            job = Job(self, self._tasks.share(specs, anew=anew))
            for task in job.tasks:
                if task.state in PENDING:  # an ended one must not keep the job in memory
                    task.jobs.add(job)
            if job.live:
                self._line.join(job)
            self._line.tidy()
            self._tasks.tidy()
            self.changed.notify_all()
        return job

    def find(self, specs: Sequence[Spec]) -> Job | None:
        """A job of runs that are all trained or on their way; None unless they are.

        What a closed tab has left is taken over as it is, so that its progress goes on.
        """
        with self.changed:
            if not (tasks := self._tasks.find(specs)):
                return None
            left = [job for job in self._line.jobs if job.orphan and job.tasks == tasks]
            return left[0] if left else self.submit(specs)

    def has(self, specs: Sequence[Spec]) -> bool:
        """True where each of these runs is trained or on its way."""
        with self.changed:
            return bool(self._tasks.find(specs))

    def trained(self, specs: Iterable[Spec]) -> float | None:
        """The time.time() of the oldest of these runs; None unless all are remembered."""
        with self.changed:
            return self._tasks.trained(specs)

    def estimate(self, specs: Sequence[Spec]) -> float:
        """The seconds that these would take if the pool were idle; remembered ones take none."""
        with self.changed:
            costs = self._tasks.costs(specs)
        return self.pace.estimate(specs, costs, self.workers)

    def ahead(self, job: Job) -> int:
        """The number of jobs before it in line."""
        return self._line.ahead(job)

    def stop(self, job: Job) -> None:
        """Take a job out of the queue, and kill what runs for it alone."""
        with self.changed:
            if not job.live:
                return
            for task in job.cut_short():
                task.jobs.discard(job)
                if not task.jobs:
                    task.state = "stopped"
                    if task.worker:
                        task.worker.kill()
            self._line.quit(job)
            self._tasks.tidy()
            self.changed.notify_all()

    def warm(self) -> None:
        """Wait until every worker has imported what it needs."""
        self.start()
        with self.changed:
            self.changed.wait_for(lambda: self._warm == self.workers, timeout=60)

    def close(self) -> None:
        """End every worker, and the queue with them."""
        with self.changed:
            self.closed = True
            for worker in self._active:
                worker.kill()
            self.changed.notify_all()
        for slot in list(self._slots):
            if slot.is_alive():  # not where Ctrl-C came before it was started
                slot.join(timeout=5)

    # What a slot calls, in this order.

    def enter(self, worker: Worker) -> None:
        """A worker has been started; it ends with the pool."""
        with self.changed:
            self._active.add(worker)
            if self.closed:
                worker.kill()

    def refuse(self, why: str) -> None:
        """A worker could not be started: unless there is another, what waits has failed."""
        with self.changed:
            for task in self._line.waiting() if not self._active else ():
                task.state = "running"
                self.end(task, {"error": why}, 0.0, None)

    def greet(self, hello: dict[str, Any]) -> None:
        """A worker is warm, and tells its devices; or it died, and tells nothing."""
        with self.changed:
            self._hear(hello)
            self._warm += 1
            self.changed.notify_all()

    def next_task(self, *, gpu: bool) -> Task | None:
        """The first waiting task of the first job in line, as soon as there is one.

        None once the pool is closed. The slot that serves the GPU takes other work only if there
        is none for the GPU.
        """
        with self.changed:
            while not self.closed:
                for task in sorted(self._line.waiting(), key=lambda t: t.spec.device == "cpu"):
                    if gpu or task.spec.device == "cpu":
                        task.state = "running"
                        for job in task.jobs:
                            job.begun = job.begun or time.monotonic()
                        return task
                self.changed.wait()
        return None

    def begin(self, task: Task, worker: Worker) -> bool:
        """A worker is about to be asked for a task; False if it has been stopped by now."""
        with self.changed:
            if task.state == "running":
                task.worker = worker
            return task.state == "running"

    def note(self, task: Task, message: dict[str, Any]) -> None:
        """A task has got further."""
        with self.changed:
            task.fraction = message.get("fraction", task.fraction)
            task.rows = message.get("rows", task.rows)
            self._hear(message)
            self.changed.notify_all()

    def end(self, task: Task, last: dict[str, Any], seconds: float, status: int | None) -> bool:
        """A worker has said its last of a task; True if it had been stopped.

        Args:
            task: the one it was asked for.
            last: its last message; empty if it died before the first.
            seconds: what the task took.
            status: the worker's exit status if it died.
        """
        with self.changed:
            stopped = task.state != "running"
            task.worker, task.finished = None, time.time()
            if "done" in last:
                task.state = "done"
                self.pace.learn(task.spec, seconds)
            elif not stopped and not last and not task.deaths:
                task.state, task.deaths = "waiting", 1  # dead before: not this task's doing
            elif not stopped:
                task.state, task.error = "failed", last.get("error") or _death(status)
            if task.state not in PENDING:
                self._line.ended(task)
                task.jobs.clear()
            self._line.tidy()
            self._tasks.tidy()
            self.changed.notify_all()
        return stopped

    def leave(self, worker: Worker) -> None:
        """A worker has ended."""
        with self.changed:
            self._active.discard(worker)
            self._warm -= 1
            self.changed.notify_all()

    def _hear(self, message: dict[str, Any]) -> None:
        """What a worker tells of where it trains; a cluster may have grown."""
        if "devices" in message:
            self.devices = tuple(Device(**device) for device in message["devices"])
        self.trouble = message.get("trouble", self.trouble)
        self.workers = message.get("threads", self.workers)
        new = [Slot(self, gpu=False) for _ in range(self.workers - len(self._slots))]
        for slot in new if not self.closed else ():
            self._slots.append(slot)
            slot.start()


def _death(status: int | None) -> str:
    return (
        f"A process ended unexpectedly (exit status {status}) and with it part of "
        "this run. The server's log may say why; Run trains that part again."
    )


@cache
def _pool() -> Pool:
    address = cluster.address()
    return Pool(1, partial(ClusterWorker, Cluster(address))) if address else Pool()


def pool() -> Pool:
    """The server's one pool; its processes start with `start`, or with the first job."""
    with _ONE:  # a cache alone would let two first visitors make two
        return _pool()

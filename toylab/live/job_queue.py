"""A job queue over warm worker processes: the live runs of every visitor in one line.

A job is a list of specs; a task is the training of one. Jobs are served first come first
served, a job's specs in the order given. Two jobs that want the same spec share one task, and
a finished task is remembered. Stopping a job takes its waiting tasks out at once and kills the
process of a running one, unless another job wants it too: it cannot fail to stop. A process
that dies is one failed task and a sentence; the rest goes on.

A spec is a frozen dataclass with a `cost` (about seconds) and a `device`; the module it comes
from has `run(spec)`, which yields (fraction done, rows so far). Nothing here knows more.
"""

import os
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

from toylab.devices import Device
from toylab.live.progress import Progress, Row
from toylab.live.worker_process import WorkerProcess, request

REMEMBERED = 2000  # tasks
PATIENCE = 120.0  # seconds a process may take to warm up
USUAL = (4.0, 4.0)  # seconds and cost that stand in for what is not known yet
FADING = 0.8  # of what is known at each task
EARLY = 0.02  # of the cost: before that a forecast of the rest is wild
GRACE = 20.0  # seconds: a closed tab may be a network blip
_ONE = threading.Lock()
PENDING = ("waiting", "running")


class Spec(Protocol):
    """One run of a job; equal specs train the same thing."""

    @property
    def cost(self) -> float: ...
    @property
    def device(self) -> str: ...


@dataclass(eq=False)
class Task:
    """The training of one spec, and its rows so far."""

    spec: Spec
    request: str  # what asks a worker for it
    state: str = "waiting"  # then running, and done, failed or stopped
    fraction: float = 0.0
    rows: list[Row] = field(default_factory=list)
    finished: float = 0.0  # time.time()
    error: str = ""
    jobs: "set[Job]" = field(default_factory=set)  # that want it
    process: WorkerProcess | None = None
    deaths: int = 0  # processes that died before their first answer to it

    @property
    def left(self) -> float:
        """The cost still to pay."""
        return self.spec.cost * (1 - self.fraction) if self.state in PENDING else 0.0


class Job:
    """A list of specs in the queue of a pool. Made by `Pool.submit`."""

    def __init__(self, pool: "Pool", tasks: list[Task]) -> None:
        self.pool, self.tasks = pool, tasks
        self.stopped = False
        self.submitted, self.seen = time.time(), time.monotonic()
        self.begun: float | None = None  # time.monotonic() when one of its tasks first ran
        self.owed = sum(task.left for task in tasks)  # cost, at the start

    @property
    def live(self) -> bool:
        """True while any of it waits or runs."""
        return not self.stopped and any(task.state in PENDING for task in self.tasks)

    def progress(self) -> Progress:
        """The progress now. Looking at a job keeps it from being stopped as an orphan."""
        self.seen = time.monotonic()
        with self.pool.changed:
            done = [task for task in self.tasks if task.state == "done"]
            left = sum(task.left for task in self.tasks)
            seconds = None
            if self.begun is not None and left < self.owed * (1 - EARLY):
                seconds = (time.monotonic() - self.begun) * left / (self.owed - left)
            remembered = [task.finished for task in done if task.finished < self.submitted]
            return Progress(
                live=self.live,
                stopped=self.stopped,
                ahead=self.pool.ahead(self),
                done=len(done),
                total=len(self.tasks),
                fraction=1 - left / self.owed if self.owed else 1.0,
                seconds_left=seconds,
                rows=[row for task in done for row in task.rows],
                unfinished=[r for t in self.tasks if t.state == "running" for r in t.rows],
                failures=[task.error for task in self.tasks if task.state == "failed"],
                remembered=min(remembered, default=None),
            )

    def wait(self, seconds: float) -> Progress:
        """The progress once something has changed, or after so many seconds."""
        with self.pool.changed:
            if self.live:
                self.pool.changed.wait(seconds)
        return self.progress()

    def stop(self) -> None:
        """Take it out of the queue; what is trained stays."""
        self.pool.stop(self)

    def abandon(self, grace: float = GRACE) -> None:
        """Stop it after `grace` seconds, unless somebody looks at it again before.

        A look that was on its way when the tab closed is none: whoever is there looks on.
        """

        def check() -> None:
            if time.monotonic() - self.seen > grace / 2:
                self.stop()

        clock = threading.Timer(grace, check)
        clock.daemon = True
        clock.start()


class Pool:
    """The queue, and one thread for each process that works it off."""

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or most_workers()
        self.changed = threading.Condition()
        self.devices: tuple[Device, ...] = ()  # known once a process is warm
        self._spent: dict[str, tuple[float, float]] = {}  # by device: lately, seconds and cost
        self._queue: list[Job] = []
        self._tasks: dict[Spec, Task] = {}  # the last used at the end
        self._processes: set[WorkerProcess] = set()
        self._warm = 0
        self._slots: list[threading.Thread] = []
        self._closed = False

    def start(self) -> None:
        """Start the processes, if they are not started yet; they warm up by themselves."""
        with self.changed:
            if self._slots or self._closed:
                return
            self._slots = [  # a GPU has one worker: the first
                threading.Thread(target=self._serve, args=(slot == 0,), daemon=True)
                for slot in range(self.workers)
            ]
        for slot in self._slots:
            slot.start()

    def submit(self, specs: Iterable[Spec], *, anew: bool = False) -> Job:
        """Put specs in line; those on their way, and unless `anew` those trained, are shared."""
        self.start()
        with self.changed:
            known = {s: t for s, t in self._tasks.items() if not anew or t.state in PENDING}
            tasks = {s: known.get(s) or Task(s, request(s)) for s in specs}
            self._tasks = {s: t for s, t in self._tasks.items() if s not in tasks} | tasks
            job = Job(self, list(tasks.values()))
            for task in job.tasks:
                if task.state in PENDING:  # an ended one must not keep the job in memory
                    task.jobs.add(job)
            self._queue.append(job)
            self._tidy()
            self.changed.notify_all()
        return job

    def pace(self, device: str) -> float:
        """The seconds that a unit of cost takes here; 1 until something has been trained."""
        seconds, cost = self._spent.get(device, USUAL)
        return seconds / cost

    def _learn(self, spec: Spec, seconds: float) -> None:
        """Sums are compared, not ratios: a tiny task that had to wait says little."""
        before = self._spent.get(spec.device, USUAL)
        self._spent[spec.device] = FADING * before[0] + seconds, FADING * before[1] + spec.cost

    def trained(self, specs: Iterable[Spec]) -> float | None:
        """The time.time() of the oldest of these runs; None unless all are remembered."""
        with self.changed:
            tasks = [self._tasks.get(spec) for spec in specs]
        ends = [task.finished for task in tasks if task and task.state == "done"]
        return min(ends) if ends and len(ends) == len(tasks) else None

    def estimate(self, specs: Sequence[Spec]) -> float:
        """The seconds that these would take if the pool were idle; remembered ones take none."""
        with self.changed:
            known = {spec: self._tasks[spec].left for spec in specs if spec in self._tasks}
        costs = [known.get(spec, spec.cost) for spec in specs]
        lanes = self.workers if all(spec.device == "cpu" for spec in specs) else 1
        pace = max((self.pace(spec.device) for spec in specs), default=1.0)
        return pace * max(sum(costs) / lanes, max(costs, default=0.0))

    def ahead(self, job: Job) -> int:
        """The number of jobs before it in line."""
        return self._queue.index(job) if job in self._queue else 0

    def stop(self, job: Job) -> None:
        """Take a job out of the queue, and kill what runs for it alone."""
        with self.changed:
            job.stopped = job.stopped or job.live
            for task in job.tasks:
                task.jobs.discard(job)
                if task.state in PENDING and not task.jobs:
                    task.state = "stopped"
                    if task.process:
                        task.process.kill()
            self._tidy()
            self.changed.notify_all()

    def warm(self) -> None:
        """Wait until every process has imported what it needs."""
        self.start()
        with self.changed:
            self.changed.wait_for(lambda: self._warm == self.workers, timeout=60)

    def close(self) -> None:
        """End every process, and the queue with them."""
        with self.changed:
            self._closed = True
            for process in self._processes:
                process.kill()
            self.changed.notify_all()
        for slot in self._slots:
            if slot.is_alive():  # not where Ctrl-C came before it was started
                slot.join(timeout=5)

    def _serve(self, gpu: bool) -> None:
        """One slot: keep a process warm, and give it the next task, for ever."""
        while not self._closed:
            process = WorkerProcess()
            with self.changed:
                self._processes.add(process)
                if self._closed:
                    process.kill()
            patience = threading.Timer(PATIENCE, process.kill)
            patience.start()
            hello = process.answer()
            patience.cancel()
            with self.changed:
                if hello:
                    self.devices = tuple(Device(**device) for device in hello["devices"])
                self._warm += 1
                self.changed.notify_all()
            while (task := self._next(gpu)) and self._train(process, task):
                pass
            process.reap()
            with self.changed:
                self._processes.discard(process)
                self._warm -= 1
                self.changed.notify_all()

    def _next(self, gpu: bool) -> Task | None:
        """The first waiting task of the first job in line, as soon as there is one.

        The slot that serves the GPU takes other work only if there is none for the GPU.
        """
        with self.changed:
            while not self._closed:
                waiting = [t for job in self._queue for t in job.tasks if t.state == "waiting"]
                for task in sorted(waiting, key=lambda task: task.spec.device == "cpu"):
                    if gpu or task.spec.device == "cpu":
                        task.state = "running"
                        for job in task.jobs:
                            job.begun = job.begun or time.monotonic()
                        return task
                self.changed.wait()
        return None

    def _train(self, process: WorkerProcess, task: Task) -> bool:
        """Have a task trained; False if that cost the process its life."""
        begun = time.monotonic()
        with self.changed:
            if task.state != "running":  # stopped before it began
                return True
            task.process = process
        message: dict[str, Any] = {}
        for message in process.train(task.request):
            with self.changed:
                task.fraction = message.get("fraction", task.fraction)
                task.rows = message.get("rows", task.rows)
                self.changed.notify_all()
        survived = "done" in message or "error" in message
        status = None if survived else process.reap()
        with self.changed:
            survived = survived and task.state == "running"  # else it was killed just now
            task.process, task.finished = None, time.time()
            if "done" in message:
                task.state = "done"
                self._learn(task.spec, time.monotonic() - begun)
            elif task.state == "running" and not message and not task.deaths:
                task.state, task.deaths = "waiting", 1  # dead before: not this task's doing
            elif task.state == "running":
                task.state = "failed"
                task.error = message.get("error") or (
                    f"A process ended unexpectedly (exit status {status}) and with it part of "
                    "this run. The server's log may say why; Run trains that part again."
                )
            if task.state not in PENDING:
                task.jobs.clear()
            self._tidy()
            self.changed.notify_all()
        return survived

    def _tidy(self) -> None:
        """Forget jobs that ended, tasks that came to nothing, and the oldest of the rest."""
        self._queue = [job for job in self._queue if job.live]
        kept = [task for task in self._tasks.values() if task.state in (*PENDING, "done")]
        surplus = max(0, len(kept) - REMEMBERED)
        kept = [t for k, t in enumerate(kept) if k >= surplus or t.state in PENDING]
        self._tasks = {task.spec: task for task in kept}


def most_workers() -> int:
    """The cores this process may use, eight at most."""
    affinity = getattr(os, "sched_getaffinity", None)
    return min(8, len(affinity(0)) if affinity else os.cpu_count() or 1)


@cache
def _pool() -> Pool:
    return Pool()


def pool() -> Pool:
    """The server's one pool; its processes start with `start`, or with the first job."""
    with _ONE:  # a cache alone would let two first visitors make two
        return _pool()

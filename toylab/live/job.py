"""A job in the queue of a pool: a list of tasks, each the training of one spec.

Two jobs that want the same spec share one task. A spec is a frozen dataclass with a `cost`
(about seconds) and a `device`; the module it comes from has `run(spec)`, which yields
(fraction done, rows so far). Nothing here knows more.
"""

import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from toylab.live.progress import Progress, Row

if TYPE_CHECKING:
    from toylab.live.job_queue import Pool
    from toylab.live.slot import Worker

EARLY = 0.02  # of the cost: before that a forecast of the rest is wild
GRACE = 20.0  # seconds: a closed tab may be a network blip
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
    worker: "Worker | None" = None
    deaths: int = 0  # workers that died before their first answer to it

    @property
    def left(self) -> float:
        """The cost that is not paid."""
        return 0.0 if self.state in ("done", "failed") else self.spec.cost * (1 - self.fraction)


class Job:
    """A list of specs in the queue of a pool. Made by `Pool.submit`."""

    def __init__(self, pool: "Pool", tasks: list[Task]) -> None:
        self.pool, self.tasks = pool, tasks
        self.stopped = False
        self.submitted, self.seen = time.time(), time.monotonic()
        self.orphan = False  # its tab has closed, and nobody has looked since
        self.begun: float | None = None  # time.monotonic() when one of its tasks first ran
        self.owed = sum(task.left for task in tasks)  # cost, at the start
        self.turn = 0.0  # jobs are served in the order of it; see `fair_queueing`

    @property
    def live(self) -> bool:
        """True while any of it waits or runs."""
        return not self.stopped and any(task.state in PENDING for task in self.tasks)

    def progress(self) -> Progress:
        """The progress now. Looking at a job keeps it from being stopped as an orphan."""
        self.seen, self.orphan = time.monotonic(), False
        with self.pool.changed:
            done = [task for task in self.tasks if task.state == "done"]
            running = [task for task in self.tasks if task.state == "running"]
            left = sum(task.left for task in self.tasks)
            seconds = None
            if self.begun is not None and left < self.owed * (1 - EARLY):
                seconds = (time.monotonic() - self.begun) * left / (self.owed - left)
            remembered = [task.finished for task in done if task.finished < self.submitted]
            return Progress(
                live=self.live,
                stopped=self.stopped,
                ahead=self.pool.ahead(self),
                held=self.live and not running,
                done=len(done),
                total=len(self.tasks),
                fraction=1 - left / self.owed if self.owed else 1.0,
                seconds_left=seconds,
                rows=[row for task in done for row in task.rows],
                unfinished=[row for task in running for row in task.rows],
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

    def cut_short(self) -> list[Task]:
        """Leave it as it is now; the tasks on their way, which are no part of it any more."""
        pending = [task for task in self.tasks if task.state in PENDING]
        self.stopped = True
        self.tasks = [
            replace(t, state="stopped", jobs=set(), worker=None) if t in pending else t
            for t in self.tasks
        ]
        return pending

    def abandon(self, grace: float = GRACE) -> None:
        """Stop it after `grace` seconds, unless somebody looks at it again before.

        A look that was on its way when the tab closed is none: whoever is there looks on.
        """
        self.orphan = True

        def check() -> None:
            if time.monotonic() - self.seen > grace / 2:
                self.stop()

        clock = threading.Timer(grace, check)
        clock.daemon = True
        clock.start()

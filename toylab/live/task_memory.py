"""Memory of the tasks of a pool: those on their way, which jobs share, and the last trained."""

from collections.abc import Iterable, Sequence

from toylab.live.job import PENDING, Spec, Task
from toylab.live.worker_process import request

REMEMBERED = 2000  # tasks


class TaskMemory:
    """Tasks by their specs; whoever asks holds the pool's lock."""

    def __init__(self) -> None:
        self._tasks: dict[Spec, Task] = {}  # the last used at the end

    def share(self, specs: Iterable[Spec], *, anew: bool) -> list[Task]:
        """The task of each spec: one on its way or, unless `anew`, trained; else a new one."""
        shared = {s: t for s, t in self._tasks.items() if not anew or t.state in PENDING}
        tasks = {s: shared.get(s) or Task(s, request(s)) for s in specs}
        self._tasks = {s: t for s, t in self._tasks.items() if s not in tasks} | tasks
        return list(tasks.values())

    def find(self, specs: Sequence[Spec]) -> list[Task]:
        """The tasks of runs that are all trained or on their way; none unless they are."""
        tasks = [self._tasks[spec] for spec in specs if spec in self._tasks]
        usable = all(task.state in (*PENDING, "done") for task in tasks)
        return tasks if usable and len(tasks) == len(specs) else []

    def trained(self, specs: Iterable[Spec]) -> float | None:
        """The time.time() of the oldest of these runs; None unless all are remembered."""
        tasks = [self._tasks.get(spec) for spec in specs]
        ends = [task.finished for task in tasks if task and task.state == "done"]
        return min(ends) if ends and len(ends) == len(tasks) else None

    def costs(self, specs: Iterable[Spec]) -> list[float]:
        """The cost of each that is not paid; remembered ones have none."""
        return [self._tasks[s].left if s in self._tasks else s.cost for s in specs]

    def tidy(self) -> None:
        """Forget tasks that came to nothing, and the oldest of those that ended."""
        useful = [task for task in self._tasks.values() if task.state in (*PENDING, "done")]
        surplus = max(0, len(useful) - REMEMBERED)
        useful = [t for k, t in enumerate(useful) if k >= surplus or t.state in PENDING]
        self._tasks = {task.spec: task for task in useful}

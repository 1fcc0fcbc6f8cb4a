"""Fair sojourn protocol: a line in which long jobs let short ones through, and none starves.

Imagine that all jobs in line share the processes equally, each a k-th part of what k of them
are served. Jobs are served in the order in which they would end there. So each ends no later
than with equal shares, but for the tasks that run already when it comes; a short job passes a
long one that has come before it, and equal jobs are served first come first served.

Source: Friedman and Henderson (2003), "Fairness and efficiency in web server protocols".
"""

from bisect import insort

from toylab.live.job import Job, Task


class FairClock:
    """The service that a job there from the beginning would have had by now, in units of cost."""

    def __init__(self) -> None:
        self.now = 0.0
        self._ends: list[float] = []  # of the jobs on their way with equal shares, ascending

    def enter(self, cost: float) -> float:
        """The reading at which a job of this cost, which comes now, would end."""
        end = self.now + cost
        insort(self._ends, end)
        return end

    def leave(self, end: float) -> None:
        """Forget a job that was stopped before its end."""
        if end in self._ends:
            self._ends.remove(end)

    def serve(self, cost: float) -> None:
        """Share so much service, wherever it really went, equally."""
        while self._ends:
            gap, jobs = self._ends[0] - self.now, len(self._ends)
            if cost < gap * jobs:
                self.now += cost / jobs
                return
            cost -= gap * jobs
            self.now = self._ends.pop(0)

    def clear(self) -> None:
        """Begin anew: nobody is in line."""
        self._ends = []


class Line:
    """The jobs in line, the next to be served first; equal ones stay as they came."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self._clock = FairClock()

    def join(self, job: Job) -> None:
        """Put a job where its cost says."""
        job.turn = self._clock.enter(job.owed)
        insort(self.jobs, job, key=lambda job: job.turn)

    def quit(self, job: Job) -> None:
        """Take out a job that was stopped."""
        self._clock.leave(job.turn)
        self.tidy()

    def ahead(self, job: Job) -> int:
        """The number of jobs before it."""
        return self.jobs.index(job) if job in self.jobs else 0

    def waiting(self) -> list[Task]:
        """The tasks to begin, in this order."""
        return [task for job in self.jobs for task in job.tasks if task.state == "waiting"]

    def ended(self, task: Task) -> None:
        """Note a service: a task that several jobs wanted is one for each."""
        self._clock.serve(task.spec.cost * len(task.jobs))

    def tidy(self) -> None:
        """Forget jobs that ended."""
        self.jobs = [job for job in self.jobs if job.live]
        if not self.jobs:
            self._clock.clear()

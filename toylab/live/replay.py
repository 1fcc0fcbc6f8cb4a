"""Replay of a job that was trained before: its runs appear again, in the order of their training.

A visitor who presses Run on what another has trained sees it grow too, and is told that it is
not being trained now. It answers as a `Job` does.
"""

import time
from dataclasses import replace

from toylab.live.job import Job
from toylab.live.progress import Progress, Row


class Replay:
    """A job whose every run is there already, shown over so many seconds."""

    stopped = False

    def __init__(self, job: Job, seconds: float) -> None:
        self.job, self.seconds = job, seconds
        self.begun = time.monotonic()

    @property
    def live(self) -> bool:
        """True while there is more to show."""
        return time.monotonic() - self.begun < self.seconds

    def progress(self) -> Progress:
        """The progress as far as it is shown: by the cost of its runs, as when they trained."""
        whole, spent = self.job.progress(), time.monotonic() - self.begun
        if spent >= self.seconds:
            return whole
        shown, cost, total = 0, 0.0, sum(task.spec.cost for task in self.job.tasks)
        rows: list[Row] = []
        for task in sorted(self.job.tasks, key=lambda task: task.finished):
            cost += task.spec.cost
            if cost > total * spent / self.seconds:
                break
            shown += 1
            rows += task.rows
        return replace(
            whole, live=True, replay=True, done=shown, fraction=spent / self.seconds,
            seconds_left=self.seconds - spent, rows=rows,
        )  # fmt: skip

    def stop(self) -> None:
        """Show the rest at once."""
        self.seconds = 0.0

    def abandon(self) -> None:
        """Nothing is on its way that nobody might want."""

"""Source of a page's results: a live run, a finished one, or recorded runs; never nothing.

The last job of a session and the study it is about come first while they fit the controls;
runs recorded before stand in until there are any; and what no longer fits the controls is
shown, and said to be stale, until Run is pressed again.
"""

from collections.abc import Callable
from dataclasses import dataclass, is_dataclass, replace
from typing import Any, TypeVar

from toylab.data.recorded import Recorded
from toylab.live.cluster import place
from toylab.live.job import Job
from toylab.live.progress import clock
from toylab.live.replay import Replay

Study = TypeVar("Study")
FREE = ("seeds", "seed", "device")  # fields of a study that leave its question as it is


@dataclass(frozen=True)
class ResultSource:
    """A job of this session or recorded runs, and the study they are about."""

    about: Any
    job: Job | Replay | None
    recorded: Recorded | None
    stale: bool  # the controls ask about something else by now
    own: bool = True  # started by this visitor, who did not only open its link

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The finished runs as they are now."""
        if self.job:
            return self.job.progress().rows
        return self.recorded.rows if self.recorded else []

    @property
    def live(self) -> bool:
        """True while runs are on their way."""
        return self.job is not None and self.job.live

    @property
    def kind(self) -> str:
        """The label that its figures carry: live or recorded."""
        return "live" if self.job else "recorded"

    @property
    def when(self) -> str:
        """The time of day at which its runs were trained; empty for those of now."""
        progress = self.job.progress() if self.job else None
        if progress is None or progress.remembered is None:
            return ""
        return "" if progress.live and not progress.replay else clock(progress.remembered)

    @property
    def made(self) -> str:
        """The provenance of its runs: when and where they were trained."""
        if self.recorded:
            return f"Made with: {self.recorded.made}"
        if self.job is None:
            return ""
        if self.when:
            return f"Trained on {place()} at {self.when}."
        live = self.job.progress().live
        return f"Training on {place()} now." if live else f"Trained just now on {place()}."


def choose_source(
    job: Job | Replay | None,
    about: Study | None,
    study: Study,
    recorded: Callable[[Study], Recorded | None],
    otherwise: Study,
) -> ResultSource:
    """The source to show when the controls ask for a study.

    Args:
        job, about: the session's last job and its study, if there was one.
        study: the one that the controls stand for.
        recorded: finds the recorded runs of a study.
        otherwise: a study that has recorded runs.
    """
    if job and job.stopped and not job.progress().rows:
        job = None  # it was stopped before there was anything to show
    if job and (job.live or about == study):
        return ResultSource(about, job, None, stale=about != study)
    if runs := recorded(study):
        return ResultSource(study, None, runs, stale=False)
    if job:
        return ResultSource(about, job, None, stale=True)
    return ResultSource(otherwise, None, recorded(otherwise), stale=not _alike(otherwise, study))


def _alike(one: Any, other: Any) -> bool:
    """True where two studies differ at most in their seeds and in the device."""
    free = [name for name in FREE if hasattr(one, name) and hasattr(other, name)]
    if not free or not is_dataclass(one) or isinstance(one, type):
        return bool(one == other)
    return bool(replace(one, **{name: getattr(other, name) for name in free}) == other)

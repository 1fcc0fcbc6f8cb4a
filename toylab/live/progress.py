"""Progress of a job: its state at one moment, in numbers, in words and as a bar."""

import sys
import time
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Progress:
    """The state of a job at one moment."""

    live: bool
    stopped: bool
    ahead: int  # jobs before it in line
    done: int  # tasks
    total: int  # tasks
    fraction: float  # of the cost
    seconds_left: float | None  # None until something has been trained
    rows: list[Row]  # of finished tasks
    unfinished: list[Row]  # of tasks on their way
    failures: list[str]
    remembered: float | None  # time.time() of the oldest result that was there before it
    held: bool = False  # none of it is training now
    replay: bool = False  # what was trained before is shown again

    @property
    def sentence(self) -> str:
        """The progress in words."""
        if self.replay and self.remembered:
            return f"Replay: trained here at {clock(self.remembered)}, not now."
        if self.held and self.ahead and not self.done:
            place = "next" if self.ahead == 1 else f"number {self.ahead} in line"
            return (
                f"Waiting: another run is training here; you are {place}. A shorter run may pass."
            )
        if self.held and self.ahead:
            return (
                f"Waiting with {100 * self.fraction:.0f} % of the work done: a shorter run passes."
            )
        if self.stopped:
            return "Stopped. What was trained until then is kept."
        left = "" if self.seconds_left is None else f", {duration(self.seconds_left)} left"
        return f"Training: {100 * self.fraction:.0f} % of the work done{left}."

    @property
    def outcome(self) -> str:
        """The end of a job, for a report."""
        if self.stopped:
            return f"stopped after {100 * self.fraction:.0f} % of the work"
        return "trained with errors" if self.failures else "trained to the end"


def clock(at: float) -> str:
    """The time of day of a time.time(), on this machine: 17:46."""
    return time.strftime("%H:%M", time.localtime(at))


def duration(seconds: float) -> str:
    """The text of a duration: 8.2 -> "8 s"; 95 -> "1 min 35 s"; 7300 -> "2 h 1 min"."""
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def draw_bar(progress: Progress) -> None:
    """One line on a terminal, rewritten in place; nothing in a pipe or a file."""
    if sys.stderr.isatty():
        filled = round(30 * progress.fraction)
        left = "" if progress.seconds_left is None else f"  {progress.seconds_left:.0f} s left"
        line = f"{'#' * filled:.<30} {progress.fraction:.0%}{left}"
        sys.stderr.write(f"\r{line:<70}{'' if progress.live else chr(10)}")
        sys.stderr.flush()

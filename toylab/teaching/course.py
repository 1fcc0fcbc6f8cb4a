"""Which way through? Three lists of steps, and how far along one the reader is.

A trail is all in the address, so that it survives a reload and can be sent to somebody.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from toylab.teaching.contents import PageLink

KEYS = ("way", "step", "done")  # of a trail, in the address


@dataclass(frozen=True)
class Step:
    """One thing to do, on one page."""

    title: str
    minutes: int
    place: PageLink
    do: str  # Markdown, in the second person
    notice: str  # what to see before going on


@dataclass(frozen=True)
class Way:
    """Steps in order; no two neighbours are on the same page."""

    name: str  # for the address
    title: str
    whom: str
    steps: tuple[Step, ...]

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return sum(step.minutes for step in self.steps)

    @property
    def lasts(self) -> str:
        """The same in words."""
        return f"{self.minutes} minutes" if self.minutes < 90 else f"{self.minutes / 60:.0f} hours"


@dataclass(frozen=True)
class Trail:
    """A way, the step that the reader is at, from 1, and the steps that are done."""

    way: Way
    at: int = 1
    done: frozenset[int] = frozenset()

    @property
    def step(self) -> Step:
        """What there is to do now."""
        return self.way.steps[self.at - 1]

    @property
    def over(self) -> bool:
        """Whether every step is done."""
        return len(self.done) == len(self.way.steps)

    def to(self, at: int) -> "Trail":
        """The same trail at another step, as near as there is one."""
        return replace(self, at=min(max(at, 1), len(self.way.steps)))

    def onward(self) -> "Trail":
        """This step done, and at the next; after the last, at the first that is still open."""
        done, many = self.done | {self.at}, len(self.way.steps)
        left = [k for k in range(1, many + 1) if k not in done]
        following = self.at + 1 if self.at < many else next(iter(left), self.at)
        return replace(self, at=following, done=done)

    @property
    def query(self) -> dict[str, str]:
        """The trail as the address has it."""
        found = {"way": self.way.name, "step": str(self.at)}
        return found | ({"done": ".".join(map(str, sorted(self.done)))} if self.done else {})


def read(query: Mapping[str, str]) -> Trail | None:
    """The trail that an address names; None without a way; nonsense in it is ignored."""
    way = WAYS.get(query.get("way", ""))
    if way is None:
        return None
    steps = range(1, len(way.steps) + 1)
    done = {int(k) for k in re.findall(r"\d{1,3}", query.get("done", "")[:200])}
    at = query.get("step", "1")
    here = int(at) if re.fullmatch(r"[0-9]{1,3}", at) else 1
    return Trail(way, done=frozenset(done & set(steps))).to(here)


def _seen(page: str, minutes: int, title: str, do: str, notice: str, **settings: object) -> Step:
    return Step(title, minutes, PageLink(page, settings), do, notice)


HOME = _seen(
    "home", 1, "Small runs foretell large ones",
    "Guess the error at eight times the data, and commit.",
    "A straight line on log axes is a forecast; it can be checked, and it can be wrong.",
)  # fmt: skip
LIVE = _seen(
    "charlm", 4, "Train a Chinchilla",
    "Guess the best size, then press Run. While the valleys grow, ask: why does the loss rise "
    "again to the right?",
    "At one budget a larger model sees fewer tokens. The bottoms lie about on a line.",
)  # fmt: skip
BET = _seen(
    "allocation", 2, "Chinchilla's bet",
    "Guess the best size for Gopher's budget, then find Gopher and Chinchilla on the plane.",
    "Almost the same compute, a quarter of the size, almost five times the tokens. The text "
    "under the figure says what share of its compute each of them wasted.",
    allocation_budget="5.76e23",
)  # fmt: skip
STAIRS = _seen(
    "disagreement", 2, "Two laboratories, two answers",
    "Set your guess of what is left, then make the fixes one at a time.",
    "No single cause: counting, warm-up, the schedule and the settings each have a share.",
    disagreement_step=0,
)  # fmt: skip
TWICE = _seen(
    "critical_batch", 1, "Twice the batch",
    "How many steps does twice the batch save? Guess, then look at both axes.",
    "Fewer steps are paid for with more tokens; the lower the loss, the larger the batch that "
    "is worth it.",
)  # fmt: skip

DEMO = Way(
    "demo", "Ten-minute demo", "for a lecture: one live run, four figures",
    (HOME, LIVE, BET, STAIRS, TWICE),
)  # fmt: skip
CLASS = Way(
    "class", "Fifty-minute class", "for a class at its own laptops, and one projector",
    (
        _seen("home", 4, HOME.title, "Everybody says a guess aloud. Then commit one of them.",
              HOME.notice),
        _seen("sine", 9, "When is a line a law?",
              "Guess, press Run, and read the verdict. Then *Set it up* for the run without "
              "noise, and press Run again.",
              "With noise the errors fall on and on, and the seeds agree on the slope. Without "
              "it they run into a floor: a line forced through them has a slope all the same."),
        _seen("kaplan", 6, "What ten times more buys",
              "Guess first. Then find how much compute takes as much off the loss as ten times "
              "the data does.",
              "The same factor always takes the same percentage; each of the three has its "
              "own.", kaplan_factor=10),
        _seen("charlm", 11, LIVE.title, LIVE.do, LIVE.notice),
        _seen("allocation", 7, BET.title,
              BET.do + " Then choose *Hoffmann approach 3, unrounded* as *Loss surface*, and "
              "then *rounded*.",
              "Another fit moves the best size by a factor of two, rounding alone by a "
              "quarter: nobody knows it to three digits.", allocation_budget="5.76e23"),
        _seen("isoflop", 6, "How a study goes wrong",
              "Guess, or *Just show it*. Then, under *Try this*, set up *The grid is off "
              "centre* and *The lowest dot*.",
              "A line through the wrong bottoms is as straight as one through the right."),
        _seen("mistakes", 7, "Spot the mistake",
              "In pairs: find the wrong line in three of them, before you press the button.",
              "Each mistake has a price in compute, in loss or in size."),
    ),
)  # fmt: skip
ALONE = Way(
    "self", "Self-study", "at your own pace, page by page",
    (
        _seen("home", 5, HOME.title, HOME.do, HOME.notice),
        _seen("sine", 15, "When is a line a law?",
              "Guess, run the noisy sweep, then do all four under *Try this*.",
              "The verdict changes with the noise, the seeds and the range: say why."),
        _seen("kaplan", 12, "Three straight lines",
              "Guess first. Then open the tabs: which of data and size holds you back?",
              "A small model is limited by its size, a large one by its data.",
              kaplan_factor=10),
        _seen("allocation", 15, BET.title, BET.do + " Go through the five tabs.",
              "20 tokens a parameter is read off one table; other constants say otherwise.",
              allocation_budget="5.76e23"),
        _seen("disagreement", 10, STAIRS.title, STAIRS.do + " Then bend the two lines below.",
              STAIRS.notice, disagreement_step=0),
        _seen("isoflop", 15, "Where is the bottom?",
              "Guess how the best size grows, then do all four under *Try this*.",
              "The interval tells what the study can know; the warnings tell when not even it "
              "can be trusted."),
        _seen("charlm", 15, LIVE.title, LIVE.do + " Then lock in a forecast for the next "
              "budget.", LIVE.notice),
        _seen("parametric", 15, "Five constants for every run",
              "Guess how well B is known, then break the fit in the second tab.",
              "Single constants come apart long before the best size does."),
        _seen("batch_lr", 12, "Batch and learning rate",
              "Commit a cross, then see what the lowest run would have cost you.",
              "The lowest of many noisy runs is luck; a fit through all of them is not."),
        _seen("critical_batch", 12, TWICE.title, TWICE.do + " Then press Run in the first tab.",
              TWICE.notice),
        _seen("mistakes", 20, "Spot the mistake", "Find the wrong line in each.",
              "What you would have believed, and what that would have cost."),
        _seen("quiz", 60, "What have you learnt?",
              "Answer every question; follow the link under each that you missed.",
              "Your numbers are drawn from your own seed: nobody else has the same."),
    ),
)  # fmt: skip
WAYS = {way.name: way for way in (DEMO, CLASS, ALONE)}

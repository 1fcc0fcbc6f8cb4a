"""Ways through the pages: three lists of steps, and how far along one the reader is.

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
    link: PageLink
    do: str  # Markdown, in the second person
    notice: str  # before going on


@dataclass(frozen=True)
class Way:
    """Steps in order; no two neighbours are on the same page."""

    name: str  # for the address
    title: str
    whom: str
    steps: tuple[Step, ...]

    @property
    def minutes(self) -> int:
        """The time for all steps."""
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
        """The step that the reader is at."""
        return self.way.steps[self.at - 1]

    @property
    def over(self) -> bool:
        """True if every step is done."""
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
        query = {"way": self.way.name, "step": str(self.at)}
        return query | ({"done": ".".join(map(str, sorted(self.done)))} if self.done else {})


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


HOME = Step(
    title="Small runs foretell large ones",
    minutes=1,
    link=PageLink("home"),
    do="Guess the error at eight times the data, and commit.",
    notice="A straight line on log axes is a forecast; it can be checked, and it can be wrong.",
)
LIVE = Step(
    title="Train a Chinchilla",
    minutes=4,
    link=PageLink("charlm"),
    do="Guess the best size, then press Run. While the valleys grow, ask: why does the loss rise "
    "again to the right?",
    notice="At one budget a larger model sees fewer tokens. The bottoms lie about on a line.",
)
BET = Step(
    title="Chinchilla's bet",
    minutes=2,
    link=PageLink("allocation", {"allocation_budget": "5.76e23"}),
    do="Guess the best size for Gopher's budget, then find Gopher and Chinchilla on the plane.",
    notice="Almost the same compute, a quarter of the size, almost five times the tokens. The text "
    "under the figure says what share of its compute each of them wasted.",
)
STAIRS = Step(
    title="Two laboratories, two answers",
    minutes=2,
    link=PageLink("disagreement", {"disagreement_step": 0}),
    do="Set your guess of what is left, then make the fixes one at a time.",
    notice="No single cause: counting, warm-up, the schedule and the settings each have a share.",
)
TWICE = Step(
    title="Twice the batch",
    minutes=1,
    link=PageLink("critical_batch"),
    do="How many steps does twice the batch save? Guess, then look at both axes.",
    notice="Fewer steps are paid for with more tokens; the lower the loss, the larger the batch "
    "that is worth it.",
)

DEMO = Way(
    name="demo",
    title="Ten-minute demo",
    whom="for a lecture: one live run, four figures",
    steps=(HOME, LIVE, BET, STAIRS, TWICE),
)
CLASS = Way(
    name="class",
    title="Fifty-minute class",
    whom="for a class at its own laptops, and one projector",
    steps=(
        Step(
            title=HOME.title,
            minutes=4,
            link=PageLink("home"),
            do="Everybody says a guess aloud. Then commit one of them.",
            notice=HOME.notice,
        ),
        Step(
            title="When is a line a law?",
            minutes=9,
            link=PageLink("sine"),
            do="Guess, press Run, and read the verdict. Then *Set it up* for the run without "
            "noise, and press Run again.",
            notice="With noise the errors fall on and on, and the seeds agree on the slope. "
            "Without it they run into a floor: a line forced through them has a slope all the "
            "same.",
        ),
        Step(
            title="What ten times more buys",
            minutes=6,
            link=PageLink("kaplan", {"kaplan_factor": 10}),
            do="Guess first. Then find how much compute takes as much off the loss as ten times "
            "the data does.",
            notice="The same factor always takes the same percentage; each of the three has its "
            "own.",
        ),
        Step(title=LIVE.title, minutes=11, link=PageLink("charlm"), do=LIVE.do, notice=LIVE.notice),
        Step(
            title=BET.title,
            minutes=7,
            link=PageLink("allocation", {"allocation_budget": "5.76e23"}),
            do=BET.do + " Then choose *Hoffmann approach 3, unrounded* as *Loss surface*, and "
            "then *rounded*.",
            notice="Another fit moves the best size by a factor of two, rounding alone by a "
            "quarter: nobody knows it to three digits.",
        ),
        Step(
            title="How a study goes wrong",
            minutes=6,
            link=PageLink("isoflop"),
            do="Guess, or *Just show it*. Then, under *Try this*, set up *The grid is off "
            "centre* and *The lowest dot*.",
            notice="A line through the wrong bottoms is as straight as one through the right.",
        ),
        Step(
            title="Spot the mistake",
            minutes=7,
            link=PageLink("mistakes"),
            do="In pairs: find the wrong line in three of them, before you press the button.",
            notice="Each mistake has a price in compute, in loss or in size.",
        ),
    ),
)
ALONE = Way(
    name="self",
    title="Self-study",
    whom="at your own pace, page by page",
    steps=(
        Step(title=HOME.title, minutes=5, link=PageLink("home"), do=HOME.do, notice=HOME.notice),
        Step(
            title="When is a line a law?",
            minutes=15,
            link=PageLink("sine"),
            do="Guess, run the noisy sweep, then do all four under *Try this*.",
            notice="The verdict changes with the noise, the seeds and the range: say why.",
        ),
        Step(
            title="Three straight lines",
            minutes=12,
            link=PageLink("kaplan", {"kaplan_factor": 10}),
            do="Guess first. Then open the tabs: which of data and size holds you back?",
            notice="A small model is limited by its size, a large one by its data.",
        ),
        Step(
            title=BET.title,
            minutes=15,
            link=PageLink("allocation", {"allocation_budget": "5.76e23"}),
            do=BET.do + " Go through the five tabs.",
            notice="20 tokens a parameter is read off one table; other constants say otherwise.",
        ),
        Step(
            title=STAIRS.title,
            minutes=10,
            link=PageLink("disagreement", {"disagreement_step": 0}),
            do=STAIRS.do + " Then bend the two lines below.",
            notice=STAIRS.notice,
        ),
        Step(
            title="Where is the bottom?",
            minutes=15,
            link=PageLink("isoflop"),
            do="Guess how the best size grows, then do all four under *Try this*.",
            notice="The interval tells what the study can know; the warnings tell when not even it "
            "can be trusted.",
        ),
        Step(
            title=LIVE.title,
            minutes=15,
            link=PageLink("charlm"),
            do=LIVE.do + " Then lock in a forecast for the next budget.",
            notice=LIVE.notice,
        ),
        Step(
            title="Five constants for every run",
            minutes=15,
            link=PageLink("parametric"),
            do="Guess how well B is known, then break the fit in the second tab.",
            notice="Single constants come apart long before the best size does.",
        ),
        Step(
            title="Batch and learning rate",
            minutes=12,
            link=PageLink("batch_lr"),
            do="Commit a cross, then see what the lowest run would have cost you.",
            notice="The lowest of many noisy runs is luck; a fit through all of them is not.",
        ),
        Step(
            title=TWICE.title,
            minutes=12,
            link=PageLink("critical_batch"),
            do=TWICE.do + " Then press Run in the first tab.",
            notice=TWICE.notice,
        ),
        Step(
            title="Spot the mistake",
            minutes=20,
            link=PageLink("mistakes"),
            do="Find the wrong line in each.",
            notice="What you would have believed, and what that would have cost.",
        ),
        Step(
            title="What have you learnt?",
            minutes=60,
            link=PageLink("quiz"),
            do="Answer every question; follow the link under each that you missed.",
            notice="Your numbers are drawn from your own seed: nobody else has the same.",
        ),
    ),
)
WAYS = {way.name: way for way in (DEMO, CLASS, ALONE)}

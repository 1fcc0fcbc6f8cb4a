"""Ways through the pages: their steps, each a link that sets its controls."""

from dataclasses import dataclass, replace

from toylab.teaching.contents import PageLink


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
    then: tuple[str, ...] = ()  # ways to go on with, by their names

    @property
    def minutes(self) -> int:
        """The time for all steps."""
        return sum(step.minutes for step in self.steps)

    @property
    def lasts(self) -> str:
        """The same in words."""
        return f"{self.minutes} minutes" if self.minutes < 90 else f"{self.minutes / 60:.0f} hours"


HOME = Step(
    title="Small runs predict large ones",
    minutes=1,
    link=PageLink("home"),
    do="Guess the error at eight times the data, and commit.",
    notice="A straight line on log axes is a forecast; it can be checked, and it can be wrong.",
)
LIVE = Step(
    title="Train a Chinchilla",
    minutes=4,
    link=PageLink("charlm"),
    do="Guess, commit, then press Run. While the valleys grow, ask: why does the loss rise "
    "again to the right?",
    notice="At one budget a larger model sees fewer tokens. The bottoms lie about on a line.",
)
BET = Step(
    title="Chinchilla's bet",
    minutes=2,
    link=PageLink("allocation", {"allocation_budget": "5.76e23"}),
    do="Guess the best size for Gopher's budget, then find Gopher and Chinchilla on the plane.",
    notice="Almost the same compute, a quarter of the size, almost five times the tokens. Open "
    "*What did real models choose?*: with how little of Gopher's compute is its loss reached?",
)
STAIRS = Step(
    title="Two laboratories, two answers",
    minutes=2,
    link=PageLink("disagreement", {"disagreement_step": 0}),
    do="Guess the exponent once all four details are fixed, commit, then press *Next fix* until "
    "the end.",
    notice="No single cause: counting, warm-up and the settings each have a share. The decay that "
    "Hoffmann suspected matters least, and with tuned settings it is not needed.",
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
    then=("class", "self"),
)
CLASS = Way(
    name="class",
    then=("self",),
    title="Fifty-minute class",
    whom="for a class at its own laptops, and one projector",
    steps=(
        replace(HOME, minutes=4, do="Everybody says a guess aloud. Then commit one of them."),
        Step(
            title="When is a line a law?",
            minutes=9,
            link=PageLink("sine"),
            do="Guess, commit, press Run, and read the verdict below the figure. Then set up *The "
            "same without noise* under *Try this*.",
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
        replace(LIVE, minutes=11),
        replace(
            BET,
            minutes=7,
            do=BET.do + " Then choose *Hoffmann approach 3, unrounded* as *Loss surface*, and "
            "then *rounded*.",
            notice="Another fit moves the best size by a factor of 1.8, rounding alone by a "
            "fifth: nobody knows it to three digits.",
        ),
        Step(
            title="How a study goes wrong",
            minutes=6,
            link=PageLink("isoflop"),
            do="Guess, or *Just show it*. Then, under *Try this*, set up *A grid off centre*, and "
            "after it *The lowest dots*.",
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
        replace(HOME, minutes=5),
        Step(
            title="When is a line a law?",
            minutes=15,
            link=PageLink("sine"),
            do="Guess, commit, press Run, then do all four under *Try this*.",
            notice="The verdict changes with the noise, the seeds and the range: say why.",
        ),
        Step(
            title="Three straight lines",
            minutes=12,
            link=PageLink("kaplan", {"kaplan_factor": 10}),
            do="Guess first. Then open the tabs: which of data and size holds you back?",
            notice="A small model is limited by its size, a large one by its data.",
        ),
        replace(
            BET,
            minutes=15,
            do=BET.do + " Then go through the tabs.",
            notice="20 tokens a parameter is read off one table; other constants say otherwise.",
        ),
        replace(STAIRS, minutes=10, do=STAIRS.do + " Then open the other two tabs."),
        Step(
            title="Where is the bottom?",
            minutes=15,
            link=PageLink("isoflop"),
            do="Guess how the best size grows, then do all four under *Try this*.",
            notice="The interval tells what the study can know; the warnings tell when not even it "
            "can be trusted.",
        ),
        replace(LIVE, minutes=15, do=LIVE.do + " Then lock in a forecast under *The next budget*."),
        Step(
            title="Which design scales?",
            minutes=12,
            link=PageLink("architecture"),
            do="Guess, commit, then press Run. Which lines would you call parallel? Then open "
            "*Optimiser*: what does an untuned learning rate do to a line?",
            notice="A design is worth a factor of compute, here below two. Where slopes differ, "
            "the order of designs changes with compute; and a badly tuned run looks like a "
            "steeper law.",
        ),
        Step(
            title="Sudden, or smooth?",
            minutes=12,
            link=PageLink("emergence"),
            do="Guess, commit, then move k from 12 to 1. Open *A mirage?*: which of its four lines "
            "looks sudden, and on which axis?",
            notice="Asking for many symbols at once makes an even climb look sudden. Only a "
            "measure of single symbols, or the loss, tells whether the network jumps, too.",
        ),
        Step(
            title="Five constants for every run",
            minutes=15,
            link=PageLink("parametric"),
            do="Guess how well B is known, then open *Break the fit*.",
            notice="A single constant can be all but unknown while the best size is still known "
            "well.",
        ),
        Step(
            title="Batch and learning rate",
            minutes=12,
            link=PageLink("batch_lr"),
            do="Commit a guess, then see what the lowest run would have cost you.",
            notice="The lowest of many noisy runs is luck; a fit through all of them is not.",
        ),
        replace(
            TWICE, minutes=12, do=TWICE.do + " Then press Run under *Live: train to a target*."
        ),
        Step(
            title="Does the best learning rate travel?",
            minutes=12,
            link=PageLink("transfer"),
            do="Guess, commit, then press Run. Open *What one rate does to a law*: which rate "
            "makes the steepest line, and which one turns up?",
            notice="A rate tuned narrow is too high for a wide network; muP mends most of it. "
            "With one rate for all sizes you measure the rate as much as the size.",
        ),
        Step(
            title="How should the rate end?",
            minutes=8,
            link=PageLink("schedules"),
            do="Guess, commit, then press Run. Which of the three lines would you have published? "
            "Then open *One run, many lengths*, and draw a schedule of your own.",
            notice="With one rate the sign is a choice. A schedule is judged at the rate that is "
            "best for it.",
        ),
        Step(
            title="How often may you read it?",
            minutes=12,
            link=PageLink("repetition"),
            do="Guess, commit, then press Run. Open *Bigger or smaller?* and *Filter or mix?*: "
            "which of your rules of thumb hold without weight decay, and which with it?",
            notice="How much a repeat is worth depends on the network, its text and weight decay. "
            "What is best at one budget need not be at another.",
        ),
        Step(
            title="What will it cost?",
            minutes=10,
            link=PageLink("planner"),
            do="Guess and commit. Then open *Hours and money* for a model of your own, and *When "
            "millions use it*: how much smaller should it be?",
            notice="6ND is a rule with exceptions that you can name. Served often enough, a "
            "smaller model on more tokens is the cheaper one.",
        ),
        Step(
            title="What did they do?",
            minutes=6,
            link=PageLink("recipes"),
            do="Guess, commit, then compare batch and rate, too. Pick a model you know, and open "
            "*What would the laws have advised?*",
            notice="A recipe is a choice, not an experiment: a point off a law's line refutes "
            "nothing, and one on it proves nothing.",
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
            link=PageLink("quiz", {"quiz_length": "all"}),
            do="Answer every question; follow the link under each that you missed.",
            notice="Your numbers are drawn from your own seed: nobody else has the same.",
        ),
    ),
)
WAYS = {way.name: way for way in (DEMO, CLASS, ALONE)}

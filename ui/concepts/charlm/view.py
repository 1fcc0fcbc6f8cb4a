"""Your own Chinchilla: what the page of that name asks, and what its runs say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from toylab.experiments import charlm_repeats, charlm_study, corpus
from toylab.experiments.charlm import LANGUAGES, CharlmSpec, Language
from toylab.experiments.charlm_repeats import Band
from toylab.experiments.charlm_study import (
    LABELS,
    RECORDED_STUDIES,
    USUAL,
    CharlmStudy,
    in_language,
)
from toylab.fits import isoflop, parametric
from toylab.fits.envelope import envelope, linked
from toylab.fits.estimate import Estimate
from toylab.fits.forecast import Forecast, forecast, measured
from toylab.fits.isoflop import Profiles
from toylab.fits.isoflop_budgets import Valley
from toylab.fits.parametric import Spread
from toylab.fits.parametric_diagnostics import diagnose
from toylab.fits.runs import Runs as Points
from toylab.fits.runs import runs_of
from toylab.live.result_source import ResultSource
from toylab.quantities import format_count, format_scientific, ladder, parse_number
from ui.concepts.shared.approaches import Answers, answers, compared
from ui.concepts.shared.isoflop_tables import FINE, NO_TRUTH, dots, drawn, line, profiles

R = TypeVar("R")
Rows = Iterable[Mapping[str, Any]]
COMPUTE = LABELS[:-1]  # beyond them only as the next budget
WIDTHS = ["2", "2.5", "3", "4", "5", "6", "8", "12", "20"]
RATES = ["0.1", "0.2", "0.3", "0.5", "0.7", "1", "1.5", "2", "3", "5", "10", "100"]
SPREADS = {
    "fewer": "half as many seeds at each next budget: the smallest valley is the noisiest",
    "equal": "as many seeds at every budget",
}
EXPONENT = (
    "N_opt ~ C^a: with ten times the compute C the best size is 10^a times as large. a = 0.5 "
    "is about 3 times, a = 1 is 10 times."
)
NAMES = charlm_study.NAMES | {"custom": "custom"}
SIZES = [format_count(N) for N in ladder(3, 6)]
NEAR = 2.5  # the factor around the valleys within which a surface is fitted once more
BEYOND = 3.4  # how far the axis reaches beyond the largest budget
OFF = "python, off the valley"
BOTTOMS = (("dots", "bottoms"), ("line", "line through them"))
TABS = {  # by their keys in the link
    "next": "The next budget",
    "approaches": "Three approaches",
    "known": "Where the answer is known",
}
ALT = {  # constant: a chart whose text changes is drawn anew; the sentences below it change
    "valleys": "Loss against parameters on a log axis, a valley for each budget: the larger "
    "the budget, the larger the size at the bottom, unless the text says that no bottom can "
    "be trusted. A dashed rule marks your guess.",
    "growth": "Best size against training FLOPs on log axes: the valleys' bottoms rise along "
    "a line whose slope is the exponent a. The line is kept back while the answer is hidden; "
    "your guess is dashed. The text says how steep it is.",
    "next": "Loss against parameters on a log axis: the next budget's valley forms below "
    "those of the study, and a dashed rule marks where the forecast has its bottom. The text "
    "says whether it held.",
    "learner": "Squared error against parameters on a log axis, nine budgets: the larger the "
    "budget, the lower its valley and the larger the size at its bottom. The text holds both "
    "exponents against theory.",
    "approaches": "Exponent of the best size with its 95 % interval, one row an approach: "
    "where two intervals lie apart, the approaches contradict each other on the same runs. "
    "The text says whether they do.",
}


@dataclass(frozen=True)
class Knobs:
    """What a preset sets."""

    span: tuple[str, str] = (COMPUTE[2], COMPUTE[5])  # FLOPs
    width: str = "5"
    seeds: int = 3
    spread: str = "fewer"
    rate: str = "1"


@dataclass(frozen=True)
class View(Knobs):
    """The page's controls, as the link has them."""

    language: str = "python"
    seed: int = 0
    device: str = "cpu"

    @property
    def plan(self) -> CharlmStudy:
        """The study that they stand for."""
        low, high = map(parse_number, self.span)
        return CharlmStudy(
            self.language, low, high, float(self.width), self.seeds, self.spread == "fewer",
            float(self.rate), self.seed, self.device,
        )  # fmt: skip


@dataclass(frozen=True)
class Setup(Knobs):
    """All that an experiment sets."""

    language: str = "python"
    seed: int = 0
    about: str = "next"


@dataclass(frozen=True)
class Guess:
    """What the reader commits to before the run."""

    best: str = "80k"  # parameters at the largest budget
    slope: float = 0.7  # exponent of the best size

    @property
    def params(self) -> float:
        """The size as a number."""
        return parse_number(self.best)


def knobs(known: CharlmStudy) -> Knobs:
    """The controls that stand for a plan."""
    return Knobs(
        (format_scientific(known.lowest), format_scientific(known.highest)), f"{known.width:g}", known.seeds,
        "fewer" if known.halving else "equal", f"{known.rate:g}",
    )  # fmt: skip


PRESETS = {
    language: {
        name: knobs(known)
        for name, known in CharlmStudy.PRESETS.items()
        if known.language == language
    }
    for language in LANGUAGES
}
FIRST = {language: records[in_language(USUAL, language)] for language, records in PRESETS.items()}


@dataclass(frozen=True, eq=False)
class Findings:
    """The finished runs of a plan, however many there are so far, and what they say."""

    plan: CharlmStudy
    frame: pd.DataFrame  # as `plan.table` makes it
    flops: float  # the budget whose best size is asked about
    live: bool = False
    guess: Guess | None = None  # None where there is none to show
    hidden: bool = False  # the answer; the line through the bottoms would give it away
    more: pd.DataFrame | None = None  # runs off the valley, for the surface alone

    @property
    def good(self) -> pd.DataFrame:
        """Runs with a loss."""
        return self.frame[~self.frame["diverged"]]

    @property
    def kind(self) -> Language:
        """What is learned."""
        return self.plan.kind

    @property
    def unit(self) -> str:
        """What the loss is measured in."""
        return f"nats/{self.kind.token}"

    @cached_property
    def points(self) -> Points:
        """The good runs, to be fitted."""
        return runs_of(self.good)

    @cached_property
    def valleys(self) -> tuple[Valley, ...]:
        """The valleys so far."""
        return isoflop.look(self.points)

    @cached_property
    def profiles(self) -> Profiles | str:
        """The line through their bottoms, or why there is none."""
        return profiles(self.points)

    @property
    def line(self) -> Profiles:
        """The same. Refuses where there is none."""
        return _granted(self.profiles)

    @property
    def best(self) -> Estimate | None:
        """The best size at the budget that is asked about, as the line has it."""
        found = self.profiles
        return None if isinstance(found, str) else found.params.at(self.flops)

    @property
    def ratios(self) -> list[float]:
        """Tokens per parameter at each bottom."""
        found = self.profiles
        used = () if isinstance(found, str) else found.used
        return [valley.tokens / valley.params.value for valley in used]

    @property
    def band(self) -> Band | None:
        """Where repeats of this plan came out."""
        return charlm_repeats.band(self.plan)

    # --- figures ----------------------------------------------------------------------------

    @property
    def sizes(self) -> tuple[float, float]:
        """What an axis of sizes spans: the plan's networks, and the guess; parameters."""
        found = [float(spec.params) for spec in self.plan.specs()]
        if self.guess is not None:
            found.append(self.guess.params)
        return min(found), max(found)

    @property
    def box(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """What the axes of `growth` span: budgets and sizes."""
        return (self.plan.lowest, BEYOND * self.plan.highest), self.sizes

    @property
    def drawn(self) -> dict[str, pd.DataFrame]:
        """What `charts.isoflop.valleys` draws."""
        found = [one for one in self.valleys if not (self.live and one.warning)]
        tables = drawn(self.points, found) | {"truth": NO_TRUTH}
        if self.guess is None:
            return tables
        return tables | {"guess": pd.DataFrame({"params": [self.guess.params]})}

    @property
    def growth(self) -> dict[str, pd.DataFrame]:
        """What `charts.isoflop.growth` draws."""
        low, high = self.plan.lowest, self.plan.highest
        C = np.geomspace(low, BEYOND * high, FINE)
        found = self.profiles
        fitted = pd.DataFrame(
            columns=["flops", "params", "low", "high", "beyond"], dtype=np.float64
        )
        if not isinstance(found, str) and not self.hidden:
            fitted = line(found.params, C, high)
        bottoms = [valley for valley in self.valleys if not valley.warning]
        tables = {"dots": dots(bottoms), "line": fitted, "truth": NO_TRUTH}
        if self.guess is None:
            return tables
        guessed = self.guess.params * (C / self.flops) ** self.guess.slope
        return tables | {"guess": pd.DataFrame({"flops": C, "params": guessed})}

    @property
    def written(self) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
        """The best and the worst run at the largest budget whose text was kept."""
        have = self.good[self.good["text"] != ""]
        if have.empty:
            return None
        last = have[have["flops"] > have["flops"].max() / 2].sort_values("loss")
        return (last.iloc[0].to_dict(), last.iloc[-1].to_dict()) if len(last) > 1 else None

    @property
    def every(self) -> Points:
        """With runs off the valley, where there are some."""
        if self.more is None:
            return self.points
        return runs_of(pd.concat([self.good, self.more]))

    @cached_property
    def approaches(self) -> Answers:
        """How the best size grows, by each approach."""
        return answers(
            {
                "1. envelope": lambda: envelope(linked(self.points)).trend,
                "2. isoFLOP profiles": lambda: self.line.params,
                "3. surface, all runs": lambda: self.whole.params,
                f"3. surface, within {NEAR:g}x": lambda: (
                    _surface(isoflop.near(self.every, self.line, NEAR)).params
                ),
            }
        )

    @property
    def whole(self) -> Spread:
        """One surface through all runs. Refuses where they determine none."""
        return _surface(self.every)

    @property
    def doubts(self) -> tuple[str, ...]:
        """What speaks against that surface; empty where there is none."""
        try:
            return diagnose(self.whole.fit, self.whole, self.flops)
        except ValueError:
            return ()

    @property
    def compared(self) -> dict[str, pd.DataFrame]:
        """What `charts.parametric.approaches` draws."""
        return compared(self.approaches, None)


@dataclass(frozen=True)
class Locked:
    """What is said of the next budget before it is trained, and how it will be."""

    said: Forecast
    plan: CharlmStudy


@dataclass(frozen=True, eq=False)
class Next:
    """The budget beyond a study: what was forecast, and what its runs say so far."""

    locked: Locked
    before: Findings
    frame: pd.DataFrame
    live: bool

    @cached_property
    def found(self) -> Findings:
        """The study with the next budget."""
        plan = replace(self.before.plan, highest=self.locked.plan.highest)
        every = pd.concat([self.before.good, self.frame])
        return Findings(plan, every, plan.highest, self.live)

    @property
    def drawn(self) -> dict[str, pd.DataFrame]:
        """What `charts.isoflop.valleys` draws, with a rule at the forecast."""
        said = pd.DataFrame({"params": [self.locked.said.params.value]})
        return self.found.drawn | {"guess": said}

    @property
    def measured(self) -> Valley:
        """The bottom that was forecast. Refuses while there is none."""
        return measured(self.locked.said, self.found.points)


def gather(
    shown: ResultSource, asked: CharlmStudy, rows: Rows, live: bool, guess: Guess | None, hide: bool
) -> Findings:
    """The findings of the rows so far.

    Of recorded ones those stay hidden, if asked, that have the largest budget of the plan that
    is asked about, or a larger one, so that there is something to guess.
    """
    frame = shown.about.table(rows)
    if shown.job:
        return Findings(shown.about, frame, shown.about.highest, live, guess)
    if hide:
        kept = (frame["flops"] > asked.lowest * 0.9) & (frame["flops"] < asked.highest * 0.9)
        axes = replace(shown.about, lowest=asked.lowest, highest=asked.highest)
        return Findings(axes, frame[kept], asked.highest, guess=guess, hidden=True)
    off = RECORDED_STUDIES[OFF].recorded() if shown.about.language == "python" else None
    more = shown.about.table(off.rows) if off else None
    return Findings(shown.about, frame, asked.highest, guess=guess, more=more)


def rows(shown: ResultSource) -> pd.DataFrame:
    """What there is to carry away."""
    return shown.about.table(shown.rows)


def question(shown: ResultSource, asked: CharlmStudy) -> tuple[str, float]:
    """Which language's best size the figure tells, and at which budget."""
    plan = shown.about if shown.job else asked
    return plan.language, plan.highest


def lock(before: Findings, asked: CharlmStudy) -> Locked:
    """The forecast for the budget after a study, to be trained on the reader's device.

    Refuses where there is no line, or no larger budget.
    """
    following = replace(before.plan.next, device=asked.device, seed=asked.seed)
    return Locked(forecast(before.line, following.highest), following)


def following(locked: Locked, before: Findings, rows: Rows, live: bool) -> Next:
    """The next budget's rows so far, with the study before."""
    return Next(locked, before, locked.plan.table(rows), live)


def specs(asked: CharlmStudy) -> list[CharlmSpec]:
    """What a plan trains. Refuses where this Python has nothing to learn from."""
    if asked.language == "python":
        corpus.check()
    return asked.specs()


def _granted(found: R | str) -> R:
    if isinstance(found, str):
        raise ValueError(found)
    return found


def _surface(points: Points) -> Spread:
    return _granted(_fitted(points))


@lru_cache(maxsize=32)
def _fitted(points: Points) -> Spread | str:
    """A refusal is remembered, too: it takes as long."""
    try:
        return parametric.bootstrap(parametric.fit(points))
    except ValueError as refusal:
        return str(refusal)

"""Controls of "Your own Chinchilla", and the tables and fits of its runs."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from typing import Any, TypeAlias, TypeVar

import numpy as np
import pandas as pd

from toylab import devices
from toylab.experiments import charlm_repeats, charlm_study, corpus, synthetic
from toylab.experiments.charlm import LANGUAGES, Language
from toylab.experiments.charlm_repeats import Band
from toylab.experiments.charlm_study import LABELS, USUAL, CharlmStudy, in_language
from toylab.fits import isoflop, parametric
from toylab.fits.envelope import envelope, linked
from toylab.fits.estimate import Estimate
from toylab.fits.isoflop import Profiles
from toylab.fits.isoflop_budgets import Valley
from toylab.fits.parametric import Spread
from toylab.fits.parametric_diagnostics import diagnose
from toylab.fits.runs import Runs, runs_of
from toylab.quantities import format_count, format_scientific, ladder, parse_number
from ui.concepts.shared.approaches import Answers, answers, compared
from ui.concepts.shared.isoflop_tables import FINE, NO_TRUTH, dots, drawn, line, profiles
from ui.controls import Presets
from ui.knobs import Values, knob

R = TypeVar("R")
Question: TypeAlias = tuple[str, float]  # a language, and a budget in FLOPs
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
BOTTOMS = (("dots", "bottoms"), ("line", "line through them"))
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
class Preset:
    """The controls that a preset sets."""

    span: tuple[str, str] = (COMPUTE[2], COMPUTE[5])  # FLOPs
    width: str = "5"
    seeds: int = 3
    spread: str = "fewer"
    rate: str = "1"


def preset(study: CharlmStudy) -> Preset:
    """The controls that stand for a study."""
    return Preset(
        (format_scientific(study.lowest), format_scientific(study.highest)),
        f"{study.width:g}",
        study.seeds,
        "fewer" if study.halving else "equal",
        f"{study.rate:g}",
    )


PRESETS = {
    language: {
        name: preset(study)
        for name, study in CharlmStudy.PRESETS.items()
        if study.language == language
    }
    for language in LANGUAGES
}
FIRST = {language: records[in_language(USUAL, language)] for language, records in PRESETS.items()}


def corpus_note(values: Values) -> str:
    """The text to learn from in the language that is chosen; empty before it is read."""
    if values["language"] == "synthetic":
        return f"{synthetic.WORDS} words; the next one hangs on the one before."
    return f"{corpus.load().sentence}." if corpus.ready() else ""


@dataclass(frozen=True)
class Controls:
    """The page's controls, as the link has them."""

    language: str = knob(
        "python",
        "Language",
        {name: language.title for name, language in LANGUAGES.items()},
        more=True,
        then=FIRST,
        note=corpus_note,
    )
    span: tuple[str, str] = knob(Preset.span, "Budgets, FLOPs, from and to", COMPUTE, more=True)
    width: str = knob(Preset.width, "Sizes: factor to either side", WIDTHS, more=True)
    seeds: int = knob(Preset.seeds, "Seeds at the smallest budget", (1, 16), more=True)
    spread: str = knob(Preset.spread, "Seeds at the next budgets", SPREADS, more=True)
    rate: str = knob(Preset.rate, "Learning rate over the usual", RATES, more=True)
    seed: int = knob(0, "First seed", (0, 10**6), more=True, typed=True)
    device: str = knob("cpu", "Device", devices.KINDS, more=True)

    @property
    def study(self) -> CharlmStudy:
        """The study that they stand for."""
        low, high = map(parse_number, self.span)
        return CharlmStudy(
            language=self.language,
            lowest=low,
            highest=high,
            width=float(self.width),
            seeds=self.seeds,
            halving=self.spread == "fewer",
            rate=float(self.rate),
            seed=self.seed,
            device=self.device,
        )

    @property
    def question(self) -> Question:
        """The language and the budget whose best size is asked about."""
        return self.study.language, self.study.highest


def defaults() -> Controls:
    """The usual study of what this Python has to learn from."""
    language = "python" if corpus.present() else "synthetic"
    return Controls(language, **asdict(FIRST[language]))


def presets(controls: Controls) -> Presets:
    """The studies known by name in the language that is chosen."""
    records = PRESETS[controls.language]
    return Presets(records, controls.study.preset, NAMES, title="Study")


@dataclass(frozen=True)
class Experiment(Preset):
    """All that an experiment sets."""

    language: str = "python"
    seed: int = 0
    about: str = "next"


@dataclass(frozen=True)
class Guess:
    """The reader's guess before the run."""

    best: str = knob("80k", "Guess: best size, parameters", SIZES)  # at the largest budget
    slope: float = knob(0.7, "Guess: a, if it grows as C^a", (0.0, 1.0, 0.01), help=EXPONENT)

    @property
    def params(self) -> float:
        """The size as a number."""
        return parse_number(self.best)


@dataclass(frozen=True, eq=False)
class CharlmResults:
    """The finished runs of a study, however many there are so far, and their fits."""

    study: CharlmStudy
    frame: pd.DataFrame  # as `CharlmStudy.table` makes it
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
    def language(self) -> Language:
        """The language that is learned."""
        return self.study.kind

    @property
    def unit(self) -> str:
        """The unit of the loss."""
        return f"nats/{self.language.token}"

    @cached_property
    def runs(self) -> Runs:
        """The good runs, to be fitted."""
        return runs_of(self.good)

    @cached_property
    def valleys(self) -> tuple[Valley, ...]:
        """The valleys so far."""
        return isoflop.look(self.runs)

    @cached_property
    def profiles(self) -> Profiles | str:
        """The line through their bottoms, or the reason why there is none."""
        return profiles(self.runs)

    @property
    def line(self) -> Profiles:
        """The same. Refuses where there is none."""
        return _granted(self.profiles)

    @property
    def best(self) -> Estimate | None:
        """The best size at the budget that is asked about, as the line has it."""
        fit = self.profiles
        return None if isinstance(fit, str) else fit.params.at(self.flops)

    @property
    def ratios(self) -> list[float]:
        """Tokens per parameter at each bottom."""
        fit = self.profiles
        used = () if isinstance(fit, str) else fit.used
        return [valley.tokens / valley.params.value for valley in used]

    @property
    def band(self) -> Band | None:
        """The band of repeats of this study; None where there are none."""
        return charlm_repeats.band(self.study)

    @property
    def sizes(self) -> tuple[float, float]:
        """The ends of an axis of sizes: the study's networks, and the guess; parameters."""
        sizes = [float(spec.params) for spec in self.study.specs()]
        if self.guess is not None:
            sizes.append(self.guess.params)
        return min(sizes), max(sizes)

    @property
    def box(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The ends of the axes of the chart of growth: budgets and sizes."""
        return (self.study.lowest, BEYOND * self.study.highest), self.sizes

    @property
    def valley_tables(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart of valleys."""
        valleys = [valley for valley in self.valleys if not (self.live and valley.warning)]
        tables = drawn(self.runs, valleys) | {"truth": NO_TRUTH}
        if self.guess is None:
            return tables
        return tables | {"guess": pd.DataFrame({"params": [self.guess.params]})}

    @property
    def growth_tables(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart of growth."""
        low, high = self.study.lowest, self.study.highest
        C = np.geomspace(low, BEYOND * high, FINE)
        fit = self.profiles
        fitted = pd.DataFrame(
            columns=["flops", "params", "low", "high", "beyond"], dtype=np.float64
        )
        if not isinstance(fit, str) and not self.hidden:
            fitted = line(fit.params, C, high)
        bottoms = [valley for valley in self.valleys if not valley.warning]
        tables = {"dots": dots(bottoms), "line": fitted, "truth": NO_TRUTH}
        if self.guess is None:
            return tables
        guessed = self.guess.params * (C / self.flops) ** self.guess.slope
        return tables | {"guess": pd.DataFrame({"flops": C, "params": guessed})}

    @property
    def written(self) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
        """The best and the worst run at the largest budget whose text was kept."""
        wrote = self.good[self.good["text"] != ""]
        if wrote.empty:
            return None
        last = wrote[wrote["flops"] > wrote["flops"].max() / 2].sort_values("loss")
        return (last.iloc[0].to_dict(), last.iloc[-1].to_dict()) if len(last) > 1 else None

    @property
    def all_runs(self) -> Runs:
        """The good runs, and those off the valley, where there are some."""
        if self.more is None:
            return self.runs
        return runs_of(pd.concat([self.good, self.more]))

    @cached_property
    def approaches(self) -> Answers:
        """The growth of the best size by each approach, or its refusal."""
        return answers(
            {
                "1. envelope": lambda: envelope(linked(self.runs)).scaling,
                "2. isoFLOP profiles": lambda: self.line.params,
                "3. surface, all runs": lambda: self.surface.params,
                f"3. surface, within {NEAR:g}x": lambda: (
                    _surface(isoflop.near(self.all_runs, self.line, NEAR)).params
                ),
            }
        )

    @property
    def surface(self) -> Spread:
        """One surface through all runs. Refuses where they determine none."""
        return _surface(self.all_runs)

    @property
    def surface_warnings(self) -> tuple[str, ...]:
        """The diagnostics of that surface; empty where there is none."""
        try:
            return diagnose(self.surface.fit, self.surface, self.flops)
        except ValueError:
            return ()

    @property
    def approach_tables(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart of approaches."""
        return compared(self.approaches, None)


def _granted(result: R | str) -> R:
    if isinstance(result, str):
        raise ValueError(result)
    return result


def _surface(runs: Runs) -> Spread:
    return _granted(_fitted(runs))


@lru_cache(maxsize=32)
def _fitted(runs: Runs) -> Spread | str:
    """A refusal is remembered, too: it takes as long."""
    try:
        return parametric.bootstrap(parametric.fit(runs))
    except ValueError as refusal:
        return str(refusal)

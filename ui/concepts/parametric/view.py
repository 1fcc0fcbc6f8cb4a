"""One surface for every run: what the page of that name asks, answered."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache, cached_property, lru_cache

import numpy as np
import pandas as pd

from toylab.data import recorded as runs
from toylab.experiments import charlm_study, regression_study
from toylab.experiments.regression_study import RegressionStudy
from toylab.fits import isoflop, parametric, parametric_variants
from toylab.fits.envelope import envelope, linked
from toylab.fits.estimate import Estimate
from toylab.fits.optimal_scaling import OptimalScaling
from toylab.fits.parametric import Fit, Spread
from toylab.fits.parametric_diagnostics import diagnose
from toylab.fits.parametric_options import FitOptions
from toylab.fits.parametric_variants import Variant, VariantOptions
from toylab.fits.runs import Runs, runs_of
from toylab.laws import allocation
from toylab.laws.forms import FLOPS, Additive
from toylab.quantities import TWENTIETHS, format_scientific, ladder, parse_number
from toylab.simulation.isoflop_study import SimulatedStudy, Training, curves
from ui.concepts.shared.approaches import Answers, answers, compared
from ui.concepts.shared.loss_surface import Surface, simulated_runs

DATA = {
    "simulated": "runs drawn from a law that you choose, so the right answer is known",
    "recorded": "real runs of the simplest learner, whose exponents theory knows",
    "language": "real runs of small language models, on and off their valleys",
    "yours": "a CSV of your own finished runs",
}
FORMS = {
    "free": "all five constants are fitted",
    "tied": "alpha = beta: size and data buy alike",
    "floor": "E is held at the value below",
}
BUDGETS = [
    format_scientific(C)
    for C in sorted({*ladder(4, 17, (1, 3)), *ladder(17, 27, TWENTIETHS), 5.76e23})
]
NOISES = ["0", "0.1", "0.2", "0.3", "0.5", "1", "2", "3"]  # percent of the loss
WIDTHS = ["1.5", "2", "3", "4", "6", "10", "20"]
TOLERANCES = ["1e-4", "1e-5", "1e-6", "1e-7", "1e-8", "2.2e-9"]
DELTAS = ["0.003", "0.01", "0.03", "0.1", "1"]
TILTS = ["0.02", "0.05", "0.1", "0.2", "0.3", "0.4"]
MANY = 400  # runs
SHOWN = 400  # resamples in the cloud
TABS = {  # by their keys in the link
    "trust": "Can it be trusted?",
    "variants": "Break the fit",
    "approaches": "Three approaches, one study",
    "data": "Where to find runs",
}
ALT = {  # constant: a chart whose text changes is drawn anew; the sentences below it change
    "residuals": "Residuals in percent of the loss against parameters on a log axis: even "
    "scatter about zero is noise, a bend means that the form does not hold. Hollow dots were "
    "left out. Warnings below the figure say what is wrong.",
    "cloud": "A on a log axis against alpha: each dot a fit to resampled runs. With noisy "
    "runs they form a long narrow cloud in which A rises with alpha: the two are known "
    "together, and neither by itself.",
    "breaks": "Tokens per parameter on a log axis that each recipe advises, one row a recipe: "
    "those outside the band, the 95 % interval of the right fit, draw other advice from the "
    "same runs. The text names the furthest.",
    "approaches": "Exponent of the best size with its 95 % interval, one row an approach; a "
    "rule at the true one where it is known. An interval that misses the rule, or another "
    "interval, is wrong somewhere. The text says which.",
}
WELCOME = (
    "Choose a file of finished runs: one line a run, a header, and columns for the loss and "
    "two of parameters, tokens and FLOPs. Most spellings are understood, and you can correct "
    "which column is which. The file stays with this app."
)
PLACES = (
    "Public sets of runs to try, each a CSV to download and put in above:\n\n"
    "- [analyzing-chinchilla](https://github.com/epoch-research/analyzing-chinchilla): 245 of "
    "the runs in Figure 4 of Hoffmann et al., read off the figure by Besiroglu et al. Leave "
    "the five highest losses out, as they did.\n"
    "- [gemstone-scaling-laws](https://github.com/mcleish7/gemstone-scaling-laws): the same "
    "file, and runs of a study of widths and depths.\n\n"
    "They are not shipped here: the first has no licence."
)
THREE = (
    "Approach 1 takes the lowest learning curve at each amount of compute; approach 2 the "
    "bottoms of parabolas, with one curvature for all budgets; approach 3 the surface above. "
    "Intervals are 95 % bootstraps over curves, residuals and runs."
)


@dataclass(frozen=True)
class View(Surface):
    """The page's controls, as the link has them."""

    data: str = "simulated"
    noise: str = "0.5"  # percent
    sizes: int = 9
    width: str = "4"
    spoiled: int = 5
    seed: int = 0
    drop: int = 5
    at: str = "5.76e23"
    fitted: str = "free"
    floor: float = 1.8

    @cached_property
    def study(self) -> SimulatedStudy:
        """The simulated study."""
        return SimulatedStudy(
            sizes=self.sizes,
            width=float(self.width),
            noise=float(self.noise) / 100,
            spoiled=self.spoiled,
            seed=self.seed,
        )

    @property
    def recipe(self) -> FitOptions:
        """How to fit."""
        held = self.floor if self.fitted == "floor" else None
        return FitOptions(floor=held, tied=self.fitted == "tied")

    @property
    def flops(self) -> float:
        """The budget that is asked about."""
        return parse_number(self.at)

    @property
    def simulated(self) -> Runs:
        """The runs, where they are not the reader's own."""
        return simulated_runs(self.form, self.study)


@dataclass(frozen=True, eq=False)
class Answer:
    """The controls, with runs to fit."""

    asked: View
    every: Runs
    law: Additive | None = None  # behind the runs, where they are simulated
    known: Mapping[str, float] = field(default_factory=dict)  # constants and exponents a, b

    @property
    def long(self) -> bool:
        """Whether the fit and its resamples take seconds."""
        return len(self.every) > MANY

    @property
    def fit(self) -> Fit:
        """The surface. Refuses runs that determine none."""
        return _fitted(self.every, self.asked.drop, self.asked.recipe)

    @property
    def spread(self) -> Spread:
        """The same of resampled runs."""
        return _spread(self.every, self.asked.drop, self.asked.recipe)

    @property
    def doubts(self) -> tuple[str, ...]:
        """What speaks against it."""
        return diagnose(self.fit, self.spread, self.asked.flops)

    @property
    def residuals(self) -> pd.DataFrame:
        """What `charts.parametric.residuals` draws: percent of the loss, runs left out too."""
        loss = self.fit.form.loss(self.every.params, self.every.tokens)
        out = self.every.highest(self.asked.drop)
        return self.every.frame.assign(
            off=100 * (self.every.loss / loss - 1),
            kept=np.where(out, "left out", "fitted"),
        )

    @property
    def cloud(self) -> dict[str, pd.DataFrame]:
        """What `charts.parametric.cloud` draws."""
        drawn = pd.DataFrame(self.spread.constants[:SHOWN], columns=list(parametric.NAMES))
        best = self.fit.form
        truth = [] if self.law is None else [(self.law.A, self.law.alpha)]
        return {
            "drawn": drawn[["A", "B", "alpha", "beta"]],
            "best": pd.DataFrame({"A": [best.A], "alpha": [best.alpha]}),
            "truth": pd.DataFrame(truth, columns=["A", "alpha"], dtype=np.float64),
        }

    def breaks(self, chosen: "Chosen") -> list[Variant]:
        """The same runs under other recipes."""
        return _broken(self.every, self.asked.drop, self.asked.recipe, chosen.breaks)

    def advice(self, recipe: Variant) -> float:
        """Tokens per parameter that a recipe leads to; nan where none can be said."""
        return parametric_variants.ratio(recipe.form, self.asked.flops) if recipe.form else np.nan

    def broken(self, chosen: "Chosen") -> dict[str, pd.DataFrame]:
        """What `charts.parametric.breaks` draws: recipes from which a law came."""
        rows = [
            {"recipe": each.name, "why": each.why, "ratio": self.advice(each)}
            for each in self.breaks(chosen)
            if np.isfinite(self.advice(each))
        ]
        band = pd.DataFrame({"low": [self.ratio.low], "high": [self.ratio.high]})
        return {"recipes": pd.DataFrame(rows), "band": band}

    @property
    def best(self) -> Estimate:
        """The best size at the budget that is asked about."""
        return self.spread.params.at(self.asked.flops)

    @property
    def ratio(self) -> Estimate:
        """Tokens per parameter there: C / (6 N^2)."""
        product, best = self.asked.flops / FLOPS, self.best
        value, low, high = (product / N / N for N in (best.value, best.high, best.low))
        return Estimate(value, low, high)

    @cached_property
    def approaches(self) -> Answers:
        """How the best size grows by each approach, or why that one does not say."""
        return answers(
            {
                "1. envelope of curves": self._envelope,
                "2. isoFLOP profiles": lambda: isoflop.fit(self.fit.points).params,
                "3. one surface": lambda: self.spread.params,
            }
        )

    def _envelope(self) -> OptimalScaling:
        if self.law is None:
            return envelope(linked(self.fit.points)).trend
        return envelope(curves(self.law, self.asked.study, Training())).trend

    @property
    def compared(self) -> dict[str, pd.DataFrame]:
        """What `charts.parametric.approaches` draws."""
        return compared(self.approaches, self.known.get("a"))


@dataclass(frozen=True)
class Chosen:
    """What the reader gets wrong on purpose."""

    ftol: str = "1e-6"
    delta: str = "1"
    tilt: str = "0.1"
    restored: int = 5

    @property
    def breaks(self) -> VariantOptions:
        """The same as numbers."""
        return VariantOptions(float(self.ftol), float(self.delta), float(self.tilt), self.restored)


@dataclass(frozen=True)
class Source:
    """What goes with a choice of runs."""

    at: str
    drop: int


SOURCES = {  # ours are asked about near their end; of the reader's own none is left out
    "simulated": Source(View.at, View.drop),
    "recorded": Source("1e8", 0),
    "language": Source("1e12", 0),
    "yours": Source(View.at, 0),
}


@dataclass(frozen=True)
class Setup(View):
    """All that an experiment sets."""

    about: str = "trust"


def simulated(asked: View) -> Answer:
    """The answer for simulated runs."""
    a = allocation.exponent(asked.form)
    return Answer(asked, asked.simulated, asked.form, asdict(asked.form) | {"a": a, "b": 1 - a})


def recorded(asked: View) -> Answer:
    """The answer for our own runs."""
    if asked.data == "language":
        return Answer(asked, _language())
    return Answer(asked, _recorded(), known=RegressionStudy().theory)


def own(asked: View, found: Runs) -> Answer:
    """The answer for the reader's own."""
    return Answer(asked, found)


WANTED = {
    "params": "parameters",
    "tokens": "training tokens",
    "flops": "training FLOPs",
    "loss": "loss, nats/token",
}


@cache
def _recorded() -> Runs:
    return runs_of(runs.read(regression_study.RECORDED).frame)


@cache
def _language() -> Runs:
    frame = runs.read(charlm_study.RECORDED).frame
    return runs_of(frame[frame["language"] == "python"])


@lru_cache(maxsize=64)
def _fitted(every: Runs, drop: int, recipe: FitOptions) -> Fit:
    try:
        return parametric.fit(every.without_highest(drop), recipe)
    except ValueError as refusal:
        if not drop:
            raise
        left = f"of {len(every)} runs the {drop} of highest loss are left out"
        raise ValueError(f"{refusal}; {left}") from refusal


@lru_cache(maxsize=64)
def _spread(every: Runs, drop: int, recipe: FitOptions) -> Spread:
    return parametric.bootstrap(_fitted(every, drop, recipe))


@lru_cache(maxsize=16)
def _broken(every: Runs, drop: int, recipe: FitOptions, chosen: VariantOptions) -> list[Variant]:
    return parametric_variants.variants(every, _fitted(every, drop, recipe), chosen)

"""Controls of the parametric page, and the answer to them: a fitted surface and its tables."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache, cached_property, lru_cache

import numpy as np
import pandas as pd

from toylab.data import recorded
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
from toylab.fits.runs import Runs, highest, runs_of
from toylab.laws import allocation
from toylab.laws.forms import FLOPS, Additive
from toylab.quantities import TWENTIETHS, format_scientific, ladder, parse_number
from toylab.simulation.isoflop_study import SimulatedStudy, Training, curves
from toylab.tables import columns, training_runs
from toylab.tables.csv_reader import CsvTable
from ui.concepts.shared import loss_surface
from ui.concepts.shared.approaches import Answers, answers, compared
from ui.concepts.shared.loss_surface import Surface, not_simulated, simulated_runs
from ui.controls import Presets
from ui.knobs import knob

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
SURFACE, RESIDUALS, CLOUD = "Surface", "Residuals", "B and beta"  # the figures
ALT = {  # constant: a chart whose text changes is drawn anew; the sentences below it change
    "surface": "The fitted surface over parameters and tokens on log axes: lines of equal loss, "
    "the runs as dots, hollow where they were left out, and the line of the best splits. The text "
    "says which split is best for the budget that is asked about.",
    "residuals": "Residuals in percent of the loss against parameters on a log axis: even "
    "scatter about zero is noise, a bend means that the form does not hold. Hollow dots were "
    "left out. Warnings below the figure say what is wrong.",
    "cloud": "B on a log axis against beta: each dot a fit to resampled runs. With noisy "
    "runs they form a long narrow cloud in which B rises with beta: the two are known "
    "together, and neither by itself.",
    "variants": "Tokens per parameter on a log axis that each recipe advises, one row a recipe: "
    "those outside the band, the 95 % interval of the right fit, draw other advice from the "
    "same runs. The text names the furthest.",
    "outer": "Residuals in percent of the loss against tokens per parameter on a log axis: hollow "
    "dots without the outer exponent, filled dots with it. Where k helps, the hollow dots bend and "
    "the filled ones do not. The text has the sizes of both.",
    "approaches": "Exponent of the best size with its 95 % interval, one row an approach; a "
    "rule at the true one where it is known. An interval that misses the rule, or another "
    "interval, is wrong somewhere. The text says which.",
}


@dataclass(frozen=True)
class Source:
    """The values that go with a choice of runs."""

    at: str
    drop: int


AT, DROP = "5.76e23", 5
SOURCES = {  # ours are asked about near their end; of the reader's own none is left out
    "simulated": Source(AT, DROP),
    "recorded": Source("1e8", 0),
    "language": Source("1e12", 0),
    "yours": Source(AT, 0),
}


@dataclass(frozen=True)
class Controls(Surface):
    """The page's controls, as the link has them."""

    data: str = knob("simulated", "Runs", DATA, then=SOURCES)
    noise: str = knob("0.5", "Noise, % of the loss", NOISES, gone=not_simulated)
    spoiled: int = knob(5, "Spoiled runs", (0, 20), gone=not_simulated)
    drop: int = knob(DROP, "Leave out the highest losses", (0, 40))
    at: str = knob(AT, "Asked about, FLOPs", BUDGETS)
    fitted: str = knob("free", "What is fitted", FORMS, more=True)
    floor: float = knob(1.8, "E, where it is held", (0.0, 10.0, 0.05), more=True, typed=True)
    sizes: int = knob(9, "Sizes at each budget", (3, 25), more=True, gone=not_simulated)
    width: str = knob("4", "Grid: factor to either side", WIDTHS, more=True, gone=not_simulated)
    seed: int = knob(0, "Seed", (0, 9999), more=True, typed=True, gone=not_simulated)

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
    def kind(self) -> str:
        """The kind of the runs."""
        return self.data if self.data in ("simulated", "yours") else "recorded"

    @property
    def own(self) -> bool:
        """True where the runs are the reader's own."""
        return self.data == "yours"

    @property
    def options(self) -> FitOptions:
        """The options of the fit."""
        held = self.floor if self.fitted == "floor" else None
        return FitOptions(fixed_E=held, equal_exponents=self.fitted == "tied")

    @property
    def flops(self) -> float:
        """The budget that is asked about."""
        return parse_number(self.at)

    @property
    def simulated(self) -> Runs:
        """Runs of the simulated study."""
        return simulated_runs(self.form, self.study)


@dataclass(frozen=True, eq=False)
class Answer:
    """The controls, with runs to fit."""

    controls: Controls
    runs: Runs  # all of them, those too that the fit leaves out
    law: Additive | None = None  # behind the runs, where they are simulated
    known: Mapping[str, float] = field(default_factory=dict)  # constants and exponents a, b
    notes: tuple[str, ...] = ()  # on the file that they came from

    @property
    def long(self) -> bool:
        """True where the fit and its resamples take seconds."""
        return len(self.runs) > MANY

    @property
    def fit(self) -> Fit:
        """The surface. Refuses runs that determine none."""
        return _fitted(self.runs, self.controls.drop, self.controls.options)

    @property
    def spread(self) -> Spread:
        """The same of resampled runs."""
        return _spread(self.runs, self.controls.drop, self.controls.options)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences on what speaks against the fit."""
        return diagnose(self.fit, self.spread, self.controls.flops)

    @property
    def residuals(self) -> pd.DataFrame:
        """The table of the chart of residuals: percent of the loss, runs left out too."""
        loss = self.fit.form.loss(self.runs.params, self.runs.tokens)
        out = highest(self.runs.loss, self.controls.drop)
        return self.runs.frame.assign(
            off=100 * (self.runs.loss / loss - 1),
            kept=np.where(out, "left out", "fitted"),
        )

    def variants(self, chosen: "VariantControls") -> list[Variant]:
        """The same runs under other recipes."""
        return _variants(self.runs, self.controls.drop, self.controls.options, chosen.options)

    def advice(self, variant: Variant) -> float:
        """Tokens per parameter that a recipe leads to; nan where none can be said."""
        C = self.controls.flops
        return parametric_variants.ratio(variant.form, C) if variant.form else np.nan

    def advised(self, chosen: "VariantControls") -> dict[str, pd.DataFrame]:
        """The tables of the chart of variants: recipes from which a law came."""
        rows = [
            {"recipe": variant.name, "why": variant.why, "ratio": self.advice(variant)}
            for variant in self.variants(chosen)
            if np.isfinite(self.advice(variant))
        ]
        band = pd.DataFrame({"low": [self.ratio.low], "high": [self.ratio.high]})
        return {"recipes": pd.DataFrame(rows), "band": band}

    @property
    def best(self) -> Estimate:
        """The best size at the budget that is asked about."""
        return self.spread.params.at(self.controls.flops)

    @property
    def ratio(self) -> Estimate:
        """Tokens per parameter there: C / (6 N^2)."""
        product, best = self.controls.flops / FLOPS, self.best
        value, low, high = (product / N / N for N in (best.value, best.high, best.low))
        return Estimate(value, low, high)

    @cached_property
    def approaches(self) -> Answers:
        """The growth of the best size by each approach, or why that one does not say."""
        return answers(
            {
                "1. envelope of curves": self._envelope,
                "2. isoFLOP profiles": lambda: isoflop.fit(self.fit.runs).params,
                "3. one surface": lambda: self.spread.params,
            }
        )

    def _envelope(self) -> OptimalScaling:
        if self.law is None:
            return envelope(linked(self.fit.runs)).scaling
        return envelope(curves(self.law, self.controls.study, Training())).scaling

    @property
    def compared(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart of approaches."""
        return compared(self.approaches, self.known.get("a"))


@dataclass(frozen=True)
class VariantControls:
    """The controls of what the reader gets wrong on purpose."""

    ftol: str = knob("1e-6", "Tolerance of L-BFGS", TOLERANCES)
    delta: str = knob("1", "Huber delta, nats", DELTAS)
    tilt: str = knob("0.1", "Weight of runs above the fit", TILTS)
    restored: int = knob(5, "Left-out runs put back", (0, 40))

    @property
    def options(self) -> VariantOptions:
        """The same as numbers."""
        return VariantOptions(float(self.ftol), float(self.delta), float(self.tilt), self.restored)


@dataclass(frozen=True)
class Experiment(Controls):
    """All that an experiment sets."""

    about: str = "trust"
    figure: str = RESIDUALS


def presets(controls: Controls) -> Presets | tuple[()]:
    """The published laws to draw runs from, where runs are drawn."""
    return loss_surface.presets(controls) if controls.data == "simulated" else ()


OwnTable = tuple[CsvTable, dict[str, str | None]]  # a file, and the name of each column


def answer(controls: Controls, upload: OwnTable | None = None) -> Answer | None:
    """The answer for the runs that are chosen; None for the reader's own without a file."""
    if controls.own:
        return _own(controls, *upload) if upload else None
    return real(controls) if controls.kind == "recorded" else simulated(controls)


@lru_cache(maxsize=64)
def simulated(controls: Controls) -> Answer:
    """The answer for simulated runs."""
    a, form = allocation.exponent(controls.form), controls.form
    return Answer(controls, controls.simulated, form, asdict(form) | {"a": a, "b": 1 - a})


@lru_cache(maxsize=64)
def real(controls: Controls) -> Answer:
    """The answer for runs that were recorded."""
    if controls.data == "language":
        return Answer(controls, _language())
    return Answer(controls, _recorded(), known=RegressionStudy().theory)


def _own(controls: Controls, table: CsvTable, chosen: dict[str, str | None]) -> Answer:
    converted = training_runs.convert(table, columns.Columns(**chosen))
    return Answer(controls, converted.runs, notes=tuple(converted.notes))


@cache
def _recorded() -> Runs:
    return runs_of(recorded.read(regression_study.RECORDED).frame)


@cache
def _language() -> Runs:
    frame = recorded.read(charlm_study.RECORDED).frame
    return runs_of(frame[frame["language"] == "python"])


@lru_cache(maxsize=64)
def _fitted(runs: Runs, drop: int, options: FitOptions) -> Fit:
    try:
        return parametric.fit(runs.without_highest(drop), options)
    except ValueError as refusal:
        if not drop:
            raise
        left = f"of {len(runs)} runs the {drop} of highest loss are left out"
        raise ValueError(f"{refusal}; {left}") from refusal


@lru_cache(maxsize=64)
def _spread(runs: Runs, drop: int, options: FitOptions) -> Spread:
    return parametric.bootstrap(_fitted(runs, drop, options))


@lru_cache(maxsize=16)
def _variants(runs: Runs, drop: int, options: FitOptions, chosen: VariantOptions) -> list[Variant]:
    return parametric_variants.variants(runs, _fitted(runs, drop, options), chosen)

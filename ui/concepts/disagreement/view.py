"""Controls of the page on the disagreement, and the tables of its stairs and its two bends."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from toylab.laws import disagreement, published
from toylab.laws.disagreement import STAIRCASE
from toylab.laws.forms import Additive
from toylab.laws.law import Law
from toylab.quantities import format_count, format_scientific, ladder, parse_number
from ui.concepts.disagreement import charts
from ui.knobs import knob
from ui.labels import Axes, Labels, Point

FINE = 121
TOP = len(STAIRCASE) - 1
SHORT = ("Kaplan's set-up", "last layer", "warm-up", "decay", "tuning")  # of each step
EXPONENTS, STEPS = (0.3, 1.0), (4.4, -0.8)  # the axes of the stairs; the first step is on top
CURVES = {"counting": "without embeddings", "floor": "of the loss"}
COMPUTE = [format_scientific(c) for c in ladder(12, 26, (1, 2, 5))]
SIZES = [format_count(n) for n in ladder(5, 13, (1, 2, 5))]
KAPLAN = published.KAPLAN_N.form
SURFACES = {law.name: law for law in published.SURFACES}
SURFACE_TITLES = {law.name: law.title for law in published.SURFACES}
ALT = {  # constant: a chart whose text changes is drawn anew; the sentences below it change
    "stairs": "The exponent of model size against compute, one row a fix, as far as the fixes "
    "are made: stairs that begin with Kaplan's set-up. The text says by how much each moved it.",
    "counting": "The local exponent against compute, parameters counted without embeddings: a "
    "hump between a high limit for small models and a low one for large models, so a line "
    "through small runs is too steep for large ones.",
    "floor": "The local slope of the loss against parameters: with the floor left in it falls "
    "from alpha towards zero, so a line through larger models has a smaller exponent. Without "
    "the floor it is alpha everywhere.",
}
STAIRS = "The exponent a of N ~ C^a, measured anew after each fix"
COMMAND = "python -m toylab laws hoffmann-3-full kaplan"
STAIRS_MADE = (
    "From the result tables released with the paper. Filled: RefinedWeb; hollow: OpenWebText2. "
    "Bars are 95 % intervals on RefinedWeb."
)
COUNTING = "Frontier of $N_T = N + wN^{1/3}$ under the law chosen"
COUNTING_MADE = (
    "The size without embeddings that minimises the loss of all parameters, along a budget "
    "counted without embeddings; its slope on log axes. Nothing is trained."
)
FLOOR = "$-d\\ln L/d\\ln N$ with endless data"
FLOOR_MADE = "The law's loss with its floor left in, and its slope on log axes."
BENDS = {  # of a bend: what x is, whether it counts, its ends; what y is, its ends
    "counting": charts.Axes(
        "Training FLOPs, without embeddings", False, (1e11, 1e27), "Local exponent a", (0.4, 1.05)
    ),
    "floor": charts.Axes("Parameters", True, (1e5, 1e13), "Local slope of the loss", (0.0, 0.4)),
}


@dataclass(frozen=True)
class Controls:
    """The controls of the stairs, as the link has them."""

    step: int = knob(0, "Fixes made", (0, TOP))

    @property
    def done(self) -> bool:
        """True once every fix has been seen."""
        return self.step == TOP

    def stairs(self, guess: float | None = None) -> dict[str, pd.DataFrame]:
        """The tables of the chart of the stairs, as far as they are climbed; and a guess."""
        made = disagreement.stairs().iloc[: self.step + 1]
        path = [(made["exponent"].iloc[0], 0.0)]
        for step, exponent in zip(made["step"][1:], made["exponent"][1:], strict=True):
            path += [(path[-1][0], float(step)), (exponent, float(step))]
        return {
            "stairs": made,
            "path": pd.DataFrame(path, columns=["exponent", "step"]).assign(order=range(len(path))),
            "names": _names(made, path, guess),
        }

    @property
    def table(self) -> pd.DataFrame:
        """The staircase with its explanations, to carry away."""
        return disagreement.stairs().assign(why=[step.why for step in STAIRCASE])


@dataclass(frozen=True)
class Surface:
    """The law that a bend is computed from."""

    law: str = knob("hoffmann-3-full", "Law behind it", SURFACE_TITLES)

    @property
    def source(self) -> Law[Additive]:
        """The law with its source."""
        return SURFACES[self.law]

    @property
    def form(self) -> Additive:
        """Its form, with its constants."""
        return self.source.form


@dataclass(frozen=True)
class Counting(Surface):
    """The controls of the tab on counting."""

    compute: tuple[str, str] = knob(("1e13", "5e20"), "Your runs, FLOPs, from and to", COMPUTE)

    @cached_property
    def span(self) -> tuple[float, float]:
        """The range of compute, FLOPs."""
        return _ends("Your runs, FLOPs", *self.compute)

    @cached_property
    def fitted(self) -> float:
        """The exponent of a straight line through that range."""
        return disagreement.fitted_exponent(self.form, self.span)

    @property
    def bend(self) -> dict[str, pd.DataFrame]:
        """The tables of a bend: the local exponent against compute, without embeddings."""
        compute = np.geomspace(*BENDS["counting"].across, FINE)
        slopes = disagreement.local_exponent(self.form, disagreement.sizes(self.form, compute))
        small, large = disagreement.limits(self.form)
        limits = {"small models": small, "large models": large}
        fitted = pd.DataFrame({"x": self.span, "slope": self.fitted})
        return _bend("counting", pd.DataFrame({"x": compute, "slope": slopes}), limits, fitted)


@dataclass(frozen=True)
class Floor(Surface):
    """The controls of the tab on the floor."""

    sizes: tuple[str, str] = knob(("100M", "10B"), "Your runs, parameters, from and to", SIZES)

    @cached_property
    def reach(self) -> tuple[float, float]:
        """The range of sizes, parameters."""
        return _ends("Your runs, parameters", *self.sizes)

    @cached_property
    def slope(self) -> float:
        """The exponent of a power law without a floor through that range."""
        return disagreement.slope_without_floor(self.form, self.reach)

    @property
    def bend(self) -> dict[str, pd.DataFrame]:
        """The tables of a bend: the local slope of the loss against parameters."""
        params = np.geomspace(*BENDS["floor"].across, FINE)
        slopes = disagreement.local_slope(self.form, params)
        limits = {
            f"above its floor: {self.form.alpha:g}": self.form.alpha,
            f"Kaplan's {KAPLAN.exponent:g}": KAPLAN.exponent,
        }
        fitted = pd.DataFrame({"x": self.reach, "slope": self.slope})
        return _bend("floor", pd.DataFrame({"x": params, "slope": slopes}), limits, fitted)


@dataclass(frozen=True)
class CountingExperiment(Counting):
    """All that an experiment on counting sets."""

    about: str = "counting"


@dataclass(frozen=True)
class FloorExperiment(Floor):
    """All that an experiment on the floor sets."""

    about: str = "floor"


def _names(made: pd.DataFrame, path: list[Point], guess: float | None) -> pd.DataFrame:
    """Names of the steps and of the other data, with their places."""
    labels = Labels(Axes(EXPONENTS, STEPS, log=(False, False)))
    labels.keep_off(path)
    for step, *ends in made[["step", "low", "high"]].to_numpy(float):
        labels.keep_off([(end, step) for end in ends])
    if guess:
        labels.keep_off([(guess, step) for step in STEPS])
        labels.keep_guess((guess, STEPS[1]), line=True)
    points: dict[str, Point] = {}
    for step, exponent, second in made[["step", "exponent", "second"]].to_numpy(float):
        points[f"{SHORT[int(step)]}: {exponent:.3f}"] = (exponent, step)
        points["on OpenWebText2" if step == 0 else f"{second} at {step}"] = (second, step)
    steps = [name for name in points if ":" in name]
    labels.name_points(points, [*steps, "on OpenWebText2"], steps, (9, 9))
    return labels.table


def _bend(
    name: str, curve: pd.DataFrame, limits: dict[str, float], fitted: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """The tables of a bend, and where its lines are named."""
    axes = BENDS[name]
    labels = Labels(Axes(axes.across, axes.up, log=(True, False)))
    mine = list(curve[["x", "slope"]].itertuples(index=False, name=None))
    line = list(fitted[["x", "slope"]].itertuples(index=False, name=None))
    rules = {label: [(x, slope) for x in axes.across] for label, slope in limits.items()}
    labels.name_lines({f"your line: {line[0][1]:.3f}": line, CURVES[name]: mine, **rules})
    return {
        "curve": curve,
        "limits": pd.DataFrame({"slope": list(limits.values())}),
        "fitted": fitted,
        "names": labels.table,
    }


def _ends(control: str, low: str, high: str) -> tuple[float, float]:
    if low == high:
        raise ValueError(f"{control}: a line needs two different ends, got {low} twice")
    return parse_number(low), parse_number(high)

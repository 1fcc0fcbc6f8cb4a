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
from ui.knobs import UNSET, Values, knob

FINE = 121
TOP = len(STAIRCASE) - 1
NAMES = tuple(step.name for step in STAIRCASE)
COMPUTE = [format_scientific(c) for c in ladder(12, 26, (1, 2, 5))]
SIZES = [format_count(n) for n in ladder(5, 13, (1, 2, 5))]
KAPLAN = published.KAPLAN_N.form
SURFACES = {law.name: law for law in published.SURFACES}
SURFACE_TITLES = {law.name: law.title for law in published.SURFACES}
ALT = {  # constant: a chart whose text changes is drawn anew; the sentences below it change
    "stairs": "The exponent of model size against compute, one row a fix, as far as you have "
    "climbed from Kaplan's set-up: each fix lowers it. The text says by how much, and why.",
    "counting": "The local exponent against compute, parameters counted without embeddings: a "
    "hump between a high limit for small models and a low one for large models, so a line "
    "through small runs is too steep for large ones.",
    "floor": "The local slope of the loss against parameters: with the floor left in it falls "
    "from alpha towards zero, so a line through larger models has a smaller exponent. Without "
    "the floor it is alpha everywhere.",
}
STAIRS = "The exponent a of N ~ C^a, measured anew after each fix"
STAIRS_MADE = (
    "From the result tables released with the paper. Filled: RefinedWeb; hollow: OpenWebText2. "
    "We have 95 % intervals of the first and the last step only."
)
GUESSES = [f"{hundredths / 100:.2f}" for hundredths in range(30, 101)]
COUNTING = "Frontier of $N_T = N + wN^{1/3}$ under the law chosen"
COUNTING_MADE = (
    "The size without embeddings that minimises the loss of all parameters, along a budget "
    "counted without embeddings; its slope on log axes. Nothing is trained."
)
FLOOR = "$-d\\ln L/d\\ln N$ with endless data"
FLOOR_MADE = "The law's loss with its floor left in, and its slope on log axes."
COUNTING_TITLES = (
    ("x", "Training FLOPs, without embeddings"),
    ("y", "Local exponent a"),
    ("counts", ""),
    ("curve", "without embeddings"),
    ("fitted", "one straight line through your range"),
    ("limits", "limits"),
)
FLOOR_TITLES = (
    ("x", "Parameters"),
    ("y", "Local slope of the loss"),
    ("counts", "yes"),
    ("curve", "of the loss"),
    ("fitted", "one straight line through your range"),
    ("limits", "of the loss above its floor"),
)


def _climbing(values: Values) -> bool:
    """True once a fix has been seen, so that a guess would come too late."""
    return int(values["step"]) > 0


@dataclass(frozen=True)
class Climb:
    """Controls of the stairs: the fixes made, and the reader's guess before the first."""

    step: int = knob(0, "Fixes made", (0, TOP))
    guess: str = knob(
        UNSET,
        "Your guess of what is left",
        [UNSET, *GUESSES],
        off=_climbing,
        help="Set it before the first fix; go back to none to change it.",
    )


@dataclass(frozen=True)
class Counting:
    """Controls of the section on counting."""

    law: str = knob("hoffmann-3-full", "Law behind it", SURFACE_TITLES)
    compute: tuple[str, str] = knob(("1e13", "5e20"), "Your runs, FLOPs, from and to", COMPUTE)


@dataclass(frozen=True)
class Floor:
    """Controls of the section on the floor."""

    sizes: tuple[str, str] = knob(("100M", "10B"), "Your runs, parameters, from and to", SIZES)


@dataclass(frozen=True)
class Controls(Floor, Counting, Climb):
    """The page's controls, as the link has them."""

    @property
    def source(self) -> Law[Additive]:
        """The law that both bends are computed from."""
        return SURFACES[self.law]

    @property
    def form(self) -> Additive:
        """Its form, with its constants."""
        return self.source.form

    @property
    def guessed(self) -> float | None:
        """The reader's guess of the exponent; None where none was made."""
        return None if self.guess == UNSET else float(self.guess)

    @property
    def done(self) -> bool:
        """True once every fix has been seen."""
        return self.step == TOP

    @cached_property
    def span(self) -> tuple[float, float]:
        """The range of compute, FLOPs."""
        return _ends("Your runs, FLOPs", *self.compute)

    @cached_property
    def fitted(self) -> float:
        """The exponent of a straight line through that range."""
        return disagreement.fitted_exponent(self.form, self.span)

    @cached_property
    def reach(self) -> tuple[float, float]:
        """The range of sizes, parameters."""
        return _ends("Your runs, parameters", *self.sizes)

    @cached_property
    def slope(self) -> float:
        """The exponent of a power law without a floor through that range."""
        return disagreement.slope_without_floor(self.form, self.reach)

    @property
    def stairs(self) -> pd.DataFrame:
        """The staircase as far as it is climbed."""
        return disagreement.stairs().iloc[: self.step + 1]

    @property
    def counting(self) -> dict[str, pd.DataFrame]:
        """The tables of a bend: the local exponent against compute, without embeddings."""
        compute = np.geomspace(1e11, 1e27, FINE)
        sizes = disagreement.sizes(self.form, compute)
        small, large = disagreement.limits(self.form)
        slopes = disagreement.local_exponent(self.form, sizes)
        return {
            "curve": pd.DataFrame({"x": compute, "slope": slopes}),
            "limits": _named({"small models": small, "large models": large}),
            "fitted": pd.DataFrame({"x": self.span, "slope": self.fitted}),
        }

    @property
    def floor(self) -> dict[str, pd.DataFrame]:
        """The tables of a bend: the local slope of the loss against parameters."""
        params = np.geomspace(1e5, 1e13, FINE)
        slopes = disagreement.local_slope(self.form, params)
        limits = {
            f"alpha = {self.form.alpha:g}": self.form.alpha,
            f"Kaplan's {KAPLAN.exponent:g}": KAPLAN.exponent,
        }
        return {
            "curve": pd.DataFrame({"x": params, "slope": slopes}),
            "limits": _named(limits),
            "fitted": pd.DataFrame({"x": self.reach, "slope": self.slope}),
        }

    @property
    def table(self) -> pd.DataFrame:
        """The staircase with its explanations, to carry away."""
        return disagreement.stairs().assign(why=[step.why for step in STAIRCASE])


def _ends(control: str, low: str, high: str) -> tuple[float, float]:
    if low == high:
        raise ValueError(f"{control}: a line needs two different ends, got {low} twice")
    return parse_number(low), parse_number(high)


def _named(slopes: dict[str, float]) -> pd.DataFrame:
    return pd.DataFrame({"name": list(slopes), "slope": list(slopes.values())})

"""The staircase and the two bends: what "Why did they disagree?" asks, answered."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from toylab.laws import disagreement, published
from toylab.laws.disagreement import STAIRCASE
from toylab.laws.forms import Additive
from toylab.quantities import format_count, format_scientific, format_share, ladder, parse_number

FINE = 121
TOP = len(STAIRCASE) - 1
NAMES = tuple(step.name for step in STAIRCASE)
COMPUTE = [format_scientific(c) for c in ladder(12, 26, (1, 2, 5))]
SIZES = [format_count(n) for n in ladder(5, 13, (1, 2, 5))]
SURFACES = {law.name: law for law in published.SURFACES}
SURFACE_WORDS = {law.name: law.title for law in published.SURFACES}
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
COUNTING = "Frontier of $N_T = N + wN^{1/3}$ under the law chosen"
COUNTING_MADE = (
    "The size without embeddings that minimises the loss of all parameters, along a budget "
    "counted without embeddings; its slope on log axes. Nothing is trained."
)
FLOOR = "$-d\\ln L/d\\ln N$ with endless data"
FLOOR_MADE = "The law's loss with its floor left in, and its slope on log axes."
COUNTING_WORDS = (
    ("x", "Training FLOPs, without embeddings"),
    ("y", "Local exponent a"),
    ("counts", ""),
    ("curve", "without embeddings"),
    ("fitted", "one straight line through your range"),
    ("limits", "limits"),
)
FLOOR_WORDS = (
    ("x", "Parameters"),
    ("y", "Local slope of the loss"),
    ("counts", "yes"),
    ("curve", "of the loss"),
    ("fitted", "one straight line through your range"),
    ("limits", "of the loss above its floor"),
)


@dataclass(frozen=True, eq=False)
class Bend:
    """A slope that drifts, and the one number that a straight line through it gives."""

    tables: dict[str, pd.DataFrame]  # what `charts.disagreement.bend` draws
    words: tuple[tuple[str, str], ...]  # for its axes and legend
    alt: str
    number: str  # the slope of the straight line
    said: str


@dataclass(frozen=True)
class View:
    """The page's controls, as the link has them."""

    guess: float = 0.65
    step: int = 0
    law: str = "hoffmann-3-full"
    compute: tuple[str, str] = ("1e13", "5e20")
    sizes: tuple[str, str] = ("100M", "10B")

    @cached_property
    def form(self) -> Additive:
        """The law that both bends are computed from."""
        return SURFACES[self.law].form

    @property
    def source(self) -> published.Law[Additive]:
        """Who published it."""
        return SURFACES[self.law]

    @property
    def stairs(self) -> pd.DataFrame:
        """The staircase as far as it is climbed."""
        return disagreement.stairs().iloc[: self.step + 1]

    @property
    def now(self) -> str:
        """The exponent after the last fix."""
        return f"{STAIRCASE[self.step].refinedweb:.3f}"

    @property
    def fall(self) -> str | None:
        """What the last fix changed; None before the first."""
        change = self.stairs["change"].iloc[-1]
        return f"{change:+.3f} by the last fix" if self.step else None

    @property
    def done(self) -> bool:
        """Whether every fix has been seen."""
        return self.step == TOP

    @cached_property
    def span(self) -> tuple[float, float]:
        """The range of compute, FLOPs."""
        return _ends("Your runs, FLOPs", *self.compute)

    @cached_property
    def fitted(self) -> float:
        """The exponent of a straight line through that range."""
        return disagreement.fitted_exponent(self.form, self.span)

    @property
    def counting(self) -> Bend:
        """The local exponent against compute, counted without embeddings."""
        compute = np.geomspace(1e11, 1e27, FINE)
        sizes = disagreement.sizes(self.form, compute)
        small, large = disagreement.limits(self.form)
        slopes = disagreement.local_exponent(self.form, sizes)
        tables = {
            "curve": pd.DataFrame({"x": compute, "slope": slopes}),
            "limits": _named({"small models": small, "large models": large}),
            "fitted": pd.DataFrame({"x": self.span, "slope": self.fitted}),
        }
        number = f"{self.fitted:.2f}"
        return Bend(tables, COUNTING_WORDS, ALT["counting"], number, self.counted)

    @cached_property
    def reach(self) -> tuple[float, float]:
        """The range of sizes, parameters."""
        return _ends("Your runs, parameters", *self.sizes)

    @cached_property
    def slope(self) -> float:
        """The exponent of a power law without a floor through that range."""
        return disagreement.slope_without_floor(self.form, self.reach)

    @property
    def floor(self) -> Bend:
        """The local slope of the loss against parameters."""
        params = np.geomspace(1e5, 1e13, FINE)
        slopes = disagreement.local_slope(self.form, params)
        kaplan = {
            f"alpha = {self.form.alpha:g}": self.form.alpha,
            f"Kaplan's {KAPLAN.exponent:g}": KAPLAN.exponent,
        }
        tables = {
            "curve": pd.DataFrame({"x": params, "slope": slopes}),
            "limits": _named(kaplan),
            "fitted": pd.DataFrame({"x": self.reach, "slope": self.slope}),
        }
        return Bend(tables, FLOOR_WORDS, ALT["floor"], f"{self.slope:.3f}", self.bent)

    # --- in words ---------------------------------------------------------------------------

    @property
    def question(self) -> str:
        """What to guess, before the first fix is seen."""
        return (
            f"Kaplan printed {published.KAPLAN_SIZE.form.exponent:g}; his set-up, run again on "
            f"other data, gives a steeper **{STAIRCASE[0].refinedweb:.3f}**: with ten "
            f"times the compute, {10 ** STAIRCASE[0].refinedweb:.1f} times the model. It "
            f"has {TOP} things to mend. **Which exponent will be left?** Set your guess, then "
            "climb; it is scored at the end."
        )

    @property
    def story(self) -> str:
        """What the last fix was, and what it did."""
        if self.step == 0:
            return self.question
        step, change = STAIRCASE[self.step], self.stairs["change"].iloc[-1]
        return (
            f"**{step.name[0].upper()}{step.name[1:]}: {step.refinedweb:.3f}** "
            f"({change:+.3f}). {step.why}"
        ).replace("-0.", "\N{MINUS SIGN}0.")

    @property
    def verdict(self) -> str:
        """The guess against what all the fixes leave."""
        last, score = STAIRCASE[-1], disagreement.score(self.guess)
        assert last.interval is not None
        low, high = last.interval
        known = f"{last.refinedweb:.3f} (95 %: {low:.3f} to {high:.3f})"
        if score.inside:
            return f"Your guess: **{self.guess:.2f}**; the runs say {known}. **Right.**"
        side = "high" if score.gap > 0 else "low"
        more, factor = ("large", score.size_ratio) if score.gap > 0 else (
            "small", 1 / score.size_ratio
        )  # fmt: skip
        return (
            f"Your guess: **{self.guess:.2f}**; the runs say {known}. {abs(score.gap):.2f} too "
            f"{side}: with every ten times the compute your model would get another "
            f"{factor:.2f} times too {more}."
        )

    @property
    def record(self) -> tuple[str, str, str, str]:
        """For the journal: what was asked, the guess, the answer, the gap."""
        gap = disagreement.score(self.guess).gap
        return (
            "Which exponent is left when everything is mended?", f"{self.guess:.2f}",
            f"{STAIRCASE[-1].refinedweb:.3f}", f"{gap:+.2f}".replace("-", "\N{MINUS SIGN}"),
        )  # fmt: skip

    @property
    def counted(self) -> str:
        """What the counting of parameters does to the exponent."""
        few, many = (format_share(float(disagreement.embedding_share(N))) for N in (1e6, 1e9))
        top, there = disagreement.steepest(self.form)
        return (
            "Embeddings grow with a model's width, the rest with its cube: "
            f"$N_T = N + {disagreement.W:,.0f}\\,N^{{1/3}}$. In a model of "
            f"{format_count(1e6)} parameters without embeddings, {few} of all "
            f"parameters are embeddings; in one of {format_count(1e9)}, {many}. "
            "Count without them, and the best size seems to grow faster, up to an exponent of "
            f"{top:.2f} where embeddings are {format_share(there)} of all. "
            f"A straight line from {format_scientific(self.span[0])} to {format_scientific(self.span[1])} FLOPs "
            f"has slope **{self.fitted:.2f}**; the law behind it has "
            f"{disagreement.limits(self.form)[1]:.2f}, and Kaplan printed "
            f"{published.KAPLAN_SIZE.form.exponent:g}."
        )

    @property
    def bent(self) -> str:
        """What a floor does to the exponent of the loss."""
        ends = disagreement.local_slope(self.form, self.reach)
        return (
            f"The loss above its floor falls with slope {self.form.alpha:g} everywhere. The "
            f"loss itself falls with slope {ends[0]:.3f} at {self.sizes[0]} parameters and "
            f"{ends[1]:.3f} at {self.sizes[1]}; a power law without a floor, fitted between "
            f"them, has **{self.slope:.3f}**. So {self.form.alpha:g} and Kaplan's "
            f"{KAPLAN.exponent:g} are not two measurements of one thing: one is the slope of "
            "L \N{MINUS SIGN} E over all parameters, the other that of L over those without "
            "embeddings."
        )

    @property
    def table(self) -> pd.DataFrame:
        """The staircase with its explanations, to carry away."""
        return disagreement.stairs().assign(why=[step.why for step in STAIRCASE])


KAPLAN = published.KAPLAN_N.form


@dataclass(frozen=True)
class Counting:
    """What the section on counting asks."""

    law: str
    compute: tuple[str, str]


@dataclass(frozen=True)
class Floor:
    """What the section on the floor asks."""

    sizes: tuple[str, str]


def _ends(control: str, low: str, high: str) -> tuple[float, float]:
    if low == high:
        raise ValueError(f"{control}: a line needs two different ends, got {low} twice")
    return parse_number(low), parse_number(high)


def _named(slopes: dict[str, float]) -> pd.DataFrame:
    return pd.DataFrame({"name": list(slopes), "slope": list(slopes.values())})

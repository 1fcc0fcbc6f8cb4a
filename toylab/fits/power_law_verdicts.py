"""Verdicts on a power law: tests in order, each a sentence where it applies, and else nothing.

The first that applies is the verdict of `power_law_diagnostics`; where none does, the straight
line is believed.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from toylab.fits.contrasts import halves
from toylab.fits.estimate import Estimate
from toylab.fits.floored import Floored
from toylab.fits.lack_of_fit import LackOfFit
from toylab.fits.power_analysis import excludes_rivals, hidden
from toylab.fits.power_law import Level, Line, level
from toylab.quantities import format_fixed, format_number, format_share, plural

FEWEST_SIZES = 4
CARRIED = 0.25  # without the point that carries it, less than this share of the slope is left
PREFERRED = 0.9  # a floor fits better than a broken line in this share of resamples, or worse


@dataclass(frozen=True, eq=False)
class Case:
    """A fit with its lack-of-fit tests, and what a size counts, in words."""

    fit: LackOfFit
    line: Line
    of: str

    @property
    def error(self) -> str:
        """The word for what falls."""
        return self.fit.relevance.error

    @property
    def data(self) -> str:
        """The text of how many data there are: seeds at a size, or sizes."""
        sample = self.fit.data
        several = self.fit.relevance.seeds > 1
        return plural(sample.seeds, "seed") if several else plural(len(sample.x), "size")

    def number(self, value: float) -> str:
        """The text of a slope."""
        return format_fixed(value, self.fit.relevance.digits)

    def range(self, estimate: Estimate) -> str:
        """The text of the first slope of a sentence: -1.08 (95 %: -1.18 to -0.98)."""
        return estimate.text(self.number)

    def plain(self, estimate: Estimate) -> str:
        """The text of a later one."""
        return f"{self.number(estimate.value)} ({estimate.between(self.number)})"

    @property
    def half(self) -> int:
        """The sizes in each half."""
        return halves(self.fit.data.x)[0].stop

    @property
    def ending(self) -> str:
        """The beginning of a sentence on the slope of the last half."""
        return f"over the last {self.half} sizes the slope is"

    @property
    def bottom(self) -> Floored | Level:
        """The floor, with the fall to it where the data tell how steep that is."""
        fall = self.fit.floored
        return fall if fall.identified else level(self.fit.data, slice(-self.half, None))


def _too_little(case: Case) -> str:
    n, seeds, wanted = len(case.fit.data.x), case.fit.data.seeds, case.fit.relevance.seeds
    if n >= FEWEST_SIZES and seeds >= wanted:
        return ""
    if n < FEWEST_SIZES:
        return f"Too little to judge: {plural(n, 'size')}; it takes {FEWEST_SIZES}."
    return (
        f"Too little to judge: a size has {plural(seeds, 'good run')}; it takes {wanted} "
        "seeds at each."
    )


def _no_slope(case: Case) -> str:
    slope, x = case.line.slope, case.fit.data.x
    most = max(abs(slope.low), abs(slope.high)) * np.ptp(x)
    hardly = case.fit.relevance.hardly
    if not case.fit.straight or most >= math.log(hardly):
        return ""
    return (
        f"No slope: {case.range(slope)}. Over all of these sizes the {case.error} changes by "
        f"less than a factor of {hardly:g}."
    )


def _rise(case: Case) -> str:
    slope = case.line.slope
    return f"The {case.error} rises: slope {case.range(slope)}." if slope.low > 0 else ""


def _one_point(case: Case) -> str:
    slope = case.line.slope.value
    if case.line.slope.holds(0) or not case.fit.carried:
        return ""
    k, without = case.fit.carrier
    if without / slope >= CARRIED:
        return ""
    return (
        f"Not a power law: one point carries it. Without {case.of} = "
        f"{np.exp(case.fit.data.x[k]):,.0f} the slope is {case.number(without)}, with it "
        f"{format_fixed(slope, 2)}."
    )


def _floor(case: Case) -> str:
    tail, falls = case.fit.tail.estimate, case.fit.head.estimate.high < 0
    flattens = falls and case.fit.flattens and tail.low <= 0
    if not flattens or case.fit.floor_preferred < PREFERRED:
        return ""
    return (
        f"Not a power law: the {case.error} falls, then flattens to a floor near "
        f"{_small(case.bottom.E)}; {case.ending} {case.plain(tail)}. A straight line through "
        f"all of it would claim {case.plain(case.line.slope)}."
    )


def _unclear(case: Case) -> str:
    fit, slope = case.fit, case.line.slope
    if fit.straight and slope.holds(0):
        return f"Unclear: the slope {case.range(slope)} is consistent with zero."
    k, without = fit.carrier
    if fit.straight and without / slope.value < CARRIED:
        return (
            f"Unclear: without {case.of} = {np.exp(fit.data.x[k]):,.0f} the slope is "
            f"{case.number(without)}, with it {case.range(slope)}."
        )
    if fit.straight and not excludes_rivals(fit):
        unseen = hidden(fit)
        return (
            f"Unclear: slope {case.range(slope)}, but these data could hide a floor of "
            f"{format_share(unseen.floor)} of the last {case.error}, or a change of slope by "
            f"{case.number(unseen.change)}."
        )
    tail = fit.tail.estimate
    if fit.flattens and tail.low <= 0 and fit.floor_preferred > 1 - PREFERRED:
        return (
            f"Unclear: the fall flattens, from slope {case.number(fit.head.value)} over the "
            f"first {case.half} sizes to {case.range(tail)} over the last {case.half}: to a "
            "floor, or to a smaller slope. Larger sizes would decide."
        )
    return ""


def _bend(case: Case) -> str:
    if case.fit.straight:
        return ""
    return (
        "Not a power law: the points do not lie on a straight line. Over the first "
        f"{case.half} sizes the slope is {case.number(case.fit.head.value)}; {case.ending} "
        f"{case.range(case.fit.tail.estimate)}."
    )


TESTS: dict[str, Callable[[Case], str]] = {
    "too little": _too_little,
    "no slope": _no_slope,
    "rise": _rise,
    "one point": _one_point,
    "floor": _floor,
    "unclear": _unclear,
    "bend": _bend,
}


def _small(estimate: Estimate) -> str:
    """Like "4.5e-6 (95 %: 2.49e-6 to 6.74e-6)"."""
    return estimate.text(lambda x: format_number(x, 3))

"""Diagnosis of a power law: a straight line can be drawn through anything; this says whether to.

The tests run in the order of `TESTS`, and the first that applies gives the verdict: too little
data; a slope consistent with zero; a rise; one point that carries the slope; a fall that
flattens to a floor; an end too uncertain to tell; points that lie on no line. What passes them
all is a power law over the range that was measured, and no further.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from toylab.fits.estimate import Array, Estimate
from toylab.fits.power_law import Floored, Level, Line, Sample, floored, level, line, sample, slopes
from toylab.quantities import format_fixed

FEWEST_SIZES, FEWEST_SEEDS = 4, 5  # with fewer seeds a bootstrap's 95 % are not 95 %
HARDLY = 1.1  # a change by a smaller factor, from the first size to the last, is none
CARRIED = 0.25  # without the point that carries it, less than this share of the slope is left
FLATTENED = 0.5  # a last half with less than this share of the first half's slope is flat
FLAT_CONFIDENCE = 0.9  # the share of resamples in which it is, or it is no slope at all
BENT = 0.25  # the halves' slopes differ by this share of the whole's, and by more than chance
STRAIGHT = 0.9  # a line explains at least this share of the variance of log error
ASTRAY_ERRORS = 3.0  # points lie astray if further from the line than so many standard errors
ASTRAY_FACTOR = 1.25  # and than this factor


@dataclass(frozen=True)
class Diagnosis:
    """A line, the verdict on it, and the curve that may be drawn through the points."""

    kind: str  # one of TESTS, or power law
    sentence: str
    line: Line
    curve: Line | Floored | Level | None  # None where nothing has earned it

    @property
    def numbers(self) -> dict[str, Any]:
        """The verdict as plain numbers and words."""
        line = {"A": self.line.A, "slope": asdict(self.line.slope), "r2": self.line.r2}
        floor = None if isinstance(self.curve, Line | None) else asdict(self.curve.E)
        return {"kind": self.kind, "sentence": self.sentence, "line": line, "floor": floor}


@dataclass(frozen=True, eq=False)
class Case:
    """The evidence of the tests: the whole line, and its two halves, which share the middle."""

    data: Sample
    of: str  # what a size counts
    line: Line
    heads: tuple[float, Array]  # slope of the first half, and its resamples
    tails: tuple[float, Array]
    half: int  # sizes in each

    @property
    def tail(self) -> Estimate:
        """The slope of the last half."""
        return Estimate.of(*self.tails)

    @property
    def ending(self) -> str:
        """The beginning of a sentence on the slope of the last half."""
        return f"over the last {self.half} sizes the slope is"

    @property
    def bottom(self) -> Floored | Level:
        """The floor, with the fall to it where the data tell how steep that is."""
        fall = floored(self.data)
        return fall if fall.identified else level(self.data, slice(-self.half, None))


def diagnose(sizes: ArrayLike, errors: ArrayLike, *, of: str = "size") -> Diagnosis:
    """Fit and judge errors (seeds, sizes); `of` is what the size counts, in words.

    Raises:
        ValueError: as `power_law.sample` does.
    """
    data = sample(sizes, errors)
    half = len(data.x) // 2 + 1
    heads, tails = slopes(data, slice(half)), slopes(data, slice(-half, None))
    case = Case(data, of, line(data), heads, tails, half)
    for kind, test in TESTS.items():
        if sentence := test(case):
            return Diagnosis(kind, sentence, case.line, case.bottom if kind == "floor" else None)
    slope = case.line.slope
    return Diagnosis(
        "power law",
        f"A power law over this range: slope {_range(slope)} over {data.seeds} seeds. Each "
        f"doubling of the {of} multiplies the error by {2**slope.value:.2f}.",
        case.line,
        case.line,
    )


def _too_little(case: Case) -> str:
    n, seeds = len(case.data.x), case.data.seeds
    if n >= FEWEST_SIZES and seeds >= FEWEST_SEEDS:
        return ""
    return (
        f"Too little to judge: {n} sizes of at least {seeds} good runs each; it takes "
        f"{FEWEST_SIZES} sizes and {FEWEST_SEEDS} seeds."
    )


def _no_slope(case: Case) -> str:
    slope, x = case.line.slope, case.data.x
    if slope.holds(0):
        return f"No power law to see: the slope {_range(slope)} is consistent with zero."
    if abs(slope.value) * (x[-1] - x[0]) < np.log(HARDLY):
        return (
            "No power law to see: over all of these sizes the error changes by less than a "
            f"factor of {HARDLY:g}."
        )
    return ""


def _rise(case: Case) -> str:
    slope = case.line.slope
    return f"The error rises: slope {_range(slope)}." if slope.low > 0 else ""


def _one_point(case: Case) -> str:
    x, y, slope = case.data.x, case.data.y, case.line.slope.value
    rest = [np.flatnonzero(np.arange(len(x)) != k) for k in range(len(x))]
    without = [float(np.polyfit(x[keep], y[keep], 1)[0]) for keep in rest]
    k = int(np.argmin(np.divide(without, slope)))
    if without[k] / slope >= CARRIED:
        return ""
    return (
        f"Not a power law: one point carries it. Without {case.of} = {np.exp(x[k]):,.0f} the "
        f"slope is {format_fixed(without[k], 2)}, with it {format_fixed(slope, 2)}."
    )


def _floor(case: Case) -> str:
    (head, heads), (tail, tails) = case.heads, case.tails
    falls = head < 0 and tail > FLATTENED * head and case.tail.low <= 0
    sure = np.mean(tails > FLATTENED * heads) >= FLAT_CONFIDENCE or case.tail.high >= 0
    if not (falls and sure):
        return ""
    return (
        "Not a power law: the error falls, then flattens to a floor near "
        f"{_small(case.bottom.E)}; {case.ending} {_plain(case.tail)}. A straight line through "
        f"all of it would claim {_plain(case.line.slope)}."
    )


def _unclear(case: Case) -> str:
    if not case.tail.holds(0):
        return ""
    return (
        f"Not shown to be a power law: {case.ending} {_range(case.tail)}, perhaps nothing. "
        "More seeds would tell."
    )


def _no_line(case: Case) -> str:
    (head, heads), (tail, tails) = case.heads, case.tails
    change, slope = Estimate.of(tail - head, tails - heads), case.line.slope.value
    bent = not change.holds(0) and abs(tail - head) > BENT * abs(slope)
    off = case.data.y - np.log(case.line(np.exp(case.data.x)))
    size, own = np.sqrt(np.mean(off**2)), np.sqrt(np.mean(case.data.resampled.var(axis=0)))
    astray = size > max(ASTRAY_ERRORS * own, np.log(ASTRAY_FACTOR))
    if not bent and not astray and case.line.r2 >= STRAIGHT:
        return ""
    return (
        "Not a power law: the points do not lie on a straight line. Over the first "
        f"{case.half} sizes the slope is {format_fixed(head, 2)}; {case.ending} "
        f"{_range(case.tail)}."
    )


TESTS: dict[str, Callable[[Case], str]] = {
    "too little": _too_little,
    "no slope": _no_slope,
    "rise": _rise,
    "one point": _one_point,
    "floor": _floor,
    "unclear": _unclear,
    "bend": _no_line,
}


def _range(estimate: Estimate) -> str:
    """The first estimate of a sentence, with its interval."""
    return _plain(estimate).replace("(", "(95 %: ")


def _plain(estimate: Estimate) -> str:
    """A later one."""
    value, low, high = (format_fixed(x, 2) for x in (estimate.value, estimate.low, estimate.high))
    return f"{value} ({low} to {high})"


def _small(estimate: Estimate) -> str:
    """Like "4.5e-6 (95 %: 2.49e-6 to 6.74e-6)"."""
    text = f"{estimate.value:.3g} (95 %: {estimate.low:.3g} to {estimate.high:.3g})"
    return text.replace("e-0", "e-")

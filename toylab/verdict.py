"""Is it a power law? A straight line can be drawn through anything; this says whether to.

The kinds of answer, in the order they are tried: too little data; a slope consistent with zero;
one point that carries the slope; a fall that flattens to a floor; a bend; and, cleared of all
these, a power law over the range that was measured.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from toylab.power_law import (
    Estimate,
    Floored,
    Line,
    Sample,
    floored,
    line,
    sample,
    slopes,
)

FEWEST_SIZES, FEWEST_SEEDS = 4, 3
CARRIED = 0.25  # without the point that carries it, less than this share of the slope is left
FLATTENED = 0.5  # the last half has less than this share of the first half's slope ...
CONFIDENCE = 0.9  # ... in this share of the resamples
BENT = 0.25  # the halves' slopes differ by this share of the whole's, and by more than chance


@dataclass(frozen=True)
class Verdict:
    """A line, what to think of it, and the floor under it if there is one."""

    kind: str  # too little, no slope, one point, floor, bend or power law
    sentence: str
    line: Line
    floor: Floored | None = None  # where the kind is floor

    @property
    def curve(self) -> Line | Floored | None:
        """What to draw through the points; None where no line has earned it."""
        return self.line if self.kind == "power law" else self.floor

    @property
    def numbers(self) -> dict[str, Any]:
        """The verdict as plain numbers and words."""
        line = {"A": self.line.A, "slope": asdict(self.line.slope), "r2": self.line.r2}
        floor = self.floor and {
            "E": asdict(self.floor.E), "A": self.floor.A, "slope": asdict(self.floor.slope),
        }  # fmt: skip
        return {"kind": self.kind, "sentence": self.sentence, "line": line, "floor": floor}


def judge(sizes: ArrayLike, errors: ArrayLike, *, of: str = "size") -> Verdict:
    """Fit and judge errors (seeds, sizes); `of` is what the size counts, in words.

    Raises:
        ValueError: as `power_law.sample` does.
    """
    data = sample(sizes, errors)
    law = line(data)
    slope, n = law.slope, len(data.x)
    shown = f"slope {_range(slope)}"
    if n < FEWEST_SIZES or data.seeds < FEWEST_SEEDS:
        return Verdict(
            "too little",
            f"Too little to judge: {n} sizes and {data.seeds} seeds, where {FEWEST_SIZES} and "
            f"{FEWEST_SEEDS} are the least.",
            law,
        )
    if slope.low <= 0 <= slope.high:
        return Verdict(
            "no slope",
            f"No power law to see: the {shown} is consistent with zero.",
            law,
        )
    size, without = _carrier(data)
    if without / slope.value < CARRIED:
        return Verdict(
            "one point",
            f"Not a power law: one point carries it. Without {of} = {size:,.0f} the slope is "
            f"{_number(without)}, with it {_number(slope.value)}.",
            law,
        )
    half = n // 2 + 1  # the halves share the middle
    (head, heads), (tail, tails) = (
        slopes(data, slice(half)),
        slopes(data, slice(n - half, n)),
    )
    ending = f"over the last {half} sizes the slope is {_range(Estimate.of(tail, tails))}"
    if head < 0 and np.mean(tails > FLATTENED * heads) >= CONFIDENCE:
        floor = floored(data)
        return Verdict(
            "floor",
            "Not a power law: the error falls, then flattens to a floor near "
            f"{_small(floor.E)}; {ending}. "
            f"A straight line through all of it would claim {_range(slope)}.",
            law,
            floor,
        )
    bend = Estimate.of(tail - head, tails - heads)
    if not bend.low <= 0 <= bend.high and abs(bend.value) > BENT * abs(slope.value):
        return Verdict(
            "bend",
            f"Not a power law: it bends. Over the first {half} sizes the slope is "
            f"{_number(head)}; {ending}.",
            law,
        )
    return Verdict(
        "power law",
        f"A power law over this range: {shown} over {data.seeds} seeds. Each doubling of the "
        f"{of} multiplies the error by {2**slope.value:.2f}.",
        law,
    )


def _carrier(data: Sample) -> tuple[float, float]:
    """The size whose removal changes the slope most, and the slope without it."""
    whole = slopes(data)[0]
    rest = [np.flatnonzero(np.arange(len(data.x)) != k) for k in range(len(data.x))]
    left = [np.polyfit(data.x[keep], data.y[keep], 1)[0] for keep in rest]
    k = int(np.argmax(np.abs(np.subtract(left, whole))))
    return float(np.exp(data.x[k])), float(left[k])


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")


def _small(estimate: Estimate) -> str:
    """Like "4.5e-6 [2.49e-6, 6.74e-6]"."""
    said = f"{estimate.value:.3g} [{estimate.low:.3g}, {estimate.high:.3g}]"
    return said.replace("e-0", "e-")


def _range(estimate: Estimate) -> str:
    low, high = _number(estimate.low), _number(estimate.high)
    return f"{_number(estimate.value)} [{low}, {high}]"

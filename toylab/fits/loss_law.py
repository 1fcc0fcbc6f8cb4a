"""Law of the loss in one variable: L(N), L(D) or L(C) from finished runs, with a verdict.

    L = A x^-a             no floor
    L = E + A x^-a         with a floor

The verdict is that of `power_law_diagnostics`, with the scatter of single runs. A forecast is
made by the curve that the verdict names. Its interval is one of prediction, for a single run;
unless the runs show their floor, it holds what a straight line leaves open, and what floors that
do not show would make of it. Where neither form holds there is none.
Coverage and error rates: tests/fits/test_loss_law.py.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from toylab.fits.estimate import Array, Estimate
from toylab.fits.floored import Floored, floored
from toylab.fits.goodness import Goodness
from toylab.fits.lack_of_fit import LOSSES
from toylab.fits.loss_runs import LossRuns
from toylab.fits.power_law import Level, Line
from toylab.fits.power_law_diagnostics import Diagnosis, judge
from toylab.fits.seed_medians import Sample
from toylab.fits.single_runs import sample_runs
from toylab.quantities import format_fixed, format_number

SYMBOLS = {"params": "N", "tokens": "D", "flops": "C"}
VERDICTS = {  # by the kind of a diagnosis, as a program reads them
    "power law": "power_law",
    "floor": "floor",
    "bend": "bend",
    "one point": "one_point",
    "no slope": "no_slope",
    "rise": "rise",
    "unclear": "unclear",
    "too little": "unclear",
}
LARGEST_LOG = 600.0  # ln L: a resample may point anywhere
FAR = 100.0  # times the largest size, or below the smallest: no forecast reaches so far


@dataclass(frozen=True, eq=False)
class LossLaw:
    """A law of the loss in params, tokens or flops, and the verdict on it."""

    runs: LossRuns
    data: Sample = field(repr=False)
    diagnosis: Diagnosis

    @property
    def symbol(self) -> str:
        """The law as it is written: L(N)."""
        return f"L({SYMBOLS[self.runs.quantity]})"

    @property
    def curve(self) -> Line | Floored | Level:
        """The curve that is drawn: with a floor where the runs show one."""
        return self.diagnosis.curve or self.diagnosis.line

    @property
    def determined(self) -> bool:
        """True where the runs determine the exponent: of a line that fits, or above a floor."""
        kind, curve = self.diagnosis.kind, self.curve
        straight = kind == "power law" or self.diagnosis.wanted is not None
        fits = straight or kind == "floor"
        return fits and not isinstance(curve, Level) and not curve.slope.holds(0)

    @property
    def exponent(self) -> Estimate | None:
        """a, above zero where the loss falls; None where the runs do not determine it."""
        if not self.determined or isinstance(self.curve, Level):
            return None
        slope = self.curve.slope
        return Estimate(-slope.value, -slope.high, -slope.low)

    @property
    def floor(self) -> Estimate | None:
        """E, where the runs show one."""
        return self.curve.E if isinstance(self.curve, Floored | Level) else None

    @cached_property
    def goodness(self) -> Goodness:
        """How well the curve fits the runs; by the line where there is no better curve."""
        curve = self.diagnosis.line if isinstance(self.curve, Level) else self.curve
        return Goodness.of(np.log(curve(self.runs.sizes) / self.runs.loss), self.runs.loss)

    @cached_property
    def _floored(self) -> Floored:
        return floored(self.data)

    def at(self, size: float) -> Estimate:
        """The loss of one run of a size, with its 95 % interval of prediction.

        Raises:
            ValueError: if the runs show no law, or the size is too far from theirs.
        """
        if isinstance(self.curve, Level) or not self.determined:
            raise ValueError(
                "no forecast: these runs follow neither a power law nor one above a floor"
            )
        low, high = float(self.runs.sizes.min()) / FAR, float(self.runs.sizes.max()) * FAR
        if not low <= size <= high:
            reach = format_number(low * FAR, 3), format_number(high / FAR, 3)
            raise ValueError(
                f"{format_number(size, 3)} {self.runs.quantity} are more than {FAR:g} times "
                f"beyond the runs, which have {reach[0]} to {reach[1]}"
            )
        curves: list[Floored | Line] = [
            self._floored,
            *([] if self.floor else [self.diagnosis.line]),
        ]
        ends = np.array([self._interval(curve, size) for curve in curves])
        return Estimate(float(self.curve(size)), float(ends[:, 0].min()), float(ends[:, 1].max()))

    def _interval(self, curve: Floored | Line, size: float) -> Array:
        """The 95 % interval of prediction by one curve, (2,)."""
        assert self.data.single is not None  # it is a sample of runs
        again = curve.draws(size)
        noisy = np.clip(again + self.data.single[: len(again)], -LARGEST_LOG, LARGEST_LOG)
        return np.asarray(np.exp(np.percentile(noisy, [2.5, 97.5])))


def fit(runs: LossRuns) -> LossLaw:
    """The law of runs in one variable.

    Raises:
        ValueError: if they have fewer than four different sizes.
    """
    data = sample_runs(runs.sizes, runs.loss)
    diagnosis = judge(data, of=SYMBOLS[runs.quantity], relevance=LOSSES)
    if isinstance(diagnosis.curve, Floored):
        sentence = _floor_sentence(diagnosis.curve)
        diagnosis = replace(diagnosis, sentence=sentence)
    return LossLaw(runs, data, diagnosis)


def _floor_sentence(curve: Floored) -> str:
    fall = Estimate(-curve.slope.value, -curve.slope.high, -curve.slope.low)
    return (
        "A power law above a floor: the loss falls to a floor of "
        f"{curve.E.text(lambda value: format_number(value, 3))}, and what is above it falls with "
        f"exponent {fall.text(lambda value: format_fixed(value, 2))}. A straight line does not fit."
    )

"""Compute ratio of a design over a baseline: how much more compute the same loss takes it.

    ln L = h - s ln C                                 of each design, through its means over seeds
    g(C) = ln L_design(C) - ln L_baseline(C)          the gap, a straight line in ln C, too
    ln m = g(C) / s_design                            m times the compute for the baseline's loss
    crossing: g(C) = 0

Above 1 it costs compute; its inverse is the design's compute-equivalent gain. The gap is
fitted to differences seed by seed, as seeds share their draws. Intervals are 95 %, Student's t
over seeds; where means lie off their line by more than seeds explain, the variance is that of the
misfit, with degrees of freedom in proportion. Losses keep their floors.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import Polynomial
from numpy.typing import ArrayLike

from toylab.fits.contrasts import EXACT, TWO_SIDED, quantile
from toylab.fits.estimate import Array, Estimate

REACH = 3.0  # times beyond the budgets: as far as a crossing is told
UNKNOWN = 1e3  # an interval that goes so many times up or down tells nothing


@dataclass(frozen=True, eq=False)
class LossLine:
    """A straight line of log loss, or of a log ratio of losses, in log compute."""

    flops: Array  # (budgets,) ascending
    line: Polynomial  # in ln C
    variance: Polynomial  # of its height, in ln C
    slope: Estimate  # -d ln L / d ln C, above zero where it falls
    df: float  # degrees of freedom of the variance

    def __call__(self, flops: ArrayLike) -> Array:
        """The loss, or the ratio, on the line."""
        return np.asarray(np.exp(self.line(np.log(flops))))

    @property
    def slope_variance(self) -> float:
        """The variance of the slope."""
        return float(self.variance.coef[2])


def fit(flops: ArrayLike, losses: ArrayLike) -> LossLine:
    """The line through losses (seeds, budgets); nan stands for a run that diverged.

    Raises:
        ValueError: if fewer than two budgets have two seeds with a loss.
    """
    C, y = np.asarray(flops, np.float64), np.asarray(losses, np.float64)
    good = np.isfinite(y) & (y > 0)
    use = [k for k in np.argsort(C) if good[:, k].sum() >= 2]
    if len(use) < 2:
        raise ValueError(f"a line needs two budgets at which two seeds ended well, got {len(use)}")
    C, y, good = C[use], y[:, use], good[:, use]
    y = np.log(y, out=np.full(y.shape, np.nan), where=good)
    means, seeds = np.nanmean(y, axis=0), good.sum(axis=0)
    x = np.log(C)
    off = x - x.mean()
    slope = float(off @ means / (off @ off))
    misfit = means - means.mean() - slope * off
    variance, df = _variance(
        within=float(np.nansum((y - means) ** 2)) / int((seeds - 1).sum()) / int(seeds.min()),
        df=int((seeds - 1).sum()),
        between=float(misfit @ misfit),
        spare=len(x) - 2,
    )
    wide = quantile(TWO_SIDED, df) * math.sqrt(variance / (off @ off))
    from_centre = Polynomial([-x.mean(), 1.0])
    return LossLine(
        flops=C,
        line=float(means.mean()) + slope * from_centre,
        variance=variance * (1 / len(x) + from_centre**2 / float(off @ off)),
        slope=Estimate(-slope, -slope - wide, -slope + wide),
        df=df,
    )


def fit_gap(flops: ArrayLike, design: ArrayLike, baseline: ArrayLike) -> LossLine:
    """The line of the ratio of two designs' losses, each (seeds, budgets), seed by seed.

    Its `slope` is by how much the design's slope is the steeper one.

    Raises:
        ValueError: if fewer than two budgets have two seeds with a loss of both.
    """
    return fit(flops, np.asarray(design, np.float64) / np.asarray(baseline, np.float64))


def ratio(gap: LossLine, design: LossLine, flops: float) -> Estimate | None:
    """The compute ratio of a design at a compute; None where it is not known."""
    x, s = math.log(flops), design.slope.value
    height, variance = float(gap.line(x)), float(gap.variance(x))
    along = Polynomial([height, -s])  # of ln m: the gap that is left
    ends = _zero(along, Polynomial([variance, 0.0, design.slope_variance]), gap.df)
    far = ends is None or max(-ends.low, ends.high) > math.log(UNKNOWN)
    return None if ends is None or far else _exp(ends)


def crossing(gap: LossLine) -> Estimate | None:
    """The compute at which two lines cross; None where the data do not hold one.

    They do not where equal slopes are not ruled out, or where the interval goes further than
    `REACH` times beyond the budgets.
    """
    at = _zero(gap.line, gap.variance, gap.df)
    least, most = math.log(gap.flops[0] / REACH), math.log(gap.flops[-1] * REACH)
    return _exp(at) if at and least <= at.low and at.high <= most else None


def _variance(within: float, df: int, between: float, spare: int) -> tuple[float, float]:
    """The variance of a mean, and its degrees of freedom (Satterthwaite).

    Args:
        within: of a mean, by the scatter over seeds, with `df` degrees of freedom.
        df: likewise.
        between: the sum of squares of the means' misfit, with `spare` degrees of freedom.
        spare: likewise.
    """
    more = max(between / spare - within, 0.0) if spare else 0.0
    total = max(within + more, EXACT**2)
    parts = within**2 / df + (more**2 / spare if spare else 0.0)
    return total, total**2 / parts if parts > 0 else float(df)


def _zero(line: Polynomial, variance: Polynomial, df: float) -> Estimate | None:
    """The zero of a straight line, with Fieller's interval; None where that has no ends."""
    outside = line**2 - quantile(TWO_SIDED, df) ** 2 * variance
    if line.degree() < 1 or outside.degree() < 2 or outside.coef[2] <= 0:
        return None
    low, high = np.sort(outside.roots().real)
    return Estimate(float(line.roots()[0]), float(low), float(high))


def _exp(at: Estimate) -> Estimate:
    return Estimate(*(float(np.exp(x)) for x in (at.value, at.low, at.high)))

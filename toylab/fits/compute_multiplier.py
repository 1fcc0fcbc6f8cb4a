"""Compute multiplier of a design over a baseline: how much more compute the same loss takes it.

    ln L = h - s (ln C - c)                    of each design, through the means over its seeds
    ln L_design(m C) = ln L_baseline(C)        m, the multiplier at C; m = 1 where they cross

Where a difference of lines is zero has Fieller's interval: the set of places where it is not
significant, 95 %, by Student's t over seeds. Where means lie off their line by more than seeds
explain, the standard error grows in proportion (Birge's ratio). Losses keep their floors.
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
    """A straight line of log loss in log compute, with the variance of its height."""

    flops: Array  # (budgets,) ascending
    loss: Array  # (budgets,) geometric means over seeds
    low: Array  # (budgets,) of their 95 % intervals
    high: Array
    slope: Estimate  # -d ln L / d ln C
    line: Polynomial  # ln L, in ln C
    variance: Polynomial  # of the line's height, in ln C
    df: int  # degrees of freedom of the scatter over seeds

    def __call__(self, flops: ArrayLike) -> Array:
        """The loss on the line."""
        return np.asarray(np.exp(self.line(np.log(flops))))


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
    means, seeds, df = np.nanmean(y, axis=0), good.sum(axis=0), int((good.sum(axis=0) - 1).sum())
    scatter = float(np.nansum((y - means) ** 2)) / df / seeds  # variance of each mean
    x = np.log(C)
    off = x - x.mean()
    slope = float(off @ means / (off @ off))
    misfit = means - means.mean() - slope * off
    spare = len(x) - 2
    birge = float((misfit**2 / np.maximum(scatter, EXACT**2)).sum()) / spare if spare else 1.0
    variance = max(float(scatter.max()) * max(1.0, birge), EXACT**2)
    wide = quantile(TWO_SIDED, df) * math.sqrt(variance / (off @ off))
    reach = quantile(TWO_SIDED, df) * np.sqrt(scatter)
    from_centre = Polynomial([-x.mean(), 1.0])
    return LossLine(
        flops=C,
        loss=np.exp(means),
        low=np.exp(means - reach),
        high=np.exp(means + reach),
        slope=Estimate(-slope, -slope - wide, -slope + wide),
        line=float(means.mean()) + slope * from_centre,
        variance=variance * (1 / len(x) + from_centre**2 / float(off @ off)),
        df=df,
    )


def multiplier(design: LossLine, baseline: LossLine, flops: float) -> Estimate | None:
    """The compute multiplier of a design at a compute; None where it is not known."""
    x = math.log(flops)
    gap = design.line - float(baseline.line(x))
    level = Polynomial([float(baseline.variance(x))])
    at = _zero(gap, (design.variance, design.df), (level, baseline.df))
    far = at is None or max(x - at.low, at.high - x) > math.log(UNKNOWN)
    return None if at is None or far else _exp(at, x)


def crossing(design: LossLine, baseline: LossLine, reach: float = REACH) -> Estimate | None:
    """The compute at which two lines cross; None where the data do not hold one.

    They do not where equal slopes are not ruled out, or where the interval goes further than
    `reach` times beyond the budgets that both have.
    """
    gap = design.line - baseline.line
    at = _zero(gap, (design.variance, design.df), (baseline.variance, baseline.df))
    if at is None:
        return None
    least = math.log(max(design.flops[0], baseline.flops[0]) / reach)
    most = math.log(min(design.flops[-1], baseline.flops[-1]) * reach)
    return _exp(at) if least <= at.low and at.high <= most else None


def _exp(at: Estimate, start: float = 0.0) -> Estimate:
    return Estimate(*(float(np.exp(x - start)) for x in (at.value, at.low, at.high)))


def _zero(
    gap: Polynomial, first: tuple[Polynomial, int], second: tuple[Polynomial, int]
) -> Estimate | None:
    """Where a straight line is zero, with Fieller's interval; None where that has no ends.

    `first` and `second` are the variances whose sum is the line's, with their degrees of freedom.
    """
    value = float(gap.roots()[0]) if gap.degree() == 1 else math.nan
    parts = [(max(float(variance(value)), 0.0), df) for variance, df in (first, second)]
    total = sum(part for part, _ in parts)
    if not total > 0:
        return None
    df = total**2 / sum(part**2 / df for part, df in parts)  # Welch and Satterthwaite
    t = quantile(TWO_SIDED, df)
    outside = gap**2 - t**2 * (first[0] + second[0])
    if outside.degree() < 2 or outside.coef[2] <= 0:
        return None
    ends = np.sort(outside.roots().real)
    return Estimate(value, float(ends[0]), float(ends[1]))

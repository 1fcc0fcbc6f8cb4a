"""Power law of an error in size: a straight line of slope -a on log-log axes, y = A x^-a.

y is the error at size x, as a sample has it. The line is least squares in log y, so a factor of
two counts the same at every height; `floored` has the law above a floor. The interval of a line's
slope is Student's t, with the sample's standard error; bands are 95 % percentiles of resamples.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from toylab.fits.contrasts import Contrast, slope_weights
from toylab.fits.estimate import Array, Estimate
from toylab.fits.seed_medians import Sample


@dataclass(frozen=True)
class Line:
    """y = A x^slope."""

    A: float
    slope: Estimate
    r2: float  # share of the variance of log y that the line explains
    # (resamples, 2) log A and slope
    resampled: Array = field(repr=False, compare=False)

    def __call__(self, x: ArrayLike) -> Array:
        return curve(x, -np.inf, np.log(self.A), self.slope.value)

    def band(self, x: ArrayLike) -> Array:
        """The 95 % interval at each x, (2, points)."""
        log_A, slope = self.resampled.T[..., None]
        return band_of(curve(x, -np.inf, log_A, slope))

    def draws(self, x: float) -> Array:
        """The logarithm of each resample's curve at a size, (resamples,)."""
        log_A, slope = self.resampled.T
        return np.asarray(log_A + slope * np.log(x))


@dataclass(frozen=True)
class Level:
    """y = E from some size on: a floor, where the fall to it cannot be told."""

    E: Estimate
    start: float  # the smallest size it is about

    def __call__(self, x: ArrayLike) -> Array:
        return np.where(np.greater_equal(x, self.start), self.E.value, np.nan)

    def band(self, x: ArrayLike) -> Array:
        """The 95 % interval at each x, (2, points)."""
        ends = np.array([self.E.low, self.E.high])[:, None]
        return np.where(np.greater_equal(x, self.start), ends, np.nan)


def line(data: Sample) -> Line:
    """The power law through all sizes, with Student's t interval of its slope."""
    weights = slope_weights(data.x)
    slope, resampled = Contrast.of(data, weights), data.resampled @ weights
    centre = data.x.mean()
    level = data.y.mean() - slope.value * centre
    levels = data.resampled.mean(axis=1) - resampled * centre
    spread = ((data.y - data.y.mean()) ** 2).sum()
    misfit = ((data.y - level - slope.value * data.x) ** 2).sum()
    return Line(
        A=float(np.exp(level)),
        slope=slope.estimate,
        r2=float(1 - misfit / spread) if spread else 1.0,
        resampled=np.stack([levels, resampled], axis=1),
    )


def level(data: Sample, part: slice) -> Level:
    """The height of part of the sizes: the mean of their log medians."""
    resampled = np.exp(data.resampled[:, part].mean(axis=1))
    height = Estimate.of(float(np.exp(data.y[part].mean())), resampled)
    return Level(height, start=float(np.exp(data.x[part][0])))


def curve(x: ArrayLike, log_E: ArrayLike, log_A: ArrayLike, slope: ArrayLike) -> Array:
    """E + A x^slope, in logarithms: a resampled A can be past 1e300."""
    falling = np.add(log_A, np.multiply(slope, np.log(x)))
    return np.asarray(np.exp(np.logaddexp(log_E, falling)))


def band_of(curves: Array) -> Array:
    """The 95 % interval of curves (resamples, points), (2, points)."""
    return np.asarray(np.percentile(curves, [2.5, 97.5], axis=0))

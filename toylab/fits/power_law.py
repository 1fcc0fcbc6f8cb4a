"""Power law of an error in size, with or without a floor, and its intervals.

    y = A x^-a             a straight line of slope -a on log-log axes
    y = E + A x^-a         the same, above a floor E

y is the median over seeds of the error at size x. Both are least squares in log y, so a factor
of two counts the same at every height. The interval of a line's slope is Student's t, with the
standard error of resampled seeds; all others are 95 % percentile bootstraps over seeds.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from toylab.fits.contrasts import Contrast, slope_weights
from toylab.fits.estimate import Array, Estimate
from toylab.fits.seed_medians import Sample

FLOOR_RESAMPLES = 200  # each of these is a nonlinear fit
STEEPER = 4  # times: a floor whose resamples fall to it so much more steeply is not identified
SAME = 1e-8  # a nonlinear fit ends where a step changes nothing by more


@dataclass(frozen=True)
class Line:
    """y = A x^slope."""

    A: float
    slope: Estimate
    r2: float  # share of the variance of log y that the line explains
    # (resamples, 2) log A and slope
    resampled: Array = field(repr=False, compare=False)

    def __call__(self, x: ArrayLike) -> Array:
        return _curve(x, -np.inf, np.log(self.A), self.slope.value)

    def band(self, x: ArrayLike) -> Array:
        """The 95 % interval at each x, (2, points)."""
        log_A, slope = self.resampled.T[..., None]
        return _band(_curve(x, -np.inf, log_A, slope))

    def draws(self, x: float) -> Array:
        """The logarithm of each resample's curve at a size, (resamples,)."""
        log_A, slope = self.resampled.T
        return np.asarray(log_A + slope * np.log(x))


@dataclass(frozen=True)
class Floored:
    """y = E + A x^slope."""

    E: Estimate
    A: float
    slope: Estimate
    identified: bool  # converged, and no resample falls to the floor far more steeply
    # (resamples, 3) log E, log A and slope
    resampled: Array = field(repr=False, compare=False)

    def __call__(self, x: ArrayLike) -> Array:
        return _curve(x, np.log(self.E.value), np.log(self.A), self.slope.value)

    def band(self, x: ArrayLike) -> Array:
        """The 95 % interval at each x, (2, points)."""
        log_E, log_A, slope = self.resampled.T[..., None]
        return _band(_curve(x, log_E, log_A, slope))

    def draws(self, x: float) -> Array:
        """The logarithm of each resample's curve at a size, (resamples,)."""
        log_E, log_A, slope = self.resampled.T
        return np.asarray(np.logaddexp(log_E, log_A + slope * np.log(x)))


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


def floored(data: Sample) -> Floored:
    """The power law above a floor; needs four sizes.

    A few points on the way down may not tell how steep it is: see `identified`.
    """
    x, best = data.x - data.x[0], _floored(data.x, data.y)
    again = [_solve(x, y, best[:3]) for y in data.resampled[:FLOOR_RESAMPLES]]
    log_E, log_A, fall, success = np.array([best, *again]).T
    log_A, slope = log_A + fall * data.x[0], Estimate.of(-fall[0], -fall[1:])
    return Floored(
        E=Estimate.of(np.exp(log_E[0]), np.exp(log_E[1:])),
        A=float(np.exp(log_A[0])),
        slope=slope,
        identified=bool(success.all() and slope.low > STEEPER * slope.value),
        resampled=np.stack([log_E, log_A, -fall], axis=1)[1:],
    )


def floored_curve(x: Array, y: Array) -> Callable[[Array], Array]:
    """The power law above a floor through log sizes and log errors, as a function of log size."""
    log_E, log_A, fall, _ = _floored(x, y)
    return lambda at: np.logaddexp(log_E, log_A - fall * (at - x[0]))


def _floored(x: Array, y: Array) -> Array:
    """As `_solve`, from a start that the points tell."""
    steepest = -np.min(np.diff(y) / np.diff(x))
    return _solve(x - x[0], y, np.array([y.min() - 0.1, y[0], max(steepest, 0.1)]))


def _solve(x: Array, y: Array, start: Array) -> Array:
    """log E, log A and the fall of least squares in log y, and 1 where they converged; (4,).

    x are log sizes from 0 on, `start` the first three to begin with.
    """
    from scipy.optimize import leastsq

    def terms(p: Array) -> tuple[Array, Array]:  # log y, and the floor's share of it
        log_y = np.logaddexp(p[0], p[1] - p[2] * x)
        return log_y, np.exp(p[0] - log_y)

    def jacobian(p: Array) -> Array:
        share = terms(p)[1]
        return np.stack([share, 1 - share, (share - 1) * x], axis=1)

    def misfit(p: Array) -> Array:
        return terms(p)[0] - y

    # as least_squares(method="lm"), whose checks take as long as the fit
    with np.errstate(over="ignore", invalid="ignore"):  # of what does not converge
        best, _, _, _, end = leastsq(
            misfit, start, Dfun=jacobian, full_output=True,
            ftol=SAME, xtol=SAME, gtol=SAME, maxfev=300,
        )  # fmt: skip
    return np.array([*best, end in (1, 2, 3, 4)])  # else it did not converge


def level(data: Sample, part: slice) -> Level:
    """The height of part of the sizes: the mean of their log medians."""
    resampled = np.exp(data.resampled[:, part].mean(axis=1))
    height = Estimate.of(float(np.exp(data.y[part].mean())), resampled)
    return Level(height, start=float(np.exp(data.x[part][0])))


def _curve(x: ArrayLike, log_E: ArrayLike, log_A: ArrayLike, slope: ArrayLike) -> Array:
    """E + A x^slope, in logarithms: a resampled A can be past 1e300."""
    falling = np.add(log_A, np.multiply(slope, np.log(x)))
    return np.asarray(np.exp(np.logaddexp(log_E, falling)))


def _band(curves: Array) -> Array:
    return np.asarray(np.percentile(curves, [2.5, 97.5], axis=0))

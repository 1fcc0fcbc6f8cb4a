"""Power law of an error in size, with or without a floor, and its intervals.

    y = A x^-a             a straight line of slope -a on log-log axes
    y = E + A x^-a         the same, above a floor E

y is the median over seeds of the error at size x. Both are least squares in log y, so a factor
of two counts the same at every height. Intervals are 95 % percentile bootstraps over seeds; a
seed is drawn with all its sizes, because runs that are compared share their random draws.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from toylab.fits.estimate import Array, Estimate

RESAMPLES = 1000
FLOOR_RESAMPLES = 200  # each of these is a nonlinear fit
STEEPER = 4  # times: a floor whose resamples fall to it so much more steeply is not identified
SAME = 1e-8  # a nonlinear fit ends where a step changes nothing by more
GOOD = 0.75  # a size is used if this share of its runs ended well: the rest must not be luck


@dataclass(frozen=True, eq=False)
class Sample:
    """Medians over seeds, in logarithms, with the medians of resampled seeds."""

    x: Array  # (sizes,) log size, ascending
    y: Array  # (sizes,) log median
    resampled: Array  # (resamples, sizes) log median
    seeds: int  # at the size that has the fewest


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


def sample(sizes: ArrayLike, errors: ArrayLike) -> Sample:
    """Reduce errors (seeds, sizes) to medians; nan stands for a missing or diverged run.

    A size is used if at least 0.75 of its seeds have a positive, finite error. The order of
    the seeds makes no difference.

    Raises:
        ValueError: if shapes disagree, a size is not positive, or fewer than two are usable.
    """
    x, y = np.asarray(sizes, dtype=np.float64), np.asarray(errors, dtype=np.float64)
    if y.ndim != 2 or x.shape != y.shape[1:]:
        raise ValueError(f"errors must be (seeds, {x.size}), got {y.shape}")
    if not (np.isfinite(x) & (x > 0)).all():
        raise ValueError(f"sizes must be positive and finite, got {x.tolist()}")
    good = np.isfinite(y) & (y > 0)
    use = [k for k in np.argsort(x) if good[:, k].mean() >= GOOD]
    if len(use) < 2:
        raise ValueError("a line needs two sizes at which most runs ended with a finite error")
    y = np.log(y, out=np.full(y.shape, np.nan), where=good)[:, use]
    y = y[np.lexsort(y.T)]
    medians = _medians(y)
    drawn = np.random.default_rng(0).integers(len(y), size=(RESAMPLES, len(y)))
    resampled = _medians(y[drawn])
    return Sample(
        x=np.log(x[use]),
        y=medians,
        resampled=np.where(np.isnan(resampled), medians, resampled),
        seeds=int(good[:, use].sum(axis=0).min()),
    )


def slopes(data: Sample, part: slice = slice(None)) -> tuple[float, Array]:
    """The least-squares slope of log y on log x over part of the sizes, and its resamples."""
    x = data.x[part] - data.x[part].mean()
    weights = x / (x @ x)
    return float(data.y[part] @ weights), data.resampled[:, part] @ weights


def line(data: Sample) -> Line:
    """The power law through all sizes."""
    slope, resampled = slopes(data)
    centre = data.x.mean()
    level = data.y.mean() - slope * centre
    levels = data.resampled.mean(axis=1) - resampled * centre
    spread = ((data.y - data.y.mean()) ** 2).sum()
    misfit = ((data.y - level - slope * data.x) ** 2).sum()
    return Line(
        A=float(np.exp(level)),
        slope=Estimate.of(slope, resampled),
        r2=float(1 - misfit / spread) if spread else 1.0,
        resampled=np.stack([levels, resampled], axis=1),
    )


def floored(data: Sample) -> Floored:
    """The power law above a floor; needs four sizes.

    A few points on the way down may not tell how steep it is: see `identified`.
    """
    from scipy.optimize import leastsq

    x = data.x - data.x[0]

    def solve(y: Array, start: Array) -> Array:
        def terms(
            p: Array,
        ) -> tuple[Array, Array]:  # log y, and the floor's share of it
            log_y = np.logaddexp(p[0], p[1] - p[2] * x)
            return log_y, np.exp(p[0] - log_y)

        def jacobian(p: Array) -> Array:
            share = terms(p)[1]
            return np.stack([share, 1 - share, (share - 1) * x], axis=1)

        def misfit(p: Array) -> Array:
            return terms(p)[0] - y

        # as least_squares(method="lm"), whose checks take as long as the fit
        with np.errstate(over="ignore", invalid="ignore"):  # of what does not converge
            found, _, _, _, end = leastsq(
                misfit, start, Dfun=jacobian, full_output=True,
                ftol=SAME, xtol=SAME, gtol=SAME, maxfev=300,
            )  # fmt: skip
        return np.array([*found, end in (1, 2, 3, 4)])  # else it did not converge

    steepest = -np.min(np.diff(data.y) / np.diff(data.x))
    best = solve(data.y, np.array([data.y.min() - 0.1, data.y[0], max(steepest, 0.1)]))
    again = [solve(y, best[:3]) for y in data.resampled[:FLOOR_RESAMPLES]]
    log_E, log_A, fall, success = np.array([best, *again]).T
    log_A, slope = log_A + fall * data.x[0], Estimate.of(-fall[0], -fall[1:])
    return Floored(
        E=Estimate.of(np.exp(log_E[0]), np.exp(log_E[1:])),
        A=float(np.exp(log_A[0])),
        slope=slope,
        identified=bool(success.all() and slope.low > STEEPER * slope.value),
        resampled=np.stack([log_E, log_A, -fall], axis=1)[1:],
    )


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


def _medians(y: Array) -> Array:
    """Medians over the seeds of (..., seeds, sizes), nan left out; nan where there are none."""
    y = np.sort(y, axis=-2)  # nan last
    count = np.isfinite(y).sum(axis=-2, keepdims=True)
    middle = [
        np.take_along_axis(y, np.maximum(k, 0), axis=-2) for k in ((count - 1) // 2, count // 2)
    ]
    return np.asarray(np.mean(middle, axis=0)[..., 0, :])

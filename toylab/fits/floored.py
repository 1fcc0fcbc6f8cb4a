"""Power law above a floor, y = E + A x^-a, and its intervals.

Least squares in log y, of the points and of each resample: all go down together, by
Levenberg-Marquardt steps on (log E, log A, a) with x from the smallest size on.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toylab.fits.estimate import Array, Estimate
from toylab.fits.power_law import band_of, curve
from toylab.fits.seed_medians import Sample

RESAMPLES = 200  # of the sample's
STEEPER = 4  # times: a floor whose resamples fall to it so much more steeply is not identified
ONE_ABOVE = 0.99  # share of the floor at the second size: only the first is above it
UNBOUNDED = 0.025  # share of resamples with only one size above the floor: any slope fits them
STEPS, SAME = 200, 1e-6  # a descent ends where a step changes the squares by a smaller share
LONGEST = 3.0  # step in any coordinate
TINY = 1e-300


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
        return curve(x, np.log(self.E.value), np.log(self.A), self.slope.value)

    def band(self, x: ArrayLike) -> Array:
        """The 95 % interval at each x, (2, points)."""
        log_E, log_A, slope = self.resampled.T[..., None]
        return band_of(curve(x, log_E, log_A, slope))

    def draws(self, x: float) -> Array:
        """The logarithm of each resample's curve at a size, (resamples,)."""
        log_E, log_A, slope = self.resampled.T
        return np.asarray(np.logaddexp(log_E, log_A + slope * np.log(x)))


def floored(data: Sample) -> Floored:
    """The power law above a floor; needs four sizes.

    A few points on the way down may not tell how steep it is: see `identified`.
    """
    x, best, success = data.x - data.x[0], *_through(data.x, data.y)
    again = data.resampled[:RESAMPLES]
    places, ended = _descend(x, again, np.tile(best, (len(again), 1)))
    log_E, log_A, fall = places.T
    slope = Estimate.of(-best[2], -fall)
    flat = np.exp(log_E - np.logaddexp(log_E, log_A - fall * x[1])) > ONE_ABOVE
    bounded = slope.low > STEEPER * slope.value and flat.mean() < UNBOUNDED
    return Floored(
        E=Estimate.of(np.exp(best[0]), np.exp(log_E)),
        A=float(np.exp(best[1] + best[2] * data.x[0])),
        slope=slope,
        identified=bool(success and ended.all() and bounded),
        resampled=np.stack([log_E, log_A + fall * data.x[0], -fall], axis=1),
    )


def floored_curve(x: Array, y: Array) -> Callable[[Array], Array]:
    """The power law above a floor through log sizes and log errors, as a function of log size."""
    log_E, log_A, fall = _through(x, y)[0]
    return lambda at: np.logaddexp(log_E, log_A - fall * (at - x[0]))


def _through(x: Array, y: Array) -> tuple[Array, bool]:
    """The place below a start that the points tell, (3,), and if the descent ended."""
    steepest = -np.min(np.diff(y) / np.diff(x))
    start = np.array([[y.min() - 0.1, y[0], max(steepest, 0.1)]])
    places, ended = _descend(x - x[0], y[None], start)
    return places[0], bool(ended[0])


def _descend(x: Array, y: Array, start: Array) -> tuple[Array, NDArray[np.bool_]]:
    """The lowest places (curves, 3) below each start, and which descents ended.

    Args:
        x: (sizes,) log sizes, from 0 on.
        y: (curves, sizes) log errors.
        start: (curves, 3) log E, log A and a.
    """
    places, ended = start.copy(), np.zeros(len(y), dtype=bool)
    damping, walking = np.full(len(y), 1e-3), np.arange(len(y))
    off, share = _misfit(places, x, y)
    squares = (off * off).sum(axis=1)
    for _ in range(STEPS):
        J = np.stack([share, 1 - share, (share - 1) * x], axis=1)  # (curves, 3, sizes)
        H, g = J @ J.transpose(0, 2, 1), (J @ off[..., None])[..., 0]
        scale = np.einsum("bkk->bk", H) + 1e-12
        H += (damping[:, None] * scale)[..., None] * np.eye(3)
        step = np.clip(np.linalg.solve(H, -g[..., None])[..., 0], -LONGEST, LONGEST)
        there, floor = _misfit(places[walking] + step, x, y[walking])
        height = (there * there).sum(axis=1)
        lower = height < squares
        gain = (squares - height) / np.maximum(squares, TINY)
        damping = np.clip(np.where(lower, damping / 5, damping * 4), 1e-12, 1e10)
        places[walking[lower]] += step[lower]
        off, share = np.where(lower[:, None], there, off), np.where(lower[:, None], floor, share)
        squares = np.where(lower, height, squares)
        promised = -(g * step).sum(axis=1) < SAME * np.maximum(squares, TINY)
        still = promised | (lower & (gain < SAME))
        ended[walking[still]] = True
        walking, damping, squares = (each[~still] for each in (walking, damping, squares))
        off, share = off[~still], share[~still]
        if not len(walking):
            break
    return places, ended


def _misfit(places: Array, x: Array, y: Array) -> tuple[Array, Array]:
    """log y of each curve less that of the points, and the floor's share of it; (curves, sizes)."""
    log_E, log_A, fall = places.T[..., None]
    log_y = np.logaddexp(log_E, log_A - fall * x)
    return log_y - y, np.exp(log_E - log_y)

"""Contrasts of log medians: weighted sums over the sizes, each with its standard error.

    slope     least squares over all sizes, or over part of them
    change    of slope, from the middle of the first half to that of the last: the quadratic part
    s_shape   the range of slope that the cubic part makes
    off       distance of one size from the line through the others

All but the first are zero on every straight line. Student's t with the sample's degrees of
freedom judges each: seeds - 1 where the scatter is that of resampled seeds.
"""

from dataclasses import dataclass

import numpy as np

from toylab.fits.estimate import Array, Estimate
from toylab.fits.seed_medians import Sample

EXACT = 1e-12  # a standard error is no smaller: seeds that agree to the last bit
TWO_SIDED, ONE_SIDED = 0.975, 0.95  # quantiles of an interval, and of a limit


@dataclass(frozen=True)
class Contrast:
    """A weighted sum of log medians, with its standard error and degrees of freedom."""

    value: float
    error: float
    df: int

    @classmethod
    def of(cls, data: Sample, weights: Array) -> "Contrast":
        """From a sample and the weights of its sizes."""
        return cls(float(data.y @ weights), max(data.error(weights), EXACT), data.df)

    @property
    def p_above(self) -> float:
        """The p-value of "not above zero", one-sided."""
        from scipy.special import stdtr

        return float(stdtr(self.df, -self.value / self.error))

    @property
    def p_below(self) -> float:
        """The p-value of "not below zero", one-sided."""
        return 1 - self.p_above

    @property
    def p(self) -> float:
        """The p-value of zero, two-sided."""
        return 2 * min(self.p_above, self.p_below)

    @property
    def estimate(self) -> Estimate:
        """The value with its 95 % interval."""
        wide = quantile(TWO_SIDED, self.df) * self.error
        return Estimate(self.value, self.value - wide, self.value + wide)

    @property
    def highest(self) -> float:
        """The upper limit, 95 % one-sided."""
        return self.value + quantile(ONE_SIDED, self.df) * self.error

    @property
    def largest(self) -> float:
        """The size that it may have in either direction, each limit 95 % one-sided."""
        return abs(self.value) + quantile(ONE_SIDED, self.df) * self.error


def quantile(share: float, df: float) -> float:
    """A quantile of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(df, share))


def slope_weights(x: Array, part: slice = slice(None)) -> Array:
    """The weights of the least-squares slope over part of the log sizes x."""
    weights, centred = np.zeros_like(x), x[part] - x[part].mean()
    weights[part] = centred / (centred @ centred)
    return weights


def halves(x: Array) -> tuple[slice, slice]:
    """The first and the last half of the sizes, which share the middle."""
    half = len(x) // 2 + 1
    return slice(half), slice(-half, None)


def change_weights(x: Array) -> Array:
    """The weights of the change of slope over log sizes x, above zero where it flattens.

    It is that of the quadratic part, from the middle of the first half to that of the last.
    """
    return _polynomial_weights(x, 2) * 4 / np.ptp(x)


def s_weights(x: Array) -> Array:
    """The weights of the cubic part, scaled to the range of slope that it makes.

    All zero for four sizes, which cannot tell it.
    """
    return np.zeros_like(x) if len(x) < 5 else _polynomial_weights(x, 3) * 6 / np.ptp(x)


def _polynomial_weights(x: Array, degree: int) -> Array:
    """The weights of the highest coefficient of a polynomial in x, scaled to -1 to 1."""
    scaled = (2 * x - x[0] - x[-1]) / np.ptp(x)
    Q, R = np.linalg.qr(np.vander(scaled, degree + 1, increasing=True))
    return np.asarray(Q[:, degree] / R[degree, degree])


def off_weights(x: Array) -> Array:
    """The weights (sizes, sizes) of each size's distance from the line through the others."""
    left = residuals(x, np.stack([np.ones_like(x), x], axis=1))
    return np.asarray(left / np.diag(left)[:, None])


def residuals(x: Array, basis: Array) -> Array:
    """The matrix (sizes, sizes) that leaves what a basis (sizes, functions) does not explain."""
    return np.asarray(np.eye(len(x)) - basis @ np.linalg.pinv(basis))

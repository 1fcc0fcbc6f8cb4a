"""Least squares of the hyperbola S = S_min + E_min / B in ln S, through rows of a table."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rows:
    """Logarithms of a table's rows, and the number of each row's batch."""

    x: Array  # ln B
    y: Array  # ln S
    place: "NDArray[np.intp]"

    @cached_property
    def repeats(self) -> "NDArray[np.intp]":
        """How many rows each batch has."""
        return np.bincount(self.place)

    @property
    def means(self) -> Array:
        """ln S of each batch."""
        return self.mean(self.y)

    def mean(self, values: Array) -> Array:
        """The mean of each batch."""
        return np.bincount(self.place, values) / self.repeats


def solve(x: Array, y: Array) -> tuple[Array, Array, Array]:
    """ln S_min and ln E_min, the misfits and their derivatives, for ln B and ln S."""
    from scipy.optimize import least_squares

    def misfit(p: Array) -> Array:
        return np.asarray(np.logaddexp(p[0], p[1] - x) - y)

    def jacobian(p: Array) -> Array:
        total = np.logaddexp(p[0], p[1] - x)
        return np.exp(np.stack([p[0] - total, p[1] - x - total], axis=1))

    start = np.array([y.min() - np.log(2), (x + y).min() - np.log(2)])
    end = least_squares(
        misfit,
        start,
        jacobian,
        bounds=(start - 40, start + 40),
        x_scale="jac",
        xtol=1e-15,
        ftol=1e-15,
        gtol=1e-15,
    )
    return end.x, end.fun, jacobian(end.x)

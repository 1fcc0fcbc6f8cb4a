"""Parabolas through the valleys of an isoFLOP study, all at once, by linear least squares.

    y = c_b + s_b x + k_b x^2,    x = ln N - h_b        at budget b
    bottom: ln N = h_b - s_b / (2 k_b),  y = c_b - s_b^2 / (4 k_b)

y is ln L; h_b is the mean ln N of the budget's runs. With one k shared by all budgets many weak
valleys tell it together; but valleys do grow shallower with compute, so grids that are off
centre then shift the bottoms, oppositely at small and at large budgets. Bottoms are functions
of y alone: a thousand resamples of y cost one product of matrices.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
TINY = 1e-300


@dataclass(frozen=True, eq=False)
class Bottoms:
    """Lowest points; nan where a parabola has none."""

    place: Array  # (..., budgets) ln N
    height: Array  # (..., budgets) ln L
    curvature: Array  # (..., budgets)


@dataclass(frozen=True, eq=False)
class Parabolas:
    """The sizes of a study's runs, and whether its budgets share a curvature."""

    sizes: Sequence[Array]  # for each budget (runs,) ln N
    shared: bool

    @cached_property
    def home(self) -> Array:
        """h_b, (budgets,)."""
        return np.array([x.mean() for x in self.sizes])

    @cached_property
    def budget(self) -> NDArray[np.int64]:
        """The budget that each run belongs to, (runs,)."""
        return np.repeat(np.arange(len(self.sizes)), [len(x) for x in self.sizes])

    @cached_property
    def x(self) -> Array:
        """(runs,) ln N - h_b."""
        return np.concatenate(list(self.sizes)) - self.home[self.budget]

    @cached_property
    def design(self) -> Array:
        """(runs, coefficients): c of each budget, s of each, k of all or of each."""
        mine = np.eye(len(self.sizes))[self.budget]
        square = self.x[:, None] ** 2
        return np.hstack([mine, mine * self.x[:, None], square if self.shared else mine * square])

    @cached_property
    def solve(self) -> Array:
        """(coefficients, runs): from y to the least-squares coefficients."""
        return np.asarray(np.linalg.pinv(self.design))

    @property
    def freedom(self) -> int:
        """Runs beyond the coefficients."""
        return len(self.x) - self.design.shape[1]

    def fitted(self, y: Array) -> Array:
        """The parabolas at the runs, (..., runs)."""
        return np.asarray(y @ self.solve.T @ self.design.T)

    def bottoms(self, y: Array) -> Bottoms:
        """The lowest point of each parabola, for y (..., runs)."""
        n = len(self.sizes)
        solved = y @ self.solve.T
        c, s, k = solved[..., :n], solved[..., n : 2 * n], solved[..., 2 * n :]
        k = np.where(k > 0, k, np.nan) * np.ones(n)
        return Bottoms(self.home - s / (2 * k), c - s**2 / (4 * k), k)

    def lopsided(self, y: Array) -> tuple[float, float]:
        """A cubic term's share of the rise at the edge, and how much it helps: its F."""
        wider = np.hstack([self.design, self.x[:, None] ** 3])
        solved = np.linalg.lstsq(wider, y, rcond=None)[0]
        before, after = ((y - self.fitted(y)) ** 2).sum(), ((y - wider @ solved) ** 2).sum()
        spare = max(len(y) - wider.shape[1], 1)
        edge = np.abs(self.x).max()
        k = np.abs(solved[2 * len(self.sizes) : -1]).mean()
        share = abs(solved[-1]) * edge / max(k, TINY)
        return float(share), float((before - after) / max(after / spare, TINY))

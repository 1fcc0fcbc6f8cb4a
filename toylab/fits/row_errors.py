"""Errors of a fit through rows that share batches, and perhaps seeds.

    row = curve + misfit of its batch + effect of its seed + noise

Rows at one batch are repeats, and tell the noise. Where the batches' means miss the curve by more
than it explains (F test), their misfit is the error, and each batch counts once. A seed's effect
shifts all its rows alike; its variance is found by moments (Henderson's method III). Intervals
are Student's t, with Satterthwaite's degrees of freedom where there are seeds.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Places = NDArray[np.intp]
MISFIT_LEVEL = 0.2  # chance below at which the misfit of batches is taken for the error
PARAMETERS = 2
TINY = 1e-150


@dataclass(frozen=True)
class Variance:
    """A mean square and its degrees of freedom."""

    value: float
    freedom: int

    @classmethod
    def of(cls, squares: float, freedom: int) -> "Variance":
        """From a sum of squares."""
        return cls(squares / freedom if freedom else 0.0, freedom)

    def pooled(self, other: "Variance") -> "Variance":
        """This and another of the same errors, as one."""
        squares = self.value * self.freedom + other.value * other.freedom
        return Variance.of(squares, self.freedom + other.freedom)

    def chance(self, noise: "Variance") -> float:
        """The chance, by F, that noise alone makes it so large; 1 where nothing tells."""
        from scipy.stats import f

        if not self.value or not self.freedom or not noise.freedom:
            return 1.0
        ratio = self.value / noise.value if noise.value else np.inf
        return float(f.sf(ratio, self.freedom, noise.freedom))


@dataclass(frozen=True, eq=False)
class RowErrors:
    """The errors of rows around a fit of two parameters."""

    misfit: Variance  # of the batches' means, a row's share
    noise: Variance  # of a row around its batch's mean, without its seed's effect
    seed_effect: Variance  # a row's share of all that moves the rows of a seed, their noise too
    rows: float  # of a seed, on average
    seed: Places  # (rows,) the number of each row's seed

    @classmethod
    def of(cls, off: Array, batch: Places, seed: Places | None = None) -> "RowErrors":
        """From the residuals of rows, the number of their batch and, where known, of their seed."""
        repeats = np.bincount(batch)
        means = np.bincount(batch, off) / repeats
        misfit = Variance.of(float(repeats @ means**2), len(repeats) - PARAMETERS)
        inside, spare = off - means[batch], len(off) - len(repeats)
        alone = cls(misfit, Variance.of(float(inside @ inside), spare), Variance(0, 0), 1, batch)
        if seed is None:
            return alone
        shifts = _seed_shifts(batch, seed)
        solution = np.linalg.lstsq(shifts, inside, rcond=None)
        effects, rank = solution[0], int(solution[2])
        if not 0 < rank < spare:
            return alone  # each row has a seed of its own, or all have one
        moved = float(np.square(shifts @ effects).sum())
        noise = Variance.of(max(float(inside @ inside) - moved, 0.0), spare - rank)
        rows = float(np.square(shifts).sum()) / rank
        return cls(misfit, noise, Variance.of(moved, rank), rows, seed)

    @cached_property
    def row(self) -> Variance:
        """The error of a row, apart from its seed's effect."""
        if self.misfit.chance(self.noise) < MISFIT_LEVEL:
            return self.misfit
        return self.misfit.pooled(self.noise)

    def half_width(self, J: Array, w: Array) -> float:
        """Half the 95 % interval of w p, where p are the parameters and J the rows' slopes."""
        from scipy.stats import t

        # by singular values: a table without a bend leaves one of them near zero
        left, singular, turned = np.linalg.svd(J, full_matrices=False)
        pull = left @ (turned @ w / np.maximum(singular, TINY))  # of each row on w p
        largest = np.abs(pull).max()
        pull = pull / largest
        row, effect = self.row, self.seed_effect
        own, freedom = row.value * float(pull @ pull), float(row.freedom)
        variance = own
        if effect.value > self.noise.value:
            shared = float(np.square(np.bincount(self.seed, pull)).sum()) / self.rows
            variance = own + shared * (effect.value - self.noise.value)
            parts = own - shared * self.noise.value, shared * effect.value
            freedom = variance**2 / (parts[0] ** 2 / row.freedom + parts[1] ** 2 / effect.freedom)
        return float(t.ppf(0.975, freedom) * largest * np.sqrt(variance))


def _seed_shifts(batch: Places, seed: Places) -> Array:
    """The slopes of rows by the effect of each seed, less their batch's mean: (rows, seeds)."""
    marks = np.eye(seed.max() + 1)[seed]
    shares = np.stack([np.bincount(batch, mark) for mark in marks.T], axis=1)
    return np.asarray(marks - (shares / np.bincount(batch)[:, None])[batch])

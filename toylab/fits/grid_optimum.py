"""Optimum of a grid of batches and learning rates at one budget, by cell and by quadratic.

    L(B, r) = L_0 + k_B b^2 + k_r (s - t b)^2,    b = ln(B / B*),  s = ln(r / r*)

A bowl over batch B (tokens) and peak learning rate r at one budget of compute: L_0 nats at the
best (B*, r*), curvatures k_B and k_r in nats, and a tilt t: at a batch that is not the best one
the best rate is r* (B / B*)^t. Near a minimum every smooth loss looks so; t = 1/2 is the usual
rule for Adam, t = 1 that for plain SGD.

A grid tells the best cell by its lowest loss, or the bottom by a quadratic through many cells,
least squares in (ln B, ln r). The first takes the luckiest cell for the best one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
TERMS = 6  # coefficients of a quadratic in two variables
FAR = 50.0  # ln: beyond all meaning, and before an overflow


@dataclass(frozen=True)
class Grid:
    """Batches and learning rates to be tried, each with each."""

    batches: tuple[float, ...]  # tokens, ascending
    lrs: tuple[float, ...]  # ascending

    def __post_init__(self) -> None:
        for name in ("batches", "lrs"):
            values = np.array(getattr(self, name))
            rising = len(values) > 2 and values[0] > 0 and (np.diff(values) > 0).all()
            if not (rising and np.isfinite(values[-1])):
                raise ValueError(
                    f"{name} must be three or more, positive and ascending, got "
                    f"{getattr(self, name)}"
                )

    @property
    def shape(self) -> tuple[int, int]:
        """(batches, rates)."""
        return len(self.batches), len(self.lrs)

    @property
    def cells(self) -> tuple[Array, Array]:
        """ln B and ln r of every cell, (batches * rates,) each."""
        b, s = np.meshgrid(np.log(self.batches), np.log(self.lrs), indexing="ij")
        return b.ravel(), s.ravel()


@dataclass(frozen=True, eq=False)
class Optima:
    """The best setting that was found in each of several draws; nan where none was."""

    batch: Array  # (draws,) tokens
    lr: Array  # (draws,)
    loss: Array  # (draws,) nats/token, as the grid has it
    inside: NDArray[np.bool_]  # (draws,) not at the grid's edge or beyond
    tilt: Array  # (draws,) t; nan where it is not told

    @property
    def first(self) -> tuple[float, float]:
        """Batch and rate of the first draw."""
        return float(self.batch[0]), float(self.lr[0])


def lowest(grid: Grid, losses: Array) -> Optima:
    """The cell of the lowest loss in each draw, (draws, batches * rates); nan is no loss."""
    none = ~np.isfinite(losses).any(axis=1)
    best = np.where(np.isfinite(losses), losses, np.inf).argmin(axis=1)
    i, j = np.unravel_index(best, grid.shape)
    last_i, last_j = grid.shape[0] - 1, grid.shape[1] - 1
    inside = (i > 0) & (i < last_i) & (j > 0) & (j < last_j)
    cells = (
        np.array(grid.batches)[i],
        np.array(grid.lrs)[j],
        np.take_along_axis(losses, best[:, None], axis=1)[:, 0],
    )
    batch, lr, loss = (np.where(none, np.nan, x) for x in cells)
    return Optima(batch, lr, loss, inside & ~none, np.full(len(losses), np.nan))


def quadratic(grid: Grid, losses: Array, within: float = np.inf) -> Optima:
    """The bottom of the quadratic through each draw.

    Args:
        grid: what was tried.
        losses: (draws, batches * rates); a cell without a finite loss in any draw is left out.
        within: of all cells those are used whose loss, averaged over the draws, is above the
            lowest by at most this share: far from its bottom a valley is no quadratic.

    Raises:
        ValueError: if fewer cells remain than a quadratic with a spare one needs.
    """
    used = _near(losses, within)
    (b, s), home = (x[used] for x in grid.cells), [float(x[used].mean()) for x in grid.cells]
    x, y = b - home[0], s - home[1]
    design = np.stack([np.ones_like(x), x, y, x**2, x * y, y**2], axis=1)
    if np.linalg.matrix_rank(design) < TERMS:
        raise ValueError("the cells near the lowest loss lie on too few batches or rates")
    c, cx, cy, cxx, cxy, cyy = np.linalg.pinv(design) @ losses[:, used].T
    det = 4 * cxx * cyy - cxy**2
    bowl = (det > 0) & (cxx > 0)  # else a saddle or a dome: it has no lowest point
    det = np.where(bowl, det, np.nan)
    x, y = (cxy * cy - 2 * cyy * cx) / det, (cxy * cx - 2 * cxx * cy) / det
    ln_b, ln_s = x + home[0], y + home[1]
    return Optima(
        np.exp(np.clip(ln_b, -FAR, FAR)),
        np.exp(np.clip(ln_s, -FAR, FAR)),
        c + (cx * x + cy * y) / 2,
        _inside(grid.batches, ln_b) & _inside(grid.lrs, ln_s),
        np.where(bowl, -cxy / (2 * np.where(bowl, cyy, 1.0)), np.nan),
    )


def _near(losses: Array, within: float) -> NDArray[np.bool_]:
    """The cells whose mean loss lies near the lowest, (batches * rates,)."""
    mean = np.where(np.isfinite(losses).all(axis=0), losses.mean(axis=0), np.inf)
    if not within > 0:
        raise ValueError(f"within must be positive, got {within}")
    used = (mean <= mean.min() + abs(mean.min()) * within) & np.isfinite(mean)
    if used.sum() <= TERMS:
        raise ValueError(
            f"a quadratic in two variables needs {TERMS + 1} cells near the lowest loss; the "
            f"grid has {used.sum()}: a finer or a wider one"
        )
    return used


def _inside(axis: tuple[float, ...], log_values: Array) -> NDArray[np.bool_]:
    """Mask of the values between the ends of an axis of the grid, (draws,)."""
    low, high = np.log([axis[0], axis[-1]])
    return (low < log_values) & (log_values < high)

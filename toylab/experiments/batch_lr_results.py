"""Results of a grid of batch and learning rate: the best of both, and how they grow with compute.

At each budget a quadratic in log B and log lr goes through the cells whose loss is near the
lowest; its lowest point is the best setting. Over several budgets both follow a power law of C.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from toylab.experiments.batch_lr_study import BATCHES, GRID, LRS, PARAMS
from toylab.fits.estimate import Estimate
from toylab.fits.grid_optimum import Array, Optima, lowest, quadratic
from toylab.fits.optimal_scaling import fit_line
from toylab.laws.forms import FLOPS

WITHIN = 0.08  # cells whose loss is above the lowest by at most this share lie on a quadratic
CUTS = (0.06, 0.08, 0.1, 0.15)  # what else could count as near


@dataclass(frozen=True, eq=False)
class Valley:
    """The losses of a grid at one budget, be it trained in part, and their lowest point."""

    tokens: int
    flops: float
    # (seeds, batches * rates) nats/character; inf if it diverged, nan where there is none yet
    losses: Array

    @property
    def whole(self) -> bool:
        """True where every seed trained every cell."""
        return not np.isnan(self.mean).any()

    @cached_property
    def mean(self) -> Array:
        """The mean loss over the seeds, (batches * rates,); nan where one is missing, inf where one
        diverged."""
        return np.asarray(self.losses.mean(axis=0))

    @cached_property
    def lowest(self) -> Optima:
        """The lowest cell of the mean over seeds, and then of each seed."""
        return lowest(GRID, self._each)

    @cached_property
    def bottom(self) -> Optima:
        """The bottom of the quadratic through the mean over seeds, and then through each.

        Raises:
            ValueError: if too few cells lie near the lowest one.
        """
        return quadratic(GRID, self._each, WITHIN)

    @cached_property
    def batch_range(self) -> tuple[float, float]:
        """The least and the largest best batch over the choices in CUTS of what is near."""
        batches = [float(self.bottom.batch[0])]
        for within in CUTS:
            try:
                other = quadratic(GRID, self.mean[None], within)
            except ValueError:  # too few cells
                continue
            batches += other.batch[other.inside].tolist()
        return min(batches), max(batches)

    @property
    def _each(self) -> Array:
        return np.vstack([self.mean, self.losses])

    @cached_property
    def warning(self) -> str:
        """The reason not to trust its bottom; empty if there is none."""
        if not self.whole:
            return "not all of its cells are trained"
        try:
            bottom = self.bottom
        except ValueError as refusal:
            return str(refusal)
        if not self.lowest.inside[0]:
            return "the lowest cell lies at the edge of the grid"
        if not bottom.inside[0]:
            return "the quadratic has no lowest point inside the grid"
        return ""


def valleys(frame: pd.DataFrame) -> list[Valley]:
    """The grids in the table of a study, by compute."""
    result = []
    for tokens, group in frame.groupby("tokens"):
        seeds = {seed: k for k, seed in enumerate(sorted(group["seed"].unique()))}
        losses = np.full((len(seeds), *GRID.shape), np.nan)
        i = np.log2(group["batch"] / BATCHES[0]).round().astype(int)
        j = np.log2(group["lr"] / LRS[0]).round().astype(int)
        losses[group["seed"].map(seeds), i, j] = group["loss"].where(~group["diverged"], np.inf)
        flops = float(group["flops"].iloc[0])
        result.append(Valley(int(str(tokens)), flops, losses.reshape(len(seeds), -1)))
    return result


def growth(valleys: list[Valley], setting: str) -> Estimate | None:
    """The exponent of the best batch or learning rate in compute, through the bottoms.

    Its interval is over seeds, each fitted alone, and does not hold what another choice of
    cells would change: see `Valley.batch_range`. None where fewer than three seeds tell.

    Args:
        valleys: grids at several budgets, each with a bottom.
        setting: "batch" or "lr".
    """
    fits = [valley.bottom for valley in valleys]
    seeds = min((len(fit.batch) for fit in fits), default=0)
    if len(fits) < 2:
        return None
    values = np.log([getattr(fit, setting)[1:seeds] for fit in fits]).T
    values = values[np.isfinite(values).all(axis=1)]
    if len(values) < 3:
        return None
    return Estimate.mean(fit_line(np.log([v.flops for v in valleys]), values).lines[:, 1])


def untrained(tokens: int) -> Valley:
    """The grid of which nothing is trained yet."""
    return Valley(tokens, float(FLOPS * PARAMS * tokens), np.full((1, len(GRID.cells[0])), np.nan))

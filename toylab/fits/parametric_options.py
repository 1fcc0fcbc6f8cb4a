"""How is a surface fitted: with which loss for residuals, which constants free, from where?

Source of the defaults: Hoffmann et al. 2022, arXiv:2203.15556, app. D.2.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

from toylab.fits.gauss_newton import ALPHA, BETA, E
from toylab.fits.runs import Array

DELTA = 1e-3
LEVEL, STEEPEST = 1e-3, 10.0  # exponents beyond these are no power law
NO_FLOOR = -50.0  # ln E of a floor that is held at zero


@dataclass(frozen=True)
class FitOptions:
    """How to fit; the defaults are Hoffmann's."""

    delta: float = DELTA  # nats of ln L: beyond it a residual counts by its size only
    tilt: float = 0.5  # weight of runs above the fit; below 0.5 it seeks the lowest runs
    floor: float | None = None  # E held at this, nats/token; None to fit it
    tied: bool = False  # alpha = beta

    def __post_init__(self) -> None:
        if not self.delta > 0:
            raise ValueError(f"delta must be positive, got {self.delta}")
        if not 0 < self.tilt < 1:
            raise ValueError(f"tilt must lie between 0 and 1, got {self.tilt}")
        if self.floor is not None and not 0 <= self.floor < np.inf:
            raise ValueError(f"floor must be zero or positive, got {self.floor}")

    @property
    def free(self) -> Array:
        """(5, k), the directions in which the constants may move."""
        columns = np.eye(5)
        if self.tied:
            columns[:, ALPHA] += columns[:, BETA]
        gone = [E] * (self.floor is not None) + [BETA] * self.tied
        return np.delete(columns, gone, axis=1)

    @property
    def starts(self) -> Array:
        """The grid of app. D.2, (starts, 5), with A and B themselves."""
        tens, halves = np.arange(0, 26, 5), np.arange(0, 2.1, 0.5)
        floors = np.arange(-1, 1.1, 0.5)
        if self.floor is not None:
            floors = np.array([np.log(self.floor) if self.floor else NO_FLOOR])
        grid = np.array(list(product(tens, tens, floors, halves, halves)), dtype=np.float64)
        return grid[grid[:, ALPHA] == grid[:, BETA]] if self.tied else grid


USUAL = FitOptions()

"""Options of the parametric fit: its loss of residuals, its free constants, its starts.

Source of the defaults: Hoffmann et al. 2022, arXiv:2203.15556, app. D.2.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

from toylab.fits.huber_objective import ALPHA, BETA, E, K
from toylab.fits.runs import Array

HUBER_DELTA = 1e-3
LEAST_EXPONENT, LARGEST_EXPONENT = 1e-3, 10.0  # beyond these it is no power law
NO_FLOOR = -50.0  # ln E of a floor that is held at zero


@dataclass(frozen=True)
class FitOptions:
    """Options of a fit; the defaults are Hoffmann's."""

    huber_delta: float = HUBER_DELTA  # of ln L: beyond it a residual counts by its size only
    asymmetry: float = 0.5  # weight of runs above the fit; below 0.5 it seeks the lowest runs
    fixed_E: float | None = None  # E held at this, nats/token; None to fit it
    equal_exponents: bool = False  # alpha = beta
    outer: bool = False  # a sixth constant: both terms' sum to the power k

    def __post_init__(self) -> None:
        if not self.huber_delta > 0:
            raise ValueError(f"huber_delta must be positive, got {self.huber_delta}")
        if not 0 < self.asymmetry < 1:
            raise ValueError(f"asymmetry must lie between 0 and 1, got {self.asymmetry}")
        if self.fixed_E is not None and not 0 <= self.fixed_E < np.inf:
            raise ValueError(f"a fixed floor must be zero or positive, got {self.fixed_E}")

    @property
    def free(self) -> Array:
        """(c, f), the directions in which c coordinates, or constants, may move."""
        columns = np.eye(K + self.outer)
        if self.equal_exponents:
            columns[:, ALPHA] += columns[:, BETA]
        gone = [E] * (self.fixed_E is not None) + [BETA] * self.equal_exponents
        return np.delete(columns, gone, axis=1)

    @property
    def starts(self) -> Array:
        """The grid of app. D.2, (starts, c), with A and B themselves; an outer exponent is 1."""
        tens, halves = np.arange(0, 26, 5), np.arange(0, 2.1, 0.5)
        floors = np.arange(-1, 1.1, 0.5)
        if self.fixed_E is not None:
            floors = np.array([np.log(self.fixed_E) if self.fixed_E else NO_FLOOR])
        grid = np.array(list(product(tens, tens, floors, halves, halves)), dtype=np.float64)
        if self.equal_exponents:
            grid = grid[grid[:, ALPHA] == grid[:, BETA]]
        return np.pad(grid, ((0, 0), (0, int(self.outer))))


USUAL = FitOptions()

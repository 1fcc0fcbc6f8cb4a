"""Simulated loss over batch and learning rate at one budget of compute.

    L(B, r) = L_0 + k_B b^2 + k_r (s - t b)^2,    b = ln(B / B*),  s = ln(r / r*)

Batch B in tokens and peak learning rate r: L_0 nats at the best (B*, r*), curvatures k_B and k_r
in nats, and a tilt t: at a batch that is not the best one the best rate is r* (B / B*)^t. Near a
minimum every smooth loss looks so; t = 1/2 is the usual rule for Adam, t = 1 that for plain SGD.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from toylab.fits.grid_optimum import Array, Grid


@dataclass(frozen=True)
class Bowl:
    """The loss over batch and learning rate at one budget."""

    floor: float  # nats/token at the best setting
    batch: float  # tokens, the best
    lr: float  # peak learning rate, the best
    along: float = 0.02  # k_B, nats; these three about as `lm_grid` measured them
    across: float = 0.1  # k_r, nats
    tilt: float = 0.5

    def __post_init__(self) -> None:
        for name in ("floor", "batch", "lr", "along", "across"):
            value = getattr(self, name)
            if not 0 < value < np.inf:
                raise ValueError(f"{name} must be positive and finite, got {value}")
        if not np.isfinite(self.tilt):
            raise ValueError(f"tilt must be finite, got {self.tilt}")

    def loss(self, batch: ArrayLike, lr: ArrayLike) -> Array:
        """Nats per token at a setting."""
        b, s = np.log(np.asarray(batch) / self.batch), np.log(np.asarray(lr) / self.lr)
        return np.asarray(self.floor + self.along * b**2 + self.across * (s - self.tilt * b) ** 2)

    def contour(self, above: float, points: int = 97) -> tuple[Array, Array]:
        """Batches and learning rates at `above` nats over the floor: a closed curve."""
        angle = np.linspace(0, 2 * np.pi, points)
        b = np.sqrt(above / self.along) * np.cos(angle)
        s = np.sqrt(above / self.across) * np.sin(angle) + self.tilt * b
        return self.batch * np.exp(b), self.lr * np.exp(s)


def draw(bowl: Bowl, grid: Grid, noise: float, seed: int, draws: int = 1) -> Array:
    """Losses as runs would have measured them, (draws, batches * rates).

    Args:
        bowl: the truth.
        grid: what is tried.
        noise: standard deviation of a run's loss, as a share of it.
        seed: of the noise; the first draws are the same however many there are.
        draws: how often the whole grid is trained.
    """
    if not 0 <= noise < 1:
        raise ValueError(f"noise must be at least 0 and below 1 of the loss, got {noise}")
    b, s = grid.cells
    luck = np.random.default_rng(seed).standard_normal((draws, len(b)))
    return np.asarray(bowl.loss(np.exp(b), np.exp(s)) * (1 + noise * luck))

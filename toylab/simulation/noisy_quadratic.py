"""Noisy quadratic: SGD on a bowl whose every moment is known, and why a hyperbola comes out.

    L(x) = 1/2 sum_i h_i x_i^2,   gradient of a batch = h_i x_i + noise of variance s_i / B
    E x_i^2  <-  (1 - lr h_i)^2 E x_i^2 + lr^2 s_i / B                   each step

Nothing is sampled: that is a geometric series, so the expected loss after any number of steps
is known (the model of McCandlish et al. 2018, sec. 2.2, with one rate held all the way). Two
noise scales go with a point x, G_i = h_i x_i:

    B_simple = sum s_i / |G|^2,      B_noise = sum h_i s_i / sum h_i G_i^2

The greatest expected fall of one step, over the rate, is dL_max / (1 + B_noise / B), at the
rate lr_max / (1 + B_noise / B), lr_max = |G|^2 / sum h_i G_i^2 (their eq. 2.6 to 2.8).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toylab.refusals import positive

Array = NDArray[np.float64]
MOST = 1e12  # steps
RATES = 120


@dataclass(frozen=True)
class Quadratic:
    """A bowl in many directions, h_i = i^-decay, that starts at x_i = 1."""

    directions: int = 64
    decay: float = 0.5
    noise: float = 1.0  # s_i = noise * h_i

    def __post_init__(self) -> None:
        if not 1 <= self.directions <= 10_000:
            raise ValueError(f"directions must be 1 to 10,000, got {self.directions}")
        if not (0 <= self.decay <= 3 and 0 < self.noise < np.inf):
            raise ValueError(
                f"decay must be 0 to 3 and noise positive, got {self.decay} and {self.noise}"
            )

    @property
    def h(self) -> Array:
        """Curvatures, (directions,)."""
        return np.asarray(np.arange(1.0, self.directions + 1) ** -self.decay)

    @property
    def s(self) -> Array:
        """Variances of one example's gradient, (directions,)."""
        return self.noise * self.h

    @property
    def start(self) -> float:
        """The loss at the beginning."""
        return float(self.h.sum() / 2)

    def scales(self, square: ArrayLike = 1.0) -> tuple[float, float]:
        """B_simple and B_noise where E x_i^2 is `square`."""
        G2 = self.h**2 * np.asarray(square)
        simple, noise = self.s.sum() / G2.sum(), (self.h * self.s).sum() / (self.h * G2).sum()
        return float(simple), float(noise)

    def loss(self, batch: ArrayLike, lr: ArrayLike, steps: ArrayLike) -> Array:
        """The expected loss after so many steps, whose number need not be whole."""
        return np.asarray(self.square(batch, lr, steps) @ self.h / 2)

    def square(self, batch: ArrayLike, lr: ArrayLike, steps: ArrayLike) -> Array:
        """E x_i^2 after so many steps, (..., directions)."""
        B, lr, steps = (np.asarray(x, dtype=np.float64)[..., None] for x in (batch, lr, steps))
        keep = (1 - lr * self.h) ** 2
        left = keep**steps
        settled = lr**2 * self.s / B / (1 - keep)  # where each direction ends
        return np.asarray(left + settled * (1 - left))

    def steps(self, batch: float, target: float, lrs: Array) -> Array:
        """Steps to the target at each rate, (rates,); infinite where it is out of reach."""
        positive("batch", batch)
        if not 0 < target < self.start:
            raise ValueError(f"target must be between 0 and {self.start:.4g}, got {target:g}")
        low, high = np.ones(len(lrs)), np.full(len(lrs), MOST)
        reached = self.loss(batch, lrs, high) <= target
        for _ in range(60):
            middle = np.sqrt(low * high)
            there = self.loss(batch, lrs, middle) <= target
            low, high = np.where(there, low, middle), np.where(there, middle, high)
        return np.where(reached, high, np.inf)

    def race(self, batches: ArrayLike, target: float) -> tuple[Array, Array]:
        """Steps of each batch at its best constant rate, and that rate."""
        B = np.atleast_1d(positive("batch", batches))
        beyond = 2 * B * target / (self.noise * self.start)  # where it settles at the target
        lrs = np.minimum(1.9 / self.h.max(), beyond)[:, None] * np.geomspace(1e-3, 1, RATES)
        each = np.array([self.steps(b, target, rates) for b, rates in zip(B, lrs, strict=True)])
        best = each.argmin(axis=1)[:, None]
        return each.min(axis=1), np.take_along_axis(lrs, best, axis=1)[:, 0]

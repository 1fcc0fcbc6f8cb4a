"""SGD on a linear regression with a power-law spectrum: the simplest learner with a known law.

    y = sum_j j^-b x_j,    x_j = j^-a z_j,  z_j ~ N(0, 1),    j = 1, 2, ...

A student of size N sees the first N features and learns their weights w by SGD, on fresh
samples throughout. The features that it cannot see are Gaussian noise to it, so the population
loss is known at every step:

    L = sum_{j<=N} j^-2a (w_j - j^-b)^2 + sum_{j>N} j^-2(a+b)

Units: N weights, D samples, C = 6 N D as in other studies, L squared error.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import zeta

from toylab.fits.runs import Array
from toylab.laws.forms import FLOPS

SIZES = (4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)  # N
BATCH = 8  # samples a step
RATE = 0.5  # of the largest stable learning rate, 1 / sum of the variances


@dataclass(frozen=True)
class RegressionSpec:
    """All sizes from one seed, side by side on the same samples, each to its budgets."""

    spectrum: float  # a: how fast the features' scale falls
    target: float  # b: how fast the weights to learn fall
    runs: tuple[tuple[float, int], ...]  # C in FLOPs, N in weights
    seed: int = 0

    @property
    def cost(self) -> float:
        """Seconds, about."""
        return 0.35

    @property
    def device(self) -> str:
        """The device: always the processor."""
        return "cpu"


def run(spec: RegressionSpec) -> Iterator[tuple[float, list[dict[str, Any]]]]:
    """Training of every run: (fraction done, rows of params, tokens, flops, loss, seed), once."""
    steps = [max(1, round(C / (FLOPS * N * BATCH))) for C, N in spec.runs]
    losses = train(spec, set(steps))
    rows = [
        {
            "params": N,
            "tokens": step * BATCH,
            "flops": float(C),
            "loss": float(losses[step][SIZES.index(N)]),
            "seed": spec.seed,
        }
        for (C, N), step in zip(spec.runs, steps, strict=True)
    ]
    yield 1.0, rows


def train(spec: RegressionSpec, kept: set[int]) -> dict[int, Array]:
    """Population losses (sizes,) after the steps that are kept."""
    j = np.arange(1.0, SIZES[-1] + 1)
    scale, weights = j**-spec.spectrum, j**-spec.target
    seen = (j <= np.array(SIZES)[:, None]).astype(np.float64)  # (sizes, features)
    power = 2 * (spec.spectrum + spec.target)
    unseen = zeta(power, np.array(SIZES) + 1.0)  # (sizes,)
    beyond = np.sqrt(zeta(power, SIZES[-1] + 1.0))
    rate = RATE / (scale**2).sum()
    draw = np.random.default_rng(spec.seed)
    learned = np.zeros((len(SIZES), len(j)))
    losses = {}
    for step in range(1, max(kept) + 1):
        drawn = draw.standard_normal((BATCH, len(j) + 1))
        x = drawn[:, :-1] * scale  # (batch, features): shared by all sizes
        y = x @ weights + beyond * drawn[:, -1]
        error = learned @ x.T - y  # (sizes, batch)
        learned -= rate / BATCH * (error @ x) * seen
        if step in kept:
            off = (learned - weights) ** 2 * scale**2 * seen
            losses[step] = off.sum(axis=-1) + unseen
    return losses

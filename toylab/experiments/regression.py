"""What law has the simplest learner, and does a study of it find the law that theory has?

    y = sum_j j^-b x_j,    x_j = j^-a z_j,  z_j ~ N(0, 1),    j = 1, 2, ...

A student of size N sees the first N features and learns their weights w by SGD, on fresh
samples throughout. The features that it cannot see are Gaussian noise to it, so the population
loss is known at every step:

    L = sum_{j<=N} j^-2a (w_j - j^-b)^2 + sum_{j>N} j^-2(a+b)

The last sum falls as N^-alpha, alpha = 2a + 2b - 1. After D samples the features with D j^-2a
above some constant are learned, so without a limit on size the rest falls as D^-beta, beta =
alpha / 2a. Hence N_opt ~ C^(1 / (1 + 2a)), and no floor. The sum of two powers is not exactly
the loss: unseen features disturb the learning of those that are seen.

Units: N weights, D samples, C = 6 N D as in other studies, L squared error.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import zeta

from toylab.data.recorded import DATA
from toylab.fits.runs import Array
from toylab.laws.forms import FLOPS

TITLE = "SGD on linear regressions with a power-law spectrum; the loss is a squared error"
RECORDED = DATA / "regression.csv"
SIZES = (4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
BATCH = 8
RATE = 0.5  # of the largest stable learning rate, 1 / sum of the variances


@dataclass(frozen=True)
class RegressionStudy:
    """Sizes at budgets; one run of each size and seed passes all of its budgets."""

    spectrum: float = 0.75  # a: how fast the features' scale falls
    target: float = 0.25  # b: how fast the weights to learn fall
    lowest: float = 5e4  # FLOPs
    highest: float = 1.2e7
    budgets: int = 9
    width: float = 5.0  # sizes within this factor of the theory's line at each budget
    seeds: int = 8
    seed: int = 0  # the first

    def __post_init__(self) -> None:
        least = FLOPS * SIZES[0] * BATCH
        rules = {
            f"spectrum must be above 0.5 and at most 5, got {self.spectrum}": (
                0.5 < self.spectrum <= 5
            ),
            f"target must be between 0 and 5, got {self.target}": 0 <= self.target <= 5,
            f"budgets must rise from at least {least} to at most 1e9 FLOPs, got "
            f"{self.lowest:g} to {self.highest:g}": least <= self.lowest < self.highest <= 1e9,
            f"budgets must be at least 2, got {self.budgets}": self.budgets >= 2,
            f"width must be above 1, got {self.width}": self.width > 1,
            f"seeds must be between 1 and 1000, got {self.seeds}": 1 <= self.seeds <= 1000,
            f"seed must be 0 or more, got {self.seed}": self.seed >= 0,
        }
        for rule, kept in rules.items():
            if not kept:
                raise ValueError(rule)

    @property
    def theory(self) -> dict[str, float]:
        """What an additive surface should have: E, alpha and beta, exponents a and b."""
        alpha = 2 * (self.spectrum + self.target) - 1
        beta, a = alpha / (2 * self.spectrum), self.exponent
        return {"E": 0.0, "alpha": alpha, "beta": beta, "a": a, "b": 1 - a}

    @property
    def exponent(self) -> float:
        """Theory's exponent of N_opt."""
        return 1 / (1 + 2 * self.spectrum)

    @property
    def cost(self) -> float:
        """Seconds, about; a study is a spec for the queue, too."""
        return 0.35 * self.seeds

    @property
    def device(self) -> str:
        """Where it trains."""
        return "cpu"

    def specs(self) -> list["RegressionStudy"]:
        """The same, a seed at a time."""
        return [replace(self, seed=self.seed + k, seeds=1) for k in range(self.seeds)]

    @property
    def runs(self) -> list[tuple[float, int]]:
        """Budget and size of each run of a seed."""
        middle = np.sqrt(SIZES[0] * SIZES[-1])
        centre = np.sqrt(self.lowest * self.highest)
        found = []
        for C in np.geomspace(self.lowest, self.highest, self.budgets):
            line = middle * (C / centre) ** self.exponent
            found += [(C, N) for N in SIZES if abs(np.log(N / line)) <= np.log(self.width)]
        return found


def run(study: RegressionStudy) -> Iterator[tuple[float, list[dict[str, Any]]]]:
    """Train every run: (fraction done, rows of params, tokens, flops, loss, seed), once."""
    steps = {pair: max(1, round(pair[0] / (FLOPS * pair[1] * BATCH))) for pair in study.runs}
    losses = _train(study, max(steps.values()), set(steps.values()))
    yield (
        1.0,
        [
            {
                "params": N,
                "tokens": steps[C, N] * BATCH,
                "flops": float(C),
                "loss": float(losses[steps[C, N]][k, SIZES.index(N)]),
                "seed": study.seed + k,
            }
            for k in range(study.seeds)
            for C, N in study.runs
        ],
    )


def trained(study: RegressionStudy) -> pd.DataFrame:
    """The rows of `run`, trained here and now."""
    return pd.DataFrame([row for _, rows in run(study) for row in rows])


def _train(study: RegressionStudy, last: int, kept: set[int]) -> dict[int, Array]:
    """Population losses (seeds, sizes) after the steps that are kept."""
    j = np.arange(1.0, SIZES[-1] + 1)
    scale, weights = j**-study.spectrum, j**-study.target
    seen = (j <= np.array(SIZES)[:, None]).astype(np.float64)  # (sizes, features)
    power = 2 * (study.spectrum + study.target)
    unseen = zeta(power, np.array(SIZES) + 1.0)  # (sizes,)
    beyond = np.sqrt(zeta(power, SIZES[-1] + 1.0))
    rate = RATE / (scale**2).sum()
    draws = [np.random.default_rng(study.seed + k) for k in range(study.seeds)]
    learned = np.zeros((study.seeds, len(SIZES), len(j)))
    losses = {}
    for step in range(1, last + 1):
        drawn = np.stack([draw.standard_normal((BATCH, len(j) + 1)) for draw in draws])
        x = drawn[..., :-1] * scale  # (seeds, batch, features): shared by all sizes
        y = x @ weights + beyond * drawn[..., -1]
        error = learned @ x.transpose(0, 2, 1) - y[:, None]  # (seeds, sizes, batch)
        learned -= rate / BATCH * (error @ x) * seen
        if step in kept:
            off = (learned - weights) ** 2 * scale**2 * seen
            losses[step] = off.sum(axis=-1) + unseen
    return losses

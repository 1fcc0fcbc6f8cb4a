"""Annealing law: the loss of a run by the area under its learning rate, and what has annealed.

    L(t) = L0 + A S1^-alpha - C S2
    S1 = sum of lr(1) .. lr(t),    S2 = sum of m(1) .. m(t)
    m(t) = lambda m(t - 1) + max(0, lr(t - 1) - lr(t))

with L0, A and C not below zero, and a rate that rises (a warm-up) annealing nothing. By least
squares of the relative error; alpha and the memory lambda are searched on a grid, the rest is
linear in them.

Source: the law is eq. 1 of Tissue et al. 2024, arXiv:2408.11029; the fit is not theirs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from toylab.fits.estimate import Array

ALPHAS = np.geomspace(0.03, 3, 60)
MEMORIES = (0.0, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995)
FEWEST = 6  # looks


@dataclass(frozen=True, eq=False)
class Annealed:
    """A run's learning rates, and its losses at some of its steps."""

    rates: Array = field(repr=False)  # (steps,)
    steps: Array  # (looks,) done, ascending
    loss: Array  # (looks,) nats/token


@dataclass(frozen=True)
class AnnealingLaw:
    """The constants of the law, and how well they fit."""

    floor: float  # L0, nats/token
    scale: float  # A
    alpha: float
    gain: float  # C
    memory: float  # lambda
    rms: float  # of the relative error

    def loss(self, rates: Array) -> Array:
        """The loss after every step of a schedule, (steps,) nats/token."""
        s1, s2 = areas(rates, self.memory)
        return np.asarray(self.floor + self.scale * s1**-self.alpha - self.gain * s2)


def areas(rates: Array, memory: float) -> tuple[Array, Array]:
    """S1 and S2 after every step, each (steps,)."""
    falls = np.maximum(0.0, -np.diff(rates, prepend=rates[0]))
    momentum, annealed = np.empty_like(falls), 0.0
    for t, fall in enumerate(falls):
        momentum[t] = annealed = memory * annealed + fall
    return rates.cumsum(), momentum.cumsum()


def fit(run: Annealed, memories: Sequence[float] = MEMORIES) -> AnnealingLaw:
    """The law that describes one run best, with one of these memories.

    Raises:
        ValueError: if there are too few looks.
    """
    from scipy.optimize import nnls

    if len(run.loss) < FEWEST:
        raise ValueError(f"the law needs {FEWEST} looks at least, got {len(run.loss)}")
    at, best = run.steps.astype(int) - 1, None
    for memory in memories:
        s1, s2 = (area[at] for area in areas(run.rates, memory))
        for alpha in ALPHAS:
            basis = np.stack([np.ones_like(s1), s1**-alpha, -s2], axis=1)
            size = basis.max(axis=0) - np.minimum(0, basis.min(axis=0))
            size[size == 0] = 1.0
            found, error = nnls(basis / size / run.loss[:, None], np.ones_like(s1))
            if best is None or error < best[0]:
                best = error, memory, float(alpha), found / size
    assert best is not None, "the grid is not empty"
    error, memory, alpha, (floor, scale, gain) = best
    rms = float(error / np.sqrt(len(at)))
    return AnnealingLaw(float(floor), float(scale), alpha, float(gain), memory, rms)


def offs(law: AnnealingLaw, runs: Sequence[Annealed]) -> list[float]:
    """The law's last loss of each run less the real one, nats/token."""
    return [float(law.loss(run.rates)[int(run.steps[-1]) - 1] - run.loss[-1]) for run in runs]

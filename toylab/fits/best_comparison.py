"""Comparison of several alternatives with the best of them, each measured with the same seeds.

    ln L(i, s) = m_i + b_s + noise,      excess of i = m_i - min over j of m_j

Whoever is lowest in a sample is so by luck in part, and an interval made for one pair would call
too many of the others worse. Tukey's range test (1953) allows for all pairs: with 95 % none of
them differs by more from its true difference than

    w = q s / sqrt(seeds),   q the quantile of the studentized range,

s^2 the variance that is left when the mean of each alternative and of each seed are taken off.
An excess is then known to +-w, and nothing lies below the best. It is assumed that all
alternatives scatter alike.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from toylab.fits.estimate import Array, Estimate

DRAWS = 200_000  # of the quantile: good to about 0.02
CONFIDENCE = 0.95


@dataclass(frozen=True, eq=False)
class BestComparison:
    """The excess of every alternative over the best of all, as a share of its loss."""

    excess: Array  # (alternatives,); 0.02 for a loss 2 % above the lowest
    low: Array  # likewise: above 0, it is worse than the best
    high: Array
    noise: float  # standard deviation of a run, beside what its seed shares with the others
    wide: float  # two alternatives that are further apart differ
    best: int  # index of the lowest mean

    def __getitem__(self, k: int) -> Estimate:
        """The excess of the k-th alternative."""
        return Estimate(float(self.excess[k]), float(self.low[k]), float(self.high[k]))


def compare_with_best(losses: Array) -> BestComparison:
    """The comparison of losses (alternatives, seeds), a column a seed.

    Raises:
        ValueError: if there are fewer than two alternatives or seeds, or a loss is not positive.
    """
    x = np.log(_checked(losses))
    count, seeds = x.shape
    means = x.mean(axis=1)
    rest = x - means[:, None] - x.mean(axis=0) + x.mean()
    df = (count - 1) * (seeds - 1)
    noise = float(np.sqrt((rest**2).sum() / df))
    wide = studentized_range(count, df) * noise / np.sqrt(seeds)
    excess = means - means.min()
    low, high = np.maximum(0, excess - wide), excess + wide
    return BestComparison(
        np.expm1(excess), np.expm1(low), np.expm1(high),
        noise, float(np.expm1(wide)), int(means.argmin()),
    )  # fmt: skip


@lru_cache(maxsize=64)
def studentized_range(count: int, df: int) -> float:
    """95 % quantile of the range of `count` draws over a scatter of `df` degrees of freedom.

    Simulated with a seed of its own: quicker than scipy's integrals.
    """
    random = np.random.default_rng(1953)
    low = high = random.standard_normal(DRAWS)
    for _ in range(count - 1):
        more = random.standard_normal(DRAWS)
        low, high = np.minimum(low, more), np.maximum(high, more)
    scatter = np.sqrt(random.chisquare(df, DRAWS) / df)
    return float(np.quantile((high - low) / scatter, CONFIDENCE))


def _checked(losses: Array) -> Array:
    x = np.asarray(losses, dtype=np.float64)
    if x.ndim != 2 or min(x.shape) < 2:
        raise ValueError(f"losses need two alternatives and two seeds at least, got {x.shape}")
    if not (np.isfinite(x).all() and (x > 0).all()):
        raise ValueError("losses must be positive and finite")
    return x

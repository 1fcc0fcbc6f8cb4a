"""Comparison of several alternatives with the best of them, each measured with the same seeds.

    ln L(i, s) = m_i + b_s + noise,      excess of i = m_i - min over j of m_j

Whoever is lowest in a sample is so by luck in part, and an interval made for one pair would call
too many of the others worse. Tukey's range test (1953) allows for all pairs: with 95 % none of
them differs by more from its true difference than

    w = q s / sqrt(seeds),   q the quantile of the studentized range,

s^2 the variance that is left when the mean of each alternative and of each seed are taken off.
An excess is then known to +-w, and nothing lies below the best; so are the excess over the best of
a few, and the difference of any pair. Who may be the best is less to ask: with 95 % the best is
among those whose mean lies no further above the lowest one than

    v = d s / sqrt(seeds),   d the quantile of the height of one draw above the lowest of all,

which is sqrt(2) times that of Dunnett (1955), many against one, one-sided; Hsu (1984). It is
assumed that all alternatives scatter alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from toylab.fits.estimate import Array, Estimate

DRAWS = 200_000  # of the quantile: good to about 0.02
CONFIDENCE = 0.95


@dataclass(frozen=True, eq=False)
class BestComparison:
    """Mean losses of alternatives; excesses are shares, 0.02 for a loss 2 % above another."""

    means: Array  # (alternatives,) of ln L over the seeds
    wide: float  # w; two alternatives whose ln L is further apart differ
    reach: float  # v; what is no further above the lowest mean may be the best
    noise: float  # standard deviation of a run, beside what its seed shares with the others

    @property
    def excess(self) -> Array:
        """The excess of each over the best, (alternatives,)."""
        return np.expm1(self._above)

    @property
    def low(self) -> Array:
        """The lower limit of each excess: above 0, it is worse than the best."""
        return np.expm1(np.maximum(0, self._above - self.wide))

    @property
    def high(self) -> Array:
        """The upper limit of each excess."""
        return np.expm1(self._above + self.wide)

    @property
    def may_be_best(self) -> NDArray[np.bool_]:
        """True for each that may be the best, (alternatives,)."""
        return self._above <= self.reach

    @property
    def _above(self) -> Array:
        return self.means - self.means.min()

    def among(self, some: Sequence[int]) -> "BestComparison":
        """The comparison of some with the best of these; as wide as that of all pairs."""
        return replace(self, means=self.means[list(some)])

    def over(self, one: int, other: int) -> Estimate:
        """The excess of an alternative over another; below 0 where it is the better one."""
        apart = float(self.means[one] - self.means[other])
        value, low, high = np.expm1([apart, apart - self.wide, apart + self.wide]).tolist()
        return Estimate(value, low, high)


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
    error = noise / np.sqrt(seeds)
    wide, reach = studentized_range(count, df) * error, height_of_one(count, df) * error
    return BestComparison(means, float(wide), float(reach), noise)


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


@lru_cache(maxsize=64)
def height_of_one(count: int, df: int) -> float:
    """95 % quantile of the height of one of `count` draws above the lowest, over their scatter."""
    random = np.random.default_rng(1955)
    one = low = random.standard_normal(DRAWS)
    for _ in range(count - 1):
        low = np.minimum(low, random.standard_normal(DRAWS))
    scatter = np.sqrt(random.chisquare(df, DRAWS) / df)
    return float(np.quantile((one - low) / scatter, CONFIDENCE))


def _checked(losses: Array) -> Array:
    x = np.asarray(losses, dtype=np.float64)
    if x.ndim != 2 or min(x.shape) < 2:
        raise ValueError(f"losses need two alternatives and two seeds at least, got {x.shape}")
    if not (np.isfinite(x).all() and (x > 0).all()):
        raise ValueError("losses must be positive and finite")
    return x

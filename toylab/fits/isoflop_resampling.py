"""Bottoms of a study's valleys, and those that resampled runs would have given.

    y* = fit + r* sqrt(n / freedom) t / z

r* are residuals in ln L dealt anew. They are made larger for what the fit has taken out of
them, n runs less its coefficients, and by the 97.5 % points of Student's t over the normal's,
because the scatter itself is only known from these runs: percentiles then are t intervals.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import ndtri, stdtrit

from toylab.fits.goodness import Goodness
from toylab.fits.isoflop_budgets import Places, Valley, budgets, valley
from toylab.fits.isoflop_outliers import Outlier, outliers
from toylab.fits.isoflop_parabolas import Array, Parabolas
from toylab.fits.isoflop_windows import windows
from toylab.fits.runs import Runs

RESAMPLES = 1000
TAIL = 0.975


@dataclass(frozen=True, eq=False)
class Chosen:
    """The runs that valleys are fitted to."""

    groups: tuple[Places, ...]  # a budget each
    outliers: tuple[Outlier, ...]  # left out of them
    alone: int  # runs that share no budget

    @property
    def runs(self) -> int:
        """The number of runs that the valleys go through."""
        return sum(map(len, self.groups))


@dataclass(frozen=True, eq=False)
class Resampled:
    """Valleys and their lowest points, with resamples."""

    valleys: tuple[Valley, ...]
    places: Array  # (1 + resamples, budgets) ln N
    heights: Array  # (1 + resamples, budgets) ln L
    spread: float  # sd of the runs about their parabolas, in ln L
    goodness: Goodness
    lopsided: tuple[float, float]  # see `Parabolas.lopsided`

    @property
    def trusted(self) -> tuple[list[int], Array]:
        """The valleys that the line goes through, and their ln C."""
        kept = [k for k, valley in enumerate(self.valleys) if not valley.warning]
        return kept, np.log([self.valleys[k].flops for k in kept])


@lru_cache(maxsize=32)
def choose(runs: Runs, within: float) -> Chosen:
    """The runs of each budget within a factor of its bottom, and no outliers."""
    groups, off_valley = budgets(runs), tuple[Outlier, ...]()
    alone = len(runs) - sum(map(len, groups))
    while True:
        near = windows(runs, groups, within)
        more = outliers(runs, near) if near else ()
        if not more:
            return Chosen(tuple(near), off_valley, alone)
        off_valley += more
        off = [outlier.run - 1 for outlier in off_valley]
        groups = [group[~np.isin(group, off)] for group in groups]


@lru_cache(maxsize=32)
def resample(runs: Runs, shared: bool, within: float) -> Resampled:
    """The valleys of a study, with one curvature for all or one for each.

    Raises:
        ValueError: if there are no more runs than coefficients.
    """
    groups = choose(runs, within).groups
    if not groups:
        nothing = np.empty((1, 0))
        return Resampled((), nothing, nothing, 0.0, Goodness(0.0, np.nan, ()), (0.0, 0.0))
    parabolas = Parabolas([np.log(runs.params[group]) for group in groups], shared)
    if parabolas.freedom < 1:
        raise ValueError(
            f"{len(parabolas.x)} runs are as many as the parabolas have coefficients, so "
            "nothing is left to judge them by: add sizes, or share one curvature"
        )
    places = np.concatenate(groups)
    y = np.log(runs.loss[places])
    off = y - parabolas.fitted(y)
    lowest = parabolas.bottoms(np.vstack([y, _resampled(y, off, parabolas.freedom)]))
    return Resampled(
        tuple(valley(runs, group, lowest, b) for b, group in enumerate(groups)),
        lowest.place,
        lowest.height,
        float(np.sqrt(off @ off / parabolas.freedom)),
        Goodness.of(-off, runs.loss[places], places),
        parabolas.lopsided(y),
    )


def inflation(runs: int, freedom: int) -> float:
    """The factor by which residuals are made larger before they are dealt anew."""
    return float(np.sqrt(runs / freedom) * stdtrit(freedom, TAIL) / ndtri(TAIL))


def _resampled(y: Array, off: Array, freedom: int) -> Array:
    """The parabolas with residuals dealt anew, (resamples, runs) ln L."""
    larger = inflation(len(y), freedom)
    dealt = np.random.default_rng(0).choice(off * larger, (RESAMPLES, len(y)))
    return np.asarray(y - off + dealt)

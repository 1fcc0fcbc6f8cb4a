"""Results of the exam of k characters in a row: beside k unrelated questions, by budget.

    in a row E_k,    unrelated p^k,    clustering E_k / p^k

Every power is taken seed by seed and then averaged: the power of the mean is another, smaller
number (Jensen's inequality).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toylab.experiments.streaks import LONGEST
from toylab.fits.estimate import Estimate
from toylab.laws.exact_match import exact_match

FEWEST = 3  # seeds that a mean needs for its interval
RESAMPLES = 2000


@dataclass(frozen=True)
class Exam:
    """Means over the seeds of one budget, with their 95 % intervals."""

    budget: float  # FLOPs
    seeds: int
    loss: float  # nats/character
    accuracy: Estimate  # p
    in_a_row: Estimate  # E_k
    beside_blanks: Estimate  # E_k of the places before a row that is not all blanks; see `_rare`
    unrelated: Estimate  # p^k
    blank: float  # share of the rows that are all right which are blanks only

    @property
    def clustering(self) -> float:
        """E_k over p^k: 1 if errors were independent."""
        return self.in_a_row.value / self.unrelated.value


def by_seed(frame: pd.DataFrame, symbols: int) -> pd.DataFrame:
    """A row a budget and seed: loss, accuracy, in_a_row, blank, beside_blanks, unrelated.

    Runs that have diverged are left out.

    Args:
        frame: of `StreaksStudy.table`.
        symbols: k.
    """
    if not 1 <= symbols <= LONGEST:
        raise ValueError(f"symbols must be between 1 and {LONGEST}, got {symbols}")
    names = {"exact": "in_a_row", "exact_blank": "blank", "exact_beside_blanks": "beside_blanks"}
    exams = frame[(frame["symbols"] == symbols) & ~frame["diverged"]].rename(columns=names)
    single = frame[frame["symbols"] == 1].rename(columns={"exact": "accuracy"})
    exams = exams.merge(single[["budget", "seed", "accuracy"]], on=["budget", "seed"])
    return exams.assign(unrelated=exact_match(exams["accuracy"], symbols))


def by_budget(frame: pd.DataFrame, symbols: int) -> list[Exam]:
    """The exams at every budget that has three seeds at least, ascending; see `by_seed`."""
    seeds = by_seed(frame, symbols).groupby("budget")
    return [_exam(float(np.asarray(C)), told) for C, told in seeds if len(told) >= FEWEST]


def _rare(shares: ArrayLike) -> Estimate:
    """The mean of seeds' shares, of which some may be 0, with the interval of resampled seeds.

    A t interval would reach below 0. This one is 0 to 0 only if no seed has any, and, of few seeds,
    a little narrow.
    """
    x = np.asarray(shares, dtype=np.float64)
    drawn = np.random.default_rng(0).integers(0, len(x), (RESAMPLES, len(x)))
    return Estimate.of(float(x.mean()), x[drawn].mean(1))


def _exam(budget: float, told: pd.DataFrame) -> Exam:
    """Of the seeds of one budget."""
    return Exam(
        budget,
        len(told),
        float(told["loss"].mean()),
        accuracy=Estimate.mean(told["accuracy"]),
        in_a_row=Estimate.mean(told["in_a_row"]),
        beside_blanks=_rare(told["beside_blanks"]),
        unrelated=Estimate.mean(told["unrelated"]),
        blank=float(told["blank"].mean() / told["in_a_row"].mean()),
    )

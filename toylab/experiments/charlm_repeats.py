"""How far do repeats of one plan differ, with nothing changed but the seed?

    band of one more repeat:  mean +- t(n - 1) sd sqrt(1 + 1/n),   95 %

of n repeats, for normal scatter. A bootstrap asks what other draws of a study's residuals would
have given; this asks what other networks on other draws of the data did give.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from toylab.data import recorded
from toylab.experiments import corpus
from toylab.experiments.charlm_study import CharlmStudy
from toylab.fits import isoflop
from toylab.fits.estimate import Estimate
from toylab.fits.runs import runs_of

RECORDED = recorded.DATA / "repeats.csv"
FIRST, APART, MANY = 1000, 100, 10  # the first seeds of the recorded repeats


@dataclass(frozen=True)
class Band:
    """Where one more repeat should come out."""

    exponent: Estimate  # its middle is the mean
    params: Estimate  # the best size at the largest budget
    repeats: int


def same_text() -> bool:
    """Whether the repeats learned from the very text that is learned from here."""
    return corpus.load().digest in recorded.read(RECORDED).made


def seeds() -> list[int]:
    """The first seeds of the recorded repeats, far enough apart to share none."""
    return [FIRST + APART * k for k in range(MANY)]


def outcome(plan: CharlmStudy, frame: pd.DataFrame) -> dict[str, object]:
    """What a repeat says: one row of the recorded table; `frame` as `CharlmStudy.table` makes it."""
    found = isoflop.fit(runs_of(frame))
    return {
        "plan": plan.preset,
        "language": plan.language,
        "seed": plan.seed,
        "exponent": found.params.exponent.value,
        "params": found.params.at(plan.highest).value,
        "tokens": found.tokens.at(plan.highest).value,
    }


def band(plan: CharlmStudy) -> Band | None:
    """The band of a plan's repeats; None where it was not repeated."""
    frame = recorded.read(RECORDED).frame
    mine = frame[(frame["plan"] == plan.preset) & (frame["language"] == plan.language)]
    if len(mine) < 3:
        return None
    sizes = expected(np.log(mine["params"]))
    return Band(
        expected(mine["exponent"]),
        Estimate(*(math.exp(x) for x in (sizes.value, sizes.low, sizes.high))),
        len(mine),
    )


def expected(values: ArrayLike) -> Estimate:
    """The mean, and the 95 % prediction interval of one more value; needs two or more."""
    known = np.asarray(values, dtype=np.float64)
    n, mean = len(known), float(known.mean())
    reach = stats.t.ppf(0.975, n - 1) * known.std(ddof=1) * math.sqrt(1 + 1 / n)
    return Estimate(mean, mean - float(reach), mean + float(reach))

"""Repeats of one study with other seeds: the interval that one more should lie in.

    band of one more repeat:  mean +- t(n - 1) sd sqrt(1 + 1/n),   95 %

of n repeats, for normal scatter. A bootstrap asks what other draws of a study's residuals would
have given; this asks what other networks on other draws of the data did give.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import stdtrit

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
    """The 95 % prediction intervals of one more repeat."""

    exponent: Estimate  # its middle is the mean
    params: Estimate  # the best size at the largest budget
    repeats: int


def same_text() -> bool:
    """True if the repeats learned from the very text that is learned from here."""
    return corpus.load().digest in recorded.read(RECORDED).made


def seeds() -> list[int]:
    """The first seeds of the recorded repeats, far enough apart to share none."""
    return [FIRST + APART * k for k in range(MANY)]


def outcome(plan: CharlmStudy, frame: pd.DataFrame) -> dict[str, object]:
    """The row of a repeat in the recorded table; `frame` as `CharlmStudy.table` makes it."""
    fit = isoflop.fit(runs_of(frame), shared=True, within=math.inf)  # as those recorded
    return {
        "plan": plan.preset,
        "language": plan.language,
        "seed": plan.seed,
        "exponent": fit.params.exponent.value,
        "params": fit.params.at(plan.highest).value,
        "tokens": fit.tokens.at(plan.highest).value,
    }


def band(plan: CharlmStudy) -> Band | None:
    """The band of a study's repeats; None where it was not repeated, as with another network."""
    if plan.net != "ngram":
        return None
    frame = recorded.read(RECORDED).frame
    repeats = frame[(frame["plan"] == plan.preset) & (frame["language"] == plan.language)]
    if len(repeats) < 3:
        return None
    sizes = expected(np.log(repeats["params"]))
    return Band(
        expected(repeats["exponent"]),
        Estimate(*(math.exp(x) for x in (sizes.value, sizes.low, sizes.high))),
        len(repeats),
    )


def expected(values: ArrayLike) -> Estimate:
    """The mean, and the 95 % prediction interval of one more value; needs two or more."""
    known = np.asarray(values, dtype=np.float64)
    n, mean = len(known), float(known.mean())
    reach = stdtrit(n - 1, 0.975) * known.std(ddof=1) * math.sqrt(1 + 1 / n)
    return Estimate(mean, mean - float(reach), mean + float(reach))

"""Price of a learning rate that was tuned elsewhere, and of one rate for all widths.

    excess of a rate at a width = L(rate) / min over rates of L, less 1

The noise is what is left of ln L when the means of rates and of seeds are taken off, one octave
about each minimum, of all widths together; the range test of `best_comparison` allows for the
choice of the lowest.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toylab.experiments.parametrization import SCALINGS
from toylab.experiments.transfer_results import TransferResults
from toylab.fits.best_comparison import compare_with_best, studentized_range
from toylab.fits.contrasts import TWO_SIDED, quantile, slope_weights
from toylab.fits.estimate import Estimate

NEAR = 1  # octaves about a minimum


@dataclass(frozen=True)
class Price:
    """The price of a rate that was tuned at the base, at the widest network."""

    octave: float  # log2 of the rate: the best at the base
    loss: float  # at the widest, geometric mean
    best: float  # the lowest there
    excess: Estimate  # share by which the loss lies above the lowest
    narrow: float  # FLOPs of a seed: the ladder at the base, and one run at the widest
    wide: float  # FLOPs of a seed: the ladder at the widest

    @property
    def saves(self) -> float:
        """The cost of tuning at the widest over that of tuning at the base."""
        return self.wide / self.narrow


def price(results: TransferResults, scaling: str) -> Price | None:
    """The price of tuning at the base and training the widest; None before all have ended."""
    study = results.study
    base, widest = (results.minima.get((scaling, width)) for width in (study.base, study.widest))
    sd, df = noise(results)
    if base is None or widest is None or not df:
        return None
    table = results.losses(scaling, study.widest).map(math.log)
    near = {widest.octave - NEAR, widest.octave, widest.octave + NEAR, base.octave}
    means = table[[at for at in table if at in near]].mean().dropna()
    if base.octave not in means:
        return None  # it diverged there
    wide = studentized_range(len(means), df) * sd / math.sqrt(len(table))
    above = float(means[base.octave] - means.min())
    low, high = max(0.0, above - wide), above + wide
    narrow, large = (study.spec(width).flops for width in (study.base, study.widest))
    rates = len(study.octaves)
    return Price(
        octave=base.octave,
        loss=float(np.exp(means[base.octave])),
        best=widest.loss,
        excess=Estimate(math.expm1(above), math.expm1(low), math.expm1(high)),
        narrow=rates * narrow + large,
        wide=rates * large,
    )


def noise(results: TransferResults) -> tuple[float, int]:
    """The standard deviation of ln L beside what a seed's rates share, and its freedom.

    nan where no minimum lies inside its ladder.
    """
    squares, df = 0.0, 0
    for (scaling, width), minimum in results.minima.items():
        if minimum.edge or (scaling, width) == (SCALINGS[1], results.study.base):
            continue
        logs = results.losses(scaling, width).map(math.log)
        x = logs.loc[:, minimum.octave - NEAR : minimum.octave + NEAR].to_numpy()
        rest = x - x.mean(axis=0) - x.mean(axis=1)[:, None] + x.mean()
        squares += float((rest**2).sum())
        df += (len(x) - 1) * (x.shape[1] - 1)
    return (float(np.sqrt(squares / df)), df) if df else (np.nan, 0)


def at_rate(results: TransferResults, scaling: str, octave: float) -> pd.DataFrame:
    """The losses at one rate: a row a width, a column a seed; widths without a loss drop out."""
    parts = {
        width: results.losses(scaling, width)[octave]
        for width in results.study.widths
        if (scaling, width) in results.ended
    }
    return pd.DataFrame(parts).T.dropna()


def turns_up(results: TransferResults, scaling: str, octave: float) -> bool | None:
    """True where at one rate the widest is shown not to be the best.

    None before all widths have ended; the test allows for the choice of the lowest.
    """
    table = at_rate(results, scaling, octave)
    if len(table) < len(results.study.widths):
        return None
    return not compare_with_best(table.to_numpy()).may_be_best[-1]


def exponent(results: TransferResults, scaling: str, octave: float) -> float:
    """The slope of ln L over ln N at one rate, least squares over the widths that have a loss."""
    table = at_rate(results, scaling, octave)
    return _slope(results, table.map(math.log).mean(axis=1)) if len(table) > 1 else math.nan


def tuned_exponent(results: TransferResults, scaling: str) -> float:
    """The same where each width has its best rate."""
    minima = {w: results.minima.get((scaling, w)) for w in results.study.widths}
    logs = {w: math.log(one.loss) for w, one in minima.items() if one}
    return _slope(results, pd.Series(logs)) if len(logs) > 1 else math.nan


def gain(results: TransferResults, width: int) -> Estimate | None:
    """The best loss in muP over the standard one at a width, less 1; None before both ended."""
    pair = [results.minima.get((scaling, width)) for scaling in SCALINGS]
    sd, df = noise(results)
    if not df or any(one is None for one in pair):
        return None
    usual, mup = (math.log(one.loss) for one in pair if one)
    wide = quantile(TWO_SIDED, df) * sd * math.sqrt(2 / results.study.seeds)
    ends = (mup - usual, mup - usual - wide, mup - usual + wide)
    return Estimate(*map(math.expm1, ends))


def _slope(results: TransferResults, logs: "pd.Series[float]") -> float:
    sizes = np.log([results.study.spec(int(width)).params for width in logs.index])
    return float(slope_weights(sizes) @ logs.to_numpy())

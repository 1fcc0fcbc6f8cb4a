"""Prediction of a run's loss from a fitted surface, and its score on runs that were held out.

The 95 % interval is one of prediction: it holds what the constants leave open, by the resampled
fits, and the scatter of single runs, by the residuals, widened by sqrt(n / (n - k)) for n runs
and k fitted constants. It takes the form for right. Coverage: tests/fits/test_prediction.py
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toylab.fits.estimate import Estimate
from toylab.fits.parametric import Spread
from toylab.fits.runs import Array, Runs
from toylab.quantities import format_number, format_share, format_signed, plural

SHARE, FEWEST = 0.1, 3  # of the runs, that are the largest
BUDGET = 1.1  # a budget's runs lie within this factor


@dataclass(frozen=True)
class Prediction:
    """The loss of a run that was not fitted, with its 95 % interval of prediction."""

    params: float
    tokens: float
    loss: Estimate  # nats/token


@dataclass(frozen=True)
class Score:
    """The errors of predictions, ln of predicted over measured loss."""

    runs: int
    mean: float  # above zero where the fit predicts too high
    rms: float
    within: float  # the share of the losses within their intervals

    @classmethod
    def of(cls, predicted: Sequence[Estimate], measured: Array) -> "Score":
        """From predictions and the losses that were measured, (runs,)."""
        off = np.log([estimate.value for estimate in predicted]) - np.log(measured)
        within = [e.holds(loss) for e, loss in zip(predicted, measured, strict=True)]
        rms = float(np.sqrt(np.square(off).mean()))
        return cls(len(measured), float(off.mean()), rms, float(np.mean(within)))

    @property
    def sentence(self) -> str:
        """The errors in words."""
        return (
            f"Held out: {plural(self.runs, 'run')}. Mean error {format_signed(100 * self.mean, 2)} "
            f"%, rms {format_number(100 * self.rms, 3)} %; {format_share(self.within)} lie within "
            "their 95 % intervals."
        )


def predict(spread: Spread, params: float, tokens: float) -> Prediction:
    """The loss of one run of a size on so many tokens."""
    return Prediction(params, tokens, _losses(spread, np.array([params]), np.array([tokens]))[0])


def score(spread: Spread, held_out: Runs) -> Score:
    """The errors of the predictions of runs that were not fitted."""
    return Score.of(_losses(spread, held_out.params, held_out.tokens), held_out.loss)


def largest(sizes: Array, share: float = SHARE) -> NDArray[np.bool_]:
    """A mask of the largest share of the runs, three at least and budgets whole, (runs,).

    Args:
        sizes: what the runs are ordered by, such as their FLOPs, (runs,).
        share: how many of the runs.
    """
    count = min(max(FEWEST, math.ceil(share * len(sizes))), len(sizes))
    return np.asarray(sizes >= np.sort(sizes)[-count] / BUDGET)


def _losses(spread: Spread, params: Array, tokens: Array) -> list[Estimate]:
    """The predicted loss of each run, with its interval."""
    fit, runs = spread.fit, len(spread.fit.runs)
    constants = fit.options.free.shape[1]
    wide = math.sqrt(runs / (runs - constants))
    best = np.log(fit.form.loss(params, tokens))
    again = np.log(spread.losses(params, tokens))  # (resamples, points)
    estimates = []
    for middle, draws in zip(best, again.T, strict=True):
        off = np.subtract.outer(draws - middle, wide * fit.residuals)
        low, high = np.exp(middle + np.percentile(off, [2.5, 97.5]))
        estimates.append(Estimate(float(np.exp(middle)), float(low), float(high)))
    return estimates

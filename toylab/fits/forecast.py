"""Forecast of the next, larger budget from the valleys so far, and its verdict.

A forecast is made from the valleys so far, before anything of the next budget is trained:
the best size and the loss there, along straight lines on log-log axes. For the loss that means
no floor. The next budget is then trained, and its bottom, found together with the others, is
what the forecast is held against. Both have scatter, and the verdict counts both.
"""

from dataclasses import dataclass

import numpy as np

from toylab.fits import isoflop
from toylab.fits.estimate import Estimate
from toylab.fits.isoflop import Profiles
from toylab.fits.isoflop_budgets import WITHIN, Valley
from toylab.fits.runs import Runs


@dataclass(frozen=True)
class Forecast:
    """The best size and the loss at a budget, with 95 % intervals of the lines."""

    flops: float
    params: Estimate
    loss: Estimate  # nats/token


def forecast(profiles: Profiles, flops: float) -> Forecast:
    """The best size at a budget, and the loss there."""
    return Forecast(flops, profiles.params.at(flops), profiles.loss.at(flops))


def measured(forecast: Forecast, runs: Runs) -> Valley:
    """The bottom at the forecast's budget, now that it was trained.

    Raises:
        ValueError: if there is no bottom there, or none to be trusted.
    """
    near = [
        valley
        for valley in isoflop.look(runs)
        if abs(np.log(valley.flops / forecast.flops)) <= np.log(WITHIN)
    ]
    if not near:
        raise ValueError("too few runs of the next budget have ended to find its bottom")
    if near[0].warning:
        raise ValueError(near[0].warning)
    return near[0]


def held(forecast: Estimate, measured: Estimate) -> Estimate:
    """The ratio of the measured to the forecast: 1 lies within its interval if the forecast held.

    The interval takes both scatters for normal in the logarithm and for independent.
    """
    off = np.log(measured.value / forecast.value)
    spread = np.hypot(*(np.log(e.high / e.low) / 2 for e in (forecast, measured)))
    return Estimate(*(float(np.exp(off + k * spread)) for k in (0, -1, 1)))

"""What should the next, larger budget show, and did it?

A forecast is made from the valleys so far, before anything of the next budget is trained:
the best size and the loss there, along straight lines on log-log axes. For the loss that means
no floor. The next budget is then trained, and its bottom, found together with the others, is
what the forecast is held against.
"""

from dataclasses import dataclass

import numpy as np

from toylab import isoflop
from toylab.isoflop import Profiles
from toylab.points import Points
from toylab.power_law import Estimate
from toylab.valleys import WITHIN, Valley


@dataclass(frozen=True)
class Forecast:
    """What the lines say of a budget, with 95 % intervals of the lines."""

    flops: float
    params: Estimate
    loss: Estimate  # nats/token


def forecast(profiles: Profiles, flops: float) -> Forecast:
    """The best size at a budget, and the loss there."""
    return Forecast(flops, profiles.params.at(flops), profiles.loss.at(flops))


def outcome(said: Forecast, points: Points) -> Valley:
    """The bottom at the forecast's budget, now that it was trained.

    Raises:
        ValueError: if there is no bottom there, or none to be trusted.
    """
    near = [
        valley
        for valley in isoflop.look(points)
        if abs(np.log(valley.flops / said.flops)) <= np.log(WITHIN)
    ]
    if not near:
        raise ValueError("too few runs of the next budget have ended to find its bottom")
    if near[0].trouble:
        raise ValueError(near[0].trouble)
    return near[0]

"""Power analysis of a straight line: what its data could hide, and how many would show it.

    hidden    the largest floor and the largest change of slope that would not have shown
    wanted    how many seeds, or how many sizes, would tell a law from its rivals

A floor of share s makes the curve s + (1 - s)(x / last)^-a, whose a keeps the slope of the line;
its change of slope is compared with the upper limit of the measured one (95 %, one-sided).
"""

import math
from dataclasses import dataclass

import numpy as np

from toylab.fits.contrasts import ONE_SIDED, change_weights, quantile, s_weights, slope_weights
from toylab.fits.estimate import Array
from toylab.fits.lack_of_fit import LackOfFit

FEWEST_SIZES = 5  # four cannot tell an S
FLOOR = 2 / 3  # a law's data exclude a floor of this share of the last error,
CHANGE = 0.5  # a change of slope by this share of the slope,
S_CHANGE = 1.5  # and such a range of slope of the cubic part
POWER = 0.8  # chance that the wanted data tell
MOST_SEEDS, MOST_SIZES = 1000, 6  # in all, and more than there are
SHARES = np.linspace(0.001, 0.9995, 34)  # floors that are tried, as shares of the last error
STEEPEST, HALVINGS = 100.0, 30  # largest exponent of a fall to a floor, in slopes of its line


@dataclass(frozen=True)
class Hidden:
    """The largest departures from a line that would not have shown (95 %, one-sided)."""

    floor: float  # 0 to 1, as a share of the last error
    change: float  # of slope, from the middle of the first half to that of the last


@dataclass(frozen=True)
class Wanted:
    """The data that would tell; None where not even many would."""

    seeds: int | None  # at these sizes
    sizes: int | None  # with these seeds, at the same spacing on log axes


def hidden(fit: LackOfFit) -> Hidden:
    """The largest floor and change of slope that the data of a line could hide."""
    floor = np.interp(fit.change.highest, *_floors(fit.data.x, fit.slope.value))
    return Hidden(float(floor), fit.change.largest)


def excludes_rivals(fit: LackOfFit) -> bool:
    """True where the data exclude a floor, a bend and an S that would matter."""
    unseen, slope = hidden(fit), abs(fit.slope.value)
    return (
        len(fit.data.x) >= FEWEST_SIZES
        and unseen.floor < FLOOR
        and unseen.change < CHANGE * slope
        and fit.s_shape.largest < S_CHANGE * slope
    )


def wanted(fit: LackOfFit) -> Wanted:
    """The seeds, or the sizes, that would tell an exact law from its rivals, with 80 % power."""
    x, seeds = fit.data.x, fit.data.seeds
    short = _shortfall(fit, x)
    enough = math.ceil(seeds * max(short, 1.5) ** 2)
    step = np.ptp(x) / (len(x) - 1)
    longer = (np.append(x, x[-1] + step * np.arange(1, k + 1)) for k in range(1, MOST_SIZES + 1))
    sizes = next((len(more) for more in longer if _shortfall(fit, more) <= 1), None)
    seen = len(x) >= FEWEST_SIZES and enough <= MOST_SEEDS
    return Wanted(enough if seen else None, sizes)


def _shortfall(fit: LackOfFit, x: Array) -> float:
    """The factor by which standard errors at log sizes x are too large, at the data's scatter."""
    from scipy.special import ndtri

    slope, apart = fit.slope.value, quantile(ONE_SIDED, fit.slope.df) + float(ndtri(POWER))
    changes, shares = _floors(x, slope)
    floor = float(np.interp(FLOOR, shares, changes))
    allowed = (
        (fit.slope, slope_weights, abs(slope)),
        (fit.change, change_weights, min(CHANGE * abs(slope), floor)),
        (fit.s_shape, s_weights, S_CHANGE * abs(slope)),
    )
    return max(
        apart * contrast.error * _norm(weights(x)) / _norm(weights(fit.data.x)) / most
        for contrast, weights, most in allowed
        if weights(fit.data.x).any()  # four sizes cannot tell an S
    )


def _floors(x: Array, slope: float) -> tuple[Array, Array]:
    """The change of slope that each floor of SHARES makes, and these shares of the last error.

    The exponent of the fall to each is found by halving: the larger it is, the steeper the line.
    """
    weights, above = slope_weights(x), x - x[-1]
    low, high = np.zeros_like(SHARES), np.full_like(SHARES, STEEPEST * max(abs(slope), 1.0))
    for _ in range(HALVINGS):
        exponent = (low + high) / 2
        fall = np.log1p(-SHARES)[:, None] - exponent[:, None] * above
        curves = np.logaddexp(np.log(SHARES)[:, None], fall)
        too_flat = curves @ weights > -abs(slope)
        low, high = np.where(too_flat, exponent, low), np.where(too_flat, high, exponent)
    return np.maximum.accumulate(curves @ change_weights(x)), SHARES


def _norm(weights: Array) -> float:
    return float(np.linalg.norm(weights))

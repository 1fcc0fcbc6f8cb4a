"""Place of the lowest loss on a ladder of learning rates, octave by octave, and its drift.

    ln L(x, s) = a (x - x_s)^2 + c_s,     x = log2 of the rate, s a seed

through three rates about the bottom, with one curvature a for all widths and seeds: so a place is
linear in the losses, and a lucky valley, which looks narrow, is not taken at its word. A valley
is steeper above its best rate, and no parabola: on a ladder of octaves its place is known to
LADDER, whatever the seeds say (`tests/fits/test_rate_minimum.py` measures it).

    drift = slope of the places over log2 of the width, octaves a doubling
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from toylab.fits.contrasts import EXACT, TWO_SIDED, quantile, slope_weights
from toylab.fits.estimate import Array, Estimate

LADDER = 0.09  # octaves: how far the parabola's place lies from the true one, root mean square
LITTLE = 1 / 3  # octaves a doubling: a factor of 2 over eight times the width
ROUGH = 0.3  # octaves between seeds, from which on a ladder's minima are not to be trusted
FLAT = 1e-4  # curvature below which there is no valley


@dataclass(frozen=True, eq=False)
class Minimum:
    """The lowest loss on a ladder, by the mean over seeds, and the parabolas about it."""

    octave: float  # log2 of the rate at the lowest mean, a rung of the ladder
    loss: float  # there, geometric mean over seeds
    edge: str  # "low" or "high" where no rate beyond was tried; "" inside
    centre: float  # of the three rates
    curvature: float  # a, mean over seeds; nan at an edge
    slopes: Array  # (seeds,) at the centre

    def places(self, curvature: float) -> Array:
        """log2 of each seed's best rate, (seeds,), for a curvature of all valleys."""
        return self.centre - self.slopes / (2 * curvature)


@dataclass(frozen=True)
class Pooled:
    """The curvature of all valleys together, and how far apart the seeds' minima lie."""

    curvature: float
    sd: float  # octaves
    df: int


@dataclass(frozen=True)
class Drift:
    """The slope of minima over doublings, and what may be said of it."""

    slope: Estimate  # octaves a doubling
    doublings: float  # from the first to the last

    @property
    def direction(self) -> str:
        """The way that is shown: "up", "down", or "open"."""
        return "up" if self.slope.low > 0 else "down" if self.slope.high < 0 else "open"

    @property
    def little(self) -> bool:
        """True where it is shown to be less than LITTLE, either way."""
        return self.slope.low > -LITTLE and self.slope.high < LITTLE

    @property
    def much(self) -> bool:
        """True where it is shown to be more than LITTLE."""
        return self.slope.low > LITTLE or self.slope.high < -LITTLE

    @property
    def total(self) -> Estimate:
        """Octaves from the first to the last."""
        parts = (self.slope.value, self.slope.low, self.slope.high)
        return Estimate(*(self.doublings * part for part in parts))


def locate(octaves: Array, losses: Array) -> Minimum | None:
    """The lowest loss of one network; None where no rate has one.

    Args:
        octaves: log2 of the rates, (rates,), ascending, one apart.
        losses: (seeds, rates); a rate at which a seed diverged, nan, is left out.
    """
    good = np.isfinite(losses).all(axis=0)
    if not good.any():
        return None
    x, logs = octaves[good], np.log(losses[:, good])
    mean = logs.mean(axis=0)
    best, last = int(mean.argmin()), len(x) - 1
    edge = "low" if best == 0 else "high" if best == last else ""
    found = (float(x[best]), math.exp(mean[best]), edge)
    if edge:
        return Minimum(*found, float(x[best]), math.nan, np.empty(0))
    middle = _middle(x, mean, best)
    near = slice(middle - 1, middle + 2)
    a, b, _ = np.polyfit(x[near] - x[middle], logs[:, near].T, 2)
    return Minimum(*found, float(x[middle]), float(a.mean()), b)


def _middle(x: Array, mean: Array, best: int) -> int:
    """The rung nearest to the bottom of five: one rung's luck does not choose it."""
    near = slice(max(0, best - 2), best + 3)
    a, b, _ = np.polyfit(x[near] - x[best], mean[near], 2)
    bottom = round(-b / (2 * a)) if a > 0 else 0
    return int(np.clip(best + np.clip(bottom, -1, 1), 1, len(x) - 2))


def pool(minima: Sequence[Minimum]) -> Pooled | None:
    """The estimate from all valleys inside their ladders; None without two seeds or a valley."""
    inside = [one for one in minima if len(one.slopes) > 1]
    if not inside:
        return None
    curvature = float(np.mean([one.curvature for one in inside]))
    if curvature < FLAT:
        return None
    places = [one.places(curvature) for one in inside]
    squares = sum(float(((part - part.mean()) ** 2).sum()) for part in places)
    df = sum(len(part) - 1 for part in places)
    return Pooled(curvature, math.sqrt(squares / df), df)


def interval(minimum: Minimum, pooled: Pooled) -> Estimate | None:
    """log2 of the best rate with its interval: by all seeds' scatter, and what a ladder can tell.

    None at an edge, or where seeds disagree too much.
    """
    if minimum.edge or pooled.sd > ROUGH:
        return None
    place = float(minimum.places(pooled.curvature).mean())
    wide = quantile(TWO_SIDED, pooled.df) * _error(len(minimum.slopes), pooled)
    return Estimate(place, place - wide, place + wide)


def drift(minima: Mapping[int, Minimum], pooled: Pooled) -> Drift | None:
    """The drift of minima by width; None if there are fewer than two, or one has no interval."""
    places = [interval(one, pooled) for one in minima.values()]
    known = [place.value for place in places if place]
    if len(known) < max(2, len(minima)):
        return None
    seeds = min(len(one.slopes) for one in minima.values())
    return slope(list(minima), np.array(known), _error(seeds, pooled), pooled.df)


def slope(widths: Sequence[int], values: Array, error: float, df: int) -> Drift:
    """The slope of values over log2 of the width, least squares.

    Args:
        widths: two or more.
        values: one a width.
        error: standard error of each.
        df: degrees of freedom of that.
    """
    x = np.log2(widths)
    weights = slope_weights(x)
    wide = quantile(TWO_SIDED, df) * max(error, EXACT) * float(np.linalg.norm(weights))
    value = float(weights @ values)
    return Drift(Estimate(value, value - wide, value + wide), float(np.ptp(x)))


def _error(seeds: int, pooled: Pooled) -> float:
    """The standard error of a place."""
    return math.hypot(pooled.sd / math.sqrt(seeds), LADDER)

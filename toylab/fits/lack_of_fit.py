"""Lack-of-fit tests of a power law: straight line, bend, floor, or carried by one point.

The levels leave all tests together at most 5 % false alarms on an exact power law; how often
each is right and wrong is measured in tests/fits/test_power_law_calibration.py.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from toylab.fits.contrasts import (
    Contrast,
    change_weights,
    halves,
    off_weights,
    residuals,
    s_weights,
    slope_weights,
)  # fmt: skip
from toylab.fits.floored import Floored, floored
from toylab.fits.seed_medians import Sample

FLATTENS, STEEPENS = 0.02, 0.01  # levels, one-sided
S_SHAPE, OFF = 0.005, 0.005  # two-sided; OFF is shared by all sizes
BENT, S_BENT = 0.25, 0.75  # of the slope: a smaller change, or range, does not matter
CARRIES = 0.05  # level at which the size that carries the slope is off the others' line; shared


@dataclass(frozen=True)
class Relevance:
    """The effects that matter, and the data that a verdict takes."""

    hardly: float  # a change by a smaller factor, from the first size to the last, is none
    astray: float  # a size that is off by a smaller factor is on the line
    seeds: int  # fewer at a size are too few: a bootstrap's 95 % would not be 95 %
    error: str  # the word for what falls
    repeat: str  # the word for repeats of a size
    digits: int  # of a slope, behind the point


ERRORS = Relevance(1.2, 1.5, 5, "error", "seeds", 2)  # of networks, over seeds
LOSSES = Relevance(1.02, 1.02, 1, "loss", "runs at a size", 3)  # of single runs


@dataclass(frozen=True, eq=False)
class LackOfFit:
    """The evidence for and against the straight line through a sample."""

    data: Sample
    relevance: Relevance = ERRORS

    @cached_property
    def slope(self) -> Contrast:
        """The slope over all sizes."""
        return Contrast.of(self.data, slope_weights(self.data.x))

    @cached_property
    def head(self) -> Contrast:
        """The slope of the first half."""
        return Contrast.of(self.data, slope_weights(self.data.x, halves(self.data.x)[0]))

    @cached_property
    def tail(self) -> Contrast:
        """The slope of the last half."""
        return Contrast.of(self.data, slope_weights(self.data.x, halves(self.data.x)[1]))

    @cached_property
    def change(self) -> Contrast:
        """The change of slope from the middle of the first half to that of the last."""
        return Contrast.of(self.data, change_weights(self.data.x))

    @cached_property
    def s_shape(self) -> Contrast:
        """The range of slope of the cubic part."""
        return Contrast.of(self.data, s_weights(self.data.x))

    @cached_property
    def off(self) -> list[Contrast]:
        """The distance of each size from the line through the others."""
        return [Contrast.of(self.data, weights) for weights in off_weights(self.data.x)]

    @property
    def flattens(self) -> bool:
        """True where the fall gets less steep, by more than chance and enough to matter."""
        return self.change.p_above < FLATTENS and self.change.value > BENT * abs(self.slope.value)

    @property
    def steepens(self) -> bool:
        """True where it gets steeper, likewise."""
        return self.change.p_below < STEEPENS and -self.change.value > BENT * abs(self.slope.value)

    @property
    def straight(self) -> bool:
        """True where no test tells the points from a straight line."""
        s, level, far = self.s_shape, OFF / len(self.off), math.log(self.relevance.astray)
        s_shaped = s.p < S_SHAPE and abs(s.value) > S_BENT * abs(self.slope.value)
        astray = any(point.p < level and abs(point.value) > far for point in self.off)
        return not (self.flattens or self.steepens or s_shaped or astray)

    @cached_property
    def carrier(self) -> tuple[int, float]:
        """The size without which least is left of the slope, and the slope without it."""
        x, y = self.data.x, self.data.y
        rest = [float(y[keep] @ slope_weights(x[keep])) for keep in ~np.eye(len(x), dtype=bool)]
        k = int(np.argmin(np.divide(rest, self.slope.value)))
        return k, rest[k]

    @property
    def carried(self) -> bool:
        """True where that size is off the line through the others by more than chance."""
        return self.off[self.carrier[0]].p * len(self.off) < CARRIES

    @cached_property
    def floored(self) -> Floored:
        """The power law above a floor."""
        return floored(self.data)

    @cached_property
    def floor_preferred(self) -> float:
        """The share of resamples that a power law above a floor fits better than a broken line.

        Both have three parameters: the broken line has its knot at the middle size.
        """
        x, (log_E, log_A, slope) = self.data.x, self.floored.resampled.T[..., None]
        again = self.data.resampled[: len(log_E)]
        with np.errstate(over="ignore", invalid="ignore"):  # of fits that did not converge
            above = np.square(again - np.logaddexp(log_E, log_A + slope * x)).sum(axis=1)
        broken = np.stack([np.ones_like(x), x, np.maximum(x - x[len(x) // 2], 0)], axis=1)
        return float(np.mean(above < np.square(again @ residuals(x, broken)).sum(axis=1)))

"""Which runs share a budget, and is the bottom of their valley to be trusted?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toylab.fits.estimate import Estimate
from toylab.fits.isoflop_parabolas import Array, Bottoms
from toylab.fits.runs import Runs
from toylab.quantities import format_count, format_scientific

WITHIN = 1.1  # a budget reaches so far, as a factor, from its densest place
FEWEST_SIZES = 3  # fewer bend no parabola
NEAR = 3.0  # the factor around a bottom within which as many sizes must lie
CONVEX = 0.975  # the share of resamples in which a valley must have a bottom
NOWHERE = Estimate(np.nan, np.nan, np.nan)
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Valley:
    """The runs of one budget, and the bottom of the parabola through them."""

    flops: float
    runs: int
    smallest: float  # parameters
    largest: float
    params: Estimate  # where the bottom is; nan where there is none
    tokens: float  # there
    loss: float  # there, nats/token
    curvature: float  # k
    interior: bool  # the bottom lies between the smallest and the largest size
    trouble: str  # why it is not to be trusted; empty where it is
    bottom: Estimate = NOWHERE  # the loss there once more, with its interval


def budgets(points: Runs, within: float = np.inf) -> list[Places]:
    """The places of the runs of each budget, from the smallest budget up.

    Again and again the run with most others within a factor `WITHIN` gathers them. Then, if
    asked, only those stay whose size is within a factor `within` of the lowest one's. Fewer
    than three sizes are no budget.
    """
    order = np.argsort(points.flops, kind="stable")
    C, found = np.log(points.flops[order]), []
    reach = np.log(WITHIN) * (1 + 1e-9)
    while len(C):
        first = np.searchsorted(C, C - reach, side="left")
        last = np.searchsorted(C, C + reach, side="right")
        most = int((last - first).argmax())
        group = slice(int(first[most]), int(last[most]))
        found.append((float(C[group].mean()), _window(points, order[group], within)))
        C, order = np.delete(C, group), np.delete(order, group)
    found.sort(key=lambda pair: pair[0])
    return [group for _, group in found if sizes(points, group) >= FEWEST_SIZES]


def sizes(points: Runs, group: Places) -> int:
    """How many different sizes these runs have."""
    return len(np.unique(points.params[group]))


def valley(points: Runs, group: Places, found: Bottoms, b: int) -> Valley:
    """Budget b; the first row of the bottoms is the fit, the others its resamples."""
    place, params = found.place[:, b], points.params[group]
    there = np.exp(np.clip(place[np.isfinite(place)], -600, 600))
    bottom = Estimate.of(there[0], there[1:]) if np.isfinite(place[0]) else NOWHERE
    interior = bool(params.min() < bottom.value < params.max())
    return Valley(
        flops=flops(points, group),
        runs=len(group),
        smallest=float(params.min()),
        largest=float(params.max()),
        params=bottom,
        tokens=float(np.exp(np.clip(tokens(points, group, place[:1])[0], -600, 600))),
        loss=float(np.exp(found.height[0, b])),
        curvature=float(found.curvature[0, b]),
        interior=interior,
        trouble=_trouble(points, group, place, interior),
        bottom=_height(found.height[:, b]),
    )


def _height(height: Array) -> Estimate:
    known = np.exp(height[np.isfinite(height)])
    return Estimate.of(known[0], known[1:]) if np.isfinite(height[0]) else NOWHERE


def flops(points: Runs, group: Places) -> float:
    """The budget of these runs."""
    return float(np.exp(np.log(points.flops[group]).mean()))


def tokens(points: Runs, group: Places, place: Array) -> Array:
    """ln D at ln N = place, along the budget, as the study counted it."""
    x, z = np.log(points.params[group]), np.log(points.tokens[group])
    slope, start = np.polyfit(x - x.mean(), z, 1)
    return np.asarray(start + slope * (place - x.mean()))


def _window(points: Runs, group: Places, within: float) -> Places:
    lowest = points.params[group][points.loss[group].argmin()]
    off = np.abs(np.log(points.params[group] / lowest))
    return group[off <= np.log(within) * (1 + 1e-9)]


def _trouble(points: Runs, group: Places, place: Array, interior: bool) -> str:
    at, params = (
        f"at {format_scientific(flops(points, group))} FLOPs",
        np.unique(points.params[group]),
    )
    if not np.isfinite(place[0]):
        return f"{at} the runs do not curve upwards, so there is no bottom"
    if not interior:
        low = place[0] <= np.log(params[0])
        side, edge = ("below the smallest", params[0]) if low else ("above the largest", params[-1])
        return f"{at} the bottom lies {side} size, {format_count(edge)}: add sizes there"
    near = int((np.abs(np.log(params) - place[0]) <= np.log(NEAR)).sum())
    if near < FEWEST_SIZES:
        return f"{at} only {near} of the sizes lie within a factor {NEAR:g} of the bottom"
    if np.isfinite(place).mean() < CONVEX:
        return f"{at} the noise is larger than the valley is deep"
    return ""

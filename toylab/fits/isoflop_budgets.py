"""Budgets of an isoFLOP study: the runs that share one, and the bottom of their valley."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toylab.fits.estimate import Estimate
from toylab.fits.isoflop_parabolas import Array, Bottoms
from toylab.fits.runs import Runs
from toylab.quantities import format_count, format_scientific

WITHIN = 1.1  # the factor that a budget reaches from its densest place
FEWEST_SIZES = 3  # fewer bend no parabola
NEAR_BOTTOM = 3.0  # the factor around a bottom within which so many sizes must lie
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
    warning: str  # why it is not to be trusted; empty where it is
    bottom: Estimate = NOWHERE  # the loss there once more, with its interval


def budgets(runs: Runs) -> list[Places]:
    """The places of the runs of each budget, from the smallest budget up.

    Again and again the run with most others within a factor `WITHIN` gathers them. Fewer than
    three sizes are no budget.
    """
    order = np.argsort(runs.flops, kind="stable")
    C, groups = np.log(runs.flops[order]), []
    reach = np.log(WITHIN) * (1 + 1e-9)
    while len(C):
        first = np.searchsorted(C, C - reach, side="left")
        last = np.searchsorted(C, C + reach, side="right")
        most = int((last - first).argmax())
        group = slice(int(first[most]), int(last[most]))
        groups.append((float(C[group].mean()), order[group]))
        C, order = np.delete(C, group), np.delete(order, group)
    groups.sort(key=lambda pair: pair[0])
    return [group for _, group in groups if sizes(runs, group) >= FEWEST_SIZES]


def sizes(runs: Runs, group: Places) -> int:
    """The number of different sizes that these runs have."""
    return len(np.unique(runs.params[group]))


def valley(runs: Runs, group: Places, bottoms: Bottoms, b: int) -> Valley:
    """Budget b; the first row of the bottoms is the fit, the others its resamples."""
    place, params = bottoms.place[:, b], runs.params[group]
    there = np.exp(np.clip(place[np.isfinite(place)], -600, 600))
    bottom = Estimate.of(there[0], there[1:]) if np.isfinite(place[0]) else NOWHERE
    interior = bool(params.min() < bottom.value < params.max())
    return Valley(
        flops=flops(runs, group),
        runs=len(group),
        smallest=float(params.min()),
        largest=float(params.max()),
        params=bottom,
        tokens=float(np.exp(np.clip(tokens(runs, group, place[:1])[0], -600, 600))),
        loss=float(np.exp(bottoms.height[0, b])),
        curvature=float(bottoms.curvature[0, b]),
        interior=interior,
        warning=_diagnose(runs, group, place, interior),
        bottom=_height(bottoms.height[:, b]),
    )


def _height(height: Array) -> Estimate:
    known = np.exp(height[np.isfinite(height)])
    return Estimate.of(known[0], known[1:]) if np.isfinite(height[0]) else NOWHERE


def flops(runs: Runs, group: Places) -> float:
    """The budget of these runs."""
    return float(np.exp(np.log(runs.flops[group]).mean()))


def tokens(runs: Runs, group: Places, place: Array) -> Array:
    """ln D at ln N = place, along the budget, as the study counted it."""
    x, z = np.log(runs.params[group]), np.log(runs.tokens[group])
    slope, start = np.polyfit(x - x.mean(), z, 1)
    return np.asarray(start + slope * (place - x.mean()))


def _diagnose(runs: Runs, group: Places, place: Array, interior: bool) -> str:
    at, params = (
        f"at {format_scientific(flops(runs, group))} FLOPs",
        np.unique(runs.params[group]),
    )
    if not np.isfinite(place[0]):
        return f"{at} the runs do not curve upwards, so there is no bottom"
    if not interior:
        low = place[0] <= np.log(params[0])
        side, edge = ("below the smallest", params[0]) if low else ("above the largest", params[-1])
        return f"{at} the bottom lies {side} size, {format_count(edge)}: add sizes there"
    near = int((np.abs(np.log(params) - place[0]) <= np.log(NEAR_BOTTOM)).sum())
    if near < FEWEST_SIZES:
        return f"{at} only {near} of the sizes lie within a factor {NEAR_BOTTOM:g} of the bottom"
    if np.isfinite(place).mean() < CONVEX:
        return f"{at} the noise is larger than the valley is deep"
    return ""

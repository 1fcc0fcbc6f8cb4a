"""The tables behind figures of valleys and of how their bottoms grow."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from toylab.fits import isoflop
from toylab.fits.isoflop import Profiles
from toylab.fits.isoflop_budgets import Valley
from toylab.fits.isoflop_parabolas import Array
from toylab.fits.optimal_scaling import OptimalScaling
from toylab.fits.runs import Runs
from toylab.quantities import format_scientific

FINE = 41  # points along a curve
DIGITS = 2  # of a budget as its name has it
NOTHING = pd.DataFrame(columns=["params", "loss", "flops"], dtype=np.float64)  # no law, no guess


@lru_cache(maxsize=64)
def profiles(points: Runs) -> Profiles | str:
    """The lines through the bottoms, or why there are none."""
    try:
        return isoflop.fit(points)
    except ValueError as refusal:
        return str(refusal)


def drawn(points: Runs, valleys: Sequence[Valley]) -> dict[str, pd.DataFrame]:
    """Tables of `shared.charts.valleys`: runs, parabolas, bottoms."""
    runs = points.frame
    runs = runs.assign(budget=[format_scientific(C, DIGITS) for C in runs["flops"]])
    return {
        "runs": runs,
        "parabolas": _stack([_parabola(valley) for valley in valleys]),
        "bottoms": pd.DataFrame(
            [
                (v.params.value, v.loss, format_scientific(v.flops, DIGITS))
                for v in valleys
                if not v.warning
            ],
            columns=["params", "loss", "budget"],
        ),
    }


def dots(valleys: Sequence[Valley]) -> pd.DataFrame:
    """The table of dots of `shared.charts.growth`: bottoms with their intervals."""
    return pd.DataFrame(
        [(v.flops, v.params.value, v.params.low, v.params.high) for v in valleys],
        columns=["flops", "params", "low", "high"],
    )


def line(trend: OptimalScaling, flops: Array, highest: float) -> pd.DataFrame:
    """The line of `shared.charts.growth` with its 95 % band; `beyond` where the study ends."""
    band = trend.band(flops).rename(columns={"value": "params"})
    return band.assign(beyond=highest < flops)


def _parabola(valley: Valley) -> pd.DataFrame:
    if not np.isfinite(valley.params.value):
        return pd.DataFrame({"params": [], "loss": [], "budget": []})
    N = np.geomspace(valley.smallest, valley.largest, FINE)
    bent = valley.curvature * np.log(N / valley.params.value) ** 2
    loss = valley.loss * np.exp(bent)
    return pd.DataFrame(
        {"params": N, "loss": loss, "budget": format_scientific(valley.flops, DIGITS)}
    )


def _stack(frames: list[pd.DataFrame]) -> pd.DataFrame:
    kept = [frame for frame in frames if not frame.empty]
    return pd.concat(kept) if kept else pd.DataFrame(columns=["params", "loss", "budget"])

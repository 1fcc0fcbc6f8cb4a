"""Sentences of the sine page; every number in them is computed."""

import math

from toylab.experiments.sine import SineSpec
from toylab.experiments.sine_report import finding
from toylab.experiments.sine_results import ABLE, UNITS, SineResults
from toylab.quantities import format_number
from toylab.teaching.guesses import Guess, times
from ui.concepts.sine.view import COSTS

FALLS = (1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 10.0, 15.0, 20.0, 30.0, 50.0, 80.0, 100.0, 150.0, 200.0,
         300.0, 500.0, 1e3, 3e3, 1e4)  # fmt: skip


def question(result: SineResults) -> Guess | None:
    """The fall of the error over a sweep; None where it does not fall, or has no two sizes."""
    points = result.points
    if len(points) < 2:
        return None
    first, last = points.iloc[0], points.iloc[-1]
    fall = float(first["error"] / last["error"])
    if not 1 < fall < math.inf:
        return None
    more = last["size"] / first["size"]
    return Guess(
        text=f"From {first['size']:,.0f} to {last['size']:,.0f} {UNITS[result.column]}, "
        f"{format_number(more)} times as many: by what factor does the median error fall?",
        answer=fall,
        options=FALLS,
        explanation="",
        say=times,
        factor=2.0,
    )


def reason(result: SineResults) -> str:
    """Why it comes out so, where the settings and the diagnosis together tell; else empty."""
    study, diagnosis = result.study, result.diagnosis
    if diagnosis is None or (study.target, study.frequency) != ("sine", 1):
        return ""
    if study.sweep == "width":
        return _cliff(result) if diagnosis.kind in ("one point", "floor") else ""
    if study.score == "labels" and study.noise and diagnosis.kind == "floor":
        return (
            f"**Why?** Fresh labels are off by a variance of {study.noise:g}\u00b2 = "
            f"{study.noise**2:.3g} (dotted), and no network can foresee that. Choose the clean "
            "curve in *Error against*, and this floor is gone."
        )
    if not study.noise and diagnosis.kind in ("floor", "no slope"):
        return (
            "**Why?** Nothing is noisy here, so once the points pin the curve down, what "
            f"is left is how far {study.steps:,} steps of Adam get: an *optimisation floor*. "
            "It differs from seed to seed, and more data does not lower it."
        )
    return _estimation(result) if study.score == "clean" and result.estimates else ""


def _cliff(result: SineResults) -> str:
    study, narrowest = result.study, result.study.grid[0]
    if narrowest > ABLE:
        return ""
    adam = f"how far {study.steps:,} steps of Adam get"
    left = "the noise in the labels" if study.noise else adam
    return (
        f"**Why?** A net of {narrowest} neurons a layer is too stiff to bend with the curve: "
        f"that is the cliff at the left. Once a net can bend, what is left is {left}."
    )


def _estimation(result: SineResults) -> str:
    theory = (
        "**Why?** Estimating p numbers from D noisy labels leaves an error of "
        "noise\u00b2 p / D: slope \N{MINUS SIGN}1. Theory gives only that slope; we set the "
        "height of the dotted line to fit the points."
    )
    params, p = SineSpec(result.study.width, 1).params, result.height / result.study.noise**2
    slope = result.diagnosis.line.slope if result.diagnosis else None
    if slope is None or not slope.holds(-1) or p > params:
        return theory
    return theory + f" That makes p about {p:.0f}, of the network's {params} parameters."


def scaling(result: SineResults) -> str:
    """The main chart, for those who cannot see it.

    Constant while runs come in: a chart whose text changes is drawn anew.
    """
    if result.live:
        return f"Error by {UNITS[result.column]}; training is under way."
    medians = "; ".join(
        f"{size:,} {UNITS[result.column]}: {error:.1e}"
        for size, error in result.points[["size", "error"]].itertuples(index=False)
    )
    return f"Median error by size. {medians or 'Nothing is trained yet'}. {finding(result)}"


def curves(result: SineResults) -> str:
    """The small panels, likewise."""
    grid = result.study.grid
    return (
        f"What the first networks learned, over the target, in a panel for each of {len(grid)} "
        f"sizes from {grid[0]:,} to {grid[-1]:,} {UNITS[result.column]}: where the error is "
        "small the curves lie on the target and on one another."
    )


def frontier(result: SineResults, cost: str) -> str:
    """A frontier, likewise."""
    sizes = ", ".join(f"{size:,}" for size in result.unbeaten(cost)["size"])
    return (
        f"Error against {COSTS[cost].lower()}. By medians no cheaper size does better than "
        f"{sizes or 'none yet'} {UNITS[result.column]}."
    )

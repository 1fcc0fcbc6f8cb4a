"""Sentences of the sine page; every number in them is computed."""

import math
from dataclasses import replace

from toylab.experiments.sine import SineSpec
from toylab.experiments.sine_report import finding
from toylab.experiments.sine_results import ABLE, UNITS, SineResults
from toylab.quantities import format_count, format_fixed, format_number
from toylab.teaching.guesses import UNSET, Guess, times
from ui.concepts.sine.view import FALLS

ALT = {  # constant: a chart whose text changes is drawn anew; the sentence below it changes
    "scaling": "Error against size on log axes: the runs of every seed, their medians with "
    "quartiles, and the line or the curve that fits them. The text below has the verdict.",
    "curves": "What the first networks learned, over the target, in one panel for each size: "
    "where the error is small the curves lie on the target and on one another.",
    "seconds": "Error against the seconds that one run trained, on log axes: every run, and a "
    "line through the sizes with the lowest median error for their cost so far.",
    "flops": "Error against the training FLOPs of one run, on log axes: every run, and a line "
    "through the sizes with the lowest median error for their cost so far.",
}
ASKED = "Each dot is one network of the smallest size, and the large one their median."
SLOPED = ("power law", "unclear", "not converged")  # verdicts that leave a slope to name
UNCHECKED = ("power law", "bend", "unclear")  # verdicts that training longer may change
GROWS = {"samples": "times as many", "width": "times as wide"}


def question(result: SineResults) -> Guess | None:
    """The fall of the error over a sweep, answered once its runs have ended.

    None where the error does not fall, or is not known at both ends.
    """
    first, last = result.study.grid[0], result.study.grid[-1]
    errors = result.points.set_index("size")["error"]
    fall = float(errors.get(first, math.nan) / errors.get(last, math.nan))
    if first == last or not (result.live or 1 < fall < math.inf):
        return None
    return Guess(
        text=f"From {first:,} to {last:,} {UNITS[result.column]}, {format_number(last / first)} "
        f"{GROWS[result.column]}: by what factor does the median error fall?",
        answer=None if result.live else fall,
        options=FALLS,
        explanation="" if result.live else reason(result) or finding(result),
        say=times,
        factor=2.0,
        study=replace(result.study, seeds=1, seed=0),
    )


def reason(result: SineResults) -> str:
    """Why it comes out so, where the settings and the diagnosis together tell; else empty."""
    study, diagnosis = result.study, result.diagnosis
    if diagnosis is None:
        return ""
    if study.longer == 1 and diagnosis.kind in UNCHECKED and not result.estimates:
        return (
            "**Is it the optimiser?** A slope that changes with more steps tells about the "
            "training, not about the size. Choose 4 in *Train also so many times as long*, and run."
        )
    if (study.target, study.frequency) != ("sine", 1):
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


def numbers(result: SineResults, seen: bool) -> dict[str, str]:
    """The slope, and how far the error falls; question marks until it is seen.

    Once it is, a slope is named only where the verdict leaves one.
    """
    points, diagnosis = result.points, result.diagnosis if seen else None
    fall = points["error"].iloc[0] / points["error"].iloc[-1] if len(points) > 1 else math.nan
    known = seen and not result.live and math.isfinite(fall)
    told = {f"of {result.study.networks} networks": f"{len(result.trained)}"}
    if diagnosis is None or diagnosis.kind in SLOPED:
        told["slope"] = format_fixed(diagnosis.line.slope.value, 2) if diagnosis else UNSET
    return told | {"times lower": format_count(fall, 2) if known else UNSET}

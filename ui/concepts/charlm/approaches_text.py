"""Sentences about three approaches to the same runs: where they agree, and where not."""

import pandas as pd

from toylab.fits.optimal_scaling import OptimalScaling, difference
from toylab.quantities import format_scientific
from ui.concepts.charlm.results import NEAR, CharlmResults
from ui.concepts.shared.numbers import number, size

FITTING = "Fitting surfaces, and their resamples ..."


def compared(results: CharlmResults) -> str:
    """The runs that the three approaches look at."""
    off = len(results.all_runs) - len(results.runs)
    more = f", and for the surface {off} more off the valley" if off else ""
    first = (
        "approach 1 follows their losses on the way" if results.curves
        else "for approach 1 those of one size are linked to a curve"
    )  # fmt: skip
    return f"The {len(results.runs)} runs above{more}; {first}"


def approaches(results: CharlmResults) -> pd.DataFrame:
    """The exponent and the best size by each approach, or why it has none."""
    C = results.flops
    rows = [
        (name, number(answer.exponent), size(answer.at(C)), "")
        if isinstance(answer, OptimalScaling)
        else (name, "none", "none", answer)
        for name, answer in results.approaches.items()
    ]
    frame = pd.DataFrame(
        rows,
        columns=["Approach", "Exponent a", f"Best size at {format_scientific(C)} FLOPs", "Why not"],
    )
    return frame if frame["Why not"].any() else frame.drop(columns="Why not")


def agreement(results: CharlmResults) -> str:
    """The surface against the profiles, over all runs and near the valley."""
    _, profiles, whole, near = results.approaches.values()
    if isinstance(profiles, str):
        return "Without a line through bottoms there is nothing to compare with."
    parts = {
        f"all {len(results.all_runs)} runs": whole,
        f"the runs within a factor {NEAR:g} of the valleys": near,
    }
    text = "; ".join(_against(where, trend, profiles) for where, trend in parts.items())
    why = _why(whole, near, profiles)
    return f"One surface, E + A/N^alpha + B/D^beta, through {text}. {why}"


def _why(whole: OptimalScaling | str, near: OptimalScaling | str, profiles: OptimalScaling) -> str:
    if isinstance(whole, str) or isinstance(near, str):
        return ""
    if _differs(near, profiles):
        return (
            "An assumption fails: parabolas that bend alike, a straight line through their "
            "bottoms, or one form for the whole plane."
        )
    if not _differs(whole, profiles):
        return "These runs do not tell them apart; more of them, on and off the valleys, might."
    vague = _width(near) > _width(whole)
    return (
        "Without the runs far from the valleys the two are no longer at odds"
        f"{', though fewer runs also tell less' if vague else ''}."
    )


def _width(trend: OptimalScaling) -> float:
    return trend.exponent.high - trend.exponent.low


def _differs(first: OptimalScaling, second: OptimalScaling) -> bool:
    return not difference(first, second).holds(0)


def _against(where: str, surface: OptimalScaling | str, profiles: OptimalScaling) -> str:
    if isinstance(surface, str):
        return f"{where} says nothing ({surface})"
    off = difference(surface, profiles)
    relation = "**disagrees** with" if _differs(surface, profiles) else "cannot be told from"
    return (
        f"{where} {relation} the profiles: {number(surface.exponent)} against "
        f"{number(profiles.exponent)}, a difference of {number(off)}"
    )

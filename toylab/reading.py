"""What does a sweep say? Its findings in words; every number in them is computed.

For the page, for the terminal, and for those who cannot see the charts.
"""

import math

import numpy as np

from toylab.findings import COSTS, UNITS, Findings
from toylab.sine import Runs


def finding(found: Findings) -> str:
    """The outcome in a sentence or two, diverged runs counted."""
    if found.live:
        return f"{len(found.runs)} networks trained so far."
    lost = int(found.runs["diverged"].sum())
    said = found.verdict.sentence if found.verdict else "Too few runs ended well to judge."
    if lost:
        said += f" {lost} of {len(found.runs)} runs diverged and are left out."
    return said


def reason(found: Findings) -> str:
    """Why it comes out so; empty where the settings do not tell."""
    study, steps = found.study, f"{found.study.steps:,} steps of Adam"
    if found.points.empty or (study.target, study.frequency) != ("sine", 1):
        return ""
    if study.sweep == "width":
        left = "the noise in the labels is" if study.noise else f"how far {steps} get is"
        return (
            "**Why?** A net of two or four neurons is too stiff to bend with the curve: that "
            f"is the cliff at the left. Once a net can bend, {left} what is left, and more "
            "width does not change it."
        )
    if not study.noise:
        return (
            "**Why?** Nothing is noisy here, so a few dozen points pin the curve down. What is "
            f"left is how far {steps} get, an *optimisation floor*, and it differs more from "
            "seed to seed than from size to size. More data cannot lower it."
        )
    if study.score == "labels":
        return (
            f"**Why?** Fresh labels are off by a variance of {study.noise:g}\u00b2 = "
            f"{study.noise**2:.3g} (dotted), and no network can foresee that. Choose the clean "
            "curve in *Error against*, and this floor is gone."
        )
    theory = (
        "**Why?** Estimating p numbers from D noisy labels leaves an error of "
        "noise\u00b2 p / D: slope \N{MINUS SIGN}1. Theory does not know p; its dotted line "
        "is set to the height of the points."
    )
    if found.verdict is None or found.verdict.kind != "power law":
        return theory
    p = math.exp(np.log(found.points["error"] * found.points["size"]).mean()) / study.noise**2
    params = Runs(study.width, 1).params
    return theory + f" That makes p about {p:.0f}, of the network's {params} parameters."


def scaling(found: Findings) -> str:
    """The main chart, for those who cannot see it.

    Constant while runs come in: a chart whose text changes is drawn anew.
    """
    if found.live:
        return f"Error by {UNITS[found.column]}; training is under way."
    medians = "; ".join(
        f"{size:,} {UNITS[found.column]}: {error:.1e}"
        for size, error in found.points[["size", "error"]].itertuples(index=False)
    )
    return f"Median error by size. {medians or 'Nothing is trained yet'}. {finding(found)}"


def curves(found: Findings) -> str:
    """The small panels, likewise."""
    grid = found.study.grid
    return (
        f"Learned curves over the target, one panel for each of {len(grid)} sizes from "
        f"{grid[0]:,} to {grid[-1]:,} {UNITS[found.column]}."
    )


def frontier(found: Findings, cost: str) -> str:
    """A frontier, likewise."""
    sizes = ", ".join(f"{size:,}" for size in found.unbeaten(cost)["size"])
    return (
        f"Error against {COSTS[cost].lower()}. By medians no cheaper size does better than "
        f"{sizes or 'none yet'} {UNITS[found.column]}."
    )

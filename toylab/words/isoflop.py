"""The findings of "Where is the bottom of the valley?" in words."""

import numpy as np

from toylab import allocation, design
from toylab.forms import FLOPS
from toylab.power_law import Estimate
from toylab.quantities import count, power, share
from toylab.views.isoflop import TARGETS, View

ASKED = 0.1  # how exact an answer the reader wants
NOTHING = 0.005  # a smaller error is called none


def number(estimate: Estimate, digits: int = 3) -> str:
    """Like "0.513 [0.498, 0.527]"."""
    value, low, high = (
        f"{x:.{digits}f}" for x in (estimate.value, estimate.low, estimate.high)
    )
    return f"{value} [{low}, {high}]"


def size(estimate: Estimate) -> str:
    """Like "29.8B [27.1B, 32.6B]"."""
    return f"{count(estimate.value)} [{count(estimate.low)}, {count(estimate.high)}]"


def numbers(asked: View) -> dict[str, tuple[str, str]]:
    """For the panel: what was fitted, and what the law has."""
    params = asked.profiles.params
    said = {"Exponent a": (number(params.exponent), f"the law's: {asked.exponent:.3f}")}
    for C in TARGETS:
        truth = f"the law's: {count(asked.truth(C))}"
        said[f"Best size at {power(C)} FLOPs"] = (size(params.at(C)), truth)
    return said


def finding(asked: View) -> str:
    """What the fit found, and whether the law lies within its intervals."""
    found, C = asked.profiles, TARGETS[0]
    at, truth = found.params.at(C), asked.truth(C)
    inside = at.low <= truth <= at.high
    beyond = C / asked.study.highest
    return (
        f"{asked.study.runs} runs at {asked.budgets} budgets say $N_{{opt}} \\sim C^a$ with "
        f"**a = {number(found.params.exponent)}**. Extrapolated {beyond:,.0f} times beyond the "
        f"largest budget, to {power(C)} FLOPs, the best size is **{size(at)}**; the law behind "
        f"these runs has {count(truth)}, {'inside' if inside else '**outside**'} the 95 % "
        "interval."
    )


def designs(asked: View) -> str:
    """The cheapest design that answers well enough."""
    table = asked.designs
    good = table[table["rms"] <= ASKED].sort_values(["runs", "rms"])
    target = f"the best size at {power(TARGETS[0])} FLOPs to {share(ASKED)}"
    if good.empty:
        best = table.sort_values("rms").iloc[0] if table["rms"].notna().any() else None
        rest = (
            f"the best of them is off by {share(best['rms'])}. "
            if best is not None
            else "none gives an answer at all. "
        )
        return (
            f"With {asked.noise} % of noise no design here finds {target}: {rest}Repeat runs "
            "with other seeds, add budgets, or reach higher ones."
        )
    first = good.iloc[0]
    return (
        f"With {asked.noise} % of noise the cheapest design here that finds {target} has "
        f"**{first['runs']:.0f} runs**: {first['sizes']:.0f} sizes at each of {asked.budgets} "
        f"budgets, a factor {first['width']:g} to either side. A wider grid measures the "
        "curvature better, until the valley is no parabola any more; more sizes only average "
        "the noise."
    )


def biases(asked: View) -> str:
    """What goes wrong without any noise, and whose fault it is."""
    here = {
        shared: design.error(asked.form, asked.clean, TARGETS[0], shared=shared)
        for shared in (True, False)
    }
    if not np.isfinite([e.bias for e in here.values()]).all():
        return "With this grid some valley has no bottom at all, even without noise."
    one, own = here[True], here[False]
    return (
        f"No noise here, and yet the answer at {power(TARGETS[0])} FLOPs is off by "
        f"**{signed(one.bias)}** with one curvature for all budgets (exponent "
        f"{one.exponent_bias:+.3f}), and by **{signed(own.bias)}** with a curvature each "
        f"({own.exponent_bias:+.3f}). ".replace("-", "\N{MINUS SIGN}")
        + _fault(asked)
    )


def signed(part: float) -> str:
    """Like "+3.1 %"; what is next to nothing is said to be."""
    return "less than 0.5 %" if abs(part) < NOTHING else f"{100 * part:+.1f} %"


def _fault(asked: View) -> str:
    causes = []
    if asked.study.off_centre != 1:
        causes.append(
            f"the grids are centred on {asked.off_centre} times the best size, where a valley "
            "is steeper on one side; and because valleys grow shallower with compute, one "
            "curvature for all turns that into a wrong slope"
        )
    if asked.alpha != asked.beta:
        causes.append(
            f"alpha = {asked.alpha:g} and beta = {asked.beta:g} differ, so a valley is no "
            "parabola: its sides rise unlike each other, and the more so the wider the grid"
        )
    if not causes:
        return (
            "With alpha = beta and centred grids a valley is symmetric, and its bottom is "
            "where the parabola's is, however wide the grid."
        )
    return f"Why: {'; and '.join(causes)}."


def curves(asked: View) -> str:
    """What the envelope of learning curves says."""
    found, C = asked.envelope.trend, TARGETS[0]
    at, truth = found.at(C), asked.truth(C)
    inside = at.low <= truth <= at.high
    return (
        "At each of many amounts of compute the lowest curve names a size; "
        f"{asked.envelope.sizes} sizes win somewhere. The line through them has **a = "
        f"{number(found.exponent)}** and at {power(C)} FLOPs **{size(at)}**; the law has "
        f"{count(truth)}, {'inside' if inside else '**outside**'} the interval. Curves that "
        "have not yet decayed their learning rate lie too high, so the envelope leans on the "
        "ends of curves; with few run lengths a size there are few ends."
    )


def slip(asked: View) -> str:
    """The usual slip's answer, and its price."""
    growth, C = asked.slip, TARGETS[1]
    params, truth = float(growth.at(C)), asked.truth(C)
    waste = float(allocation.waste(asked.form, params, C / FLOPS / params))
    parabolas = asked.profiles.params.at(C).value
    right = float(allocation.waste(asked.form, parabolas, C / FLOPS / parabolas))
    return (
        f"The lowest run of each budget, and least squares in N itself, give a = "
        f"{growth.exponent:.3f} and at {power(C)} FLOPs {count(params)} parameters, "
        f"**{params / truth:.2f} times the right size** ({count(truth)}). A model of that size "
        f"wastes **{share(waste, 1)}** of the compute; the bottoms of the parabolas and a "
        f"line on log-log axes would waste {share(right, 1)}. The lowest dot jumps by the "
        f"grid's step, here a factor {step(asked):.2f}, and without logarithms the largest "
        "budgets decide nearly alone."
    )


def step(asked: View) -> float:
    """The factor from one size of the grid to the next."""
    return float(float(asked.width) ** (2 / (asked.sizes - 1)))

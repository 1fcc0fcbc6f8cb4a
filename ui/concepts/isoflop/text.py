"""The findings of "Where is the bottom of the valley?" in words."""

import numpy as np

from toylab.fits.estimate import Estimate
from toylab.fits.parametric_diagnostics import VAGUE
from toylab.laws import allocation
from toylab.laws.forms import FLOPS
from toylab.quantities import (
    format_change,
    format_count,
    format_number,
    format_scientific,
    format_share,
)
from toylab.teaching.guesses import Guess, times
from ui.concepts.isoflop.view import TARGETS, View
from ui.concepts.shared.numbers import number, size

ASKED = 0.1  # how exact an answer the reader wants
MISFIT = 0.5  # what is no chance, over the noise: below it is not worth a word
LEAST = 1e-5  # of ln L: less is not worth a word either
NOTHING = 0.005  # a smaller error is called none

TENFOLD = (1.0, 1.25, 1.6, 2.0, 2.5, 3.2, 4.0, 5.0, 6.3, 8.0, 10.0)


def question(asked: View) -> Guess:
    """How much larger the best model is at ten times the budget."""
    a = allocation.exponent(asked.form)
    return Guess(
        "The budget grows **tenfold**. By what factor does the best size of the model grow?",
        10**a,
        TENFOLD,
        f"The law behind these runs has a = {a:.3f}, and 10 to that power is "
        f"{format_number(10**a, 3)}; the tokens grow by {format_number(10 ** (1 - a), 3)}. Does the study "
        "below find that?",
        say=times,
    )


def label(asked: View) -> str:
    """What the figures are drawn from."""
    quiet = float(asked.noise) == 0
    return f"{asked.formula}, {'without noise' if quiet else f'with noise of {asked.noise} %'}"


def numbers(asked: View) -> dict[str, tuple[str, str]]:
    """For the panel: what was fitted, and what the law has."""
    params = asked.profiles.params
    said = {"Exponent a": (number(params.exponent), f"the law's: {asked.exponent:.3f}")}
    for C in TARGETS:
        truth = f"the law's: {format_count(asked.truth(C))}"
        said[f"Best size at {format_scientific(C)} FLOPs"] = (size(params.at(C)), truth)
    return said


def finding(asked: View) -> str:
    """What the fit found, and whether the law lies within its intervals."""
    found, C = asked.profiles, TARGETS[0]
    return (
        f"{asked.study.runs} runs at {asked.budgets} budgets say $N_{{opt}} \\sim C^a$ with "
        f"**a = {number(found.params.exponent)}**. {reach(asked, C)} "
        f"{verdict(found.params.at(C), asked.truth(C))} {misfit(asked)}"
    )


def reach(asked: View, flops: float) -> str:
    """How far a budget lies beyond the study."""
    beyond = flops / asked.study.highest
    if beyond <= 1:
        return f"At {format_scientific(flops)} FLOPs, the largest budget,"
    return f"Extrapolated {beyond:,.0f} times beyond the largest budget, to {format_scientific(flops)} FLOPs,"


def verdict(at: Estimate, truth: float) -> str:
    """The best size, and whether the law's lies within its interval."""
    if size(at) == "not determined":
        return "the best size is **not determined**: its interval spans a factor over "
        f"{VAGUE:g}."
    inside = "inside" if at.holds(truth) else "**outside**"
    return (
        f"the best size is **{size(at)}**; the law behind these runs has {format_count(truth)}, "
        f"{inside} the 95 % interval."
    )


def misfit(asked: View) -> str:
    """What of the intervals is not chance."""
    if not asked.misfit > max(MISFIT * asked.study.noise, LEAST):
        return ""
    return (
        f"Even without noise the runs would lie {100 * asked.misfit:.2f} % off the parabolas: "
        "a valley is not quite one, and budgets do not quite share a curvature. The intervals "
        "take that for chance."
    )


def designs(asked: View) -> str:
    """The cheapest design that answers well enough."""
    table = asked.designs
    good = table[table["typical"] <= ASKED].sort_values(["runs", "typical"])
    target = f"the best size at {format_scientific(TARGETS[0])} FLOPs to {format_share(ASKED)}"
    if good.empty:
        best = table.sort_values("typical").iloc[0] if table["typical"].notna().any() else None
        rest = (
            f"the best of them is typically off by {format_share(best['typical'])}. "
            if best is not None
            else "none gives an answer at all. "
        )
        return (
            f"With {asked.noise} % of noise no design here finds {target}: {rest}Repeat runs "
            "with other seeds, add budgets, or reach higher ones."
        )
    first = good.iloc[0]
    return (
        f"With {asked.noise} % of noise the cheapest design here that finds {target} two "
        f"times in three has **{first['runs']:.0f} runs**: {first['sizes']:.0f} sizes at each "
        f"of {asked.budgets} budgets, a factor {first['width']:g} to either side. A wider "
        "grid measures the curvature better, until too few sizes lie near the bottom or the "
        "valley is no parabola any more; more sizes only average the noise."
    )


def biases(asked: View) -> str:
    """What goes wrong without any noise, and whose fault it is."""
    parts = []
    for shared, words in ((True, "one curvature for all budgets"), (False, "a curvature each")):
        found = asked.bias[shared]
        if np.isfinite(found.bias):
            exponent = f"{found.exponent_bias:+.3f}"
            off = f"by **{signed(found.bias)}** with {words} (exponent {exponent})"
            parts.append(off.replace("-", "\N{MINUS SIGN}"))
    if not parts:
        return (
            "With this grid too few bottoms can be trusted, even without noise: they lie "
            "outside it, or too far from its sizes."
        )
    return (
        f"No noise here, and yet the answer at {format_scientific(TARGETS[0])} FLOPs is off "
        f"{', and '.join(parts)}. {_fault(asked)}"
    )


def signed(part: float) -> str:
    """Like "+3.1 %"; what is next to nothing is said to be."""
    return "less than 0.5 %" if abs(part) < NOTHING else format_change(1 + part)


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
    found, C = asked.envelope, TARGETS[0]
    return (
        f"At each of many amounts of compute the lowest curve names a size; {found.sizes} "
        "sizes win somewhere. The line through them has **a = "
        f"{number(found.trend.exponent)}**. At {format_scientific(C)} FLOPs "
        f"{verdict(found.trend.at(C), asked.truth(C))} Curves that have not "
        "yet decayed their learning rate lie too high, so the envelope leans on the ends of "
        "curves; with few run lengths a size there are few ends."
    )


def slip(asked: View) -> str:
    """The usual slip's answer, its price, and what other draws would have given."""
    growth, C = asked.slip, TARGETS[1]
    params, truth = float(growth.at(C)), asked.truth(C)
    low, middle, high = np.percentile(asked.slips, [5, 50, 95])
    return (
        f"The lowest run of each budget, and least squares in N itself, give a = "
        f"{growth.exponent:.3f} and at {format_scientific(C)} FLOPs {format_count(params)} parameters, "
        f"**{params / truth:.2f} times the right size** ({format_count(truth)}). A model of that size "
        f"wastes **{wasted(asked, params)}** of the compute; the line through the parabolas' "
        f"bottoms would waste {wasted(asked, asked.profiles.params.at(C).value)}. It is luck: "
        f"with {len(asked.slips)} other draws of the noise the same slip gives from "
        f"{low:.2f} to {high:.2g} times the right size (nine in ten; median {middle:.2f}). The "
        f"lowest dot jumps by the grid's step, here a factor {step(asked):.2f}, and without "
        "logarithms the largest budgets weigh most."
    )


def wasted(asked: View, params: float) -> str:
    """The share of the last target's compute that a size wastes."""
    C = TARGETS[1]
    return format_share(float(allocation.waste(asked.form, params, C / FLOPS / params)), 1)


def command(asked: View) -> str:
    """What fits the same runs in a terminal."""
    own = "" if asked.shared else " --curvature own"
    return f"python -m toylab isoflop runs.csv{own} --at {format_scientific(TARGETS[0])}"


def step(asked: View) -> float:
    """The factor from one size of the grid to the next."""
    return float(float(asked.width) ** (2 / (asked.sizes - 1)))

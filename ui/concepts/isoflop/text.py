"""Sentences of the isoFLOP page; every number in them is computed."""

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
    format_signed,
)
from toylab.simulation.study_design import DRAWS
from toylab.teaching.guesses import UNSET, Guess, times
from ui.concepts.isoflop.view import TARGETS, Controls
from ui.concepts.shared.numbers import factor, number, tenfold, vague

NO_STUDY = "There is no study to look into yet."
NO_LINE = "Too few of these valleys have a bottom inside their grid, so no line can be drawn."
MADE = (
    "Nothing is trained: each loss is the law's at N and D = C/(6N), times exp(sd g) with g a "
    "standard normal draw for each run. Parabolas are least squares in ln L against ln N; "
    "intervals are 95 % percentile bootstraps over residuals."
)
CURVES_MADE = (
    "Nothing is trained: each curve is the law's loss at the tokens seen so far, and what an "
    "undecayed learning rate costs: our own, simplest assumption for a cosine to a tenth."
)
STUDIES = f"{DRAWS} studies a cell"
DESIGNED = (
    f"Each cell: {DRAWS} studies drawn with the noise set above, fitted and "
    "extrapolated; two in three are off by at most this. None: too few bottoms could be "
    "trusted. The kind of curvature is yours."
)
TOLERANCE = 0.1  # how exact an answer the reader wants
MISFIT = 0.5  # what is no chance, over the noise: below it is not worth a word
LEAST = 1e-5  # of ln L: less is not worth a word either
NOTHING = 0.005  # a smaller error is called none
BIASES = {
    "near": "a curvature each, near the bottoms",
    "own": "a curvature each, all sizes",
    "shared": "one curvature for all budgets",
}

TENFOLD = (1.0, 1.25, 1.6, 2.0, 2.5, 3.2, 4.0, 5.0, 6.3, 8.0, 10.0)


def question(controls: Controls) -> Guess:
    """The growth of the best size at ten times the budget."""
    a = controls.exponent
    return Guess(
        text="With **10 times the compute**, how many times larger is the best model?",
        answer=10**a,
        options=TENFOLD,
        explanation=f"The law behind these runs has a = {a:.3f}, and 10 to that power is "
        f"{format_number(10**a, 3)}; the tokens grow {format_number(10 ** (1 - a), 3)} times. "
        "Does the study in the figure find that?",
        say=times,
    )


def label(controls: Controls) -> str:
    """The law and the noise that the figures are drawn from."""
    quiet = float(controls.noise) == 0
    return (
        f"{controls.formula}, {'without noise' if quiet else f'with noise of {controls.noise} %'}"
    )


def asked(controls: Controls) -> str:
    """The sentence below the figure while the question is open."""
    lowest = controls.study.lowest
    return (
        f"At {format_scientific(lowest)} FLOPs the best model has "
        f"**{format_count(controls.truth(lowest))} parameters**: smaller ones are too small to "
        "learn more, larger ones see too few tokens."
    )


def numbers(controls: Controls, seen: bool) -> dict[str, str]:
    """The numbers that were fitted; as long as they are asked for, question marks."""
    params, C = controls.profiles.params, TARGETS[0]
    at = params.at(C)
    best, ends = (
        ("not determined", "none")
        if vague(at)
        else (format_count(at.value), at.between(format_count))
    )
    key_numbers = {
        "exponent a": f"{params.exponent.value:.3f}",
        f"best size at {format_scientific(C)} FLOPs": best,
        "its 95 % range": ends,
    }
    return key_numbers if seen else dict.fromkeys(key_numbers, UNSET)


def finding(controls: Controls) -> str:
    """The growth of the best size by the fit and by the law."""
    growth = tenfold(controls.profiles.params.exponent)
    return (
        f"For 10 times the compute these {controls.study.runs} runs want a model "
        f"**{factor(growth.value)} times as large** (95 %: {growth.between(factor)}); the law "
        f"behind them says {factor(10**controls.exponent)}."
    )


def beyond(controls: Controls) -> str:
    """The best sizes beyond the study, and whether the law's lie in their intervals."""
    params = controls.profiles.params
    sentences = (
        f"{reach(controls, C)} {compared(params.at(C), controls.truth(C))}" for C in TARGETS
    )
    return " ".join([*sentences, chosen(controls), misfit(controls)])


def chosen(controls: Controls) -> str:
    """The choice of curvature and of runs, and the answer of the other curvature."""
    sentence = controls.profiles.choice.sentence
    return f"Fitted: {sentence}."


def reach(controls: Controls, flops: float) -> str:
    """The distance of a budget beyond the study."""
    far, beyond = format_scientific(flops), flops / controls.study.highest
    if beyond <= 1:
        return f"At {far} FLOPs, the largest budget,"
    return f"Extrapolated {beyond:,.0f} times beyond the largest budget, to {far} FLOPs,"


def compared(at: Estimate, truth: float) -> str:
    """The best size, and whether the law's lies within its interval."""
    if vague(at):
        return f"the best size is **not determined**: its 95 % range spans a factor over {VAGUE:g}."
    inside = "inside" if at.holds(truth) else "**outside**"
    return (
        f"the best size is **{format_count(at.value)}** (95 %: {at.between(format_count)}); the "
        f"law behind these runs has {format_count(truth)}, {inside} that range."
    )


def misfit(controls: Controls) -> str:
    """The part of the intervals that is not chance."""
    if not controls.misfit > max(MISFIT * controls.study.noise, LEAST):
        return ""
    shared = ", and budgets do not quite share a curvature" if controls.shared else ""
    return (
        f"Even without noise the runs would lie {100 * controls.misfit:.2f} % off the parabolas: "
        f"a valley is not quite one{shared}. The ranges take that for chance."
    )


def designs(controls: Controls) -> str:
    """The cheapest design that answers well enough."""
    table = controls.designs
    good = table[table["typical"] <= TOLERANCE].sort_values(["runs", "typical"])
    target = f"the best size at {format_scientific(TARGETS[0])} FLOPs to {format_share(TOLERANCE)}"
    if good.empty:
        best = table.sort_values("typical").iloc[0] if table["typical"].notna().any() else None
        rest = (
            f"the best of them is typically off by {format_share(best['typical'])}. "
            if best is not None
            else "none gives an answer at all. "
        )
        return (
            f"With {controls.noise} % of noise no design here finds {target}: {rest}Repeat runs "
            "with other seeds, add budgets, or reach higher ones."
        )
    first = good.iloc[0]
    return (
        f"With {controls.noise} % of noise the cheapest design here that finds {target} two "
        f"times in three has **{first['runs']:.0f} runs**: {first['sizes']:.0f} sizes at each "
        f"of {controls.budgets} budgets, a factor {first['width']:g} to either side. A wider "
        "grid measures the curvature better, until too few sizes lie near the bottom or the "
        "valley is no parabola any more; more sizes only average the noise."
    )


def biases(controls: Controls) -> str:
    """The errors that remain without any noise, and their causes."""
    parts = []
    for name, words in BIASES.items():
        error = controls.bias[name]
        if np.isfinite(error.bias):
            exponent = format_signed(error.exponent_bias, 3)
            parts.append(f"by **{signed(error.bias)}** with {words} (exponent {exponent})")
    if not parts:
        return (
            "With this grid too few bottoms can be trusted, even without noise: they lie "
            "outside it, or too far from its sizes."
        )
    return (
        f"No noise here, and yet the answer at {format_scientific(TARGETS[0])} FLOPs is off "
        f"{', '.join(parts)}. {_fault(controls)}"
    )


def signed(part: float) -> str:
    """Like "+3.1 %"; what is next to nothing is said to be."""
    return "less than 0.5 %" if abs(part) < NOTHING else format_change(1 + part)


def _fault(controls: Controls) -> str:
    causes = []
    if controls.study.off_centre != 1:
        causes.append(
            f"the grids are centred on {controls.off_centre} times the best size, where a valley "
            "is steeper on one side; and because valleys grow shallower with compute, one "
            "curvature for all turns that into a wrong slope"
        )
    if controls.alpha != controls.beta:
        causes.append(
            f"alpha = {controls.alpha:g} and beta = {controls.beta:g} differ, so a valley is no "
            "parabola: its sides rise unlike each other, and the more so the wider the grid"
        )
    if not causes:
        return (
            "With alpha = beta and centred grids a valley is symmetric, and its bottom is "
            "where the parabola's is, however wide the grid."
        )
    return f"Why: {'; and '.join(causes)}."


def curves(controls: Controls) -> str:
    """The exponent and best size by the envelope of learning curves."""
    envelope, C = controls.envelope, TARGETS[0]
    return (
        f"At each of many amounts of compute the lowest curve names a size; {envelope.sizes} "
        "sizes win somewhere. The line through them has **a = "
        f"{number(envelope.scaling.exponent)}**. At {format_scientific(C)} FLOPs "
        f"{compared(envelope.scaling.at(C), controls.truth(C))} Curves that have not "
        "yet decayed their learning rate lie too high, so the envelope leans on the ends of "
        "curves; with few run lengths a size there are few ends."
    )


def naive(controls: Controls) -> str:
    """The naive answer, its cost, and what other draws would have given."""
    growth, C = controls.naive, TARGETS[1]
    params, truth = float(growth.at(C)), controls.truth(C)
    low, middle, high = np.percentile(controls.naive_ratios, [5, 50, 95])
    return (
        f"The lowest run of each budget, and least squares in N itself, give a = "
        f"{growth.exponent:.3f} and at {format_scientific(C)} FLOPs {format_count(params)} "
        f"parameters, **{params / truth:.2f} times the right size** ({format_count(truth)}). A "
        f"model of that size wastes **{wasted(controls, params)}** of the compute; the line "
        "through the parabolas' bottoms would waste "
        f"{wasted(controls, controls.profiles.params.at(C).value)}. It is luck: with "
        f"{len(controls.naive_ratios)} other draws of the noise the same mistake gives from "
        f"{low:.2f} to {high:.2g} times the right size (nine in ten; median {middle:.2f}). The "
        f"lowest dot jumps by the grid's step, here a factor {step(controls):.2f}, and without "
        "logarithms the largest budgets weigh most."
    )


def wasted(controls: Controls, params: float) -> str:
    """The share of the last target's compute that a size wastes."""
    C = TARGETS[1]
    return format_share(float(allocation.waste(controls.form, params, C / FLOPS / params)), 1)


def command(controls: Controls) -> str:
    """The command that fits the same runs in a terminal."""
    options = {"near": "", "own": " --within inf", "shared": " --curvature shared --within inf"}
    chosen = options[controls.curvature]
    return f"python -m toylab isoflop runs.csv{chosen} --at {format_scientific(TARGETS[0])}"


def step(controls: Controls) -> float:
    """The factor from one size of the grid to the next."""
    return float(float(controls.width) ** (2 / (controls.sizes - 1)))

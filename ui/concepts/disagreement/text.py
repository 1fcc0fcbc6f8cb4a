"""Sentences of the page on the disagreement; every number in them is computed."""

import math
from typing import Any

from toylab.laws import disagreement, published
from toylab.laws.disagreement import STAIRCASE
from toylab.laws.law import Law
from toylab.quantities import format_count, format_scientific, format_share, format_signed
from toylab.teaching.guesses import Guess
from ui.concepts.disagreement.view import KAPLAN, TOP, Controls, Counting, Floor

TIMES = "\N{MULTIPLICATION SIGN}"
WORDS = ("No", "One", "Two", "Three", "Four", "Five")
NEAR = 0.03  # an exponent no further off is close: ten times the compute, 7 % of the size
PRINTED = published.KAPLAN_SIZE.form.exponent
FIRST, LAST = STAIRCASE[0].refinedweb, STAIRCASE[-1].refinedweb
CLAIM = (
    f"Kaplan: the best model size grows as C^{PRINTED:g}. Hoffmann: far slower. Fix the "
    "differences one at a time."
)
PRINTS = (
    f"Kaplan printed {PRINTED:g} for the least compute, C_min; at a fixed batch his runs give "
    f"{disagreement.FIXED_BATCH:g}. {published.PORIAN} ran his set-up again on other data: that "
    f"gives {FIRST:.3f}."
)
SHUT = "This opens after the last fix."
GUESSES = tuple(hundredths / 100 for hundredths in range(30, 101))


def exponent(value: float) -> str:
    """An exponent: 0.65 as it was guessed, 0.497 as it was measured."""
    return f"{value:.2f}" if round(value, 2) == value else f"{value:.3f}"


def question(controls: Controls) -> Guess:
    """The exponent that is left, to guess before the first fix and answered after the last."""
    return Guess(
        text=f"Kaplan's set-up, run again, gives an exponent of **{FIRST:.3f}**. {WORDS[TOP]} "
        "details of it distort that. Which exponent is left once all are fixed?",
        answer=LAST if controls.done else None,
        options=GUESSES,
        explanation=f"The runs say {known()}. Exponents are compared by their difference: it "
        "grows with every tenfold of compute.",
        say=exponent,
        points=NEAR,
        unit="",
        study=LAST,
    )


def known() -> str:
    """The exponent that all the fixes leave, with its interval."""
    low, high = STAIRCASE[-1].interval
    return f"{LAST:.3f} (95 %: {low:.3f} to {high:.3f})"


def numbers(controls: Controls) -> dict[str, str]:
    """The exponent after the last fix, what that fix changed, and what it means."""
    made = controls.stairs()["stairs"]
    now, change = made["exponent"].iloc[-1], made["change"].iloc[-1]
    told = {"exponent": f"{now:.3f}"}
    if controls.step:
        told["by the last fix"] = format_signed(change, 3)
    return told | {f"model for 10{TIMES} compute": f"{10**now:.1f}{TIMES}"}


def story(controls: Controls) -> str:
    """The last fix, and what ten times the compute asks for since."""
    step = STAIRCASE[controls.step]
    now = f"{10**step.refinedweb:.1f} times the model"
    if controls.step == 0:
        return f"In Kaplan's set-up, run again, ten times the compute asks for {now}."
    before = f"{10 ** STAIRCASE[controls.step - 1].refinedweb:.1f}"
    return (
        f"**{step.name[0].upper()}{step.name[1:]}:** ten times the compute now asks for {now}, "
        f"not {before}."
    )


def finding(controls: Controls, guess: float | None) -> str:
    """The last fix; at the end also what the guess would have cost."""
    fix = story(controls)
    if not controls.done:
        return fix
    if guess is None:
        return f"{fix} What is left is {known()}."
    scored = disagreement.score(guess)
    if scored.inside:
        return f"{fix} Your {exponent(guess)} lies inside what is left, {known()}."
    too_large = scored.gap > 0
    factor = scored.size_ratio if too_large else 1 / scored.size_ratio
    return (
        f"{fix} With your {exponent(guess)}, each time compute grows tenfold, your model would "
        f"be a further {factor:.2f} times too {'large' if too_large else 'small'}."
    )


def why(controls: Controls) -> str:
    """The reason of the last fix."""
    return STAIRCASE[controls.step].why


def counting(controls: Counting) -> str:
    """The exponent as it follows from the counting of parameters."""
    few, many = (format_share(float(disagreement.embedding_share(N))) for N in (1e6, 1e9))
    top, there = disagreement.steepest(controls.form)
    low, high = map(format_scientific, controls.span)
    return (
        "Embeddings grow with a model's width, the rest with its cube: "
        f"$N_T = N + {disagreement.W:,.0f}\\,N^{{1/3}}$. In a model of "
        f"{format_count(1e6)} parameters without embeddings, {few} of all "
        f"parameters are embeddings; in one of {format_count(1e9)}, {many}. "
        "Count without them, and the best size seems to grow faster, up to an exponent of "
        f"{top:.2f} where embeddings are {format_share(there)} of all. "
        f"A straight line from {low} to {high} FLOPs "
        f"has slope **{controls.fitted:.2f}**; the law behind it has "
        f"{disagreement.limits(controls.form)[1]:.2f}, and Kaplan printed {PRINTED:g}. Not that "
        f"his range was narrow: {_span(published.KAPLAN_N)}, against "
        f"{_span(published.HOFFMANN_3)} of Hoffmann's. His models were small."
    )


def _span(law: Law[Any]) -> str:
    """The sizes of the runs behind a law, and how many factors of ten they span."""
    low, high = law.measured["N"]
    decades = math.log10(high / low)
    return f"{format_count(low)} to {format_count(high)} parameters are {decades:.1f} decades"


def floor(controls: Floor) -> str:
    """The exponent of the loss as it follows from a floor."""
    alpha, (low, high) = controls.form.alpha, controls.sizes
    ends = disagreement.local_slope(controls.form, controls.reach)
    return (
        f"The loss above its floor falls with slope {alpha:g} everywhere. The "
        f"loss itself falls with slope {ends[0]:.3f} at {low} parameters and "
        f"{ends[1]:.3f} at {high}; a power law without a floor, fitted between "
        f"them, has **{controls.slope:.3f}**. So {alpha:g} and Kaplan's "
        f"{KAPLAN.exponent:g} are not two measurements of one thing: one is the slope of "
        "L \N{MINUS SIGN} E over all parameters, the other that of L over those without "
        "embeddings. Both papers also fit one law of size and data together: that is no "
        "difference, the floor is."
    )

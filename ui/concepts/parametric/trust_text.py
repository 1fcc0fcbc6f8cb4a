"""Sentences on how far to trust the fit: its walks, its constants, its loosest direction."""

import numpy as np
import pandas as pd

from toylab.fits import parametric
from toylab.fits.parametric_diagnostics import STILL
from toylab.quantities import (
    format_change,
    format_count,
    format_number,
    format_scientific,
    format_signed,
)
from ui.concepts.parametric.text import whose_truth
from ui.concepts.parametric.view import Answer

LOOSER = 1.5  # a constant whose interval spans so many times a size's is called looser


def trust(answer: Answer) -> dict[str, tuple[str, str]]:
    """For the row of numbers: what an optimiser does not say, and which value is good."""
    fit = answer.fit
    gain = "rounding" if fit.exact else f"{fit.gain:.0e}"
    return {
        "Walks that end at the lowest place": (
            f"{fit.agreeing} of {fit.walked}",
            "Walks from different starts. Where few agree, a lower place may have been missed.",
        ),
        "What one more step would gain": (
            gain.replace("e-0", "e-"),
            "As a share of the objective; from the gradient, whose largest component is "
            f"{format_number(fit.gradient, 2)}. Far below {format_scientific(STILL)} the descent "
            "has come to rest.",
        ),
        "Condition number": (
            format_scientific(fit.condition, 2),
            "How many times wider the range of the worst-known combination of constants is than "
            "that of the best-known: of ln A, ln B, ln E, alpha and beta. In other units it "
            "would be another number.",
        ),
    }


def constants(answer: Answer) -> pd.DataFrame:
    """Every constant with its interval, and the truth where it is known."""
    estimates = {}
    for name, estimate in answer.spread.intervals.items():
        estimates[name.replace("exponent_params", "a").replace("exponent_tokens", "b")] = estimate
    options = answer.fit.options
    fixed = dict.fromkeys(("a", "b"), "fixed by alpha = beta") if options.equal_exponents else {}
    if options.fixed_E is not None:
        fixed["E"] = "held"
    rows = {
        "Constant": list(estimates),
        "Fitted": [
            f"{options.fixed_E:g}" if fixed.get(name) == "held" else format_number(e.value)
            for name, e in estimates.items()
        ],
        "95 % interval": [
            fixed.get(name) or f"{format_number(e.low)} to {format_number(e.high)}"
            for name, e in estimates.items()
        ],
    }
    if answer.known:
        whose = whose_truth(answer).capitalize()
        rows[whose] = [
            format_number(answer.known[name]) if name in answer.known else "" for name in estimates
        ]
    return pd.DataFrame(rows)


def sloppy(answer: Answer) -> str:
    """The constants that the runs determine, and those that they do not."""
    fit, intervals = answer.fit, answer.spread.intervals
    near = float(np.median(fit.runs.flops))
    at = answer.spread.params.at(near)
    spans = {name: intervals[name].high / intervals[name].low for name in ("A", "B")}
    moves = f"{format_change(at.low / at.value)} and {format_change(at.high / at.value)}"
    sure = (
        f"Over the resamples A spans a factor **{format_number(spans['A'], 2)}** and B a factor "
        f"**{format_number(spans['B'], 2)}**; the best size at {format_scientific(near)} FLOPs, "
        f"the median of the runs, stays between {moves}."
    )
    if max(spans.values()) < LOOSER * at.high / at.low:
        return f"{sure} Here the constants are about as well determined as the size."
    parts = ", ".join(
        f"{'ln ' * (name in 'ABE')}{name} {format_signed(part, 2)}"
        for name, part in fit.sloppy.items()
    )
    return (
        f"{sure} A and B describe a model of one parameter and one token, far from any run: "
        f"these begin at {format_count(fit.runs.params.min())} parameters and "
        f"{format_count(fit.runs.tokens.min())} tokens. A tiny change of an exponent changes its "
        f"factor a lot. The direction in which the fit is loosest: "
        f"{parts}. So quote constants together and with all their digits, never one by one."
    )


def walks(answer: Answer) -> str:
    """The search for the lowest place."""
    fit = answer.fit
    return (
        f"{fit.starts:,} starts of the paper's grid were screened by their objective; the "
        f"{fit.walked} that begin lowest walked down, and {fit.agreeing} of them end within "
        f"{parametric.SAME:.2%} of the lowest objective, {format_number(fit.objective, 8)}. We "
        "ignore the optimiser's own *success*: it says so wherever it stops."
    )

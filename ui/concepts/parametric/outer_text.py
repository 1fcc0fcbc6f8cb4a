"""Sentences on the outer exponent: what it changes, and what it does not find."""

import pandas as pd

from toylab.fits.outer_exponent import HeldOut
from toylab.fits.parametric import Fit, Spread
from toylab.fits.parametric_diagnostics import NONE
from toylab.quantities import format_fixed, format_number, format_scientific
from ui.concepts.parametric.outer import AFTER, BEFORE, Outer
from ui.concepts.parametric.text import ratio, whose_truth
from ui.concepts.shared.numbers import number, size, vague

# k of three studies by this fit, seeds of a cell averaged: our recorded language models, the 240
# published points, our synthetic language; tests/fits/test_outer_exponent.py fits them anew.
PYTHON_K, PUBLISHED_K, SYNTHETIC_K = 0.30, 0.77, 1.5
SETTINGS = "The runs above, fitted without k and with it"
FITTING = "Fitting with one more exponent, and resamples of it ..."
MADE = (
    "Both fits minimise the same objective from the same starts. The interval of k is a bootstrap "
    "over runs. The test of k = 1 is a score test: it takes the residuals for independent."
)
FORM = (
    "$L = E + (A/N^{\\alpha} + B/D^{\\beta})^{k}$ is the surface above where k = 1. Below 1 the "
    "loss turns more sharply from the size term to the data term, above 1 more gently. The formula "
    "of the best split stays the same: k cancels."
)
TIE = 1.1  # errors whose ratio is smaller are about equal


def finding(outer: Outer) -> str:
    """k, and what it does to the residuals."""
    if outer.plain.fit.exact:
        return "With k = 1 the fit is **exact**: nothing is left for k to explain."
    before, after = (percent(spread.fit.goodness.rms) for spread in outer.spreads)
    turns = ""
    if not outer.k.holds(1):
        how = "sharply" if outer.k.value < 1 else "gently"
        turns = f": the loss turns more {how} between size and data than a sum does"
    return (
        f"**k = {number(outer.k)}**{turns}. The rms of the residuals goes from **{before}** to "
        f"**{after}** of the loss."
    )


def table(outer: Outer) -> pd.DataFrame:
    """What changes with k."""
    errors, C = outer.held_out, format_scientific(outer.answer.controls.flops)
    rows = {
        "k": ["1", number(outer.k)],
        "p of a test of k = 1": ["", _chance(outer.test.p)],
        "Exponent a": [_exponent(spread) for spread in outer.spreads],
        "Floor E": [_floor(spread) for spread in outer.spreads],
        f"Best size at {C} FLOPs": [size(outer.best(spread)) for spread in outer.spreads],
        "Tokens per parameter there": [ratio(outer.ratio(spread)) for spread in outer.spreads],
        "Residuals, rms": [_rms(spread.fit) for spread in outer.spreads],
    }
    if isinstance(errors, HeldOut):
        rows["Mean error on runs held out"] = [percent(errors.plain), percent(errors.outer)]
    named = [(name, *values) for name, values in rows.items()]
    return pd.DataFrame(named, columns=["", BEFORE, AFTER])


def advice(outer: Outer) -> str:
    """What changes in the advice at the budget asked about."""
    C = format_scientific(outer.answer.controls.flops)
    if any(vague(outer.best(spread)) for spread in outer.spreads):
        return f"These runs do not determine the best size at {C} FLOPs."
    known = ""
    if truth := outer.answer.known.get("a"):
        known = f" ({whose_truth(outer.answer)}: {truth:.3f})"
    a = [format_fixed(spread.params.exponent.value, 3) for spread in outer.spreads]
    ratios = [format_number(outer.ratio(spread).value, 3) for spread in outer.spreads]
    return (
        f"The exponent a goes from **{a[0]}** to **{a[1]}**{known}, and the advice at {C} FLOPs "
        f"from **{ratios[0]}** to **{ratios[1]}** tokens per parameter."
    )


def errors(outer: Outer) -> str:
    """The errors on the largest runs, which neither fit has seen."""
    held = outer.held_out
    if isinstance(held, str):
        return f"The largest third cannot be held out: {held}."
    if outer.plain.fit.exact:
        return ""
    times = held.outer / held.plain
    verdict = "about as well" if 1 / TIE < times < TIE else "better" if times < 1 else "worse"
    return (
        f"Fitted to the {held.fitted} runs of least compute, it predicts the {held.held_out} "
        f"others **{verdict}**: their loss is missed by {percent(held.outer)} on average, with "
        f"k = 1 by {percent(held.plain)}."
    )


def caution(sentence: str) -> str:
    """A warning that is about the fit with k."""
    return f"**With k.** {sentence}"


def limits(outer: Outer) -> str:
    """What k does not find, and that it is no constant of nature."""
    without, fitted = (_nats(spread.fit.form.E) for spread in outer.spreads)
    held = outer.plain.fit.options.fixed_E is not None
    floor = (
        "The floor is held here: with another one, k is another, too."
        if held
        else f"The floor depends on the form: E is {without} with k = 1, and {fitted} with k "
        "fitted. Neither fit proves it."
    )
    return (
        f"{floor} And k is not universal: this fit gives about {PYTHON_K:g} for our recorded "
        f"language models, {PUBLISHED_K:g} for the 240 published points, and {SYNTHETIC_K:g} for "
        "our synthetic language."
    )


def percent(share: float) -> str:
    """A share of the loss: 1.08 %."""
    return f"{format_fixed(100 * share, 2)} %"


def _chance(p: float) -> str:
    return "below 0.001" if p < 0.001 else format_number(p, 2)


def _nats(E: float) -> str:
    return format_number(E, 3) if E > NONE else "0"


def _rms(fit: Fit) -> str:
    return "rounding" if fit.exact else percent(fit.goodness.rms)


def _exponent(spread: Spread) -> str:
    tied = spread.fit.options.equal_exponents
    return "0.500, as alpha = beta" if tied else number(spread.params.exponent)


def _floor(spread: Spread) -> str:
    held = spread.fit.options.fixed_E
    estimate = spread.intervals["E"]
    return f"{held:g}, held" if held is not None else estimate.text(_nats)

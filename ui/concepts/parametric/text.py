"""Sentences of the parametric page's figure; every number in them is computed."""

import math

from toylab.fits.estimate import Estimate
from toylab.fits.parametric_diagnostics import VAGUE
from toylab.laws import allocation
from toylab.laws.forms import Additive
from toylab.quantities import format_count, format_number, format_scientific
from toylab.teaching.guesses import UNSET, Guess, times
from ui.concepts.parametric.view import Answer
from ui.concepts.shared.numbers import number, vague

NO_FIT = "There is no fit to look into yet."
ASKED = "The bottom of the range of B is drawn. **Where is its top?**"
SPREADS = (1.0, 1.1, 1.2, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0, 50.0, 100.0)
WIDEST = 1e4  # a wider range is as good as none


def question(answer: Answer) -> Guess | None:
    """The width of one constant's range; None where the runs leave it open altogether."""
    spread = answer.spread.intervals["B"]
    if not width(answer) < WIDEST:
        return None
    return Guess(
        text=f"**{len(answer.fit.runs)} runs, five constants.** The fit knows B only within a "
        "range (95 %). How many times larger is the top of that range than the bottom?",
        answer=width(answer),
        options=SPREADS,
        explanation=f"B lies between {spread.low:,.0f} and {spread.high:,.0f}. The best size is "
        "known better than the constants that it is made of: compare.",
        say=times,
        factor=1.5,
    )


def width(answer: Answer) -> float:
    """The factor from the bottom of B's range to its top."""
    spread = answer.spread.intervals["B"]
    return spread.high / spread.low if spread.low > 0 else math.inf


def numbers(answer: Answer, seen: bool) -> dict[str, str]:
    """The best split, and how well a constant is known; a question mark where that is asked."""
    best = answer.best.value
    sized = not vague(answer.best)
    wide = times(width(answer)) if width(answer) < WIDEST else "endless"
    return {
        "parameters": format_count(best) if sized else "unknown",
        "tokens per parameter": format_number(answer.ratio.value, 3) if sized else "unknown",
        "range of B": wide if seen else UNSET,
    }


def finding(answer: Answer) -> str:
    """Sentences on how surely B and the best size are known; and the law's, where outside."""
    fit, at, C = answer.fit, answer.best, format_scientific(answer.controls.flops)
    if vague(at):
        return f"{len(fit.runs)} runs do **not** determine the best size at {C} FLOPs."
    value, low, high = map(format_count, (at.value, at.low, at.high))
    text = (
        f"{_coefficient(width(answer))} the best size is known within a factor "
        f"{format_count(at.high / at.low, 2)}: **{value} parameters** (95 %: {low} to {high})."
    )
    return text if holds(answer) else f"{text} The law's {_law_size(answer)} is **outside**."


def holds(answer: Answer) -> bool:
    """True where the range of the best size has the law's in it, or there is no law."""
    if answer.law is None or answer.fit.exact:
        return True
    return answer.best.holds(allocation.best(answer.law, answer.controls.flops).params)


def _law_size(answer: Answer) -> str:
    assert answer.law is not None
    return format_count(allocation.best(answer.law, answer.controls.flops).params)


def _coefficient(factor: float) -> str:
    if factor < WIDEST:
        return f"B is known within a factor {format_count(factor, 2)},"
    return "These runs do not determine B;"


def fitted(answer: Answer) -> str:
    """The surface with its constants, and the growth of the best size."""
    fit = answer.fit
    left = len(answer.runs) - len(fit.runs)
    out = f" ({left} of highest loss left out)" if left else ""
    exact = " The fit is exact: what is left is rounding." if fit.exact else ""
    known = f" ({whose_truth(answer)}: {answer.known['a']:.3f})" if answer.known else ""
    law = f" The law itself wants {_law_size(answer)} there." if answer.law else ""
    return (
        f"{len(fit.runs)} runs{out} give {surface(fit.form)}.{exact} The best size grows as C^a, "
        f"a = {exponent(answer)}{known}; the best split has {ratio(answer.ratio)} tokens per "
        f"parameter.{law}"
    )


def exponent(answer: Answer) -> str:
    """The exponent with its interval; a held one has none."""
    if answer.fit.options.equal_exponents:
        return f"{answer.fit.exponent_params:.3f}, as alpha = beta"
    return number(answer.spread.params.exponent)


def whose_truth(answer: Answer) -> str:
    """Who knows the truth."""
    return "the law's" if answer.law else "theory's"


def ratio(estimate: Estimate) -> str:
    """Like "18.4 (95 %: 12.1 to 30.2)"; nothing where the size is not determined."""
    if not estimate.high <= VAGUE**2 * estimate.low:
        return "not determined"
    return estimate.text(lambda x: format_number(x, 3))


def surface(form: Additive) -> str:
    """A fitted surface, in TeX."""
    return (
        f"$L = {format_number(form.E)} + {format_number(form.A)}/N^{{{form.alpha:.4f}}} + "
        f"{format_number(form.B)}/D^{{{form.beta:.4f}}}$"
    )

"""Sentences about fits of studies whose answer is known."""

import pandas as pd

from toylab.experiments.charlm_study import RECORDED_STUDIES
from toylab.experiments.regression_study import RegressionStudy
from toylab.fits.estimate import Estimate
from toylab.quantities import format_change, format_fixed, format_scientific, format_share, plural
from ui.concepts.charlm.known_answers import Floor, Learner, floors, removed, truth
from ui.concepts.shared.numbers import number


def made() -> str:
    """The making of the recorded study of the language."""
    recorded = RECORDED_STUDIES["synthetic"].recorded()
    return f"Made with: {recorded.made}" if recorded else ""


def table() -> pd.DataFrame:
    """The fitted floors."""
    rows = [
        (
            f"{format_scientific(floor.highest)} FLOPs",
            number(floor.E),
            format_change(floor.off + 1),
            f"{100 * floor.rms:.2f} %",
            f"{floor.a:.2f}",
        )
        for floor in floors()
    ]
    columns = ["Budgets up to", "Fitted E, nats/word", "Off by", "Residuals, rms", "Exponent a"]
    return pd.DataFrame(rows, columns=columns)


def entropy() -> str:
    """The fitted floors against the true one: a small residual does not mean a right floor."""
    fits, E = floors(), truth()
    outside = [floor for floor in fits if not floor.E.holds(E)]
    first = fits[0]
    about = (
        f"The entropy of this language is **{E:.4f} nats a word**, a sum over a table. The "
        f"fit of E + A/N^alpha + B/D^beta to {first.runs} runs of up to "
        f"{format_scientific(first.highest)} FLOPs has residuals of {100 * first.rms:.2f} % and "
        f"an E that is **{format_share(abs(first.off), 1)} too "
        f"{'low' if first.off < 0 else 'high'}**."
    )
    missed = (
        f"In {len(outside)} of {len(fits)} fits the truth lies outside the 95 % interval: a "
        "small residual does not identify the floor, because the form is not exact and E is "
        f"wherever its bend fits best.{_larger(fits)}"
        if outside
        else "The truth lies inside every interval here."
    )
    return f"{about} {missed} {_without()}"


def _larger(fits: tuple[Floor, ...]) -> str:
    off = [abs(floor.off) for floor in fits]
    if off != sorted(off, reverse=True):
        return ""
    return " Larger budgets help: their losses come closer to the floor."


def _without() -> str:
    fit = removed()
    text = (
        "With the true floor taken off, the losses at the bottoms fall as C^"
        f"{number(fit.loss.exponent)}, and N_opt ~ C^{number(fit.params.exponent)}."
    )
    return " ".join([text, *fit.warnings])


def task(study: RegressionStudy) -> str:
    """The task that is learned, and theory's exponents for it."""
    theory = study.theory
    return (
        "A student learns a linear function of many inputs, each weaker than the one before, "
        "from noiseless samples; one of size N sees the N strongest inputs. Theory knows the "
        "answer: "
        f"N_opt ~ C^{theory['a']:.3f}, and the loss falls as C^\N{MINUS SIGN}"
        f"{theory['alpha'] * theory['a']:.3f}. Do the valleys find it?"
    )


def learner(learner: Learner) -> str:
    """The regression's exponents against theory."""
    theory, profiles = learner.study.theory, learner.profiles
    runs = plural(len(learner.runs), "run")
    if isinstance(profiles, str):
        return f"{runs} so far." if learner.live else f"{runs}: {profiles}."
    loss = -theory["alpha"] * theory["a"]
    return (
        f"{runs}: N_opt ~ C^**{_held(profiles.params.exponent, theory['a'])}, and the loss at "
        f"the bottoms ~ C^**{_held(profiles.loss.exponent, loss)}."
    )


def _held(exponent: Estimate, theory: float) -> str:
    inside = "inside" if exponent.holds(theory) else "**outside**"
    return f"{number(exponent)}** (theory {format_fixed(theory, 3)}, {inside})"

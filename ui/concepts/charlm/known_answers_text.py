"""What fits make of studies whose answer is known, in words."""

import pandas as pd

from toylab.experiments.charlm_study import RECORDED_STUDIES
from toylab.experiments.regression_study import RegressionStudy
from toylab.fits.estimate import Estimate
from toylab.quantities import format_change, format_scientific, format_share
from ui.concepts.charlm.known_answers import Floor, Learner, floors, removed, truth
from ui.concepts.shared.numbers import number


def made() -> str:
    """How the recorded study of the language was made."""
    kept = RECORDED_STUDIES["synthetic"].recorded()
    return f"Made with: {kept.made}" if kept else ""


def table() -> pd.DataFrame:
    """The fitted floors."""
    rows = [
        (
            f"{format_scientific(one.highest)} FLOPs", number(one.E), format_change(one.off + 1),
            f"{100 * one.rms:.2f} %", f"{one.a:.2f}",
        )
        for one in floors()
    ]  # fmt: skip
    columns = [
        "Budgets up to", "Fitted E, nats/word", "Off by", "Residuals, rms", "Exponent "
        "a",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def entropy() -> str:
    """Whether a small residual means a right floor."""
    found, E = floors(), truth()
    outside = [one for one in found if not one.E.holds(E)]
    first = found[0]
    told = (
        f"The entropy of this language is **{E:.4f} nats a word**, a sum over a table. The "
        f"fit of E + A/N^alpha + B/D^beta to {first.runs} runs of up to "
        f"{format_scientific(first.highest)} FLOPs has residuals of {100 * first.rms:.2f} % and an E that "
        f"is **{format_share(abs(first.off), 1)} too {'low' if first.off < 0 else 'high'}**."
    )
    missed = (
        f"In {len(outside)} of {len(found)} fits the truth lies outside the 95 % interval: a "
        "small residual does not identify the floor, because the form is not exact and E is "
        f"wherever its bend fits best.{_larger(found)}"
        if outside
        else "The truth lies inside every interval here."
    )
    return f"{told} {missed} {_without()}"


def _larger(found: tuple[Floor, ...]) -> str:
    off = [abs(one.off) for one in found]
    if off != sorted(off, reverse=True):
        return ""
    return " Larger budgets help: their losses come closer to the floor."


def _without() -> str:
    known = removed()
    told = (
        "With the true floor taken off, the losses at the bottoms fall as C^"
        f"{number(known.loss.exponent)}, and N_opt ~ C^{number(known.params.exponent)}."
    ).replace("-", "\N{MINUS SIGN}")
    return " ".join([told, *known.warnings])


def task(study: RegressionStudy) -> str:
    """What is learned, and what theory says of it."""
    theory = study.theory
    return (
        "A student learns a linear function of many inputs, each weaker than the one before, "
        "from noiseless samples; one of size N sees the N strongest inputs. Theory knows the "
        "answer: "
        f"N_opt ~ C^{theory['a']:.3f}, and the loss falls as C^\N{MINUS SIGN}"
        f"{theory['alpha'] * theory['a']:.3f}. Do the valleys find it?"
    )


def learner(found: Learner) -> str:
    """The regression's exponents against theory."""
    theory, profiles = found.study.theory, found.profiles
    runs = f"{len(found.points)} runs"
    if isinstance(profiles, str):
        return f"{runs} so far." if found.live else f"{runs}: {profiles}."
    loss = -theory["alpha"] * theory["a"]
    said = (
        f"{runs}: N_opt ~ C^**{_held(profiles.params.exponent, theory['a'])}, and the loss at "
        f"the bottoms ~ C^**{_held(profiles.loss.exponent, loss)}. Each valley has a "
        "curvature of its own here."
    )
    return said.replace("-", "\N{MINUS SIGN}")


def _held(found: Estimate, theory: float) -> str:
    inside = found.holds(theory)
    return f"{number(found)}** (theory {theory:.3f}, {'inside' if inside else '**outside**'})"

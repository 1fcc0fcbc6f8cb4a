"""Sentences of the parametric page; every number in them is computed."""

import math

import numpy as np
import pandas as pd

from toylab.data import recorded
from toylab.experiments import charlm_study, regression_study
from toylab.experiments.charlm_study import RECORDED_STUDIES
from toylab.experiments.regression_study import RegressionStudy
from toylab.fits import parametric
from toylab.fits.estimate import Estimate
from toylab.fits.gauss_newton import TINY
from toylab.fits.optimal_scaling import OptimalScaling
from toylab.fits.parametric_diagnostics import STILL, VAGUE
from toylab.fits.runs import Runs
from toylab.laws import allocation, published
from toylab.laws.forms import Additive
from toylab.quantities import (
    format_change,
    format_count,
    format_number,
    format_scientific,
    format_signed,
)
from toylab.teaching.guesses import Guess, times
from ui.concepts.parametric.view import Answer, Controls, VariantControls
from ui.concepts.shared.numbers import number, size

# Tokens per parameter at 5.76e23 FLOPs by our own fit of the 245 points that Besiroglu et al. 2024
# (arXiv:2404.10102) read off Hoffmann's Figure 4, without their five highest losses and with
# them; tests/concepts/test_parametric.py fits both anew.
WITHOUT_FIVE, WITH_FIVE = 17.92, 6.82
NO_FIT = "There is no fit to look into yet."
OUTLIERS = (
    "And five of the 245 published points suffice: without the five highest losses they "
    f"advise {WITHOUT_FIVE:.0f} tokens per parameter, with them {WITH_FIVE:.0f}."
)
OUTLIERS_MADE = (
    "Our fits of the points read off Hoffmann's Figure 4 (see Where to find runs): python "
    "-m toylab fit svg_extracted_data.csv --at 5.76e23, with and without --drop-highest 5"
)
WELCOME = (
    "Choose a file of finished runs: one line a run, a header, and columns for the loss and "
    "two of parameters, tokens and FLOPs. Most spellings are understood, and you can correct "
    "which column is which. The file is read in the server's memory, kept for this session and "
    "never written to disk."
)
PLACES = (
    "Public sets of runs to try, each a CSV to download and put in above:\n\n"
    "- [analyzing-chinchilla](https://github.com/epoch-research/analyzing-chinchilla): 245 of "
    "the runs in Figure 4 of Hoffmann et al., read off the figure by Besiroglu et al. Leave "
    "the five highest losses out, as they did.\n"
    "- [gemstone-scaling-laws](https://github.com/mcleish7/gemstone-scaling-laws): the same "
    "file, and runs of a study of widths and depths.\n\n"
    "They are not shipped here: the first has no licence."
)
THREE = (
    "Approach 1 takes the lowest learning curve at each amount of compute; approach 2 the "
    "bottoms of parabolas, with one curvature for all budgets; approach 3 the surface above. "
    "Intervals are 95 % bootstraps over curves, residuals and runs."
)
LOOSER = 1.5  # a constant whose interval spans so many times a size's is called looser
APART = "**their intervals do not overlap**: at least one of them is wrong about these runs"

SPREADS = (1.0, 1.1, 1.2, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0, 50.0, 100.0)


def question(answer: Answer) -> Guess | None:
    """The width of one constant's interval; None where the runs leave it open altogether."""
    spread = answer.spread.intervals["B"]
    wide = spread.high / spread.low if spread.low > 0 else math.inf
    if not wide < 1e4:
        return None
    return Guess(
        text=f"**{len(answer.fit.runs)} runs, five constants.** The fit knows B, the factor of the "
        "data term, only within a range (95 %). How many times larger is the top of that range "
        "than the bottom?",
        answer=wide,
        options=SPREADS,
        explanation=f"B lies between {spread.low:,.0f} and {spread.high:,.0f}. The best size is "
        "known better than the constants that it is made of: compare.",
        say=times,
        factor=1.5,
    )


def numbers(answer: Answer) -> dict[str, tuple[str, str | None]]:
    """For the row of numbers: what was fitted, and what is known."""
    law, C, whose = answer.law, answer.controls.flops, whose_truth(answer)
    truths: list[str | None] = [None, None, None]
    if answer.known:
        truths[0] = f"{whose}: {answer.known['a']:.3f}"
    if law:
        best = allocation.best(law, C)
        truths[1:] = [
            f"{whose}: {format_count(best.params)}",
            f"{whose}: {format_number(best.tokens_per_param, 3)}",
        ]
    shown = {
        "Exponent a": exponent(answer),
        f"Best size at {format_scientific(C)} FLOPs": size(answer.best),
        "Tokens per parameter there": ratio(answer.ratio),
    }
    return dict(zip(shown, zip(shown.values(), truths, strict=True), strict=True))


def exponent(answer: Answer) -> str:
    """The exponent with its interval; a held one has none."""
    if answer.fit.options.equal_exponents:
        return f"{answer.fit.exponent_params:.3f}, as alpha = beta"
    return number(answer.spread.params.exponent)


def whose_truth(answer: Answer) -> str:
    """Who knows the truth."""
    return "the law's" if answer.law else "theory's"


def settings(controls: Controls, answer: Answer | None) -> str:
    """The runs that the figures are of."""
    if controls.data == "simulated":
        noise = f"with noise of {controls.noise} %" if controls.study.noise else "without noise"
        return f"{controls.formula}, {noise}"
    if controls.data == "recorded":
        return RegressionStudy().describe()
    if controls.data == "language":
        return f"{RECORDED_STUDIES['python'].describe()}; and sizes far off"
    return "Your runs, fitted just now" if answer else "Your runs: none yet"


def made(controls: Controls) -> str:
    """The origin of the runs, and the kind of fit."""
    fitted = (
        f"The fit is Huber's, of ln L, from {len(controls.options.starts):,} starts; intervals "
        "are 95 % bootstraps over runs."
    )
    if controls.own:
        return fitted
    origin = {"simulated": lambda: simulation(controls), "recorded": learnt, "language": trained}
    return f"{origin[controls.data]()} {fitted}"


def simulation(controls: Controls) -> str:
    """The making of simulated runs."""
    study = controls.study
    return (
        f"Runs at {study.budgets} budgets from {format_scientific(study.lowest)} to "
        f"{format_scientific(study.highest)} FLOPs; each loss is the law's times exp(sd g), g a "
        "standard normal draw. Spoiled runs are those of highest loss; they ended a ninth to a "
        "third higher still."
    )


def learnt() -> str:
    """The making of the recorded runs, and theory's exponents for them."""
    theory = RegressionStudy().theory
    return (
        "A student of size N learns the weights of the N strongest of endlessly many features. "
        f"Theory: alpha = {theory['alpha']:.3g}, beta = {theory['beta']:.3g}, so a = "
        f"{theory['a']:.3g}, and no floor. Runs of one seed share their samples, of which the "
        f"bootstrap knows nothing. Made by {recorded.read(regression_study.RECORDED).made}."
    )


def trained() -> str:
    """The making of the recorded language models."""
    return (
        "Loss in nats per character. With the study go runs of one seed far off its valleys. "
        f"Made by {recorded.read(charlm_study.RECORDED).made}."
    )


def three(controls: Controls) -> str:
    """The runs that the three approaches look at."""
    if controls.data == "simulated":
        return "The runs above; for approach 1 learning curves of the same law, none spoiled"
    return "The runs above; for approach 1 those of one size are linked to a curve"


def ratio(estimate: Estimate) -> str:
    """Like "18.4 [12.1, 30.2]"; nothing where the size is not determined."""
    if not estimate.high <= VAGUE**2 * estimate.low:
        return "not determined"
    parts = (format_number(x, 3) for x in (estimate.value, estimate.low, estimate.high))
    return "{} [{}, {}]".format(*parts)


def surface(form: Additive) -> str:
    """A fitted surface, in TeX."""
    return (
        f"$L = {format_number(form.E)} + {format_number(form.A)}/N^{{{form.alpha:.4f}}} + "
        f"{format_number(form.B)}/D^{{{form.beta:.4f}}}$"
    )


def finding(answer: Answer) -> str:
    """The fit, and whether the law lies within its intervals."""
    fit, at, C = answer.fit, answer.best, answer.controls.flops
    left = len(answer.runs) - len(fit.runs)
    out = f" ({left} of highest loss left out)" if left else ""
    text = f"{len(fit.runs)} runs{out} give {surface(fit.form)}."
    if fit.exact:
        text += " The fit is exact: what is left is rounding."
    if size(at) == "not determined":
        return f"{text} They do **not** determine the best size at {format_scientific(C)} FLOPs."
    text += f" At {format_scientific(C)} FLOPs it wants **{size(at)}** parameters"
    if answer.law is None:
        return text + "."
    truth = allocation.best(answer.law, C).params
    inside = "inside" if at.holds(truth) or fit.exact else "**outside**"
    wanted = f"the law behind these runs wants {format_count(truth)}"
    return f"{text}; {wanted}, {inside} the 95 % interval."


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
            "How many times less sharply the worst-determined combination of constants is "
            "known than the best. One would be ideal.",
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


def variants(answer: Answer, chosen: VariantControls) -> str:
    """The distance between the recipes, and the optimiser's report on its own."""
    rows = sorted(answer.advised(chosen)["recipes"].to_dict("records"), key=lambda r: r["ratio"])
    low, high = rows[0], rows[-1]
    plain = [each.success for each in answer.variants(chosen) if each.success is not None]
    optimiser = (
        f"Of L-BFGS's {len(plain)} answers scipy reports {sum(plain)} as a success: compare "
        "their objectives below."
        if plain
        else "L-BFGS frees all five constants, so it is left out here."
    )
    return (
        f"The same runs advise from **{format_number(low['ratio'], 3)}** tokens per parameter "
        f"({low['recipe']}) to **{format_number(high['ratio'], 3)}** ({high['recipe']}); the fit "
        f"above says {ratio(answer.ratio)}. {optimiser}"
    )


def recipes(answer: Answer, chosen: VariantControls) -> pd.DataFrame:
    """Each recipe with what it changes and what it costs."""
    rows = []
    for each in answer.variants(chosen):
        advice = answer.advice(each)
        times = each.objective / max(answer.fit.objective, TINY)
        judged = "none: the fit is exact" if answer.fit.exact else f"{times:.3f}"
        rows.append(
            {
                "Recipe": each.name,
                "What it does": each.why,
                "Tokens per parameter": format_number(advice, 3)
                if advice > 0
                else "no law comes of it",
                "Objective, times that of the fit above": judged if each.form else "",
            }
        )
    return pd.DataFrame(rows)


def published_advice() -> str:
    """The effect of the same mistakes on the published fit."""
    C = 5.76e23
    ours, full, rounded = (
        allocation.best(law.form, C).tokens_per_param
        for law in (published.REFIT, published.HOFFMANN_3_FULL, published.HOFFMANN_3)
    )
    return (
        f"It has happened. At {format_scientific(C)} FLOPs the refitted constants advise "
        f"{ours:.0f} tokens per parameter, those of the original fit, which probably stopped "
        f"early, {full:.0f}, and the same as printed, rounded, {rounded:.0f}."
    )


def approaches(answer: Answer) -> pd.DataFrame:
    """The three approaches side by side."""
    C = answer.controls.flops
    rows = []
    for name, result in answer.approaches.items():
        known = isinstance(result, OptimalScaling)
        rows.append(
            {
                "Approach": name,
                "Exponent a": number(result.exponent)
                if isinstance(result, OptimalScaling)
                else "none",
                f"Best size at {format_scientific(C)} FLOPs": size(result.at(C))
                if isinstance(result, OptimalScaling)
                else "none",
                "Why not": "" if known else result,
            }
        )
    frame = pd.DataFrame(rows)
    return frame if frame["Why not"].any() else frame.drop(columns="Why not")


def agreement(answer: Answer) -> str:
    """The agreement of the approaches that answer, with each other and with what is known."""
    trends = {
        name: result
        for name, result in answer.approaches.items()
        if isinstance(result, OptimalScaling)
    }
    if len(trends) < 2:
        return "Only one approach answers on these runs, so nothing checks it."
    C = answer.controls.flops
    sizes = [trend.at(C) for trend in trends.values()]
    overlap = max(e.low for e in sizes) <= min(e.high for e in sizes)
    spread = max(e.value for e in sizes) / min(e.value for e in sizes)
    overlapping = "their intervals overlap" if overlap else APART
    return (
        f"The {len(trends)} approaches that answer differ by a factor {format_number(spread, 3)} "
        f"in the best size at {format_scientific(C)} FLOPs; "
        f"{overlapping}.{_wrong(answer, trends)} They use the runs differently: an envelope only "
        "the lowest, parabolas only the neighbourhood of each bottom, a surface all of them, so "
        "it depends on a form that holds everywhere."
    )


def _wrong(answer: Answer, trends: dict[str, OptimalScaling]) -> str:
    if not answer.known:
        return ""
    a, whose = answer.known["a"], whose_truth(answer)
    ends = {name: trend.exponent for name, trend in trends.items()}
    out = [name for name, e in ends.items() if not e.holds(a)]
    if not out:
        return f" The interval of each holds {whose} exponent, {a:.3f}."
    return (
        f" {whose.capitalize()} exponent, {a:.3f}, lies outside the interval of "
        f"{', '.join(out)}: the form, or the interval, is wrong there."
    )


def example(points: Runs) -> str:
    """Runs as a file that the reader can fill with their own."""
    return points.frame[["params", "tokens", "loss"]].to_csv(index=False, float_format="%.6g")


def command(answer: Answer) -> str:
    """The command that fits the same runs in a terminal."""
    controls = answer.controls
    more = {"tied": " --tied", "floor": f" --floor {controls.floor}"}.get(controls.fitted, "")
    dropped = f" --drop-highest {controls.drop}" if controls.drop else ""
    return f"python -m toylab fit runs.csv{dropped}{more} --at {controls.at}"

"""The findings of "One surface for every run" in words."""

import pandas as pd

from toylab import allocation, laws, parametric, regression, runs
from toylab.points import Points
from toylab.power_law import Estimate
from toylab.quantities import count, power
from toylab.trend import Trend
from toylab.views.parametric import Answer, Chosen, View
from toylab.words.isoflop import number, size

FITTED = (
    "The fit is Huber's, of ln L, from 4,500 starts; intervals are 95 % bootstraps over runs."
)
RUNS = (
    "Runs at seven budgets from 1e18 to 1e21 FLOPs; each loss is the law's times exp(sd g), g "
    "a standard normal draw. Spoiled runs ended up to a third too high."
)
LEARNER = "SGD on linear regressions with a power-law spectrum; the loss is a squared error"
LEARNT = (
    "A student of size N learns the weights of the N strongest of endlessly many features. "
    "Theory: alpha = 1, beta = 2/3, so a = 0.4, and no floor. Runs of one seed share their "
    "samples, so intervals are somewhat too narrow."
)
WITHOUT_FIVE, WITH_FIVE = 17.92, 6.82  # tokens per parameter at 5.76e23 FLOPs; see `outliers`
APART = "**their intervals do not overlap**: at least one of them is wrong about these runs"


def numbers(answer: Answer) -> dict[str, tuple[str, str | None]]:
    """For the row of numbers: what was fitted, and what the law has where it is known."""
    law, C = answer.law, answer.asked.flops
    truths: list[str | None] = [None, None, None]
    if answer.exponent is not None:
        truths[0] = f"{'the law' if law else 'theory'}'s: {answer.exponent:.3f}"
    if law:
        best = allocation.best(law, C)
        truths[1:] = [
            f"the law's: {count(best.params)}",
            f"the law's: {best.tokens_per_param:.3g}",
        ]
    said = {
        "Exponent a": number(answer.spread.params.exponent),
        f"Best size at {power(C)} FLOPs": size(answer.best),
        "Tokens per parameter there": ratio(answer.ratio),
    }
    return dict(zip(said, zip(said.values(), truths, strict=True), strict=True))


def label(asked: View) -> tuple[str, str, str]:
    """Which kind the figures are, of what, and how made."""
    if asked.data == "simulated":
        return "simulated", f"{asked.formula}, with noise", f"{RUNS} {FITTED}"
    if asked.data == "recorded":
        made = runs.read(regression.RECORDED).made
        return "recorded", LEARNER, f"{LEARNT} Made by {made}. {FITTED}"
    return "recorded", "Your runs, fitted just now", FITTED


def three(asked: View) -> str:
    """What the three approaches look at."""
    if asked.data == "simulated":
        return "The runs above; for approach 1 learning curves of the same law, as many"
    return "The runs above; for approach 1 those of one size are linked to a curve"


def ratio(estimate: Estimate) -> str:
    """Like "18.4 [12.1, 30.2]"."""
    return f"{estimate.value:.3g} [{estimate.low:.3g}, {estimate.high:.3g}]"


def finding(answer: Answer) -> str:
    """The fit, and whether the law lies within its intervals."""
    fit, at = answer.fit, answer.best
    left = len(answer.every) - len(fit.points)
    said = (
        f"{len(fit.points)} runs ({left} of highest loss left out) give $L = {fit.form.E:.3f} "
        f"+ {fit.form.A:.4g}/N^{{{fit.form.alpha:.3f}}} + "
        f"{fit.form.B:.4g}/D^{{{fit.form.beta:.3f}}}$. At {power(answer.asked.flops)} FLOPs "
        f"it wants **{size(at)}** parameters."
    )
    if answer.law is None:
        return said
    truth = allocation.best(answer.law, answer.asked.flops).params
    inside = at.low <= truth <= at.high
    return (
        f"{said} The law behind these runs wants {count(truth)}, "
        f"{'inside' if inside else '**outside**'} the 95 % interval."
    )


def trust(answer: Answer) -> dict[str, str]:
    """For the row of numbers: what an optimiser does not say."""
    fit = answer.fit
    return {
        "Walks that end at the lowest place": f"{fit.agreeing} of {fit.walked}",
        "Gradient there, of the objective": f"{fit.gradient / max(fit.objective, 1e-300):.0e}",
        "Condition number": f"{fit.condition:.1e}",
    }


def constants(answer: Answer) -> pd.DataFrame:
    """Every constant with its interval, and the law's where it is known."""
    said = {}
    for name, estimate in answer.spread.intervals.items():
        said[name.replace("exponent_params", "a").replace("exponent_tokens", "b")] = estimate
    rows = {
        "Constant": list(said),
        "Fitted": [f"{e.value:.4g}" for e in said.values()],
        "95 % interval": [f"{e.low:.4g} to {e.high:.4g}" for e in said.values()],
    }
    if answer.law:
        rows["The law's"] = [f"{_of(answer, name):.4g}" for name in said]
    return pd.DataFrame(rows)


def _of(answer: Answer, name: str) -> float:
    law = answer.law
    assert law is not None
    both = law.alpha + law.beta
    return {"a": law.beta / both, "b": law.alpha / both}.get(name) or float(getattr(law, name))


def sloppy(answer: Answer) -> str:
    """What the runs determine and what they do not."""
    said = answer.spread.intervals
    near = float(pd.Series(answer.fit.points.flops).median())
    at = answer.spread.params.at(near)
    spans = {name: said[name].high / said[name].low for name in ("A", "B")}
    smallest = answer.fit.points.params.min(), answer.fit.points.tokens.min()
    sure = (
        f"Over the resamples **A spans a factor {spans['A']:.2g} and B a factor "
        f"{spans['B']:.2g}**, while the best size at {power(near)} FLOPs, among the runs, "
        f"stays within {100 * (at.low / at.value - 1):+.0f} % and "
        f"{100 * (at.high / at.value - 1):+.0f} %."
    ).replace("-", "\N{MINUS SIGN}")
    return (
        f"{sure} A is the size term at one parameter and B the data term at one token; the "
        f"runs begin at {count(smallest[0])} parameters and {count(smallest[1])} tokens. The "
        "longer that way, the more a little more alpha takes a lot more A. So quote constants "
        "together and with all their digits, and trust sizes more than constants."
    )


def walks(answer: Answer) -> str:
    """How the lowest place was found."""
    fit = answer.fit
    return (
        f"All {fit.starts:,} starts of the paper's grid were screened by their objective; the "
        f"{fit.walked} that begin lowest walked down, and {fit.agreeing} of them end within "
        f"{parametric.SAME:.2%} of the lowest objective, {fit.objective:.8f}. An optimiser's "
        "own word for success is not among these numbers: it is given nearly everywhere that "
        "one stops."
    )


def broken(answer: Answer, chosen: Chosen) -> str:
    """How far the recipes lie apart, and what the optimiser says of its own."""
    rows = sorted(answer.broken(chosen)["recipes"].to_dict("records"), key=lambda r: r["ratio"])
    low, high = rows[0], rows[-1]
    plain = [each.success for each in answer.breaks(chosen) if each.success is not None]
    return (
        f"The same runs advise from **{low['ratio']:.3g}** tokens per parameter "
        f"({low['recipe']}) to **{high['ratio']:.3g}** ({high['recipe']}); the right fit says "
        f"{ratio(answer.ratio)}. Of L-BFGS's {len(plain)} answers scipy reports {sum(plain)} "
        "as a success."
    )


def recipes(answer: Answer, chosen: Chosen) -> pd.DataFrame:
    """Each recipe with what it changes and what it costs."""
    table = answer.broken(chosen)["recipes"]
    return pd.DataFrame(
        {
            "Recipe": table["recipe"],
            "What it does": table["why"],
            "Tokens per parameter": table["ratio"].map("{:.3g}".format),
            "Objective, times the right one": table["objective"].map("{:.3f}".format),
        }
    )


def published() -> str:
    """What the same slips did to the published fit."""
    C = 5.76e23
    ours, full, rounded = (
        allocation.best(law.form, C).tokens_per_param
        for law in (laws.REFIT, laws.HOFFMANN_3_FULL, laws.HOFFMANN_3)
    )
    return (
        f"It has happened. At {power(C)} FLOPs the refitted constants advise {ours:.0f} tokens "
        f"per parameter, those of the original fit, which probably stopped early, {full:.0f}, "
        f"and the same as printed, rounded, {rounded:.0f}."
    )


def outliers() -> tuple[str, str]:
    """What five runs do to the fit of the published points, and how that was made."""
    said = (
        "And five of the 245 published points suffice: without the five highest losses they "
        f"advise {WITHOUT_FIVE:.0f} tokens per parameter, with them {WITH_FIVE:.0f}."
    )
    made = (
        "Our fits of the points read off Hoffmann's Figure 4 (see Where to find runs): python "
        "-m toylab fit svg_extracted_data.csv --at 5.76e23, with and without --drop-highest 5"
    )
    return said, made


def approaches(answer: Answer) -> pd.DataFrame:
    """The three approaches side by side."""
    C = answer.asked.flops
    rows = []
    for name, said in answer.approaches.items():
        known = isinstance(said, Trend)
        rows.append(
            {
                "Approach": name,
                "Exponent a": number(said.exponent) if isinstance(said, Trend) else "none",
                f"Best size at {power(C)} FLOPs": size(said.at(C))
                if isinstance(said, Trend)
                else "none",
                "Why not": "" if known else said,
            }
        )
    frame = pd.DataFrame(rows)
    return frame if frame["Why not"].any() else frame.drop(columns="Why not")


def agreement(answer: Answer) -> str:
    """Whether the approaches that answer agree."""
    found = [said for said in answer.approaches.values() if isinstance(said, Trend)]
    if len(found) < 2:
        return "Only one approach answers on these runs, so nothing checks it."
    sizes = [trend.at(answer.asked.flops) for trend in found]
    overlap = max(e.low for e in sizes) <= min(e.high for e in sizes)
    spread = max(e.value for e in sizes) / min(e.value for e in sizes)
    verdict = "their intervals overlap" if overlap else APART
    return (
        f"The {len(found)} approaches that answer differ by a factor {spread:.2f} in the best "
        f"size at {power(answer.asked.flops)} FLOPs; {verdict}. They use the runs differently: "
        "an envelope only the lowest, parabolas only the neighbourhood of each bottom, a "
        "surface all of them, and so it depends on a form that holds everywhere."
    )


def example(points: Points) -> str:
    """Runs as a file that the reader can fill with their own."""
    return points.frame[["params", "tokens", "loss"]].to_csv(index=False, float_format="%.6g")


def command(answer: Answer) -> str:
    """What fits the same runs in a terminal."""
    asked = answer.asked
    more = {"tied": " --tied", "floor": f" --floor {asked.floor:g}"}.get(asked.fitted, "")
    dropped = f" --drop-highest {asked.drop}" if asked.drop else ""
    return f"python -m toylab fit runs.csv{dropped}{more} --at {asked.at}"

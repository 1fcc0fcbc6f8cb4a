"""Sentences of "Your own Chinchilla"."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from toylab.experiments import charlm_repeats, corpus
from toylab.experiments.charlm import again
from toylab.experiments.charlm_study import CharlmStudy
from toylab.fits import isoflop
from toylab.fits.estimate import Estimate
from toylab.fits.forecast import Forecast, held
from toylab.fits.isoflop import Profiles
from toylab.fits.isoflop_budgets import Valley
from toylab.fits.optimal_scaling import OptimalScaling, difference
from toylab.live.result_source import ResultSource
from toylab.quantities import (
    format_change,
    format_count,
    format_fixed,
    format_number,
    format_scientific,
    format_share,
    plural,
)
from ui.concepts.charlm.live import Locked, NextBudget
from ui.concepts.charlm.results import NEAR, CharlmResults
from ui.concepts.shared.numbers import number, size

TWENTY = 20  # tokens per parameter, the rule of thumb from Hoffmann et al. 2022
COUNTED = (
    ":small[N, the parameters, counts the weights of matrix products, not embeddings and "
    "biases; C = 6 N D is the compute; the loss is in nats per {token}, over {exam}. Every run "
    "has a learning-rate decay of its own.]"
)
EXAMS = {
    "python": f"{corpus.EXAM:,} passages from files that no network was trained on",
    "synthetic": "all pairs of words, exactly",
}


def counted(study: CharlmStudy) -> str:
    """The definitions of N and C, and the exam that the loss is measured on."""
    return COUNTED.format(token=study.kind.token, exam=EXAMS[study.language])


def question(study: CharlmStudy) -> str:
    """The question that the reader's guess answers."""
    return f"Guess: best size at {format_scientific(study.highest)} FLOPs, parameters"


def progress(results: CharlmResults, networks: int) -> str:
    """The number of networks so far, and what the figure waits for."""
    trained = len(results.frame)
    fitted = [valley for valley in results.valleys if not valley.warning]
    text = f"{trained} of {networks} networks trained."
    if isinstance(results.profiles, str):
        needs = f"a line needs {isoflop.FEWEST_BUDGETS}"
        return f"{text} Valleys with a bottom: {len(fitted)}; {needs}."
    return f"{text} The line through {len(fitted)} bottoms: a = {_a(results)}."


def finding(results: CharlmResults) -> str:
    """The exponent of the runs, and how it compares with repeats."""
    lost = len(results.frame) - len(results.good)
    out = f" ({lost} diverged and are left out)" if lost else ""
    networks = f"{plural(len(results.frame), 'network')}{out}"
    if isinstance(results.profiles, str):
        return f"{networks}, and no line: {results.profiles}."
    growth = format_number(10**results.profiles.params.exponent.value, 2)
    return (
        f"For 10 times the compute these {networks} want a **{growth} times larger model**: "
        f"$N_{{opt}} \\sim C^a$ with **a = {_a(results)}**. {repeated(results)}"
    )


def repeated(results: CharlmResults) -> str:
    """The band of repeats, and whether this study is inside."""
    band, best = results.band, results.profiles
    if band is None or isinstance(best, str):
        return "The interval is a bootstrap over these residuals; other seeds may move it."
    a = best.params.exponent.value
    inside = band.exponent.holds(a)
    return (
        f"{band.repeats} repeats with other seeds gave {band.exponent.value:.3f} on average; one "
        f"more should give {band.exponent.low:.3f} to {band.exponent.high:.3f} (95 %), and "
        f"{'this one does' if inside else '**this one does not**'}.{_elsewhere(results)}"
    )


def _elsewhere(results: CharlmResults) -> str:
    if results.study.language != "python" or not corpus.ready() or charlm_repeats.same_text():
        return ""
    return " They learned another Python's library, so yours may differ for that."


def warnings(results: CharlmResults) -> list[str]:
    """The diagnostics of the line, for the page to print."""
    if isinstance(results.profiles, str) or results.hidden:
        return []
    return [f":material/warning: {text}" for text in results.profiles.warnings]


def coincidence(results: CharlmResults) -> str:
    """Tokens per parameter, and why their size means nothing; empty where there is no line."""
    ratios = results.ratios
    if not ratios:
        return ""
    low, high = f"{min(ratios):.0f}", f"{max(ratios):.0f}"
    ends = low if low == high else f"{low} to {high}"
    near = (
        f" That is near the {TWENTY} of Hoffmann et al. by **coincidence**: the number hangs "
        "on what a token is, on leaving embeddings out of N, and on this recipe."
        if min(ratios) >= TWENTY / 2 and max(ratios) <= 2 * TWENTY
        else " How many is a property of this language and recipe, not of language models."
    )
    return f"The bottoms have {ends} {results.language.token}s per parameter.{near}"


def numbers(results: CharlmResults) -> dict[str, tuple[str, str]]:
    """The key numbers, each with what to hold it against."""
    best = results.best
    if best is None or isinstance(results.profiles, str):
        return {}
    slopes, sizes = _against_what(results)
    loss = f"C^{format_fixed(results.profiles.loss.exponent.value, 3)}"
    return {
        "Exponent a": (_a(results), slopes),
        f"Best size at {format_scientific(results.flops)} FLOPs": (size(best), sizes),
        "Loss at the bottoms": (loss, "no floor taken off"),
    }


def _against_what(results: CharlmResults) -> tuple[str, str]:
    """The reader's guess, or the band of repeats, of the exponent and of the size."""
    guess, band = results.guess, results.band
    if guess:
        return f"your guess: {guess.slope}", f"your guess: {guess.best}"
    if not band:
        return "of N_opt ~ C^a", "parameters"
    low, high = format_count(band.params.low), format_count(band.params.high)
    slopes = f"{band.exponent.low:.2f} to {band.exponent.high:.2f}"
    return f"repeats: {slopes}", f"repeats: {low} to {high}"


def score(results: CharlmResults) -> str:
    """The reader's guess against the fit, kindly; empty where none was committed."""
    guess, best = results.guess, results.best
    if guess is None or guess.params is None or guess.exponent is None:
        return ""
    if best is None or isinstance(results.profiles, str):
        return "Your guess waits for a line to be held against."
    factor, a = guess.params / best.value, results.profiles.params.exponent
    off = max(factor, 1 / factor)
    inside = best.holds(guess.params)
    sized = (
        "inside the interval"
        if inside
        else f"{format_count(off)} times too {'large' if factor > 1 else 'small'}"
    )
    right = a.holds(guess.exponent)
    steeper = 0.0 if right else guess.exponent - a.value
    sloped = (
        "inside the interval"
        if right
        else f"{abs(steeper):.2g} too {'steep' if steeper > 0 else 'flat'}"
    )
    praise = _lesson(inside, steeper)
    return (
        f"**Your guess:** {guess.best} parameters at {format_scientific(results.flops)} FLOPs, "
        f"{sized}; exponent {guess.slope}, {sloped}. {praise}"
    )


def _lesson(sized: bool, steeper: float) -> str:
    """`steeper` is 0 where the guessed exponent is inside its interval."""
    if steeper > 0:
        return "A steeper line puts more of each budget into size than these runs want."
    if steeper < 0:
        return "A flatter line puts more of each budget into data than these runs want."
    return "Well guessed." if sized else "The slope is right; the height is harder."


def made(source: ResultSource, study: CharlmStudy) -> str:
    """The making of a study's runs: when and where, and what came twice."""
    text = source.made.rstrip(".")
    if study.language != "python" or not corpus.ready():
        return f"{text}."
    longest = max(study.specs(), key=lambda spec: spec.tokens)
    return (
        f"{text}. Passages are drawn with replacement: in the longest run "
        f"{format_share(again(longest))} of them come a second time."
    )


def headline(results: CharlmResults, fixed: bool) -> str:
    """The sentence above the figure; `fixed` says that the reader's guess is committed."""
    if results.hidden:
        return hidden(results, fixed)
    if results.live:
        return progress(results, results.study.networks)
    return finding(results)


def compared(results: CharlmResults) -> str:
    """The runs that the three approaches look at."""
    off = len(results.all_runs) - len(results.runs)
    more = f", and for the surface {off} more off the valley" if off else ""
    return f"The {len(results.runs)} runs above{more}"


def hidden(results: CharlmResults, fixed: bool) -> str:
    """The question, and what there is to see while the answer is not shown."""
    few = len({format_scientific(C, 2) for C in results.frame["flops"]})
    smaller = f"{plural(few, 'smaller budget')} can be seen" if few else "nor is anything smaller"
    then = "Committed: now press Run." if fixed else "Guess, commit, then press Run."
    return (
        f"**Which size will be best at {format_scientific(results.flops)} FLOPs?** Its valley of "
        f"losses is not shown yet; {smaller}. {then}"
    )


def label(source: ResultSource, hide: bool) -> str:
    """The settings behind the figure, and whether all of it is to be seen."""
    return source.about.describe() + (
        " \N{MIDDLE DOT} the largest budgets are hidden" if hide else ""
    )


def written(results: CharlmResults) -> list[tuple[str, str]]:
    """Title and text of the best and the worst network at the largest budget."""
    if results.written is None:
        return []
    names = ("The best", "The worst")
    return [
        (_wrote(name, run), run["text"]) for name, run in zip(names, results.written, strict=True)
    ]


def _wrote(name: str, run: Mapping[str, Any]) -> str:
    return (
        f"**{name} at {format_scientific(run['flops'], 2)} FLOPs:** {format_count(run['params'])} "
        f"parameters, loss {run['loss']:.2f}"
    )


def approaches(results: CharlmResults) -> pd.DataFrame:
    """The exponent and the best size by each approach, or why it has none."""
    C = results.flops
    rows = [
        (name, number(answer.exponent), size(answer.at(C)), "")
        if isinstance(answer, OptimalScaling)
        else (name, "none", "none", answer)
        for name, answer in results.approaches.items()
    ]
    frame = pd.DataFrame(
        rows,
        columns=["Approach", "Exponent a", f"Best size at {format_scientific(C)} FLOPs", "Why not"],
    )
    return frame if frame["Why not"].any() else frame.drop(columns="Why not")


def agreement(results: CharlmResults) -> str:
    """The surface against the profiles, over all runs and near the valley."""
    _, profiles, whole, near = results.approaches.values()
    if isinstance(profiles, str):
        return "Without a line through bottoms there is nothing to compare with."
    parts = {
        f"all {len(results.all_runs)} runs": whole,
        f"the runs within a factor {NEAR:g} of the valleys": near,
    }
    text = "; ".join(_against(where, trend, profiles) for where, trend in parts.items())
    why = _why(whole, near, profiles)
    return f"One surface, E + A/N^alpha + B/D^beta, through {text}. {why}"


def _why(whole: OptimalScaling | str, near: OptimalScaling | str, profiles: OptimalScaling) -> str:
    if isinstance(whole, str) or isinstance(near, str):
        return ""
    if _differs(near, profiles):
        return (
            "An assumption fails: parabolas that bend alike, a straight line through their "
            "bottoms, or one form for the whole plane."
        )
    if not _differs(whole, profiles):
        return "These runs do not tell them apart; more of them, on and off the valleys, might."
    vague = _width(near) > _width(whole)
    return (
        "Without the runs far from the valleys the two are no longer at odds"
        f"{', though fewer runs also tell less' if vague else ''}."
    )


def _width(trend: OptimalScaling) -> float:
    return trend.exponent.high - trend.exponent.low


def _differs(first: OptimalScaling, second: OptimalScaling) -> bool:
    return not difference(first, second).holds(0)


def _against(where: str, surface: OptimalScaling | str, profiles: OptimalScaling) -> str:
    if isinstance(surface, str):
        return f"{where} says nothing ({surface})"
    off = difference(surface, profiles)
    relation = "**disagrees** with" if _differs(surface, profiles) else "cannot be told from"
    return (
        f"{where} {relation} the profiles: {number(surface.exponent)} against "
        f"{number(profiles.exponent)}, a difference of {number(off)}"
    )


def prediction(forecast: Forecast, unit: str) -> str:
    """A forecast, before it is run."""
    return (
        f"At **{format_scientific(forecast.flops)} FLOPs** the lines say: best size "
        f"**{size(forecast.params)}**, loss **{number(forecast.loss)}** {unit}. Both are straight "
        "lines on log-log axes; for the loss that means no floor. Intervals are those of the "
        "lines. Lock it in, and the runs will tell."
    )


def outcome(result: NextBudget) -> str:
    """The forecast, and what its runs say so far."""
    if result.live:
        return f"{locked(result.locked)} {len(result.frame)} networks trained."
    try:
        return score_forecast(result.locked.forecast, result.measured)
    except ValueError as refusal:
        return f"{locked(result.locked)} No verdict: {refusal}."


def score_forecast(forecast: Forecast, valley: Valley) -> str:
    """The forecast against the valley that was trained since."""
    params, loss = forecast.params, forecast.loss
    vague = size(params) == "not determined"
    sizes = "the forecast says nothing" if vague else _held(held(params, valley.params))
    losses = held(loss, valley.bottom)
    parts = (
        f"Best size: forecast {size(params)}, measured {size(valley.params)}, {sizes}.",
        f"Loss: forecast {number(loss)}, measured {number(valley.bottom)}, {_held(losses)}.",
        _bend(losses),
        "Each difference is weighed with both scatters; one seed a size has more.",
    )
    return " ".join(filter(None, parts))


def _held(off: Estimate) -> str:
    inside = off.holds(1)
    return f"off by {format_change(off.value)}, **{'held' if inside else 'missed'}**"


def _bend(off: Estimate) -> str:
    if off.low > 1:
        return "A loss above the line is what a floor would do: the fall slows down."
    if off.high < 1:
        return "A loss below the line: the fall gets steeper here."
    return ""


def locked(locked: Locked) -> str:
    """A forecast that can no longer be changed."""
    forecast = locked.forecast
    return (
        f"Locked before the run: best size {size(forecast.params)}, loss "
        f"{number(forecast.loss)} at {format_scientific(forecast.flops)} FLOPs."
    )


FITTING = "Fitting surfaces, and their resamples ..."
CLOSED = "This opens when the answer is no longer hidden and the runs have ended."
BUSY = "The forecast of another study is being trained; stop it here, or wait for its end."
FALLBACK = (
    "This Python carries no source of its standard library to learn from, so the networks "
    "learn the synthetic language instead."
)


def file_name(study: CharlmStudy) -> str:
    """The name of a file of a study's runs, without its ending."""
    return f"lm_{(study.preset or 'custom').replace('-', '_')}_{study.seed}"


def _a(results: CharlmResults) -> str:
    assert isinstance(results.profiles, Profiles)
    return number(results.profiles.params.exponent)

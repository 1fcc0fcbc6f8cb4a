"""Sentences of "Your own Chinchilla": what is asked, what the runs say, how they were made."""

from collections.abc import Mapping
from typing import Any

from toylab.experiments import charlm_repeats, corpus
from toylab.experiments.charlm import again
from toylab.experiments.charlm_study import CharlmStudy
from toylab.fits import isoflop
from toylab.live.result_source import ResultSource
from toylab.quantities import (
    format_count,
    format_fixed,
    format_scientific,
    format_share,
)
from toylab.teaching.guesses import UNSET, Guess, times
from ui.concepts.charlm.results import CharlmResults, by_network
from ui.concepts.charlm.view import FACTORS, SIZES
from ui.concepts.shared.numbers import factor, number, tenfold, vague

TWENTY = 20  # tokens per parameter, the rule of thumb from Hoffmann et al. 2022
COUNTED = (
    "N, the parameters, counts the weights of matrix products, not embeddings and biases; "
    "{compute}; the loss is in nats per {token}, measured on {exam}. Every run "
    "has a learning-rate decay of its own."
)
READ = (
    f"C = (6 N + 6 T d) D is the compute, where the second term is the attention of a width d "
    f"over T = {corpus.WINDOW} characters"
)
EXAMS = {
    "python": f"{corpus.EXAM:,} passages from files that no network was trained on",
    "synthetic": "all pairs of words, exactly",
}
GROWS = "With 10 times the compute, how many times larger is the best model?"
CLOSE = 1.6  # the factor within which a guessed size is close
UNTRAINED = "No smaller budget was trained before"
CLOSED = "Guess first, or press *Just show it*. This opens when the runs have ended."
FALLBACK = (
    "This Python carries no source of its standard library to learn from, so the networks "
    "learn the synthetic language instead."
)


def counted(study: CharlmStudy) -> str:
    """The definitions of N and C, and the exam that the loss is measured on."""
    compute = READ if study.recipe.attention else "C = 6 N D is the compute"
    return COUNTED.format(compute=compute, token=study.kind.token, exam=EXAMS[study.language])


def questions(results: CharlmResults) -> tuple[Guess, Guess]:
    """The best size at the largest budget, and its growth: answered once runs have a line."""
    best, fit = (None, "") if results.live else (results.best, results.profiles)
    about = (results.study.language, results.study.net, results.flops)
    growth = None
    if not isinstance(fit, str):
        growth = tenfold(fit.params.exponent).value
    question = f"Which size is best at **{format_scientific(results.flops)} FLOPs**?"
    size = best.value if best else None
    return (
        Guess(question, size, SIZES, say=parameters, factor=CLOSE, study=about),
        Guess(GROWS, growth, FACTORS, say=times, study=about),
    )


def parameters(size: float) -> str:
    """A size: 80k parameters."""
    return f"{format_count(size)} parameters"


def headline(results: CharlmResults) -> str:
    """The sentence that says what the figure shows."""
    if results.hidden:
        return hidden(results)
    return progress(results) if results.live else finding(results)


def hidden(results: CharlmResults) -> str:
    """The sentence below the figure while the answer is not shown."""
    largest = format_scientific(results.flops)
    few = len({format_scientific(C, 2) for C in results.frame["flops"]})
    if not few:
        return f"{UNTRAINED}: the valley at **{largest} FLOPs** will be the first."
    seen = "This smaller budget was" if few == 1 else f"These {few} smaller budgets were"
    return f"{seen} trained before. Where is the bottom at **{largest} FLOPs**?"


def progress(results: CharlmResults) -> str:
    """The finding of the runs that have ended so far, or what the figure waits for."""
    fit, fitted = results.profiles, [one for one in results.valleys if not one.warning]
    if isinstance(fit, str):
        return (
            f"Valleys with a bottom so far: {len(fitted)}. A line needs {isoflop.FEWEST_BUDGETS}."
        )
    growth = tenfold(fit.params.exponent).value
    return (
        f"So far, from {len(fitted)} valleys: a **{factor(growth)} times larger model** for 10 "
        "times the compute."
    )


def finding(results: CharlmResults) -> str:
    """The growth of the best size, and how it compares with repeats."""
    lost = len(results.frame) - len(results.good)
    out = f" ({lost} diverged and are left out)" if lost else ""
    networks = f"{many(len(results.frame), 'network')}{out}"
    if isinstance(results.profiles, str):
        return f"{networks}, and no line: {results.profiles}."
    growth = tenfold(results.profiles.params.exponent)
    return " ".join(filter(None, (
        f"For 10 times the compute these {networks} want a **{factor(growth.value)} times larger "
        f"model** (95 %: {growth.between(factor)}).",
        agreeing(results),
    )))  # fmt: skip


def agreeing(results: CharlmResults) -> str:
    """A sentence on repeats of the study: whether they agree; empty where there are none."""
    band, alike = results.band, results.alike
    if band is None or alike is None:
        return ""
    if band.exponent.holds(alike.value):
        return f"{band.repeats} repeats gave much the same."
    spread = tenfold(band.exponent).between(factor)
    return f"{band.repeats} repeats say **otherwise**: {spread} times."


def many(number: int, what: str) -> str:
    """Like 1 network, 63 networks."""
    return f"{number} {what}{'s' * (number != 1)}"


def numbers(results: CharlmResults) -> dict[str, str]:
    """The key numbers; question marks where they are hidden or not known yet."""
    fit, best = results.profiles, results.best
    at = f"best size at {format_scientific(results.flops)} FLOPs"
    if results.hidden or best is None or isinstance(fit, str):
        return dict.fromkeys((at, "its 95 % range", "exponent a"), UNSET)
    known = not vague(best)
    return {
        at: format_count(best.value) if known else "not determined",
        "its 95 % range": best.between(format_count) if known else "none",
        "exponent a": format_fixed(fit.params.exponent.value, 3),
    }


def details(results: CharlmResults) -> list[str]:
    """Sentences behind "Why?": the exponents, their repeats, tokens per parameter."""
    if results.hidden or results.live or isinstance(results.profiles, str):
        return [counted(results.study)]
    compared = [networks()] if results.study.language == "python" else []
    return [exponents(results), coincidence(results), *compared, counted(results.study)]


def exponents(results: CharlmResults) -> str:
    """The exponents of the best size and of the loss, and the band of repeats."""
    fit, band = results.profiles, results.band
    assert not isinstance(fit, str)
    a = fit.params.exponent
    sentence = (
        f"The best size grows as C^a with a = {three(a.value)} (95 %: {a.between(three)}); the "
        f"loss at the bottoms falls as C^{three(fit.loss.exponent.value)}, no floor taken off."
    )
    if band is None:
        return f"{sentence} The range is a bootstrap over these residuals; other seeds may move it."
    return (
        f"{sentence} {_same(results)}{band.repeats} repeats with other seeds gave a = "
        f"{three(band.exponent.value)} on average; one more should give "
        f"{band.exponent.between(three)} (95 %)."
        f"{_elsewhere(results)}"
    )


def _same(results: CharlmResults) -> str:
    if not (alike := results.alike):
        return ""
    return f"With one curvature for all valleys a = {three(alike.value)}; so fitted, "


def three(value: float) -> str:
    """A number to three decimals."""
    return format_fixed(value, 3)


def _elsewhere(results: CharlmResults) -> str:
    if results.study.language != "python" or not corpus.ready() or charlm_repeats.same_text():
        return ""
    return " They learned another Python's library, so yours may differ for that."


def coincidence(results: CharlmResults) -> str:
    """Tokens per parameter at the bottoms of a line, and why their number means nothing."""
    ratios = results.ratios
    low, high = f"{min(ratios):.0f}", f"{max(ratios):.0f}"
    ends = low if low == high else f"{low} to {high}"
    near = (
        f" That is near the {TWENTY} of Hoffmann et al. by **coincidence**: the number hangs "
        "on what a token is, on leaving embeddings out of N, and on this recipe."
        if min(ratios) >= TWENTY / 2 and max(ratios) <= 2 * TWENTY
        else " How many is a property of this language and recipe, not of language models."
    )
    return f"The bottoms have {ends} {results.language.token}s per parameter.{near}"


def networks() -> str:
    """The exponent and the tokens per parameter of each network on the same text and budgets."""
    results = by_network()
    plan = results["ngram"].study
    told = "; ".join(
        f"{_named(result.study)} a = {number(result.line.params.exponent)} and "
        f"{' to '.join(f'{result.ratios[k]:.0f}' for k in (0, -1))}"
        for result in results.values()
    )
    return (
        "Both numbers are a property of network and recipe. Recorded with the same text, exam and "
        f"budgets ({format_scientific(plan.lowest)} to {format_scientific(plan.highest)} FLOPs), "
        f"with characters per parameter at the first and the last bottom: {told}."
    )


def _named(study: CharlmStudy) -> str:
    return study.recipe.title + ("" if study.scaled else " with one learning rate for all widths")


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


def label(shown: CharlmStudy | None) -> str:
    """The settings of the runs that the figure shows."""
    return shown.describe() if shown else f"{UNTRAINED}."


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


def file_name(study: CharlmStudy) -> str:
    """The name of a file of a study's runs, without its ending."""
    net = "" if study.net == "ngram" else f"{study.net}_"
    return f"lm_{net}{(study.preset or 'custom').replace('-', '_')}_{study.seed}"

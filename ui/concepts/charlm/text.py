"""The findings of "Your own Chinchilla" in words."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from toylab.experiments import charlm_repeats, corpus, synthetic
from toylab.experiments.charlm import again
from toylab.experiments.charlm_study import CharlmStudy
from toylab.fits import isoflop
from toylab.fits.estimate import Estimate
from toylab.fits.forecast import Forecast, held
from toylab.fits.isoflop import Profiles
from toylab.fits.isoflop_budgets import Valley
from toylab.fits.optimal_scaling import OptimalScaling, difference
from toylab.live.result_source import ResultSource
from toylab.quantities import format_change, format_count, format_scientific, format_share
from ui.concepts.charlm.view import NEAR, Findings, Locked, Next, Setup
from ui.concepts.shared.numbers import number, size

TWENTY = 20  # tokens per parameter, the rule of thumb from Hoffmann et al. 2022
COUNTED = (
    ":small[N, the parameters, counts the weights of matrix products, not embeddings and "
    "biases; C = 6 N D is the compute; the loss is in nats per {token}, over {exam}. Every run "
    "has a learning-rate decay of its own.]"
)
EXAMS = {
    "python": f"{corpus.EXAM:,} passages of files that none has seen",
    "synthetic": "all pairs of words, exactly",
}


EXPERIMENTS = (
    (
        "**Other seeds.** The same study with other networks on other passages: how far does "
        "the exponent move? Hold that against its interval.",
        Setup(seed=100, about="next"),
    ),
    (
        "**Is the valley the networks', or the recipe's?** Three tenths of the learning rate "
        "for every size: all losses rise. Does the bottom move?",
        Setup(rate="0.3", about="next"),
    ),
    (
        "**Far off the valleys.** Sizes up to a factor 12 off, one seed each. Do the residuals "
        "of one surface through all of them still pass for noise?",
        Setup(width="12", seeds=1, about="approaches"),
    ),
    (
        "**A learning rate that is far too high.** A hundred times the usual: what do the "
        "valleys look like, and does the page still draw a line?",
        Setup(span=("1e9", "1e10"), rate="100", seeds=1, about="next"),
    ),
)


def counted(plan: CharlmStudy) -> str:
    """What is counted, and how the loss is measured."""
    return COUNTED.format(token=plan.kind.token, exam=EXAMS[plan.language])


def where(plan: CharlmStudy) -> str:
    """What is to be guessed."""
    return f"Guess: best size at {format_scientific(plan.highest)} FLOPs, parameters"


def progress(found: Findings, asked: int) -> str:
    """How many networks there are, and what the figure waits for."""
    trained = len(found.frame)
    fitted = [valley for valley in found.valleys if not valley.warning]
    said = f"{trained} of {asked} networks trained."
    if isinstance(found.profiles, str):
        needs = f"a line needs {isoflop.FEWEST_BUDGETS}"
        return f"{said} Valleys with a bottom: {len(fitted)}; {needs}."
    return f"{said} The line through {len(fitted)} bottoms: a = {_a(found)}."


def finding(found: Findings) -> str:
    """What the runs say, and how it compares with repeats."""
    lost = len(found.frame) - len(found.good)
    out = f" ({lost} diverged and are left out)" if lost else ""
    networks = f"{_many(len(found.frame), 'network')}{out}"
    if isinstance(found.profiles, str):
        return f"{networks}, and no line: {found.profiles}."
    return f"{networks} say $N_{{opt}} \\sim C^a$ with **a = {_a(found)}**. {repeated(found)}"


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def repeated(found: Findings) -> str:
    """Where repeats came out, and whether this study is among them."""
    band, best = found.band, found.profiles
    if band is None or isinstance(best, str):
        return "The interval is a bootstrap over these residuals; other seeds may move it."
    a = best.params.exponent.value
    inside = band.exponent.holds(a)
    return (
        f"After {band.repeats} repeats with other seeds, {band.exponent.value:.3f} on "
        f"average, one more should lie between {band.exponent.low:.3f} and "
        f"{band.exponent.high:.3f} (95 %): "
        f"{'this one does' if inside else '**this one does not**'}.{_elsewhere(found)}"
    )


def _elsewhere(found: Findings) -> str:
    if found.plan.language != "python" or not corpus.ready() or charlm_repeats.same_text():
        return ""
    return " They learned another Python's library, so yours may differ for that."


def warnings(found: Findings) -> list[str]:
    """What speaks against the line, for the page to print."""
    if isinstance(found.profiles, str) or found.hidden:
        return []
    return [f":material/warning: {said}" for said in found.profiles.warnings]


def coincidence(found: Findings) -> str:
    """Tokens per parameter, and why their size means nothing; empty where there is no line."""
    ratios = found.ratios
    if not ratios:
        return ""
    low, high = f"{min(ratios):.0f}", f"{max(ratios):.0f}"
    said = low if low == high else f"{low} to {high}"
    near = (
        f" That is near the {TWENTY} of Hoffmann et al. by **coincidence**: the number hangs "
        "on what a token is, on leaving embeddings out of N, and on this recipe."
        if min(ratios) >= TWENTY / 2 and max(ratios) <= 2 * TWENTY
        else " How many is a property of this language and recipe, not of language models."
    )
    return f"The bottoms have {said} {found.kind.token}s per parameter.{near}"


def numbers(found: Findings) -> dict[str, tuple[str, str]]:
    """The key numbers, each with what to hold it against."""
    best = found.best
    if best is None or isinstance(found.profiles, str):
        return {}
    slopes, sizes = _against_what(found)
    loss = f"C^{found.profiles.loss.exponent.value:.3f}".replace("-", "\N{MINUS SIGN}")
    return {
        "Exponent a": (_a(found), slopes),
        f"Best size at {format_scientific(found.flops)} FLOPs": (size(best), sizes),
        "Loss at the bottoms": (loss, "no floor taken off"),
    }


def _against_what(found: Findings) -> tuple[str, str]:
    """The reader's guess, or the band of repeats, of the exponent and of the size."""
    guess, band = found.guess, found.band
    if guess:
        return f"your guess: {guess.slope:g}", f"your guess: {guess.best}"
    if not band:
        return "of N_opt ~ C^a", "parameters"
    low, high = format_count(band.params.low), format_count(band.params.high)
    slopes = f"{band.exponent.low:.2f} to {band.exponent.high:.2f}"
    return f"repeats: {slopes}", f"repeats: {low} to {high}"


def score(found: Findings) -> str:
    """How good the reader's guess was, kindly; empty where none was committed."""
    guess, best = found.guess, found.best
    if guess is None:
        return ""
    if best is None or isinstance(found.profiles, str):
        return "Your guess waits for a line to be held against."
    factor, a = guess.params / best.value, found.profiles.params.exponent
    off = max(factor, 1 / factor)
    inside = best.holds(guess.params)
    sized = (
        "inside the interval"
        if inside
        else f"{format_count(off)} times too {'large' if factor > 1 else 'small'}"
    )
    right = a.holds(guess.slope)
    steeper = 0.0 if right else guess.slope - a.value
    sloped = (
        "inside the interval"
        if right
        else f"{abs(steeper):.2g} too {'steep' if steeper > 0 else 'flat'}"
    )
    praise = _lesson(inside, steeper)
    return (
        f"**Your guess:** {guess.best} parameters at {format_scientific(found.flops)} FLOPs, "
        f"{sized}; exponent {guess.slope:g}, {sloped}. {praise}"
    )


def _lesson(sized: bool, steeper: float) -> str:
    """`steeper` is 0 where the guessed exponent is inside its interval."""
    if steeper > 0:
        return "A steeper line puts more of each budget into size than these runs want."
    if steeper < 0:
        return "A flatter line puts more of each budget into data than these runs want."
    return "Well guessed." if sized else "The slope is right; the height is harder."


def made(shown: ResultSource, plan: CharlmStudy) -> str:
    """How a plan's runs were made."""
    told = shown.made.rstrip(".")
    if plan.language != "python" or not corpus.ready():
        return f"{told}."
    longest = max(plan.specs(), key=lambda spec: spec.tokens)
    return (
        f"{told}. Passages are drawn with replacement: in the longest run "
        f"{format_share(again(longest))} of them come a second time."
    )


def text(plan: CharlmStudy) -> str:
    """What there is to learn from."""
    if plan.language == "synthetic":
        return f"{synthetic.WORDS} words; the next one hangs on the one before."
    return f"{corpus.load().sentence}." if corpus.ready() else ""


def said(found: Findings, fixed: bool) -> str:
    """What stands above the figure; `fixed` says that the reader's guess is committed."""
    if found.hidden:
        return hidden(found, fixed)
    if found.live:
        return progress(found, found.plan.networks)
    return finding(found)


def compared(found: Findings) -> str:
    """What the three approaches look at."""
    off = len(found.every) - len(found.points)
    more = f", and for the surface {off} more off the valley" if off else ""
    return f"The {len(found.points)} runs above{more}"


def hidden(found: Findings, fixed: bool) -> str:
    """What there is to see while the answer is not shown."""
    few = len({format_scientific(C, 2) for C in found.frame["flops"]})
    smaller = f"{_many(few, 'smaller budget')} can be seen" if few else "nor is anything smaller"
    then = "Committed: now press Run." if fixed else "Set your guess, then commit or run."
    return (
        f"**Which size will be best at {format_scientific(found.flops)} FLOPs?** Its valley of losses is "
        f"not shown yet; {smaller}. {then}"
    )


def label(shown: ResultSource, hide: bool) -> str:
    """The settings behind the figure, and whether all of it is to be seen."""
    return shown.about.describe() + (
        " \N{MIDDLE DOT} the largest budgets are hidden" if hide else ""
    )


def written(found: Findings) -> list[tuple[str, str]]:
    """Title and text of the best and the worst network at the largest budget."""
    if found.written is None:
        return []
    names = ("The best", "The worst")
    return [
        (_wrote(name, run), run["text"]) for name, run in zip(names, found.written, strict=True)
    ]


def _wrote(name: str, run: Mapping[str, Any]) -> str:
    return (
        f"**{name} at {format_scientific(run['flops'], 2)} FLOPs:** {format_count(run['params'])} parameters, "
        f"loss {run['loss']:.2f}"
    )


def approaches(found: Findings) -> pd.DataFrame:
    """What each approach says, or why it says nothing."""
    C = found.flops
    rows = [
        (name, number(said.exponent), size(said.at(C)), "")
        if isinstance(said, OptimalScaling)
        else (name, "none", "none", said)
        for name, said in found.approaches.items()
    ]
    frame = pd.DataFrame(
        rows,
        columns=["Approach", "Exponent a", f"Best size at {format_scientific(C)} FLOPs", "Why not"],
    )
    return frame if frame["Why not"].any() else frame.drop(columns="Why not")


def agreement(found: Findings) -> str:
    """Whether the surface agrees with the profiles, over all runs and near the valley."""
    _, profiles, whole, close = found.approaches.values()
    if isinstance(profiles, str):
        return "Without a line through bottoms there is nothing to compare with."
    parts = {
        f"all {len(found.every)} runs": whole,
        f"the runs within a factor {NEAR:g} of the valleys": close,
    }
    said = "; ".join(_against(where, trend, profiles) for where, trend in parts.items())
    why = _why(whole, close, profiles)
    return f"One surface, E + A/N^alpha + B/D^beta, through {said}. {why}"


def _why(whole: OptimalScaling | str, close: OptimalScaling | str, profiles: OptimalScaling) -> str:
    if isinstance(whole, str) or isinstance(close, str):
        return ""
    if _differs(close, profiles):
        return (
            "An assumption fails: parabolas that bend alike, a straight line through their "
            "bottoms, or one form for the whole plane."
        )
    if not _differs(whole, profiles):
        return "These runs do not tell them apart; more of them, on and off the valleys, might."
    vague = _width(close) > _width(whole)
    return (
        "Without the runs far from the valleys the two are no longer at odds"
        f"{', though fewer runs also tell less' if vague else ''}."
    )


def _width(trend: OptimalScaling) -> float:
    return trend.exponent.high - trend.exponent.low


def _differs(one: OptimalScaling, other: OptimalScaling) -> bool:
    off = difference(one, other)
    return not off.holds(0)


def _against(where: str, said: OptimalScaling | str, profiles: OptimalScaling) -> str:
    if isinstance(said, str):
        return f"{where} says nothing ({said})"
    off = difference(said, profiles)
    verdict = "**disagrees** with" if _differs(said, profiles) else "cannot be told from"
    return (
        f"{where} {verdict} the profiles: {number(said.exponent)} against "
        f"{number(profiles.exponent)}, a difference of {number(off)}"
    ).replace("-", "\N{MINUS SIGN}")


def prediction(said: Forecast, unit: str) -> str:
    """A forecast, before it is run."""
    return (
        f"At **{format_scientific(said.flops)} FLOPs** the lines say: best size **{size(said.params)}**, "
        f"loss **{number(said.loss)}** {unit}. Both are straight lines on "
        "log-log axes; for the loss that means no floor. Intervals are those of the lines. "
        "Lock it in, and the runs will tell."
    )


def outcome(one: Next) -> str:
    """The forecast, and what its runs say so far."""
    if one.live:
        return f"{locked(one.locked)} {len(one.frame)} networks trained."
    try:
        return verdict(one.locked.said, one.measured)
    except ValueError as refusal:
        return f"{locked(one.locked)} No verdict: {refusal}."


def verdict(said: Forecast, found: Valley) -> str:
    """The forecast against what was trained since."""
    vague = size(said.params) == "not determined"
    sizes = "the forecast says nothing" if vague else _held(held(said.params, found.params))
    losses = held(said.loss, found.bottom)
    parts = (
        f"Best size: forecast {size(said.params)}, measured {size(found.params)}, {sizes}.",
        f"Loss: forecast {number(said.loss)}, measured {number(found.bottom)}, {_held(losses)}.",
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


def locked(one: Locked) -> str:
    """A forecast that can no longer be changed."""
    return (
        f"Locked before the run: best size {size(one.said.params)}, loss "
        f"{number(one.said.loss)} at {format_scientific(one.said.flops)} FLOPs."
    )


BUSY = "The forecast of another study is being trained; stop it here, or wait for its end."
FALLBACK = (
    "This Python carries no source of its standard library to learn from, so the networks "
    "learn the synthetic language instead."
)


def name(plan: CharlmStudy) -> str:
    """For a file."""
    return f"lm_{(plan.preset or 'custom').replace('-', '_')}_{plan.seed}"


def _a(found: Findings) -> str:
    assert isinstance(found.profiles, Profiles)
    return number(found.profiles.params.exponent)

"""Sentences of the page on emergence; every number in them is computed."""

import math
from typing import Any

import pandas as pd

from toylab.experiments.task_results import WORST, CopyResults, Threshold
from toylab.experiments.tasks import EXAM
from toylab.fits.plateau import NEAR, Plateau
from toylab.live.result_source import ResultSource
from toylab.quantities import format_number, format_share
from toylab.teaching.guesses import UNSET, Guess, percentage, percents
from ui.concepts.emergence import view
from ui.concepts.emergence.view import LONG, SHORT, SYMBOLS

ALT = {  # constant: a chart whose text changes is drawn anew; the sentence below it changes
    "shares": "The share of symbols that are right, and of k symbols in a row that all are, "
    "against the number of parameters on a log axis: a dot a network, a line through the means.",
    "losses": "Cross-entropy of the same networks against the number of parameters, with a line "
    "at the cross-entropy of pure chance.",
    "powers": "The share of k symbols in a row that are all right against the share of single "
    "symbols that are right, a dot a network, over the curve p to the power k.",
    "three": "Networks on three tasks on log axes: what is all right against what independent "
    "errors would make it. Copying lies near the diagonal, addition below it, text above it.",
}
OPEN = (
    "Each small dot is one network, one seed: the share of single symbols that it copies right. "
    "A large dot is their mean."
)
MADE = f"The same exam for all networks: {EXAM:,} questions that none of them learned from."
JENSEN = 0.03  # of the rows: a gap that is worth a word


def question(results: CopyResults, symbols: int) -> Guess | None:
    """The exact match of one network whose accuracy is told."""
    one = None if results.live else view.network(results, symbols)
    if one is None:
        return None
    return Guess(
        text=f"{_one_of(results, int(one['params']))} copies "
        f"{format_share(one['accuracy'])} of the symbols right. How many of its rows of "
        f"{symbols} are right throughout?",
        answer=100 * float(one["exact"]),
        options=percents(1, 99),
        explanation=f"If errors come independently, {one['accuracy']:.3f}^{symbols} = "
        f"{format_share(one['expected'])} of the rows are right. It has "
        f"{format_share(one['exact'])}: the same, to within the error of the exam.",
        say=percentage,
        points=5.0,
    )


def headline(results: CopyResults, symbols: int) -> str:
    """The finding of the figure, in one sentence or two."""
    if results.trained.empty:
        return "The networks are on their way, the smallest first."
    if results.live:
        return f"{len(results.trained)} of {_networks(results)} networks are trained."
    one = results.threshold(1)
    if not math.isfinite(one.median):
        return f"Hardly a network has learned to copy{_instead(results)}.{_lost(results)}"
    if symbols == 1:
        return (
            f"Half of the single symbols are right first at N = {one.median:,.0f}. Move k to ask "
            f"for more in a row.{_lost(results)}"
        )
    apart = _apart(results, symbols)
    mean = " on average" if results.study.seeds > 1 else ""
    return (
        f"At N = {apart['params']:,}, {format_share(apart['accuracy'])} of the single symbols are "
        f"right{mean}, but only {format_share(apart['exact'])} of the rows of {symbols}: the same "
        f"networks, another exam.{_phase(results)}{_lost(results)}"
    )


def _instead(results: CopyResults) -> str:
    """Advice where nothing was learned."""
    rate = results.study.rate
    if rate == 1:
        return ": train longer, or try larger ones"
    return f" at {rate:,g} times the usual learning rate: go back to the usual one"


def _lost(results: CopyResults) -> str:
    """The number of networks that diverged: the figure of the loss has no place for them."""
    if not results.lost:
        return ""
    return f" {results.lost} of {len(results.trained)} diverged (loss above {WORST:g}, or none)."


def _one_of(results: CopyResults, params: int) -> str:
    """A network among those of its size, whose mean stands beside the figure."""
    alike = int((results.trained["params"] == params).sum())
    many = f"One of the {alike} networks" if alike > 1 else "The network"
    return f"{many} of {params:,} parameters"


def _apart(results: CopyResults, symbols: int) -> dict[str, Any]:
    """The means at the size where the two exams differ most."""
    means = results.means(symbols)
    row = means.to_dict("records")[int((means["accuracy"] - means["exact"]).argmax())]
    return {str(name): value for name, value in row.items()}


def _phase(results: CopyResults) -> str:
    """That the loss itself is flat and then falls, where it is."""
    plateau = results.plateau
    return f" But here the loss, too, {stays(plateau)}." if plateau else ""


def stays(plateau: Plateau) -> str:
    """The course of a loss with a plateau, behind its subject."""
    fall, near = format_number(plateau.fall, 2), format_share(NEAR)
    return (
        f"stays within {near} of pure chance up to N = {plateau.end:,} and then falls, by {fall} "
        f"nats from N = {plateau.before:,} to {plateau.after:,} alone"
    )


def numbers(results: CopyResults, symbols: int, *, seen: bool) -> dict[str, str]:
    """Both exams where they differ most, and the size at which half of the answers is right."""
    if results.trained.empty:
        return {}
    half = f"half the rows of {symbols}" if symbols > 1 else "half the symbols"
    threshold = results.threshold(symbols)
    if seen and not math.isfinite(threshold.median):
        told = {f"gets {half} right": "no size"}
    else:
        told = {f"parameters for {half}": f"{threshold.median:,.0f}" if seen else UNSET}
    if symbols == 1:
        return told
    apart = _apart(results, symbols)
    rows = format_share(apart["exact"]) if seen else UNSET
    mean = " (mean)" if results.study.seeds > 1 else ""
    at = f"of symbols at N = {apart['params']:,}{mean}"
    return told | {at: format_share(apart["accuracy"]), "of rows": rows}


def why(results: CopyResults, symbols: int) -> list[str]:
    """The reasons, for who asks."""
    if results.trained.empty or results.live:
        return []
    reasons = (
        _threshold(results, symbols), _powers(results, symbols), _jensen(results, symbols), _time()
    )  # fmt: skip
    return [part for part in reasons if part]


def _threshold(results: CopyResults, symbols: int) -> str:
    one = f"{_at(results.threshold(1))} for one symbol"
    rows = f", {_at(results.threshold(symbols))} for {symbols} in a row" if symbols > 1 else ""
    return (
        "**The threshold** is the smallest size at which half is right, for half of the seeds: "
        f"{one}{rows}."
    )


def _powers(results: CopyResults, symbols: int) -> str:
    """The share of networks in which p^k holds, among those whose exam can tell."""
    if symbols == 1:
        return ""
    power, every = f"p^{symbols}", results.independence(symbols)
    law = (
        "**Exact match.** If each symbol is right with probability p, whatever the others are, "
        f"then {symbols} in a row are right with {power}."
    )
    table = every[every["informative"]]
    if table.empty:
        return f"{law} No network here can tell: {power} is too near 0 or 1 in all of them."
    off = 100 * float((table["exact"] - table["expected"]).abs().max())
    return (
        f"{law} {len(table)} of {len(every)} networks can tell (in the others {power} is too near "
        f"0 or 1): within the exam's own error (95 %) it holds in {int(table['agrees'].sum())} of "
        f"them; the furthest is off by {format_number(off, 2)} points.{_places(table)}"
    )


def _places(table: pd.DataFrame) -> str:
    """The explanation of networks in which p^k does not hold, and how many have none."""
    apart = table[~table["agrees"]]
    harder = int(apart["places"].sum())
    sentence = ""
    if harder:
        sentence = (
            f" In {harder} of the other {len(apart)} some places are harder than the rest: with "
            "each place's own accuracy in p's stead it holds."
        )
    if left := len(apart) - harder:
        stays_so = "stays" if left == 1 else "stay"
        sentence += f" {left} {stays_so} unexplained; chance alone puts about one in 20 outside."
    return sentence


def _jensen(results: CopyResults, symbols: int) -> str:
    """The size where the power of the mean is furthest from the mean of the powers."""
    means = results.means(symbols)
    gaps = means["exact"] - means["accuracy"] ** symbols
    if symbols == 1 or not gaps.max() > JENSEN:
        return ""
    widest = means.to_dict("records")[int(gaps.argmax())]
    power = widest["accuracy"] ** symbols
    return (
        f"**Seed by seed, not for the means.** At N = {int(widest['params']):,} the seeds have "
        f"{format_share(widest['accuracy'])} of the symbols right on average, and "
        f"{widest['accuracy']:.2f}^{symbols} is {format_share(power)}; but on average "
        f"{format_share(widest['exact'])} of the rows are right. The mean of powers is more than "
        "the power of the mean (Jensen's inequality)."
    )


def _time() -> str:
    """That the threshold is one of training time; both recorded studies tell."""
    short, long_ = (view.recorded(steps).threshold(SYMBOLS) for steps in (SHORT, LONG))
    seeds = view.recorded(SHORT).study.seeds
    return (
        f"**Time, too.** Half of the answers are right first at {_at(short)} after "
        f"{SHORT:,} steps, at {_at(long_)} after {LONG:,} (recorded, {seeds} seeds each): what "
        "seems too small was trained too short."
    )


def made(source: ResultSource) -> str:
    """The provenance of runs."""
    return f"{MADE} {source.made}".strip()


def _networks(results: CopyResults) -> int:
    return len(results.study.grid) * results.study.seeds


def _at(threshold: Threshold) -> str:
    """Like "N = 780 (seeds: 590 to 994)"; "no size" where most seeds never come there."""
    if not math.isfinite(threshold.median):
        return "no size"
    seeds = f"{threshold.low:,.0f} to {threshold.high:,.0f}"
    if not math.isfinite(threshold.high):
        seeds = f"{threshold.low:,.0f} to never"
    spread = "" if threshold.low == threshold.high else f" (seeds: {seeds})"
    return f"N = {threshold.median:,.0f}{spread}"

"""Filter or mix? A clean pool that is read again, against a stream with noise in it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from toylab.experiments.repetition import KINDS
from toylab.experiments.repetition_results import RepetitionResults
from toylab.experiments.repetition_study import DECAYED, PLAIN, RepetitionStudy
from toylab.quantities import format_share
from ui.blocks import Figure
from ui.concepts.repetition import blocks, charts, live, text, view
from ui.concepts.repetition.live import State
from ui.concepts.shared import training
from ui.concepts.shared.numbers import factor
from ui.concepts.shared.training import corpus_specs
from ui.knobs import knob
from ui.live import Live, Run

DIRTY = [0.1, 0.3, 0.6]
KEY = "mix"
ALT = (
    "Held-out loss against epochs on log axes: a clean pool read again and again, without and "
    "with weight decay, and a stream of as much text with noise in it. The text below says from "
    "where on the noisy stream is better."
)
LESSON = (
    "**A filter cannot be right at every budget.** With little compute the clean pool is better, "
    "however small; with much compute the noisy stream is, as the pool is used up. Where they "
    "cross depends on the network, the noise and the weight decay, too."
)
NOWHERE = (
    "No crossing that all seeds show: change the epochs, the network, the weight decay or the "
    "noise until there is one."
)
NOISE = (
    "The noise is drawn by how often characters come, passages of 1,024 or single ones. It is not "
    "the dirt of the web: no exponent or share of *quality* follows from it."
)


@dataclass(frozen=True)
class Controls:
    """The controls of the tab, as the link has them; the rest is the page's."""

    dirty: float = knob(0.3, "Share of noise", DIRTY)
    kind: str = knob(KINDS[0], "What is noise", {kind: kind for kind in KINDS}, row=True)


def study(state: State, chosen: Controls) -> RepetitionStudy:
    """The study of the page's settings with noise beside the pool."""
    return replace(state.asked, dirty=chosen.dirty, kind=chosen.kind)


def panel(state: State, chosen: Controls) -> Iterator[Any]:
    """The button that trains it."""
    mine = study(state, chosen)
    yield Run(KEY, mine, partial(corpus_specs, mine), primary=False)


def mix(state: State, chosen: Controls) -> Iterator[Any]:
    """The curves, and where they cross."""
    source = live.source(study(state, chosen), KEY)
    yield Live(
        blocks.label(source, stale=source.stale),
        source,
        partial(training.gather, RepetitionResults, source),
        _curves,
    )


def _curves(results: RepetitionResults) -> list[Any]:
    figure = Figure(charts.loss(view.loss(results), blocks.HELD_OUT), ALT)
    if results.live:
        return [text.headline(results, seen=True), [figure]]
    crossed = any(results.crossing(name) for name in (PLAIN, DECAYED))
    return [crossings(results), [figure], LESSON if crossed else NOWHERE, NOISE]


def crossings(results: RepetitionResults) -> str:
    """From how many epochs on the noisy text is better than the pool."""
    share = format_share(results.study.dirty)
    plain, decayed = (_where(results, name) for name in (PLAIN, DECAYED))
    return (
        f"Text of which {share} of the {results.study.kind} are noise is better than the pool: "
        f"without weight decay {plain}; with it, {decayed}."
    )


def _where(results: RepetitionResults, curve: str) -> str:
    """At which lengths the noisy text is better."""
    if at := results.crossing(curve):
        return f"from **{factor(at.value)} epochs** on (95 %: {at.between(factor)})"
    gaps = results.gaps(curve)
    if gaps.size and (gaps > 0).all():
        return "at **every length**"
    if gaps.size and (gaps < 0).all():
        return "at **no length**"
    return "at no length that these seeds agree on"

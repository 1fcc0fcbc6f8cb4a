"""Blocks of the page on repeated text: its figure, its experiments."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from toylab.experiments.repetition_results import RepetitionResults
from toylab.laws import published
from toylab.live.result_source import ResultSource
from ui.blocks import Figure
from ui.concepts.repetition import charts, text, view
from ui.concepts.repetition.live import State
from ui.concepts.repetition.view import Controls
from ui.concepts.shared import training
from ui.label import Label
from ui.remembered import remembered
from ui.row import Export
from ui.sight import Figures, FirstSight

HELD_OUT, ON_POOL = "Held-out loss, nats/character", "Loss on the pool, nats/character"


@remembered
def figure(state: State, results: RepetitionResults) -> Iterator[Any]:
    """Loss against epochs; behind the switch what a character is worth, and the pool's loss."""
    seen = state.guess.seen
    mark = state.guess.mark(x=lambda epochs: epochs)
    chart = charts.loss(view.loss(results, seen=seen), HELD_OUT)
    figures: Figures = {"Loss": Figure(chart, text.ALT["loss"], guess=mark)}
    if seen and not results.live and not results.means.empty:
        if not results.fresh.empty:
            figures["Worth"] = partial(_worth, results)
        figures["By heart"] = partial(_by_heart, results)
    yield FirstSight(
        label(state.source, stale=state.source.stale and seen),
        figures,
        text.headline(results, seen=seen),
        text.numbers(results, seen=seen),
        text.details(results) if seen and not results.live else [],
        open=not seen,
    )


def _worth(results: RepetitionResults) -> Figure:
    law = Label("published", text.PUBLISHED, sources=(published.MUENNIGHOFF,))
    return Figure(charts.worth(view.worth(results)), text.ALT["worth"], also=(law,))


def _by_heart(results: RepetitionResults) -> Figure:
    return Figure(charts.loss(view.by_heart(results), ON_POOL), text.ALT["by heart"])


def label(source: ResultSource, *, stale: bool = False) -> Label:
    """The origin of runs."""
    return training.label(source, text.made(source.made), (published.MUENNIGHOFF,), stale=stale)


def export(source: ResultSource) -> Export:
    """The runs, to carry away."""
    return training.export(source, "repetition")


USUAL = Controls()
EXPERIMENTS = (
    (
        "A small network",
        "A quarter of the parameters: how often may it read the same text?",
        replace(USUAL, size=8),
    ),
    (
        "A large network",
        "Four times the parameters: when does it start to lose?",
        replace(USUAL, size=128, epochs=16),
    ),
    (
        "Four times the text",
        "Does the minimum move?",
        replace(USUAL, unique=40_960, epochs=32),
    ),
    (
        "A quarter of the learning rate",
        "How much of the rise is left?",
        replace(USUAL, rate=0.25),
    ),
    (
        "Too much weight decay",
        "What does it cost at one epoch, and what at sixteen?",
        replace(USUAL, decay=3.0, epochs=16),
    ),
)
CODE = (
    "toylab.experiments.repetition.run",
    "toylab.experiments.repetition.stream",
    "toylab.experiments.repetition.noisy",
    "toylab.experiments.other_texts.run",
    "toylab.experiments.charlm.trained",
    "toylab.experiments.nets.adam.Adam",
    "toylab.laws.repeated_data.worth",
    "toylab.laws.repeated_data.loss",
)

"""Blocks of the page on schedules: its figure, its experiments."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from toylab.experiments.horizon_results import HorizonResults
from toylab.laws import published
from toylab.live.result_source import ResultSource
from ui.blocks import Figure
from ui.concepts.schedules import charts, text, view
from ui.concepts.schedules.live import State
from ui.concepts.schedules.view import Controls
from ui.concepts.shared import training
from ui.label import Label
from ui.remembered import remembered
from ui.row import Export
from ui.sight import FirstSight


@remembered
def figure(state: State, results: HorizonResults) -> Iterator[Any]:
    """Loss against the horizon; behind the switch the rates."""
    seen = state.guess.seen
    mark = state.guess.mark(x=repr(view.AT), y=lambda nats: nats)
    chart = charts.excess(view.excess(results, seen=seen))
    yield FirstSight(
        label(state.source, stale=state.source.stale and seen),
        {"Loss": Figure(chart, text.ALT["loss"], guess=mark), "Rate": partial(_rates, results)},
        text.headline(results, seen=seen),
        text.numbers(results, seen=seen),
        text.details(results) if seen and not results.live else [],
        open=not seen,
    )


def _rates(results: HorizonResults) -> Figure:
    simulated = Label("simulated", text.RATES_LABEL)
    return Figure(charts.rates(view.rates(results)), text.ALT["rate"], also=(simulated,))


def label(source: ResultSource, *, stale: bool = False) -> Label:
    """The origin of runs."""
    return training.label(
        source, text.made(source.made, source.about), (published.HOFFMANN,), stale=stale
    )


def export(source: ResultSource) -> Export:
    """The runs, to carry away."""
    return training.export(source, "schedules")


USUAL = Controls()
EXPERIMENTS = (
    (
        "Down to 10 % only",
        "As Chinchilla's runs: does 25 % too long still gain?",
        replace(USUAL, end=0.1),
    ),
    (
        "A straight line",
        "Which of the three lines changes its shape most?",
        replace(USUAL, shape="linear"),
    ),
    (
        "A larger network",
        "Does a decay that is too long cost a larger network more?",
        replace(USUAL, size=128, tokens=81_920),
    ),
    (
        "A longer run",
        "Four times the characters: which rate is best now?",
        replace(USUAL, tokens=655_360),
    ),
)
CODE = (
    "toylab.experiments.learning_rates.Schedule",
    "toylab.experiments.schedules.run",
    "toylab.experiments.wsd.run",
    "toylab.experiments.nets.branches.train_branches",
    "toylab.experiments.charlm.trained",
    "toylab.experiments.paired.Paired",
    "toylab.fits.annealing_law.fit",
)

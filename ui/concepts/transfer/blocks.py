"""Blocks of the page on learning rates that travel: its figure, its experiments."""

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from toylab.experiments.transfer_results import TransferResults
from toylab.laws import published
from toylab.live.result_source import ResultSource
from ui.blocks import Caution, Figure
from ui.concepts.shared import training
from ui.concepts.transfer import charts, text, view
from ui.concepts.transfer.live import State
from ui.concepts.transfer.view import Controls
from ui.label import Label
from ui.remembered import remembered
from ui.row import Export
from ui.sight import Figures, FirstSight


@remembered
def figure(state: State, results: TransferResults) -> Iterator[Any]:
    """Loss against rate in two panels; behind the switch the best rate against width."""
    seen = state.guess.seen
    mark = state.guess.mark(x=math.log2)
    valleys = charts.loss(view.loss(results, seen=seen))
    figures: Figures = {"Loss": Figure(valleys, text.ALT["loss"], guess=mark)}
    if seen and not results.live and results.pooled:
        figures["Best rate"] = partial(_best, results)
    yield FirstSight(
        label(state.source, stale=state.source.stale and seen),
        figures,
        text.headline(results, seen=seen),
        text.numbers(results, seen=seen),
        text.details(results) if seen and not results.live else [],
        open=not seen,
    )
    if seen and (edges := text.edges(results)):
        yield Caution(edges)


def _best(results: TransferResults) -> Figure:
    return Figure(charts.best(view.best(results)), text.ALT["best"])


def label(source: ResultSource, *, stale: bool = False) -> Label:
    """The origin of runs."""
    return training.label(source, text.made(source.made), (published.YANG,), stale=stale)


def export(source: ResultSource) -> Export:
    """The runs, to carry away."""
    return training.export(source, "transfer")


USUAL = Controls()
EXPERIMENTS = (
    ("Twice the steps", "Which best rates change?", replace(USUAL, steps=400, widest=256)),
    ("One hidden layer", "Which row of the table is gone?", replace(USUAL, depth=1)),
    (
        "Four hidden layers",
        "Does the standard rate move faster?",
        replace(USUAL, depth=4, widest=256),
    ),
    ("Weight decay", "Does muP still hold its rate?", replace(USUAL, decay=1.0)),
    (
        "Twice as wide",
        "Does the lowest loss still fall? Takes about a minute.",
        replace(USUAL, widest=1024),
    ),
)
CODE = (
    "toylab.experiments.transfer.run",
    "toylab.experiments.parametrization.standard",
    "toylab.experiments.parametrization.mup",
    "toylab.experiments.nets.adam.AdamByLayer",
    "toylab.experiments.nets.coordinate_check.CoordinateCheck",
    "toylab.experiments.nets.deep.DeepNet",
    "toylab.experiments.nets.training.train_by_layer",
    "toylab.fits.rate_minimum.locate",
    "toylab.fits.rate_minimum.drift",
    "toylab.experiments.transfer_price.price",
)

"""Blocks of the sine page: its figures, its experiments."""

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

from toylab.experiments import sine_report, sine_results, sine_study
from toylab.experiments.sine_results import SineResults
from toylab.experiments.sine_study import SineStudy
from toylab.live.result_source import ResultSource
from ui.blocks import Figure
from ui.concepts.shared import training
from ui.concepts.sine import charts, text, view
from ui.guess import GuessState
from ui.label import Label
from ui.remembered import remembered
from ui.row import Export
from ui.sight import Figures, FirstSight

COSTS = {"seconds": "Seconds", "flops": "FLOPs"}


def results(source: ResultSource) -> SineResults:
    """The results of the runs to show; those of runs that have ended are made once."""
    if source.live:
        return sine_results.gather(source.about, source.rows, [])
    return _ended(source)


@lru_cache(maxsize=16)
def _ended(source: ResultSource) -> SineResults:
    return sine_results.gather(source.about, source.rows, None)


@remembered
def figure(result: SineResults, source: ResultSource, guess: GuessState) -> Iterator[Any]:
    """Error against size; behind the switch what was learned, and what it cost."""
    seen, grid = guess.seen, result.study.grid
    first = float(result.points.set_index("size")["error"].get(grid[0], math.nan))
    mark = guess.mark(x=str(grid[-1]), y=lambda fall: first / fall)
    guessed = first / guess.given if guess.given and math.isfinite(first) else None
    scaling = charts.scaling(**view.scaling(result, seen, guessed))
    shown: Figures = {"Error": Figure(scaling, text.ALT["scaling"], guess=mark)}
    if seen:
        shown["Curves"] = partial(_curves, result)
    if seen and not result.live and len(grid) > 1:
        shown |= {COSTS[name]: partial(_frontier, result, name) for name in view.COSTS}
    yield FirstSight(
        Label(
            source.kind,
            source.about.describe(),
            source.made,
            stale=source.stale,
            when=source.when,
        ),
        shown,
        sine_report.finding(result) if seen else text.ASKED,
        text.numbers(result, seen),
        [text.reason(result)] if seen else [],
        open=not seen,
    )


def _curves(result: SineResults) -> Figure:
    return Figure(charts.curves(**view.panels(result)), text.ALT["curves"])


def _frontier(result: SineResults, cost: str) -> Figure:
    return Figure(charts.frontier(**view.frontier(result, cost)), text.ALT[cost])


def export(source: ResultSource) -> Export:
    """The runs, to carry away."""
    table = training.table(source)[[*sine_study.COLUMNS, "error"]]
    return Export(table, f"sine_{source.about.sweep}", source.about.command())


NOISE, ARTICLE = SineStudy.PRESETS["noise"], SineStudy.PRESETS["article"]
FOURIER = replace(
    ARTICLE, sweep="width", target="fourier", widths=(4, 64), samples=512, steps=1500,
    schedule="cosine", seeds=8,
)  # fmt: skip
EXPERIMENTS = (
    (
        "A slope that theory knows",
        "Run the noisy data sweep: the slope should be near "
        "\N{MINUS SIGN}1. Halve the noise: does the slope change?",
        NOISE,
    ),
    (
        "The same without noise",
        "An article called this a power law. Compare the spread of "
        "the seeds with the fall of the medians.",
        ARTICLE,
    ),
    (
        "A cliff is not a law",
        "Widen the net instead. Where does the error fall, and what "
        "is left of the slope without the narrowest nets?",
        replace(NOISE, sweep="width"),
    ),
    (
        "A target with detail at every scale",
        "Learn a Fourier sum. Now width buys something at every size. Is it a straight line?",
        FOURIER,
    ),
    (
        "Is it the optimiser?",
        "The same networks, trained also with four times the steps. Does the slope stay?",
        replace(FOURIER, longer=4),
    ),
)
CODE = (
    "toylab.experiments.sine.run",
    "toylab.experiments.sine.examples",
    "toylab.experiments.nets.mlp.train",
    "toylab.experiments.nets.mlp.add_gradient",
    "toylab.experiments.nets.adam.Adam",
)

"""Blocks of the isoFLOP page: its figure, its tabs, its experiments."""

from collections.abc import Iterator
from typing import Any

from toylab.laws import published
from ui.blocks import Caution, Figure, Label, Source
from ui.concepts.isoflop import charts, text, view
from ui.concepts.isoflop.view import Controls, Experiment
from ui.concepts.shared import charts as shared_charts
from ui.row import Export
from ui.sections import Tab


def label(controls: Controls) -> Label:
    """The label of the figures: the law and the noise that they are drawn from."""
    sources: tuple[Source, ...] = (*controls.sources, published.HOFFMANN)
    return Label("simulated", text.label(controls), text.MADE, sources)


def figure(controls: Controls) -> Iterator[Any]:
    """The valleys, the line through their bottoms, and what speaks against it."""
    valleys = Figure(shared_charts.valleys(controls.valleys), view.ALT["valleys"], 3)
    try:
        optima = shared_charts.growth(controls.optima, view.BOTTOMS)
    except ValueError:  # the runs are drawn all the same
        yield [valleys]
        raise
    yield [valleys, Figure(optima, view.ALT["optima"], 2)]
    yield text.numbers(controls)
    yield text.finding(controls)
    yield from map(Caution, controls.profiles.warnings)


def designs(controls: Controls) -> Iterator[Any]:
    """The typical error of each of many designs."""
    yield Label("simulated", text.STUDIES, text.DESIGNED)
    yield [Figure(charts.designs(controls.designs, text.TOLERANCE), view.ALT["designs"])]
    yield text.designs(controls)


def bias(controls: Controls) -> Iterator[Any]:
    """The errors that remain without any noise."""
    yield Label("simulated", "The same study without noise", text.MADE, (published.HOFFMANN,))
    yield [Figure(charts.biases(controls.biases), view.ALT["biases"])]
    yield text.biases(controls)


def curves(controls: Controls) -> Iterator[Any]:
    """Approach 1: the envelope of learning curves."""
    settings = "Learning curves, about as many as runs above"
    yield Label("simulated", settings, text.CURVES_MADE, (published.HOFFMANN,))
    winners = shared_charts.growth(controls.winners, view.WINNERS)
    yield [
        Figure(charts.curves(controls.curves), view.ALT["curves"]),
        Figure(winners, view.ALT["winners"]),
    ]
    yield text.curves(controls)


def lowest(controls: Controls) -> Iterator[Any]:
    """The lowest run of each budget, fitted without logarithms."""
    yield Label("simulated", "The runs above, misread", text.MADE)
    yield [Figure(shared_charts.growth(controls.naive_tables, view.NAIVE), view.ALT["naive"])]
    yield text.naive(controls)


def export(controls: Controls) -> Export:
    """The rows behind the figure, to carry away."""
    return Export(
        controls.table,
        "isoflop",
        text.command(controls),
        "runs",
        "The same fit of the runs below, saved as runs.csv:",
    )


TABS = {  # by their keys in the link
    "designs": Tab("How many runs, how wide a grid?", designs),
    "bias": Tab("Where it goes wrong", bias),
    "curves": Tab("Along learning curves", curves),
    "lowest": Tab("The lowest dot, without logarithms", lowest),
}
EXPERIMENTS = (
    (
        "**A study you can afford.** One percent of noise and five sizes a budget: how wide "
        "is the interval at 1e23 FLOPs now? Find the cheapest design that halves it.",
        Experiment(sizes=5, noise="1", about="designs"),
    ),
    (
        "**The grid is off centre.** All grids sit at three times the best size. The parabolas "
        "follow their runs; what is wrong with their bottoms? Then open *All settings* and "
        "give each budget its own curvature.",
        Experiment(off_centre="3", noise="0.05", about="bias"),
    ),
    (
        "**Is a valley a parabola?** Wide grids, unlike exponents, no noise at all: what is "
        "the interval made of?",
        Experiment(width="20", noise="0", alpha=0.5, beta=0.28, about="bias"),
    ),
    (
        "**The lowest dot.** Take the lowest run of each budget and fit without logarithms, as "
        "exercises do: here the model that you would train comes out at half the right size. "
        "Change the seed. What would each cost?",
        Experiment(sizes=8, seed=1, about="lowest"),
    ),
)
CODE = (
    "toylab.simulation.isoflop_study.simulate",
    "toylab.fits.isoflop_parabolas.Parabolas",
    "toylab.fits.isoflop.fit",
    "toylab.fits.optimal_scaling.fit_line",
    "toylab.fits.envelope.envelope",
    "toylab.fits.isoflop_naive.fit_without_logs",
)

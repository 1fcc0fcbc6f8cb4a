"""Blocks of the isoFLOP page: its figure, its tabs, its experiments."""

from collections.abc import Iterator
from typing import Any

from toylab.laws import published
from ui.blocks import Caution, Figure
from ui.concepts.isoflop import charts, text, view
from ui.concepts.isoflop.view import Controls, Experiment
from ui.concepts.shared import charts as shared_charts
from ui.guess import GuessState
from ui.label import Label
from ui.remembered import remembered
from ui.row import Export
from ui.sections import Tab
from ui.sight import Figures, FirstSight


@remembered
def figure(controls: Controls, guess: GuessState) -> Iterator[Any]:
    """The valleys, the growth of their bottoms, and what speaks against it."""
    seen, smallest = guess.seen, controls.truth(controls.study.lowest)
    figures: Figures = {
        "Valleys": Figure(
            shared_charts.valleys(controls.valleys(seen, guess.given)),
            view.ALT["valleys"],
            guess=guess.mark(x=lambda factor: factor * smallest),
        )
    }
    sources, methods = tuple(controls.sources), (published.HOFFMANN,)
    label = Label("simulated", text.label(controls), text.MADE, sources, methods)
    try:
        fit, numbers = controls.profiles, text.numbers(controls, seen)
    except ValueError:  # the runs are drawn all the same
        sentence = text.NO_LINE if seen else text.asked(controls)
        yield FirstSight(label, figures, sentence, open=not seen)
        if seen:
            raise
        return
    if not seen:
        yield FirstSight(label, figures, text.asked(controls), numbers, open=True)
        return
    figures["Growth"] = lambda: Figure(
        shared_charts.growth(controls.growth(guess.given)), view.ALT["growth"]
    )
    yield FirstSight(label, figures, text.finding(controls), numbers, [text.beyond(controls)])
    if fit.warnings:
        yield Caution(" ".join(fit.warnings))


def designs(controls: Controls) -> Iterator[Any]:
    """The typical error of each of many designs."""
    yield Label("simulated", text.STUDIES, text.DESIGNED)
    yield [Figure(charts.designs(controls.designs, text.TOLERANCE), view.ALT["designs"])]
    yield text.designs(controls)


def bias(controls: Controls) -> Iterator[Any]:
    """The errors that remain without any noise."""
    methods = (published.HOFFMANN,)
    yield Label("simulated", "The same study without noise", text.MADE, methods=methods)
    yield [Figure(charts.biases(controls.biases), view.ALT["biases"])]
    yield text.biases(controls)


def curves(controls: Controls) -> Iterator[Any]:
    """Approach 1: the envelope of learning curves."""
    settings = "Learning curves, about as many as runs above"
    methods = (published.HOFFMANN,)
    yield Label("simulated", settings, text.CURVES_MADE, methods=methods)
    yield [
        Figure(charts.curves(controls.curves), view.ALT["curves"]),
        Figure(shared_charts.growth(controls.winners), view.ALT["winners"]),
    ]
    yield text.curves(controls)


def lowest(controls: Controls) -> Iterator[Any]:
    """The lowest run of each budget, fitted without logarithms."""
    yield Label("simulated", "The runs above, misread", text.MADE)
    yield [Figure(shared_charts.growth(controls.naive_tables), view.ALT["naive"])]
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
    "designs": Tab("How many runs?", designs),
    "bias": Tab("Where it goes wrong", bias),
    "curves": Tab("Along learning curves", curves),
    "lowest": Tab("The lowest dot", lowest),
}
EXPERIMENTS = (
    (
        "A study you can afford",
        "1 % of noise, five sizes: find the cheapest design that halves the 95 % range.",
        Experiment(sizes=5, noise="1", about="designs"),
    ),
    (
        "A grid off centre",
        "Its centre is three times too large, and all valleys share one curvature: what is wrong "
        "with the bottoms?",
        Experiment(off_centre="3", noise="0.05", curvature="shared", about="bias"),
    ),
    (
        "Is a valley a parabola?",
        "Wide grids, no noise: why is there a range?",
        Experiment(width="20", noise="0", curvature="own", alpha=0.5, beta=0.28, about="bias"),
    ),
    (
        "The lowest dots",
        "Fit them without logarithms: how far off is their forecast?",
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

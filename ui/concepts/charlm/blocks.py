"""Blocks of "Your own Chinchilla": its run, its figure, its experiments."""

from collections.abc import Iterator
from typing import Any

from toylab.experiments import corpus
from toylab.laws import published
from toylab.live.result_source import ResultSource
from ui.blocks import Caution, Figure, Info
from ui.concepts.charlm import live, text, view
from ui.concepts.charlm.live import State
from ui.concepts.charlm.results import CharlmResults
from ui.concepts.charlm.view import Experiment
from ui.concepts.shared import charts, training
from ui.label import Label
from ui.live import Run
from ui.remembered import remembered
from ui.row import Export
from ui.sight import FirstSight


def launch(state: State) -> Iterator[Any]:
    """The button that trains the study; a guess comes first."""
    study, guess = state.controls.study, state.guess
    if not corpus.present():
        yield Info(text.FALLBACK)
    yield Run("lm", study, lambda: live.specs(study), primary=not guess.open)


@remembered
def figure(state: State, results: CharlmResults) -> list[Any]:
    """The valleys, the growth of their bottoms, and what speaks against it."""
    guess = state.guess.mark(x=float)
    valleys = charts.valleys(results.valley_tables, results.unit)
    sight = FirstSight(
        label(state),
        {
            "Valleys": Figure(valleys, view.ALT["valleys"], guess=guess),
            "Growth": lambda: Figure(charts.growth(results.growth_tables), view.ALT["growth"]),
        },
        text.headline(results),
        text.numbers(results),
        text.details(results),
        open=not state.guess.seen,
    )
    doubts = results.warnings
    return [sight, Caution(" ".join(doubts))] if doubts else [sight]


def label(state: State) -> Label:
    """The origin of the figure's runs."""
    source = state.source
    return Label(
        source.kind,
        settings(state),
        text.made(source, source.about),
        methods=(published.HOFFMANN,),
        stale=source.stale and state.guess.seen,
        when=source.when,
    )


def settings(state: State) -> str:
    """The settings of the runs that the figure shows."""
    return text.label(live.told(state.source, state.controls.study, state.guess.seen))


def export(source: ResultSource) -> Export:
    """The runs, to carry away."""
    about = source.about
    return training.export(source, text.file_name(about))


EXPERIMENTS = (
    ("Other seeds", "How far does the exponent move?", Experiment(seed=100, about="next")),
    (
        "0.3 times the learning rate",
        "Do the bottoms move?",
        Experiment(rate="0.3", about="next"),
    ),
    (
        "Sizes up to a factor 12 off, one seed each",
        "Does one surface fit all?",
        Experiment(width="12", seeds=1, about="approaches"),
    ),
    (
        "100 times the learning rate",
        "Is there still a line?",
        Experiment(span=("1e9", "1e10"), rate="100", seeds=1, about="next"),
    ),
    (
        "A transformer",
        "Does its best size grow as fast?",
        Experiment(span=("1e9", "1e10"), width="4", net="transformer"),
    ),
)
CODE = (
    "toylab.experiments.charlm.run",
    "toylab.experiments.nets.ngram.gradient",
    "toylab.experiments.nets.transformer.logits",
    "toylab.experiments.nets.lstm.logits",
    "toylab.experiments.nets.training.train",
    "toylab.experiments.nets.training.batches",
    "toylab.experiments.nets.adam.Adam",
    "toylab.fits.isoflop.fit",
    "toylab.fits.forecast.forecast",
)

"""Blocks of "Your own Chinchilla": its label, its figure, its tabs, its experiments."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from toylab.experiments import corpus
from toylab.experiments.charlm_study import RECORDED_STUDIES
from toylab.experiments.regression_study import RegressionStudy
from toylab.laws import published
from ui.blocks import (
    Caution,
    Figure,
    Heading,
    Info,
    Label,
    Layout,
    Passage,
    Table,
    Waiting,
)
from ui.concepts.charlm import known_answers, live, text, view
from ui.concepts.charlm import known_answers_text as answers
from ui.concepts.charlm.live import Locked, NextBudget, State
from ui.concepts.charlm.results import CharlmResults
from ui.concepts.charlm.view import Controls, Experiment
from ui.concepts.shared import charts
from ui.live import Live, Rows, Run
from ui.sections import Tab


def run(controls: Controls) -> Run:
    """The button that trains the study."""
    study = controls.study
    return Run("lm", study, lambda: live.specs(study))


def label(state: State) -> Iterator[Any]:
    """The origin of the figure's runs."""
    source, hide = state.source, state.guess.hide
    how = text.made(source, source.about)
    yield Label(
        source.kind,
        text.label(source, hide),
        how,
        (published.HOFFMANN,),
        stale=source.stale and not hide,
    )
    if not corpus.present():
        yield Info(text.FALLBACK)


def figure(results: CharlmResults, *, fixed: bool) -> Layout:
    """The valleys and the line through their bottoms, and below them the numbers.

    `fixed` says that the reader's guess is committed.
    """
    valleys = charts.valleys(results.valley_tables, results.unit, results.sizes)
    growth = charts.growth(results.growth_tables, view.BOTTOMS, results.box)
    shown: Layout = [
        text.headline(results, fixed),
        [Figure(valleys, view.ALT["valleys"], 3), Figure(growth, view.ALT["growth"], 2)],
        text.counted(results.study),
    ]
    if results.live or results.hidden:
        return shown
    return [
        *shown,
        text.numbers(results),
        text.score(results),
        *text.warnings(results),
        text.coincidence(results),
        [Passage(*passage) for passage in text.written(results)],
    ]


def next_budget(state: State) -> Iterator[Any]:
    """A forecast of the next budget, its runs, and its score."""
    results = state.results
    if not results:
        return  # the tab is shut
    try:
        locked = live.lock(results, state.controls.study)
    except ValueError:
        yield from _following(None, results)  # another study's may still be on its way
        raise
    source = live.next_source(locked)
    if not source.job or source.stale:
        yield text.prediction(locked.forecast, results.unit)
    yield Run("next", locked, lambda: live.specs(locked.study), "Lock it in and run")
    yield from _following(locked, results)


def _following(locked: Locked | None, before: CharlmResults) -> Iterator[Any]:
    source = live.next_source(locked)
    if not source.job or (source.stale and not source.live):
        return
    about: Locked = source.about

    def gather(rows: Rows, unfinished: Rows | None) -> NextBudget:
        return live.gather_next(about, before, rows, unfinished is not None)

    settings = about.study.describe()
    yield Live(
        Label(source.kind, settings, text.made(source, about.study)),
        source,
        gather,
        lambda result: [text.BUSY] if source.stale else _outcome(result),
    )


def _outcome(result: NextBudget) -> Layout:
    study = result.together
    valleys = charts.valleys(result.valley_tables, study.unit, study.sizes, "forecast")
    return [text.outcome(result), [Figure(valleys, view.ALT["next"])]]


def approaches(state: State) -> Iterator[Any]:
    """The answers of three approaches to the same runs."""
    source, results = state.source, state.results
    if not results:
        return  # the tab is shut
    how = text.made(source, source.about)
    yield Label(source.kind, text.compared(results), how, (published.HOFFMANN,))
    yield Waiting(text.FITTING, partial(_approaches, results))


def _approaches(results: CharlmResults) -> Iterator[Any]:
    tables = results.approach_tables
    if not tables["approaches"].empty:
        yield [Figure(charts.approaches(tables), view.ALT["approaches"])]
    yield Table(text.approaches(results))
    yield text.agreement(results)
    yield from map(Caution, results.surface_warnings)


def known(_: State) -> Iterator[Any]:
    """Studies whose answer is known: a language's entropy, a regression's exponents."""
    yield Heading("A floor that is known")
    yield Label("recorded", RECORDED_STUDIES["synthetic"].describe(), answers.made())
    yield Waiting(text.FITTING, lambda: [Table(answers.table())])
    yield answers.entropy()
    yield Heading("Exponents that are known")
    study = RegressionStudy()
    yield answers.task(study)
    yield Run("known", study, study.specs)
    source = known_answers.source(study)
    yield Live(
        Label(source.kind, study.describe(), source.made),
        source,
        lambda rows, unfinished: known_answers.gather(source, rows, unfinished is not None),
        _learner,
    )


def _learner(learner: known_answers.Learner) -> Layout:
    valleys = charts.valleys(learner.valley_tables, "squared error", known_answers.SIZES)
    return [answers.learner(learner), [Figure(valleys, view.ALT["learner"])]]


TABS = {  # by their keys in the link
    "next": Tab("The next budget", next_budget),
    "approaches": Tab("Three approaches", approaches),
    "known": Tab("Where the answer is known", known, always=True),
}
EXPERIMENTS = (
    (
        "**Other seeds.** The same study with other networks on other passages: how far does "
        "the exponent move? Hold that against its interval.",
        Experiment(seed=100, about="next"),
    ),
    (
        "**Is the valley the networks', or the recipe's?** Three tenths of the learning rate "
        "for every size: all losses rise. Does the bottom move?",
        Experiment(rate="0.3", about="next"),
    ),
    (
        "**Far off the valleys.** Sizes up to a factor 12 off, one seed each. Do the residuals "
        "of one surface through all of them still pass for noise?",
        Experiment(width="12", seeds=1, about="approaches"),
    ),
    (
        "**A learning rate that is far too high.** A hundred times the usual: what do the "
        "valleys look like, and does the page still draw a line?",
        Experiment(span=("1e9", "1e10"), rate="100", seeds=1, about="next"),
    ),
)
CODE = (
    "toylab.experiments.charlm.run",
    "toylab.experiments.nets.ngram.gradient",
    "toylab.experiments.nets.training.train_adam",
    "toylab.experiments.nets.training.batches",
    "toylab.experiments.nets.adam.Adam",
    "toylab.fits.isoflop.fit",
    "toylab.fits.forecast.forecast",
)

"""Tabs of "Your own Chinchilla": the next budget, three approaches, known answers, passages."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from toylab.experiments.charlm_study import RECORDED_STUDIES
from toylab.experiments.regression_study import RegressionStudy
from toylab.laws import published
from ui.blocks import Caution, Figure, Heading, Info, Layout, Passage, Table, Waiting
from ui.concepts.charlm import (
    approaches_text,
    curves,
    forecast_text,
    known_answers,
    live,
    text,
    view,
)
from ui.concepts.charlm import known_answers_text as answers
from ui.concepts.charlm.live import Locked, NextBudget, State
from ui.concepts.charlm.results import CharlmResults
from ui.concepts.shared import charts
from ui.label import Label
from ui.live import Live, Rows, Run
from ui.sections import Tab


def next_budget(state: State) -> Iterator[Any]:
    """A forecast of the next budget, its runs, and its score."""
    results = state.results
    try:
        locked = live.lock(results, state.controls.study)
    except ValueError:
        yield from _following(None, state)  # another study's may still be on its way
        raise
    source = live.next_source(locked)
    if not source.job or source.stale:
        yield forecast_text.prediction(locked.forecast, results.unit)
    yield Run("next", locked, lambda: live.specs(locked.study), "Lock it in and run")
    yield from _following(locked, state)


def _following(locked: Locked | None, state: State) -> Iterator[Any]:
    source = live.next_source(locked)
    if not source.job or (source.stale and not source.live):
        return
    about: Locked = source.about

    def gather(rows: Rows, unfinished: Rows | None) -> NextBudget:
        return live.gather_next(about, state.results, rows, unfinished is not None)

    settings, before = about.study.describe(), state.source
    if before.kind != source.kind:
        yield Label(before.kind, forecast_text.BEFORE, before.made)
    yield Live(
        Label(source.kind, settings, text.made(source, about.study), when=source.when),
        source,
        gather,
        lambda result: [forecast_text.BUSY] if source.stale else _outcome(result),
    )


def _outcome(result: NextBudget) -> Layout:
    study = result.together
    valleys = charts.valleys(study.valley_tables, study.unit)
    return [forecast_text.outcome(result), [Figure(valleys, view.ALT["next"])]]


def approaches(state: State) -> Iterator[Any]:
    """The answers of three approaches to the same runs."""
    source, results = state.source, state.results
    how = text.made(source, source.about)
    settings, methods = approaches_text.compared(results), (published.HOFFMANN,)
    yield Label(source.kind, settings, how, methods=methods, when=source.when)
    yield Waiting(approaches_text.FITTING, partial(_approaches, results))


def _approaches(results: CharlmResults) -> Iterator[Any]:
    tables = results.approach_tables
    if not tables["approaches"].empty:
        yield [Figure(charts.approaches(tables), view.ALT["approaches"])]
    yield Table(approaches_text.approaches(results))
    yield approaches_text.agreement(results)
    yield from map(Caution, results.surface_warnings)


def known(_: State) -> Iterator[Any]:
    """Studies whose answer is known: a language's entropy, a regression's exponents."""
    yield Heading("A floor that is known")
    yield Label("recorded", RECORDED_STUDIES["synthetic"].describe(), answers.made())
    yield Waiting(approaches_text.FITTING, lambda: [Table(answers.table())])
    yield answers.entropy()
    yield Heading("Exponents that are known")
    study = RegressionStudy()
    yield answers.task(study)
    yield Run("known", study, study.specs)
    source = known_answers.source(study)
    yield Live(
        Label(source.kind, study.describe(), source.made, when=source.when),
        source,
        lambda rows, unfinished: known_answers.gather(source, rows, unfinished is not None),
        _learner,
    )


def _learner(learner: known_answers.Learner) -> Layout:
    valleys = charts.valleys(learner.valley_tables, "squared error")
    return [answers.learner(learner), [Figure(valleys, view.ALT["learner"])]]


def wrote(state: State) -> Iterator[Any]:
    """Passages by the best and by the worst network."""
    passages = text.written(state.results)
    if not passages:
        yield Info("Of these networks no passages were kept.")
        return
    source = state.source
    made = text.made(source, source.about)
    yield Label(source.kind, source.about.describe(), made, when=source.when)
    yield [Passage(*passage) for passage in passages]


TABS = {  # by their keys in the link
    "next": Tab("The next budget", next_budget),
    "approaches": Tab("Three approaches", approaches),
    "wrote": Tab("What they write", wrote),
    "curves": Tab("While they learn", curves.curves, always=True),
    "known": Tab("Where the answer is known", known, always=True),
}

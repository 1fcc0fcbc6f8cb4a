"""Recorded runs of language models on the page with one surface."""

import numpy as np

from toylab.data import recorded as runs
from toylab.experiments import charlm_study
from toylab.experiments.charlm_study import RECORDED_STUDIES, CharlmStudy
from toylab.fits.runs import runs_of
from toylab.quantities import format_count, parse_number
from ui.concepts.parametric import origin_text, text
from ui.concepts.parametric import view as parametric


def test_every_choice_of_runs_has_a_meaning_and_a_place_where_it_is_asked_about():
    assert list(parametric.DATA) == list(parametric.SOURCES)
    for source in parametric.SOURCES.values():
        assert source.at in parametric.BUDGETS
        assert 0 <= source.drop <= 40


def test_language_models_are_asked_about_at_the_largest_budget_that_was_recorded():
    source = parametric.SOURCES["language"]
    assert parse_number(source.at) == RECORDED_STUDIES["python"].highest
    assert source.drop == 0


def test_language_models_on_that_page_are_all_recorded_runs_of_real_text_without_a_truth():
    answer = parametric.answer(parametric.Controls(data="language", drop=0))
    frame = runs.read(charlm_study.RECORDED).frame
    assert answer.runs == runs_of(frame[frame["language"] == "python"])
    on = CharlmStudy().table(RECORDED_STUDIES["python"].recorded().rows)
    assert len(answer.runs) > len(on)
    assert set(on["loss"]) < set(answer.runs.loss)
    assert answer.runs.params.max() / answer.runs.params.min() > 100
    assert (answer.law, dict(answer.known)) == (None, {})
    assert parametric.answer(parametric.Controls(data="recorded")).runs != answer.runs


def test_language_models_are_fitted_there_and_every_number_is_one():
    source = parametric.SOURCES["language"]
    asked = parametric.Controls(data="language", at=source.at, drop=source.drop)
    answer = parametric.answer(asked)
    assert len(answer.fit.runs) == len(answer.runs)
    assert np.isfinite(answer.residuals.select_dtypes("number").to_numpy()).all()
    what, how = origin_text.settings(asked), origin_text.made(asked)
    assert asked.kind == "recorded"
    assert what.startswith(RECORDED_STUDIES["python"].describe())
    assert runs.read(charlm_study.RECORDED).made in how
    numbers = text.numbers(answer, seen=True)
    assert numbers["parameters"] == format_count(answer.spread.params.at(1e12).value)

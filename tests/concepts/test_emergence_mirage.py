"""The tab on emergence by exams: its tables while runs come in, and its charts."""

import numpy as np
import pytest

from tests import text_checks
from tests.concepts.chart_checks import check, same_spec
from toylab.experiments.streaks import LONGEST
from toylab.experiments.streaks_study import BUDGETS, StreaksStudy
from toylab.live.result_source import ResultSource
from ui.concepts.emergence import charts, mirage, mirage_text, text, view
from ui.concepts.emergence.mirage import ENDS, RECORDED, Mirage, MirageControls

LENGTHS = pytest.mark.parametrize("symbols", [2, 8, LONGEST])


@pytest.fixture(scope="module")
def frame():
    return RECORDED.table(RECORDED.recorded().rows)


def drawn(result):
    return charts.exam_shapes(result.shapes, ENDS), charts.exam_levels(result.levels, ENDS)


@LENGTHS
def test_charts_hold_and_only_their_tables_follow_the_slider(symbols, frame):
    shown = drawn(Mirage(symbols, frame, False))
    for chart, other in zip(shown, drawn(Mirage(3, frame, False)), strict=True):
        check(chart)
        assert same_spec(chart, other)


@LENGTHS
def test_shapes_end_at_the_largest_network_and_unrelated_ones_rise_k_times_as_steeply(
    symbols, frame
):
    lines = Mirage(symbols, frame, False).shapes["lines"]
    told = lines.pivot(index="flops", columns="exam", values="share")
    assert list(told.index) == BUDGETS
    np.testing.assert_allclose(told.loc[BUDGETS[-1]], 1)
    assert lines["share"].between(0, 1).all()
    steep = np.log(told["unrelated"].iloc[0]) / np.log(told["accuracy"].iloc[0])
    assert steep == pytest.approx(symbols, rel=0.01)  # powers are taken seed by seed


@LENGTHS
def test_levels_have_every_seed_but_those_at_0_and_a_mean_only_where_none_is(symbols, frame):
    tables = Mirage(symbols, frame, False).levels
    lines, seeds, low = tables["lines"], tables["seeds"], tables["axes"]["y0"].item()
    assert low < seeds["share"].min() < seeds["share"].max() < tables["axes"]["y1"].item()
    counts = seeds.groupby(["flops", "exam"]).size()
    for name in charts.EXAMS:
        mine = lines[lines["exam"] == name]
        whole = [C for C in BUDGETS if counts.get((C, name), 0) == RECORDED.seeds]
        assert list(mine["flops"]) == whole
    assert len(lines) >= 4 * len(BUDGETS) - 2


def test_what_looks_sudden_has_to_grow_beyond_the_error_of_the_seeds(frame):
    """Some seeds without any such row do not make it sudden; an even share is not."""
    grown = np.where(frame["budget"] == BUDGETS[-1], 2e-3, 1e-4)
    none = frame.assign(exact_beside_blanks=grown * (frame["seed"] == 1000))
    even = frame.assign(exact_beside_blanks=0.01 + 1e-5 * frame["seed"])
    for table, sudden in ((frame, True), (none, False), (even, False)):
        *_, counted = mirage_text.lessons(Mirage(8, table, False).exams, 8, live=False)
        assert ("that looks sudden" in counted) == sudden
        text_checks.check(counted)


def test_the_debate_is_told_with_the_plateau_of_the_recorded_copies():
    found = view.recorded(view.SHORT).plateau
    assert text.stays(found) in mirage_text.debate()
    text_checks.check(mirage_text.debate())


def test_while_runs_come_in_shapes_wait_for_the_largest_network(frame):
    """None at first; a budget counts from its third seed on."""
    few = frame[(frame["budget"] <= 3e8) | (frame["seed"] < 1002)]
    for rows in (frame.iloc[:0], few):
        result = Mirage(8, rows, True)
        assert result.shapes["lines"].empty
        assert sorted(set(result.levels["lines"]["flops"])) == ([1e8, 3e8] if len(rows) else [])
        for chart in drawn(result):
            check(chart)
        assert len(mirage_text.lessons(result.exams, 8, live=True)) == 1
    result = Mirage(8, frame, False)
    assert len(mirage_text.lessons(result.exams, 8, live=False)) == 3


def test_results_are_of_the_source_and_of_the_slider(frame):
    source = ResultSource(RECORDED, None, RECORDED.recorded(), stale=False)
    some = [row for row in source.rows if row["seed"] < 1004]
    result = mirage.gather(source, MirageControls(symbols=5), some, live=True)
    assert result.frame["loss"].tolist() == frame[frame["seed"] < 1004]["loss"].tolist()
    assert {exam.seeds for exam in result.exams} == {4}
    assert (result.symbols, result.live) == (5, True)
    assert MirageControls(seed=7, device="mps").study == StreaksStudy(seed=7, device="mps")
    assert MirageControls(seeds=5).study.seeds == 5

"""The page on architectures: what is hidden, what its sentences say, and where names stand."""

from dataclasses import replace

import pytest

from tests import text_checks
from tests.concepts import chart_checks, label_checks
from tests.concepts.question_checks import check_question, stands
from tests.experiments.architecture_runs import STUDY, results, rows
from toylab.experiments.architecture_results import ArchitectureResults
from toylab.experiments.architecture_study import RECORDED_STUDIES, ArchitectureStudy
from toylab.fits.estimate import Estimate
from toylab.laws import designs
from toylab.live.result_source import ResultSource
from ui.concepts.architecture import blocks, charts, live, others, text, view
from ui.concepts.architecture.view import Controls
from ui.guess import GuessState
from ui.labels import LOW

OPTIMIZERS = ArchitectureStudy("optimizers", highest=3e10, sizes=1, seeds=3)


def recorded(name="nets"):
    study = RECORDED_STUDIES[name]
    return ArchitectureResults(study, study.table(study.recorded().rows))


def source(study=RECORDED_STUDIES["nets"]):
    return ResultSource(study, None, study.recorded(), stale=False)


CASES = {
    "recorded": recorded, "optimizers": lambda: recorded("optimizers"), "parallel": results,
    "a design diverged": lambda: results(lost=("transformer",)),
    "all diverged": lambda: results(lost=tuple(STUDY.designs)),
    "two budgets": lambda: results(replace(STUDY, highest=3e9)),
}  # fmt: skip
every = pytest.mark.parametrize("make", CASES.values(), ids=CASES)


@every
def test_every_sentence_is_whole_and_every_number_known(make):
    found = make()
    for told in (
        text.headline(found, seen=True), text.slopes(found), text.edges(found), text.made(""),
        *text.numbers(found, seen=True).values(), *text.details(found),
    ):  # fmt: skip
        text_checks.check(told)


@every
def test_charts_draw_what_their_tables_have_and_no_name_covers_another(make):
    found = make()
    chart = charts.loss(view.loss(found))
    chart_checks.check(chart)
    label_checks.check(chart.tables["names"])
    hidden = charts.loss(view.loss(found, seen=False))
    assert chart_checks.same_spec(chart, hidden)
    if found.others:
        times = charts.ratios(view.ratios(found), "network")
        chart_checks.check(times)
        label_checks.check(times.tables["names"])


def test_until_it_is_seen_only_the_baseline_is_drawn_and_no_number_told():
    found = recorded()
    tables = view.loss(found, seen=False)
    for name in ("runs", "others", "best", "lines"):
        assert set(tables[name]["meaning"]) == {"data"}
    assert tables["gap"].empty
    assert list(tables["names"]["name"].unique()) == ["n-gram network"]
    assert set(text.numbers(found, seen=False).values()) == {"?"}
    shown = view.loss(found)
    assert set(shown["best"]["meaning"]) == {"data", "rival", "model"}
    assert len(shown["gap"]) == 1
    assert shown["axes"].equals(tables["axes"])  # the axes do not tell either


def test_the_gap_in_the_figure_ends_on_the_line_of_the_design_that_is_asked_about():
    found = recorded()
    (gap,) = view.loss(found)["gap"].to_dict("records")
    assert gap["flops"] == found.middle
    assert found.lines["transformer"](gap["until"]) == pytest.approx(gap["loss"])
    assert found.lines["ngram"](gap["flops"]) == pytest.approx(gap["loss"])


def test_the_question_asks_for_the_ratio_and_its_guess_stands_where_it_would_be_true():
    found = recorded()
    question = text.question(found)
    check_question(lambda: text.question(found))
    m = found.compute_ratio("transformer", found.middle)
    assert question.answer == m.value
    (sight,) = list(
        blocks.figure(live.state(STUDY, source(), stands("architecture", question, 2.0)), found)
    )
    figure = sight.figures["Loss"]
    assert list(sight.figures) == ["Loss"]
    assert figure.guess.x.at[2.0] == 2 * found.middle
    assert float(figure.guess.y) == pytest.approx(float(found.lines["ngram"](found.middle)))
    ends = view.axes(found)
    assert all(ends.x[0] < at < ends.x[1] for at in figure.guess.x.at.values())


def test_there_is_nothing_to_ask_where_the_design_has_no_line_and_no_answer_while_it_runs():
    assert text.question(results(lost=("transformer",))) is None
    assert text.question(results(live=True)).answer is None
    empty = ArchitectureResults(STUDY, STUDY.table([]), live=True)
    assert text.question(empty).answer is None
    text_checks.check(text.headline(empty, seen=True))
    chart_checks.check(charts.loss(view.loss(empty)))


@pytest.mark.parametrize(
    ("m", "told"),
    [
        (Estimate(1.7, 1.5, 1.9), "needs"),
        (Estimate(0.6, 0.5, 0.8), "needs only"),
        (Estimate(1.1, 0.9, 1.3), "do not tell"),
        (None, "not known"),
    ],
)
def test_what_the_gap_says_follows_from_its_interval(monkeypatch, m, told):
    monkeypatch.setattr(ArchitectureResults, "compute_ratio", lambda *_: m)
    sentence = text.gap(recorded())
    assert told in sentence
    text_checks.check(sentence)


def test_a_crossing_names_the_steeper_one_and_none_is_said_where_there_is_none():
    found = recorded()
    ((pair, at),) = found.crossings.items()
    assert pair == ("ngram", "lstm")
    told = text.crossings(found)
    assert told.startswith("The LSTM overtakes the n-gram network at 2.8e9")
    flat = results(laws={name: (2.3 + k / 20, 0.07) for k, name in enumerate(STUDY.designs)})
    assert not flat.crossings
    assert text.crossings(flat) == "No two lines are shown to cross."
    assert at.low < at.value < at.high


def test_a_best_size_at_the_edge_is_said_below_the_figure():
    falls = [row | {"loss": row["loss"] * (1 + row["size"] / 100)} for row in rows()]
    found = ArchitectureResults(STUDY, STUDY.table(falls))
    state = live.state(STUDY, source(), GuessState())
    assert len(list(blocks.figure(state, found))) == 2
    assert len(list(blocks.figure(state, results()))) == 1


def test_passages_are_one_a_design_at_the_largest_budget():
    passages = text.written(recorded())
    assert len(passages) == 3
    assert all(passage.startswith("    def ") and len(passage) > 150 for _, passage in passages)


@pytest.mark.parametrize("name", ["half-minute", "thorough"])
def test_a_preset_sets_the_controls_of_its_study(name):
    records = view.presets(Controls()).records
    assert records[name].study == ArchitectureStudy.PRESETS[name]


@pytest.mark.parametrize("ratio", others.RATIOS)
def test_the_published_laws_are_drawn_and_told_at_every_ratio(ratio):
    chosen = others.Controls(ratio)
    chart = charts.published(chosen.tables)
    chart_checks.check(chart)
    label_checks.check(chart.tables["names"], LOW)
    text_checks.check(chosen.sentence)
    transformer, xlstm = (designs.loss(form, others.SIZE, ratio) for form in others.FORMS)
    ahead = "xLSTM" if xlstm < transformer else "transformer"
    assert f"compute of the {ahead} for the same loss" in chosen.sentence
    first, second = list(others.others(None, chosen))[:2]
    assert first.kind == "published"
    assert second[0].alt


def test_the_experiments_are_studies_that_can_be_trained():
    for _, _, controls in blocks.EXPERIMENTS:
        assert controls.study.specs()


def test_the_results_of_runs_that_have_ended_are_made_once_not_at_every_rerun():
    first, again = source(), source()
    assert live.answers(first) is live.answers(again)
    state = live.state(STUDY, again, GuessState())
    assert state.results is live.answers(first)
    assert state.gather(again.rows, None) is state.results
    assert state.gather(again.rows, []).live

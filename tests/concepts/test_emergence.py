"""The page on emergence: what is hidden, what its sentences say, and where names stand."""

import math
from dataclasses import replace

import pytest

from tests import text_checks
from tests.concepts import chart_checks, label_checks
from tests.concepts.question_checks import check_question, stands
from tests.experiments.task_rows import addition, copy_results, row
from toylab.experiments.task_results import CHANCE, WORST, AdditionResults, CopyResults
from toylab.experiments.task_studies import AdditionStudy, CopyStudy
from toylab.live.result_source import ResultSource
from ui.concepts.emergence import blocks, charts, learning, learning_text, live, text, trio, view
from ui.concepts.emergence.view import SYMBOLS, Controls
from ui.guess import GuessState
from ui.labels import LOW

RECORDED = view.recorded(300)


def source(study=RECORDED.study):
    return ResultSource(study, None, study.recorded(), stale=False)


def empty(*, live):
    return CopyResults(RECORDED.study, RECORDED.study.table([]), live)


CASES = {
    "recorded": lambda: RECORDED,
    "longer": lambda: view.recorded(1000),
    "nobody has learned": lambda: copy_results(row(4, 0, 0.06), row(5, 0, 0.07)),
    "symbols, but no rows": lambda: copy_results(row(4, 0, 0.6), row(5, 0, 0.8)),
    "one size": lambda: copy_results(row(4, 0, 0.9), row(4, 1, 0.6)),
    "diverged": lambda: copy_results(row(4, 0, 0.9, loss=math.nan, diverged=True), row(5, 0, 1.0)),
    "on its way": lambda: replace(copy_results(row(4, 0, 0.9)), live=True),
    "nothing yet": lambda: empty(live=True),
    "stopped": lambda: empty(live=False),
}
every = pytest.mark.parametrize("make", CASES.values(), ids=CASES)


@every
@pytest.mark.parametrize("symbols", [1, 2, 12])
def test_every_sentence_is_whole_and_every_number_known(make, symbols):
    found = make()
    for told in (
        text.headline(found, symbols), *text.why(found, symbols), text.made(source()),
        *text.numbers(found, symbols, seen=True).values(),
    ):  # fmt: skip
        text_checks.check(told)


@every
def test_charts_draw_what_their_tables_have(make):
    found = make()
    sizes = tuple(found.study.sizes)
    shares = charts.shares(view.shares(found, SYMBOLS), sizes)
    losses = charts.losses(view.losses(found), sizes, CHANCE, WORST)
    for chart in (shares, losses, charts.powers(view.powers(found, SYMBOLS))):
        chart_checks.check(chart)


@pytest.mark.parametrize("symbols", [1, 4, 12])
@pytest.mark.parametrize("case", ["recorded", "longer", "symbols, but no rows"])
def test_no_name_covers_another_and_k_moves_only_tables(case, symbols):
    found = CASES[case]()
    sizes = tuple(found.study.sizes)
    tables, powers = view.shares(found, symbols), view.powers(found, symbols)
    for names in (tables["names"], powers["names"], view.losses(found)["names"]):
        label_checks.check(names)
    one = charts.shares(view.shares(found, SYMBOLS), sizes)
    assert chart_checks.same_spec(charts.shares(tables, sizes), one)
    every = charts.powers(view.powers(found, SYMBOLS))
    assert chart_checks.same_spec(charts.powers(powers), every)


def test_one_symbol_alone_is_one_line_and_k_of_them_are_another():
    assert set(view.shares(RECORDED, 1)["means"]["exam"]) == {"accuracy"}
    tables = view.shares(RECORDED, 12)
    means = tables["means"].pivot(index="params", columns="exam", values="share")
    known = RECORDED.means(12).set_index("params")
    assert means["accuracy"].tolist() == pytest.approx(known["accuracy"].tolist())
    assert means["exact"].tolist() == pytest.approx(known["exact"].tolist())
    assert set(tables["names"]["name"]) == {"one symbol", "12 in a row"}
    assert len(tables["seeds"]) == 2 * len(RECORDED.trained)


def test_until_it_is_seen_single_symbols_alone_are_drawn_and_the_network_that_is_asked_about():
    question = text.question(RECORDED, 12)
    check_question(lambda: text.question(RECORDED, 12))
    one = view.network(RECORDED, 12)
    assert question.answer == pytest.approx(100 * one["exact"])
    assert one["accuracy"] > 2 * one["exact"]  # who takes one for the other is far off
    assert one["agrees"]
    state = live.State(Controls(), source(), stands("emergence", question, 40.0))
    (sight,) = list(blocks.figure(state, RECORDED))
    assert list(sight.figures) == ["Right"]
    assert sight.open
    assert not sight.finding
    figure = sight.figures["Right"]
    tables = figure.chart.tables
    assert set(tables["means"]["exam"]) == set(tables["seeds"]["exam"]) == {"accuracy"}
    marked = {"params": one["params"], "share": one["accuracy"]}
    assert tables["network"].to_dict("records") == [marked]
    assert tables["asked"]["params"].tolist() == [one["params"]]
    assert float(figure.guess.x) == one["params"]
    stops = figure.guess.y.at
    assert stops[40.0] == 0.4
    label_checks.check_guess(
        tables["names"], view.axes(RECORDED.study, charts.FULL[1]), (one["params"], 0.4)
    )
    told = text.numbers(RECORDED, 12, seen=False)
    assert list(told.values()).count("?") == 2
    shown = charts.shares(view.shares(RECORDED, 12), tuple(RECORDED.study.sizes))
    assert chart_checks.same_spec(figure.chart, shown)


def test_a_committed_guess_stands_beside_the_networks_own_exact_match():
    question = text.question(RECORDED, 12)
    for given, marked in (40.0, 1), (None, 0):
        guess = stands("emergence", question, given, seen=True)
        (sight,) = list(blocks.figure(live.State(Controls(), source(), guess), RECORDED))
        tables = sight.figures["Right"].chart.tables
        assert tables["asked"].empty
        assert len(tables["network"]) == marked
        label_checks.check(tables["names"])
        assert (100 * tables["network"]["share"] == question.answer).all()


def test_there_is_nothing_to_ask_of_one_symbol_nor_where_no_network_is_between():
    assert text.question(RECORDED, 1) is None
    assert text.question(copy_results(row(4, 0, 0.1), row(5, 0, 1.0)), 12) is None
    assert text.question(copy_results(row(4, 0, 0.9, [0.4] * 12)), 12) is None  # not independent
    assert text.question(replace(RECORDED, live=True), 12) is None
    assert text.question(empty(live=False), 12) is None


def test_once_it_is_seen_all_is_told():
    (sight,) = list(blocks.figure(live.State(Controls(), source(), GuessState()), RECORDED))
    assert list(sight.figures) == ["Right", "Loss", "p^k"]
    assert sight.finding == sight.sentence
    one = live.State(Controls(symbols=1), source(), GuessState())
    assert list(next(iter(blocks.figure(one, RECORDED))).figures) == ["Right", "Loss"]


def test_the_sentence_names_the_size_where_both_exams_are_furthest_apart():
    found = copy_results(row(4, 0, 0.1), row(5, 0, 0.8), row(6, 0, 0.99))
    told = text.headline(found, 12)
    assert told.startswith("At N = 590, 80 % of the single symbols are right on average, but only")
    assert "7 % of the rows of 12" in told
    assert "loss" not in told  # it is the same for all in these rows
    assert text.stays(RECORDED.plateau) in text.headline(RECORDED, 12)
    assert "loss" not in text.headline(view.recorded(1000), 12)  # one size alone is at chance
    assert text.numbers(found, 12, seen=True) == {
        "parameters for half the rows of 12": "780",
        "of symbols at N = 590 (mean)": "80 %", "of rows": "7 %",
    }  # fmt: skip
    never = copy_results(row(4, 0, 0.6), row(5, 0, 0.7))
    assert text.numbers(never, 12, seen=True)["gets half the rows of 12 right"] == "no size"
    assert any("no size for 12 in a row" in part for part in text.why(never, 12))


def test_networks_that_cannot_tell_are_not_counted_for_the_power_and_places_only_where_they_do():
    """93 of 108 have p^12 at 0 or 1; after 1,000 steps places explain nothing."""
    told = [" ".join(text.why(view.recorded(steps), 12)) for steps in (300, 1000)]
    assert "12 of 108 networks can tell" in told[0]
    assert "it holds in 10 of them" in told[0]
    assert "4 of 108 networks can tell" in told[1]
    assert "it holds in 3 of them" in told[1]
    assert ["harder" in said for said in told] == [True, False]
    assert ["1 stays unexplained" in said for said in told] == [True, True]
    wholly = " ".join(text.why(copy_results(row(4, 0, 0.9)), 12))
    assert not any(word in wholly for word in ("harder", "unexplained"))
    assert "No network here can tell" in " ".join(text.why(copy_results(row(4, 0, 1.0)), 12))


def test_networks_that_diverge_are_counted_and_a_rate_that_is_off_is_named():
    found = copy_results(row(4, 0, 0.06, loss=41.0), row(5, 0, 0.07), row(6, 0, 0.0, loss=math.nan))
    assert found.lost == 2
    assert "train longer" in text.headline(found, 12)
    assert "2 of 3 diverged" in text.headline(found, 12)
    wild = replace(found, study=replace(found.study, rate=1000.0))
    assert "at 1,000 times the usual learning rate" in text.headline(wild, 12)
    assert "train longer" not in text.headline(wild, 12)
    assert RECORDED.lost == 0
    assert "diverged" not in text.headline(RECORDED, 12)


def test_means_of_networks_that_differ_lie_above_the_curve():
    means = view.powers(RECORDED, 12)["means"]
    assert 780 in set(means["params"])
    assert (means["exact"] > means["accuracy"] ** 12).all()


@pytest.mark.parametrize("steps", view.STEPS)
def test_what_stands_in_for_a_study_has_its_steps_where_it_can(steps):
    study = Controls(steps=steps).study
    shown = view.fallback(study)
    assert shown.recorded()
    assert view.differs(study, shown) == (steps not in {300, 1000})
    assert view.differs(replace(study, widths=(4, 8)), shown)
    assert not view.differs(replace(shown, seeds=1, seed=3), shown)
    state = live.State(Controls(steps=steps), replace(source(shown), stale=True), GuessState())
    assert state.stale == (steps not in {300, 1000})


def test_a_preset_sets_the_controls_of_its_study_and_keeps_k():
    found = view.presets(Controls(symbols=5))
    assert found.current == "usual"
    for name, record in found.records.items():
        assert record.symbols == 5
        assert record.study == CopyStudy.PRESETS[name]
    assert view.presets(Controls(seeds=12)).current is None  # recorded, but no preset of the page


def test_the_experiments_are_studies_that_can_be_trained():
    for _, _, controls in blocks.EXPERIMENTS:
        assert controls.study.specs()


# --- While it learns --------------------------------------------------------------------------

ADDED = AdditionStudy.PRESETS["recorded"]
LEARNED = {
    "recorded": lambda: AdditionResults(ADDED, ADDED.table(ADDED.recorded().rows)),
    "carry comes late": lambda: addition(tens=(0.1, 0.5, 0.95)),
    "never": lambda: addition(tens=(0.1, 0.1, 0.1)),
    "on its way": lambda: replace(addition(tens=(0.1, 0.5, 0.95)), live=True),
    "nothing yet": lambda: AdditionResults(ADDED, ADDED.table([]), live=True),
    "stopped": lambda: AdditionResults(ADDED, ADDED.table([])),
}


@pytest.mark.parametrize("make", LEARNED.values(), ids=LEARNED)
def test_learning_is_told_and_drawn_at_every_stage(make):
    found = make()
    for told in learning_text.lessons(found, found.middle_seed):
        text_checks.check(told)
    steps = found.study.steps
    every = charts.learning(learning.networks(found), steps)
    one = charts.digits(learning.digits(found), steps)
    for chart in (every, one):
        chart_checks.check(chart)
    assert (
        dict(one.tables["lines"][["meaning", "what"]].to_numpy()).items() <= charts.DIGITS.items()
    )


def test_the_tens_that_wait_for_the_carry_are_named():
    told = " ".join(learning_text.lessons(addition(tens=(0.1, 0.5, 0.95)), 0))
    assert "the tens at 50 %: they need the carry" in told
    assert "At step 30 the tens, too, are right at 90 %" in told
    assert "At the end" not in told
    late = " ".join(learning_text.lessons(addition(tens=(0.1, 0.5, 0.7)), 0))
    assert "At the end 1 of 1 still has less than 90 % right: 69 %." in late
    assert "in place of 57 %" in told  # of the look that is furthest below p^3
    assert "carry" not in " ".join(learning_text.lessons(addition(tens=(0.1, 0.1, 0.1)), 0))


def test_the_network_whose_digits_are_shown_is_the_middle_one():
    found = LEARNED["recorded"]()
    half = {
        seed: rows.loc[rows["exact"] >= 0.5, "step"].min()
        for seed, rows in found.seeds().groupby("seed")
    }
    chosen = half[found.middle_seed]
    assert sum(step < chosen for step in half.values()) <= 6
    assert sum(step > chosen for step in half.values()) <= 6


# --- Three tasks ------------------------------------------------------------------------------


def test_copying_lies_on_the_line_addition_below_it_and_text_above():
    chart = charts.three(trio.tables())
    chart_checks.check(chart)
    label_checks.check(chart.tables["names"], LOW)
    for wide, named in chart.tables["names"].groupby("wide"):
        assert set(named["name"]) == {trio.COPIED, trio.ADDED, trio.READ}, wide
    every = trio.networks()
    ratio = (every["exact"] / every["expected"]).where(every["expected"] > 0.01)
    medians = ratio.groupby(every["task"]).median()
    assert medians[trio.COPIED] == pytest.approx(1, abs=0.01)
    text_ratio = every[every["task"] == trio.READ]
    assert (text_ratio["exact"] > 10 * text_ratio["expected"]).all()
    early = every[(every["task"] == trio.ADDED) & (every["expected"] < 0.3)]
    assert (early["exact"] < early["expected"]).all()
    assert "10 of 12 networks" in trio.lesson()
    text_checks.check(trio.lesson())
    text_checks.check(trio.settings())
    assert len(trio.made()) == 3

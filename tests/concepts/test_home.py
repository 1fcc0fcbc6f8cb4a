"""The first figure: its line has seen the small sizes only, and what it says is checked."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from tests.concepts import chart_checks, label_checks
from tests.concepts.question_checks import stands
from toylab.experiments.sine_study import FIRST
from toylab.live.result_source import ResultSource
from toylab.teaching.guesses import UNSET
from ui.concepts.home import blocks, charts, text, view
from ui.concepts.home.view import LARGE, SMALL, recorded, tell

ROWS = FIRST.recorded().rows
OWN = [row | {"test_mse": 2 * row["test_mse"]} for row in ROWS]  # a visitor's: twice as bad


def few(rows, sizes):
    return [row for row in rows if row["samples"] in sizes]


def source(whole):
    """A run of a visitor's, of all sizes or of the small ones."""
    study = view.study(7)
    ended = SimpleNamespace(live=False, remembered=None)
    job = SimpleNamespace(progress=lambda: ended)
    return ResultSource(study if whole else view.small(study), job, None, stale=False)


SMALL_ONES = tell(source(False), few(OWN, SMALL), None)
LARGER_ON_THEIR_WAY = tell(source(True), few(OWN, [*SMALL, LARGE[0]]), few(OWN, LARGE[1:])[:3])
ALL = tell(source(True), OWN, None)
STORIES = {
    "recorded": recorded(),
    "begun": tell(source(False), few(OWN, SMALL[1:]), few(OWN, SMALL[:1])[:2]),
    "small": SMALL_ONES,
    "larger": LARGER_ON_THEIR_WAY,
    "all": ALL,
}
every = pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)


@pytest.fixture(scope="module")
def errors():
    """The recorded errors, straight from the rows: (seeds, sizes)."""
    return FIRST.table(ROWS).pivot(index="seed", columns="samples", values="error")


def test_the_line_is_least_squares_through_the_medians_of_the_small_sizes(errors):
    medians = np.log(errors).median()
    small = medians.loc[: SMALL[-1]]
    slope, level = np.polyfit(np.log(small.index), small, 1)
    assert recorded().line.slope.value == pytest.approx(slope, rel=1e-6)
    value, low, high = recorded().forecast
    assert value == pytest.approx(np.exp(level + slope * np.log(4096)), rel=1e-6)
    assert low < value < high


def test_what_was_kept_back_does_not_move_the_line(errors):
    other = np.polyfit(np.log(errors.columns), np.log(errors.median()), 1)[0]
    assert abs(recorded().line.slope.value - other) > 0.002
    assert LARGER_ON_THEIR_WAY.line.slope == SMALL_ONES.line.slope == ALL.line.slope


def test_the_measured_error_lies_in_the_band_that_the_small_sizes_forecast(errors):
    _, low, high = recorded().forecast
    assert recorded().measured == pytest.approx(errors[4096].median())
    assert low <= recorded().measured <= high


@every
def test_nothing_of_the_larger_sizes_is_drawn_or_said_before_the_guess(story):
    tables = story.drawn(seen=False)
    for name in "runs", "training", "points":
        assert set(tables[name]["size"]) <= set(SMALL)
    assert tables["line"].empty
    assert tables["asked"]["size"].tolist() == [4096]
    assert set(tables["names"]["name"]) <= {"small networks"}
    (sight,) = blocks.figure(story, stands("home", text.question(story), 1e-4))
    assert list(sight.numbers.values())[1:] == [UNSET, UNSET]
    assert text.error(story.measured) not in sight.sentence
    assert sight.finding == ""  # what the report says of a run


def test_all_of_it_is_drawn_after_and_the_guess_stands_at_the_last_size():
    story = recorded()
    tables = story.drawn(seen=True)
    assert tables["points"]["size"].tolist() == FIRST.grid
    assert tables["points"]["kept_back"].tolist() == [False] * 3 + [True] * 3
    assert tables["asked"].empty
    assert tables["line"]["size"].iloc[-1] == pytest.approx(4096)
    low, high = view.AXES.y
    assert tables["runs"]["error"].between(low, high).all()
    assert low < text.ERRORS[0] < text.ERRORS[-1] < high
    (sight,) = blocks.figure(story, stands("home", text.question(story), 1e-4, seen=True))
    mark = sight.figures["Error"].guess
    assert (mark.x, mark.y.at[mark.y.value]) == ("4096", 1e-4)
    assert sight.finding == sight.sentence
    (sight,) = blocks.figure(story, stands("home", text.question(story), seen=True))
    assert sight.figures["Error"].guess.y.value is None


def test_a_visitors_run_is_told_as_far_as_it_has_come():
    begun = STORIES["begun"]
    assert (begun.trained, begun.own, begun.line) == (False, False, None)
    assert len(begun.drawn(seen=False)["training"]) == 2
    assert (SMALL_ONES.trained, SMALL_ONES.own) == (True, False)
    assert SMALL_ONES.measured == recorded().measured  # the larger ones are the recorded ones
    assert (LARGER_ON_THEIR_WAY.own, LARGER_ON_THEIR_WAY.checked) == (True, False)
    assert LARGER_ON_THEIR_WAY.measured == recorded().measured
    assert text.numbers(LARGER_ON_THEIR_WAY, seen=True)["trained at 4,096"] == UNSET
    assert ALL.checked
    assert ALL.measured == pytest.approx(2 * recorded().measured)
    assert ALL.before == pytest.approx(2 * recorded().before)


def test_a_run_that_came_to_nothing_leaves_the_recorded_runs():
    assert tell(source(False), [], None) is recorded()


def test_what_can_be_trained_next_follows_from_what_is_trained_and_seen():
    whole = view.study(7)

    def next_one(story, seen):
        return [getattr(block, "study", None) for block in blocks.launch(whole, story, seen)]

    assert next_one(recorded(), False) == [view.small(whole)]
    assert next_one(recorded(), True) == [whole]
    assert next_one(SMALL_ONES, False) == []  # only the guess is missing
    assert next_one(SMALL_ONES, True) == [whole]
    assert next_one(ALL, True) == [None]  # it starts over
    assert set(view.small(whole).specs()) < set(whole.specs())  # so these train once
    networks = [sum(spec.runs for spec in one.specs()) for one in (view.small(whole), whole)]
    assert text.invitation(recorded(), seen=False) == f"Train {networks[0]} networks now"
    assert f" {networks[1] - networks[0]} " in text.invitation(SMALL_ONES, seen=True)


@every
@pytest.mark.parametrize("guess", [None, *text.ERRORS[::7]])
def test_the_chart_keeps_its_spec_and_its_names_apart(story, guess):
    def chart(one, seen):
        drawn = one.drawn(seen=seen, guess=guess)
        return charts.forecast(drawn, tuple(FIRST.grid), view.AXES)

    for seen in False, True:
        drawn = chart(story, seen)
        chart_checks.check(drawn)
        assert drawn.spec == chart(recorded(), seen=False).spec
        label_checks.check(drawn.tables["names"])


def test_an_error_reads_as_a_decimal_of_two_digits():
    assert [text.error(value) for value in (0.0063, 3.04e-4, 1e-5, 9.96e-5)] == [
        "0.0063", "0.00030", "0.000010", "0.00010"
    ]  # fmt: skip


def test_a_forecast_that_misses_is_said_to_miss():
    assert "outside" not in text.finding(recorded())
    rows = few(ROWS, SMALL) + [row | {"test_mse": 1.0} for row in few(ROWS, LARGE)]
    assert "outside" in text.finding(tell(source(True), rows, None))
    assert replace(ALL, small=recorded().small).checked

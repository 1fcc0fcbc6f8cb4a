"""A guess and its gap: the sentence says which way and how far, and agrees with the numbers."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toylab.teaching.guesses import Guess, gap, percentage, percents, times

NUMBERS = st.floats(1e-3, 1e6)


def asked(answer: float, **how: float) -> Guess:
    return Guess("?", answer, (1.0, 2.0), "", **how)


@given(NUMBERS, NUMBERS)
def test_a_guess_that_is_larger_is_too_much_and_the_other_way_round(given, answer):
    found = gap(asked(answer), given)
    if found.off:
        assert ("too large" in found.off) == (given > answer)
        assert ("too small" in found.off) == (given < answer)
    assert (found.given == found.answer) == (not found.off)


@given(NUMBERS, NUMBERS, st.floats(1.01, 10))
def test_close_is_by_the_factor_whichever_way(given, answer, factor):
    assert gap(asked(answer, factor=factor), given).close == (
        max(given / answer, answer / given) <= factor
    )


@pytest.mark.parametrize(
    ("given", "answer", "said", "close"),
    [
        (40.0, 20.0, "20 points too high", False),
        (18.0, 20.0, "2 points too low", True),
        (20.0, 20.0, "", True),
    ],
)
def test_percentages_are_compared_by_points(given, answer, said, close):
    found = gap(asked(answer, points=3.0), given)
    assert (found.off, found.close) == (said, close)


@pytest.mark.parametrize(
    ("given", "grade"),
    [(25.0, "close"), (25.1, "not quite"), (39.0, "not quite"), (39.1, "far off"),
     (16.0, "close"), (10.2, "far off")],
)  # fmt: skip
def test_a_guess_has_three_grades_and_far_is_three_times_as_far_as_close_on_a_log_axis(
    given, grade
):
    assert gap(asked(20.0), given).grade == grade


def test_a_guess_is_about_its_words_and_its_answer_or_a_study_whose_answer_is_not_known():
    assert asked(20.0).about == asked(20.0).about
    assert asked(20.0).about != asked(21.0).about
    before, after = (replace(asked(x), study="small nets") for x in (20.0, 21.0))
    assert before.about == after.about != replace(before, study="large nets").about


def test_factors_are_said_plainly_and_a_hair_is_called_a_hair():
    assert gap(asked(70e9), 35e9).off == "2 times too small"
    assert gap(asked(1.0), 250.0).off == "250 times too large"
    assert gap(asked(100.0), 101.0).off == "a little too large"


def test_the_sentence_has_guess_answer_and_gap():
    found = gap(Guess("?", 19.6, percents(), "", percentage, points=3.0), 50.0)
    assert found.sentence == "You said 50 %; it is 19.6 %: 30 points too high."
    assert gap(asked(2.0), 2.0).sentence == "You said 2, and so it is."
    assert times(102.0) == "100 times"
    assert percents(high=3) == (1.0, 2.0, 3.0)

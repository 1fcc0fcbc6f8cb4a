"""The exercises on the critical batch: every number in them, worked out anew."""

import re
from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.text_checks import check_numbers
from toylab.teaching.exercises import critical_batch
from toylab.teaching.exercises.critical_batch import examples

MINUS = "\N{MINUS SIGN}"
TWICE, LOWER, THIRTEEN, LARGER, MADE_UP, NOISE = range(6)


def test_there_are_six_exercises_each_with_its_five_parts():
    assert [example.name for example in examples()] == [
        "Twice the batch", "A lower loss", "What doubles it?", "A larger model",
        "Is this a law?", "Is the noise scale the critical batch?",
    ]  # fmt: skip
    assert all(len(part) > 8 for example in examples() for part in astuple(example))


def test_twice_the_critical_batch_takes_a_quarter_off_the_steps_and_adds_half_the_tokens():
    """2.0 to 1.5 S_min and 2 to 3 E_min."""
    one, B_crit = examples()[TWICE], 2e6
    steps = [1 + B_crit / B for B in (2e6, 4e6)]
    tokens = [1 + B / B_crit for B in (2e6, 4e6)]
    check_numbers(one.question, "2M", "4M")
    assert f"from {steps[0]:g} to {steps[1]:g} S_min" in one.answer
    assert f"from {tokens[0]:g} to {tokens[1]:g} E_min" in one.answer
    assert re.findall(rf"\*\*([+{MINUS}][\d.]+) %\*\*", one.answer) == [f"{MINUS}25.0", "+50.0"]
    assert steps[1] / steps[0] - 1 == -0.25
    assert tokens[1] / tokens[0] - 1 == 0.5


def test_at_4m_one_pays_three_e_min_and_not_two():
    """With a critical batch of 2M, twice that is not near the best."""
    check_numbers(examples()[TWICE].cost, "4M", "3 E_min", "2")
    assert "not near-optimal" in examples()[TWICE].cost


@given(st.floats(1e4, 1e8))
def test_what_doubling_costs_is_the_same_whatever_the_critical_batch(critical):
    one = critical_batch.twice(critical)
    assert one.answer == examples()[TWICE].answer


def test_from_a_loss_of_3_to_2_it_grows_6_9_times_and_not_1_5():
    """From 1.07M to 7.37M."""
    one = examples()[LOWER]
    before, after = (2e8 / loss ** (1 / 0.21) for loss in (3, 2))
    assert after / before == pytest.approx(6.9, abs=0.05)
    check_numbers(one.question, "3", "2")
    check_numbers(one.answer, f"{MINUS}4.76", "1.07M", "7.37M", f"{after / before:.1f} times")
    assert (before, after) == (
        pytest.approx(1.069e6, rel=1e-3),
        pytest.approx(7.371e6, rel=1e-3),
    )
    check_numbers(one.cost, f"{3 / 2:.1f} times", f"{(after / before) / 1.5:.1f}")


@given(st.floats(1.7, 4), st.floats(1.05, 2))
def test_between_any_losses_the_growth_is_the_ratio_to_4_76(low, ratio):
    one = critical_batch.lower(low * ratio, low)
    told = float(re.search(r"\*\*([\d.]+) times\*\*", one.answer)[1])
    assert told == pytest.approx(ratio ** (1 / 0.21), abs=0.051)


def test_it_doubles_with_13_5_percent_and_13_give_1_94():
    """B_crit ~ L^(-1/0.21)."""
    one = examples()[THIRTEEN]
    drop, less = 1 - 2**-0.21, (1 - 0.13) ** (-1 / 0.21)
    assert (drop, less) == (pytest.approx(0.135, abs=5e-4), pytest.approx(1.94, abs=5e-3))
    check_numbers(one.answer, "13.5")
    assert f"2^{MINUS}0.21" in one.answer
    check_numbers(one.common_mistake, "13 %")
    check_numbers(one.cost, "13 %", f"{less:.2f} times")


def test_percent_signs_stand_apart_everywhere():
    assert not any(re.search(r"\d%", part) for one in examples() for part in astuple(one))


def test_ten_times_the_size_alone_has_a_batch_1_22_times_as_large():
    """Zhang 2024, N^0.087 and D^0.47."""
    one, size, data = examples()[LARGER], 10**0.087, 10**0.47
    check_numbers(one.answer, "D^0.47", "N^0.087", f"{size:.2f} times")
    check_numbers(one.cost, f"{data:.1f} times")
    assert (size, data) == (pytest.approx(1.22, abs=5e-3), pytest.approx(3.0, abs=0.05))
    assert "Only if it gets further" in one.answer


def test_at_one_example_the_made_up_law_gives_many_times_the_loss_of_one_example():
    """Its factor is B_crit^a instead of 1."""
    one = examples()[MADE_UP]
    check_numbers(one.cost, "1.7", "4", "1e6", "0.2")
    at_one = 1.7 + (1e6 / 1) ** 0.2 * (4 - 1.7)
    check_numbers(one.cost, f"{at_one:.1f} nats")
    assert at_one > 9 * 4  # of an L(1) that is 4 by its own words
    assert "1 and is B_crit^a" in one.answer
    at_many = 1.7 + (1e6 / 1e300) ** 0.2 * (4 - 1.7)
    assert at_many == pytest.approx(1.7)  # "tends to L_inf"


def test_b_simple_is_twice_what_counts_the_curvature_on_the_noisy_quadratic():
    """Curvatures 1/i in 64 directions, noise 10 in each, at x = 1."""
    h = 1 / np.arange(1, 65)
    simple = (10 * h).sum() / (h**2).sum()
    exact = (h * 10 * h).sum() / (h * h**2).sum()
    one = examples()[NOISE]
    check_numbers(one.cost, f"{simple:.3g}", f"{exact:.3g}", f"{simple / exact:.1f} times")
    assert "B_simple" in one.answer
    assert "E_min/S_min" in one.answer


def test_no_number_of_the_text_is_missing_or_infinite_or_written_for_a_machine():
    for example in examples():
        text = " ".join(astuple(example))
        assert not re.search(r"\b(nan|inf|None)\b|e[+-]0\d|e\+|  ", text)
        assert not re.search(rf"\^-|{MINUS}{MINUS}", text)
        assert text.count("**") % 2 == 0
        assert text.count("(") == text.count(")")

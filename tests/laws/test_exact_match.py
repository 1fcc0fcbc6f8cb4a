"""Exact match of independent symbols: the examples, simulated answers, and the slope."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toylab.laws.exact_match import exact_match

lengths = st.integers(1, 20)


@pytest.mark.parametrize(("loss", "five"), [(0.5, 0.0821), (0.1, 0.6065)])
def test_five_symbols_are_right_as_often_as_exp_of_five_losses(loss, five):
    assert float(exact_match(math.exp(-loss), 5)) == pytest.approx(five, abs=5e-5)


def test_simulated_answers_are_right_that_often():
    right = np.random.default_rng(0).random((40_000, 6)) < 0.8
    off = 4 * math.sqrt(0.8**6 * (1 - 0.8**6) / len(right))
    assert right.all(1).mean() == pytest.approx(float(exact_match(0.8, 6)), abs=off)


@given(st.floats(0.05, 0.9), st.floats(1.001, 1.1), lengths)
def test_it_grows_k_times_as_steeply_as_the_accuracy_on_logarithmic_axes(p, more, k):
    rise = np.diff(np.log(exact_match([p, p * more], k)))
    assert float(rise[0]) == pytest.approx(k * math.log(more), rel=1e-9)


@pytest.mark.parametrize(("accuracy", "symbols"), [(-0.1, 2), (1.1, 2), (0.5, 0), (math.nan, 2)])
def test_what_is_no_share_and_an_answer_without_symbols_are_refused(accuracy, symbols):
    with pytest.raises(ValueError, match="must be"):
        exact_match(accuracy, symbols)

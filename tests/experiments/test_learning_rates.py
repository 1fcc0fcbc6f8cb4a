"""Schedules of the learning rate: their shapes, ends and horizons, against closed forms."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toylab.experiments.learning_rates import CONSTANT, FALLS, USUAL, Schedule

shapes = st.sampled_from(list(FALLS))
shares = st.floats(0.01, 1)


@given(st.integers(1, 3000), st.floats(1e-4, 10))
def test_the_usual_one_is_bitwise_a_warm_up_times_a_line_to_zero(steps, peak):
    warm = max(1, 0.02 * steps)
    plain = [peak * min(1, (t + 1) / warm) * (1 - t / steps) for t in range(steps)]
    assert USUAL.rates(steps, peak) == plain


@given(shapes, shares, st.floats(0, 1))
def test_a_decay_begins_at_the_peak_never_rises_and_comes_to_its_end(shape, decay, end):
    schedule = Schedule(decay=decay, shape=shape, end=end)
    factors = [schedule.factor(done) for done in np.linspace(0, 1, 50)]
    assert factors[0] == schedule.factor(max(0.0, 0.99 - decay)) == pytest.approx(1)
    assert all(a >= b for a, b in pairwise(factors))
    assert factors[-1] == pytest.approx(end, abs=1e-6)


def test_halfway_through_the_decay_each_shape_is_where_its_formula_says():
    """1-sqrt: 0.2929 (Haegele et al. 2024)."""
    at = {shape: Schedule(decay=0.2, shape=shape).factor(0.9) for shape in FALLS}
    assert at["linear"] == pytest.approx(0.5)
    assert at["cosine"] == pytest.approx(0.5)
    assert at["1-sqrt"] == pytest.approx(0.2929, abs=5e-5)
    assert Schedule(decay=0.2, shape="linear", end=0.1).factor(0.9) == pytest.approx(0.55)


@given(shapes, st.floats(1, 4), st.integers(50, 400))
def test_a_decay_planned_for_longer_is_the_beginning_of_that_of_the_longer_run(shape, h, steps):
    cut = Schedule(warm=0.0, shape=shape, horizon=h).rates(steps, 1.0)
    long = Schedule(warm=0.0, shape=shape).rates(10 * steps, 1.0)
    for t in range(0, steps, 7):
        assert np.interp(t / h, np.arange(10 * steps) / 10, long) == pytest.approx(cut[t], abs=0.02)


def test_without_a_decay_the_rate_stays_and_a_warm_up_rises_to_it():
    rates = replace(CONSTANT, warm=0.1).rates(100, 2.0)
    assert rates[:10] == pytest.approx([0.2 * k for k in range(1, 11)])
    assert set(rates[10:]) == {2.0}
    assert math.isclose(CONSTANT.factor(1.0), 1)


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"warm": -0.1}, "warm must be between 0 and 1"),
        ({"decay": 1.5}, "decay must be between 0 and 1"),
        ({"shape": "step"}, "shape must be one of linear, cosine, 1-sqrt"),
        ({"end": 2.0}, "end must be between 0 and 1"),
        ({"horizon": 0.5}, "horizon must be between 1 and 10"),
        ({"warm": math.nan}, "warm must be"),
    ],
)
def test_schedules_that_are_none_are_refused(wrong, rule):
    with pytest.raises(ValueError, match=rule):
        Schedule(**wrong)

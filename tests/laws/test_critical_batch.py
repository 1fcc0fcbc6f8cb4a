"""Steps against examples: the hyperbola, and Kaplan's critical batch."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize_scalar

from toylab.laws import published
from toylab.laws.critical_batch import Tradeoff

few = settings(deadline=None, max_examples=15)
curves = st.builds(Tradeoff, S_min=st.floats(1, 1e6), E_min=st.floats(1e2, 1e14))
CURVE = Tradeoff(S_min=100.0, E_min=1e6)
LARGE = Tradeoff(S_min=1e4, E_min=2e10)  # critical: 2M


@given(curves)
@few
def test_at_the_critical_batch_steps_and_examples_are_twice_their_least(curve):
    assert curve.steps(curve.B_crit) == pytest.approx(2 * curve.S_min)
    assert curve.examples(curve.B_crit) == pytest.approx(2 * curve.E_min)


@given(curves, st.floats(1e-4, 1e4))
@few
def test_every_batch_lies_on_the_hyperbola(curve, share):
    """Kaplan eq. 5.1, and what eq. 5.4 and 5.5 make of steps and compute."""
    B = share * curve.B_crit
    S, E = curve.steps(B), curve.examples(B)
    assert pytest.approx(B * S) == E
    assert (S / curve.S_min - 1) * (E / curve.E_min - 1) == pytest.approx(1, rel=1e-9)
    assert S / (1 + curve.B_crit / B) == pytest.approx(curve.S_min)
    assert E / (1 + B / curve.B_crit) == pytest.approx(curve.E_min)


@given(curves)
@few
def test_twice_the_critical_batch_takes_1_5_times_the_steps_and_3_times_the_examples(curve):
    B = 2 * curve.B_crit
    assert curve.steps(B) / curve.S_min == pytest.approx(1.5)
    assert curve.examples(B) / curve.E_min == pytest.approx(3)


def test_doubling_a_critical_batch_saves_a_quarter_of_the_steps_for_half_more_examples():
    """Not half the steps, and 4M where 2M is critical is not near the least: 3, against 2."""
    two, four = 2e6, 4e6
    assert LARGE.B_crit == two
    assert LARGE.steps(four) / LARGE.steps(two) == pytest.approx(0.75)
    assert LARGE.examples(four) / LARGE.examples(two) == pytest.approx(1.5)
    assert LARGE.examples([two, four]) / LARGE.E_min == pytest.approx([2, 3])


@given(curves, st.floats(0.01, 20))
@few
def test_an_overhead_over_perfect_scaling_is_met_where_a_root_finder_meets_it(curve, overhead):
    def beyond(log_batch):
        batch = math.exp(log_batch)
        return float(curve.steps(batch)) * batch / curve.E_min - 1 - overhead

    middle = math.log(curve.B_crit)
    root = math.exp(brentq(beyond, middle - 8, middle + 8, xtol=1e-13))
    assert curve.beyond(overhead) == pytest.approx(root, rel=1e-9)


@given(curves)
@few
def test_20_percent_more_steps_than_perfect_scaling_are_at_a_fifth_of_the_critical_batch(curve):
    batch = curve.beyond(0.2)
    assert batch == pytest.approx(curve.B_crit / 5)
    assert curve.steps(batch) == pytest.approx(1.2 * curve.E_min / batch)


@given(curves)
@few
def test_the_sum_of_both_costs_over_their_least_is_smallest_at_the_critical_batch(curve):
    middle = math.log(curve.B_crit)

    def both(log_batch):
        B = math.exp(log_batch)
        return float(curve.steps(B) / curve.S_min + curve.examples(B) / curve.E_min)

    found = minimize_scalar(both, bounds=(middle - 3, middle + 4), method="bounded")
    assert math.exp(found.x) == pytest.approx(curve.B_crit, rel=1e-3)
    assert found.fun == pytest.approx(4)


@pytest.mark.parametrize("wrong", [0, -1, math.inf, math.nan])
@pytest.mark.parametrize("name", ["S_min", "E_min"])
def test_constants_that_are_not_positive_are_refused(name, wrong):
    with pytest.raises(ValueError, match=f"{name} must be positive and finite, got {wrong}"):
        Tradeoff(**{"S_min": 1.0, "E_min": 1.0, name: wrong})


@pytest.mark.parametrize("wrong", [0, -0.2, math.nan])
def test_an_overhead_that_is_not_positive_is_refused(wrong):
    with pytest.raises(ValueError, match="overhead must be positive"):
        CURVE.beyond(wrong)


# --- Kaplan's critical batch ------------------------------------------------------------------

KAPLAN = published.KAPLAN_BATCH.form


@pytest.mark.parametrize(("loss", "batch"), [(3, 1.069e6), (2, 7.371e6)])
def test_kaplans_critical_batch_is_the_one_worked_out_by_hand(loss, batch):
    assert KAPLAN.critical(loss) == pytest.approx(batch, rel=5e-4)


@pytest.mark.parametrize(("fall", "ratio"), [(0.135, 2.0), (0.13, 1.94)])
def test_a_loss_lower_by_13_5_percent_doubles_it_and_13_percent_do_not_quite(fall, ratio):
    off = 5e-4 * ratio / 0.21 / (1 - fall)  # the fall is rounded
    assert KAPLAN.critical(3 * (1 - fall)) / KAPLAN.critical(3) == pytest.approx(ratio, abs=off)
    assert pytest.approx(0.135, abs=6e-4) == 1 - 2**-0.21


def test_from_a_loss_of_3_to_2_it_grows_6_9_times_and_not_in_inverse_proportion():
    assert KAPLAN.critical(2) / KAPLAN.critical(3) == pytest.approx(6.9, abs=0.05)


def test_a_larger_model_at_the_same_loss_has_the_same_critical_batch():
    """And at the same data a larger one, by its lower loss alone."""
    joint = published.KAPLAN_ND.form

    def data(N):  # at which the loss is 3
        return math.exp(brentq(lambda log_D: joint.loss(N, math.exp(log_D)) - 3, 15, 35))

    sizes = np.array([1e8, 1e9, 1e10])
    amounts = np.array([data(N) for N in sizes])
    assert (np.diff(amounts) < 0).all()
    np.testing.assert_allclose(KAPLAN.critical(joint.loss(sizes, amounts)), 1.069e6, rtol=1e-3)
    grown = KAPLAN.critical(joint.loss(sizes, 1e11))
    ratios = (joint.loss(sizes[:-1], 1e11) / joint.loss(sizes[1:], 1e11)) ** (1 / 0.21)
    np.testing.assert_allclose(grown[1:] / grown[:-1], ratios)

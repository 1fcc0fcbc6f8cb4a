"""Kaplan's laws, against searches that know only the equations, and against the paper."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize_scalar

from toylab.laws import kaplan, published
from toylab.laws.forms import PF_DAY

LETTERS = ("params", "tokens", "compute")
sizes = st.floats(3, 13).map(lambda decade: 10.0**decade)
every = pytest.mark.parametrize("of", LETTERS)


def curve(N, S):
    """L(N, S_min) of eq. 1.6 with the constants of Table 3, written out."""
    return (6.5e13 / N) ** 0.077 + (2.1e3 / S) ** 0.76


def steps_for(loss, N):
    """Steps after which a model of N parameters reaches a loss, by search."""
    return math.exp(brentq(lambda u: curve(N, math.exp(u)) - loss, -40, 120, xtol=1e-13))


@pytest.mark.parametrize(
    ("of", "amount", "loss"),
    [
        ("params", 1e9, 2.3756), ("params", 1.5e9, 2.3036), ("tokens", 5.4e13, 1.0),
        ("tokens", 2.3e10, 2.0903), ("compute", 3.1e8, 1.0), ("compute", 1.0, 2.6581),
    ],
)  # fmt: skip
def test_losses_are_those_of_the_printed_constants(of, amount, loss):
    """Eq. 1.1 to 1.3 by hand."""
    assert float(kaplan.loss(of, amount)) == pytest.approx(loss, abs=5e-5)


@pytest.mark.parametrize(
    ("of", "factor", "percent"),
    [("params", 0.9487, 5.1), ("tokens", 0.9363, 6.4), ("compute", 0.9659, 3.4)],
)
def test_doubling_multiplies_the_loss_by_its_printed_factor(of, factor, percent):
    """2^-alpha by hand."""
    assert kaplan.gain(of, 2) == pytest.approx(factor, abs=5e-5)
    assert 100 * (1 - kaplan.gain(of, 2)) == pytest.approx(percent, abs=0.05)


@every
@given(sizes, st.floats(0.01, 1e4))
def test_a_gain_is_the_same_wherever_one_starts(of, amount, factor):
    start, end = kaplan.loss(of, [amount, amount * factor])
    assert end / start == pytest.approx(kaplan.gain(of, factor))


@every
@given(st.floats(0.3, 0.999))
def test_what_is_needed_for_a_drop_gains_that_drop(of, drop):
    assert kaplan.gain(of, kaplan.needed(of, drop)) == pytest.approx(drop)
    assert kaplan.needed(of, drop) > 1


def test_ten_percent_less_loss_needs_the_least_more_of_tokens_and_the_most_of_compute():
    needed = [kaplan.needed(of, 0.9) for of in LETTERS]
    np.testing.assert_allclose(needed, [4.0, 3.03, 8.23], atol=0.005)


@pytest.mark.parametrize(
    ("N", "D", "loss", "endless"), [(1e9, 22e9, 2.3693, 2.3188), (1e9, 1e30, 2.3188, 2.3188)]
)
def test_the_joint_loss_is_that_of_the_printed_constants(N, D, loss, endless):
    """Eq. 1.5 with Table 2."""
    found = kaplan.regime(N, D)
    assert found.loss == pytest.approx(loss, abs=5e-5)
    assert found.endless_data == pytest.approx(endless, abs=5e-5)


@given(sizes, sizes)
def test_a_regime_stands_between_its_two_limits(N, D):
    found, form = kaplan.regime(N, D), published.KAPLAN_ND.form
    assert found.loss == pytest.approx(float(form.loss(N, D)))
    assert found.endless_data == pytest.approx(float(form.loss(N, math.inf)))
    assert found.endless_model == pytest.approx(float(form.loss(math.inf, D)))
    assert found.loss >= max(found.endless_data, found.endless_model)
    # The bracket is the sum of what the limits leave, so their shares are those of its terms.
    shares = (np.array([found.endless_data, found.endless_model]) / found.loss) ** (1 / 0.103)
    np.testing.assert_allclose(shares, [found.model_share, 1 - found.model_share], atol=1e-9)
    assert found.overfit == pytest.approx(found.loss / found.endless_data - 1, abs=1e-12)


@given(sizes, sizes)
def test_overfitting_is_that_of_equation_4_3(N, D):
    ratio = 0.076 / 0.103
    expected = (1 + (N / 6.4e13) ** ratio * 1.8e13 / D) ** 0.103 - 1
    assert kaplan.regime(N, D).overfit == pytest.approx(expected, rel=1e-6, abs=1e-12)


@given(sizes, sizes)
def test_with_data_held_a_larger_model_flattens_and_never_gets_worse(N, D):
    """The loss is that of early stopping."""
    losses = [kaplan.regime(k * N, D).loss for k in (1, 10, 100)]
    assert losses[0] >= losses[1] >= losses[2] >= kaplan.regime(N, D).endless_model


@pytest.mark.parametrize(
    ("times", "limit"),
    [
        (3.01, "model-limited"), (2.99, "in between"), (1 / 2.99, "in between"),
        (1 / 3.01, "data-limited"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("N", [1e6, 1e10])
def test_a_limit_is_named_once_one_term_is_three_times_the_other(N, times, limit):
    tokens = 1.8e13 * times / (6.4e13 / N) ** (0.076 / 0.103)
    assert kaplan.regime(N, tokens).limit == limit


def test_a_small_network_on_much_data_is_limited_by_its_model():
    """Its size is short, not its data: easily told the wrong way round."""
    assert kaplan.regime(1e6, 2.3e10).limit == "model-limited"
    assert kaplan.regime(1.5e9, 2.2e7).limit == "data-limited"


@given(sizes, st.floats(1e-3, 1))
def test_the_tokens_needed_overfit_by_what_was_asked(N, overfit):
    tokens = float(kaplan.tokens_needed(N, overfit))
    assert kaplan.regime(N, tokens).overfit == pytest.approx(overfit)


def test_a_model_of_a_billion_needs_24_billion_tokens_for_two_percent():
    assert float(kaplan.tokens_needed(1e9)) == pytest.approx(2.41e10, abs=0.005e10)
    # Eq. 4.4 rounds it to 5e3 N^0.74, by 5 % up or down.
    assert float(kaplan.tokens_needed(1e9)) == pytest.approx(5e3 * 1e9**0.74, rel=0.06)
    assert float(kaplan.tokens_needed(1e9)) / 1e9**0.738 == pytest.approx(5.5e3, rel=0.01)


@given(sizes)
def test_eight_times_the_parameters_need_4_6_times_the_tokens(N):
    """Kaplan et al. 2020, sec. 4.2 say "roughly 5x"; 8^(0.076/0.103) = 4.638."""
    some, more = kaplan.tokens_needed([N, 8 * N])
    assert more / some == pytest.approx(4.638, abs=5e-4)


@given(sizes, sizes)
def test_a_learning_curve_is_equation_1_6(N, S):
    assert float(kaplan.learning_curve(N, S)) == pytest.approx(curve(N, S))


@pytest.mark.parametrize("N", [1e5, 1e9, 1e12])
def test_no_other_size_reaches_the_loss_of_efficient_training_with_less_compute(N):
    """At one loss the critical batch is one batch, so compute is as N S_min."""
    steps, loss = kaplan.stop(N)
    assert curve(N, steps) == pytest.approx(loss)

    def compute(u):
        return math.log(math.exp(u) * steps_for(loss, math.exp(u)))

    # Below 0.3 N no number of steps is enough.
    found = minimize_scalar(
        compute, bounds=(math.log(0.3 * N), math.log(20 * N)), options={"xatol": 1e-9}
    )
    assert found.success
    assert math.exp(found.x) == pytest.approx(N, rel=1e-4)


@given(sizes)
def test_efficient_training_stops_ten_percent_above_the_converged_loss(N):
    """Eq. B.5: alpha_N / alpha_S = 0.077 / 0.76."""
    loss, converged = kaplan.stop(N)[1], float(kaplan.learning_curve(N, 1e60))
    assert loss / converged - 1 == pytest.approx(0.1013, abs=5e-5)


def test_against_training_to_two_percent_efficient_training_saves_two_thirds():
    """Eq. B.12 to B.14: 2.7 times the parameters, 7.7 times fewer steps, 65 % less compute."""
    steps, loss = kaplan.stop(1e9)
    small = 6.5e13 * (loss / 1.02) ** (-1 / 0.077)  # converged, it is 2 % below that loss
    long = steps_for(loss, small)
    assert 1e9 / small == pytest.approx(2.7, abs=0.05)
    assert long / steps == pytest.approx(7.7, abs=0.1)  # as good as alpha_S, to 0.005
    assert 1 - 1e9 * steps / (small * long) == pytest.approx(0.65, abs=0.005)


@pytest.mark.parametrize(("ratio", "cost"), [(0.6, 1.165), (2.2, 1.204), (1.0, 1.0)])
def test_off_size_models_cost_what_equation_b_16_says(ratio, cost):
    """The paper says 20 % for 0.6 to 2.2 times the best size."""
    assert float(kaplan.off_size(ratio)) == pytest.approx(cost, abs=5e-4)


def test_a_model_of_twice_the_size_needs_about_half_the_steps():
    """Eq. B.16: x0.547 at r = 2.2."""
    assert float(kaplan.off_size(2.2)) / 2.2 == pytest.approx(0.547, abs=5e-4)


@given(st.floats(0.29, 50), st.floats(5, 12).map(lambda decade: 10.0**decade))
def test_the_cost_of_an_off_size_is_that_of_a_search_along_its_learning_curve(ratio, N):
    steps, loss = kaplan.stop(N)
    direct = ratio * steps_for(loss, ratio * N) / steps
    assert float(kaplan.off_size(ratio)) == pytest.approx(direct, rel=1e-5)
    assert direct >= 1 - 1e-9


def test_a_model_too_small_never_gets_there_at_any_cost():
    """Its converged loss is 10 % above that of the best size."""
    edge = (1 + 0.077 / 0.76) ** (-1 / 0.077)
    costs = kaplan.off_size([0.01, 0.99 * edge, 1.01 * edge])
    assert np.isinf(costs).tolist() == [True, True, False]


def test_the_laws_contradict_each_other_where_a_search_finds_it():
    found = kaplan.conflict()

    def gap(u):
        C = math.exp(u)
        tokens = 2e10 * C**0.27
        return (3.1e8 / C) ** 0.050 - (5.4e13 / tokens) ** 0.095

    assert found.compute == pytest.approx(math.exp(brentq(gap, 0, 20, xtol=1e-13)))
    assert gap(math.log(found.compute) - 1) > 0 > gap(math.log(found.compute) + 1)


def test_the_contradiction_is_where_the_constants_put_it():
    """Sec. 6.3 says about 1e4 PF-days, 1e12 parameters, 1e12 tokens and 1.7."""
    found = kaplan.conflict()
    assert found.compute == pytest.approx(1.12e4, abs=0.005e4)
    assert found.loss == pytest.approx(1.668, abs=5e-4)
    assert found.params == pytest.approx(1.17e12, abs=0.005e12)
    assert found.tokens == pytest.approx(2.5e11, abs=0.05e11)
    assert float(kaplan.loss("tokens", found.tokens)) == pytest.approx(found.loss)


def test_a_petaflop_day_is_1e15_a_second_for_a_day():
    assert PF_DAY == 1e15 * 24 * 3600


@pytest.mark.parametrize("wrong", [0.0, -1.0, math.nan, math.inf])
@pytest.mark.parametrize(
    ("ask", "name"),
    [
        (lambda x: kaplan.loss("params", x), "params"),
        (lambda x: kaplan.loss("tokens", x), "tokens"),
        (lambda x: kaplan.loss("compute", x), "compute"),
        (lambda x: kaplan.gain("params", x), "factor"),
        (lambda x: kaplan.needed("params", x), "drop"),
        (lambda x: kaplan.regime(x, 1e9), "params"),
        (lambda x: kaplan.regime(1e9, x), "tokens"),
        (kaplan.tokens_needed, "params"),
        (lambda x: kaplan.tokens_needed(1e9, x), "overfit"),
        (lambda x: kaplan.learning_curve(x, 1e3), "params"),
        (lambda x: kaplan.learning_curve(1e9, x), "steps"),
        (kaplan.stop, "params"),
        (kaplan.off_size, "ratio"),
    ],
)
def test_what_is_not_positive_and_finite_is_refused_by_name(ask, name, wrong):
    with pytest.raises(ValueError, match=f"{name} must be positive and finite, got {wrong}"):
        ask(wrong)

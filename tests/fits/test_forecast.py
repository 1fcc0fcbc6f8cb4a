"""What the lines say of a larger budget, held against studies whose valleys are known."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from toylab.fits import isoflop
from toylab.fits.estimate import Estimate
from toylab.fits.forecast import Forecast, forecast, held, measured
from toylab.fits.runs import make_runs

BUDGETS = np.array([1e9, 3e9, 1e10, 3e10])
NEXT = 1e11
BEND = 0.03  # k of every valley


def study(budgets=BUDGETS, a=0.5, fall=0.07, floor=0.0, noise=0.0, seed=0, off=1.0):
    """Valleys that are exact parabolas in ln L; `off` is what the grids are centred on."""
    C = np.repeat(budgets, 7)
    across = np.tile(np.geomspace(1 / 4, 4, 7), len(budgets))
    best = 5e3 * (C / 1e9) ** a
    N = best * across * off
    luck = noise * np.random.default_rng(seed).standard_normal(len(C))
    bottom = floor + 2.4 * (C / 1e9) ** -fall
    loss = bottom * np.exp(BEND * np.log(N / best) ** 2 + luck)
    return make_runs(params=N, flops=C, loss=loss)


def said(flops=NEXT, params=(5e4, 4e4, 6e4), loss=(1.7, 1.6, 1.8)):
    return Forecast(flops, Estimate(*params), Estimate(*loss))


def covers(estimate, truth):
    return estimate.low <= truth <= estimate.high


@given(st.floats(0.2, 0.8), st.floats(0.01, 0.3), st.floats(1.0, 1000.0))
@settings(deadline=None, max_examples=12)
def test_where_valleys_follow_power_laws_the_forecast_is_what_comes(a, fall, beyond):
    C = beyond * BUDGETS[-1]
    ahead = forecast(isoflop.fit(study(a=a, fall=fall)), C)
    assert ahead.flops == C
    assert ahead.params.value == pytest.approx(5e3 * (C / 1e9) ** a)
    assert ahead.loss.value == pytest.approx(2.4 * (C / 1e9) ** -fall)
    for one in ahead.params, ahead.loss:
        assert one.high / one.low < 1 + 1e-6


@given(st.floats(0.2, 0.8), st.floats(0.01, 0.3), st.floats(0.5, 2.0))
@settings(deadline=None, max_examples=8)
def test_the_outcome_is_the_bottom_of_the_runs_at_that_budget(a, fall, off):
    found = measured(said(), study([*BUDGETS, NEXT], a=a, fall=fall, off=off))
    assert found.flops == pytest.approx(NEXT)
    assert found.runs == 7
    assert found.params.value == pytest.approx(5e3 * 100**a)
    assert found.loss == pytest.approx(2.4 * 100**-fall)
    assert found.bottom.value == found.loss
    assert found.bottom.high / found.bottom.low < 1 + 1e-6


def test_a_fall_to_a_floor_ends_above_the_straight_line_and_size_is_as_forecast():
    ahead = forecast(isoflop.fit(study(floor=1.0)), NEXT)
    found = measured(ahead, study([*BUDGETS, NEXT], floor=1.0))
    truth = 1.0 + 2.4 * 100**-0.07
    assert found.loss == pytest.approx(truth)
    assert ahead.loss.high < 0.999 * truth
    assert ahead.params.value == pytest.approx(found.params.value)


def test_nine_of_ten_forecasts_hold_the_truth_where_noise_is_all_that_is_wrong():
    found = [forecast(isoflop.fit(study(noise=0.003, seed=k)), NEXT) for k in range(60)]
    least = stats.binom.ppf(0.001, 60, 0.93)
    assert sum(covers(one.params, 5e4) for one in found) >= least
    assert sum(covers(one.loss, 2.4 * 100**-0.07) for one in found) >= least
    for name, truth in ("params", 5e4), ("loss", 2.4 * 100**-0.07):
        ends = [getattr(one, name) for one in found]
        half = np.mean([math.log(end.high / end.low) / 2 for end in ends])
        spread = np.std([math.log(end.value / truth) for end in ends])
        assert 0.7 < half / 1.96 / spread < 1.5  # 60 draws tell an sd to a ninth


@pytest.mark.slow
def test_a_forecast_that_is_right_is_held_in_at_least_nine_of_ten_studies():
    """Where its runs have noise of their own, as the study's have."""
    found = []
    for k in range(60):
        every = study([*BUDGETS, NEXT], noise=0.003, seed=k)
        ahead = forecast(isoflop.fit(every.take(np.arange(28))), NEXT)
        after = measured(ahead, every)
        pairs = (ahead.params, after.params), (ahead.loss, after.bottom)
        found.append([covers(held(*pair), 1) for pair in pairs])
    assert (np.sum(found, axis=0) >= stats.binom.ppf(0.001, 60, 0.93)).all()


def test_a_forecast_of_a_straight_fall_is_missed_where_there_is_a_floor():
    every = study([*BUDGETS, NEXT], floor=1.0, noise=0.001)
    ahead = forecast(isoflop.fit(every.take(np.arange(28))), NEXT)
    after = measured(ahead, every)
    assert held(ahead.loss, after.bottom).low > 1
    assert covers(held(ahead.params, after.params), 1)


around = st.tuples(st.floats(0.1, 10), st.floats(1, 3), st.floats(1, 3)).map(
    lambda said: Estimate(said[0], said[0] / said[1], said[0] * said[2])
)


@given(around, around)
def test_what_was_measured_over_what_was_forecast_has_the_scatter_of_both(said, found):
    off = held(said, found)
    assert off.value == pytest.approx(found.value / said.value)
    wide = math.log(off.high / off.low) ** 2
    each = [math.log(one.high / one.low) ** 2 for one in (said, found)]
    assert wide == pytest.approx(sum(each), abs=1e-9)
    assert off.value**2 == pytest.approx(off.low * off.high)  # even in the logarithm
    turned = held(found, said)
    assert (turned.low, turned.high) == pytest.approx((1 / off.high, 1 / off.low))


def test_a_forecast_of_a_farther_budget_is_less_sure():
    found = isoflop.fit(study(noise=0.003))
    ends = [forecast(found, C) for C in (1e11, 1e12, 1e13)]
    for name in ("params", "loss"):
        widths = [getattr(one, name).high / getattr(one, name).low for one in ends]
        assert widths == sorted(widths)
        assert widths[0] < widths[-1]


def test_before_runs_of_the_next_budget_there_is_no_measured():
    with pytest.raises(ValueError, match="too few runs of the next budget have ended to find"):
        measured(said(), study())


def test_runs_of_two_sizes_are_too_few_for_an_measured():
    every, before = study([*BUDGETS, NEXT]), range(28)
    with pytest.raises(ValueError, match="too few runs of the next budget"):
        measured(said(), every.take(np.array([*before, 30, 31])))
    assert measured(said(), every.take(np.array([*before, 30, 31, 32]))).runs == 3


@pytest.mark.parametrize(("factor", "near"), [(1.05, True), (1 / 1.05, True), (1.3, False)])
def test_only_runs_of_the_budget_that_was_forecast_count(factor, near):
    """As budgets do, to a factor 1.1: whole batches never spend one exactly."""
    every = study([*BUDGETS, factor * NEXT])
    if near:
        assert measured(said(), every).flops == pytest.approx(factor * NEXT)
    else:
        with pytest.raises(ValueError, match="too few runs of the next budget"):
            measured(said(), every)


@pytest.mark.parametrize(
    ("off", "side"), [(20, "below the smallest"), (1 / 20, "above the largest")]
)
def test_a_bottom_at_the_edge_of_the_next_budgets_sizes_is_no_measured(off, side):
    before, after = study(), study([NEXT], off=off)
    every = make_runs(
        params=[*before.params, *after.params], flops=[*before.flops, *after.flops],
        loss=[*before.loss, *after.loss],
    )  # fmt: skip
    with pytest.raises(ValueError, match=f"at 1e11 FLOPs the bottom lies {side} size"):
        measured(said(), every)

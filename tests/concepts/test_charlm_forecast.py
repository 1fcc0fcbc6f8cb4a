"""Sentences about the next budget of language models: its forecast, and how that came out."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.concepts.charlm_runs import USUAL, results, rows, stated
from toylab.fits.estimate import Estimate
from toylab.fits.forecast import Forecast
from toylab.fits.isoflop_budgets import Valley
from ui.concepts.charlm import forecast_text, live
from ui.concepts.charlm.live import NextBudget
from ui.concepts.shared.numbers import size

MINUS = "\N{MINUS SIGN}"
FOUND = results(noise=0.003)


sizes = st.tuples(st.floats(1e4, 5e5), st.floats(1.01, 4), st.floats(1.01, 4))
losses = st.tuples(st.floats(1.5, 2.5), st.floats(1.001, 1.1), st.floats(1.001, 1.1))


def around(said):
    return Estimate(said[0], said[0] / said[1], said[0] * said[2])


forecasts = st.builds(Forecast, st.just(1e11), sizes.map(around), losses.map(around))
bottoms = st.builds(
    lambda params, loss: Valley(1e11, 9, 1e3, 1e6, params, 1e6, loss.value, 0.05, True, "", loss),
    sizes.map(around),
    losses.map(around),
)


@given(forecasts, bottoms)
def test_the_verdict_is_held_where_both_scatters_allow_and_missed_where_not(said, result):
    told = forecast_text.score_forecast(said, result).replace(MINUS, "-")
    sized, lost = told.split(" Loss: ")
    for part, one, other in (
        (sized, said.params, result.params), (lost, said.loss, result.bottom),
    ):  # fmt: skip
        off = math.log(other.value / one.value)
        reach = math.hypot(*(math.log(x.high / x.low) / 2 for x in (one, other)))
        if abs(abs(off) - reach) > 1e-9:
            assert ("**held**" in part) == (abs(off) <= reach)
            assert ("**missed**" in part) == (abs(off) > reach)
        change = float(re.search(r"off by ([-+\d.]+) %", part)[1])
        assert change == pytest.approx(100 * math.expm1(off), abs=0.051)
    assert f"forecast {size(said.params)}, measured {size(result.params)}," in sized
    assert f"forecast {stated(said.loss)}, measured {stated(result.bottom)}," in lost
    missed = "**missed**" in lost
    assert ("what a floor would do" in lost) == (missed and result.loss > said.loss.value)
    assert ("gets steeper" in lost) == (missed and result.loss < said.loss.value)


@pytest.mark.parametrize(
    ("factor", "told"),
    [(1.01, ""), (0.99, ""), (1.2, "a floor would do"), (0.8, "gets steeper")],
)
def test_a_difference_within_both_scatters_is_no_bend(factor, told):
    loss, params = Estimate(2.0, 1.9, 2.1), Estimate(1e4, 9e3, 1.1e4)
    result = Estimate(*(factor * x for x in (2.0, 1.9, 2.1)))
    valley = Valley(1e11, 9, 1e3, 1e6, params, 1e6, result.value, 0.05, True, "", result)
    said = forecast_text.score_forecast(Forecast(1e11, params, loss), valley)
    bends = "a floor would do", "gets steeper"
    assert [one for one in bends if one in said] == ([told] if told else [])


def test_a_verdict_has_no_gap_where_there_is_no_more_to_say():
    loss, params = Estimate(2.0, 1.9, 2.1), Estimate(1e4, 9e3, 1.1e4)
    same = Valley(1e11, 9, 1e3, 1e6, params, 1e6, 2.0, 0.05, True, "", loss)
    assert "  " not in forecast_text.score_forecast(Forecast(1e11, params, loss), same)


AHEAD = live.lock(FOUND, USUAL)


def test_a_forecast_is_quoted_before_it_is_run_and_when_it_is_locked():
    ahead = AHEAD.forecast
    for told in forecast_text.prediction(ahead, FOUND.unit), forecast_text.locked(AHEAD):
        assert "1e11" in told
        assert size(ahead.params) in told
        assert stated(ahead.loss) in told
    assert f"{stated(ahead.loss)}** nats/character" in forecast_text.prediction(ahead, FOUND.unit)


def test_a_size_that_is_not_determined_is_not_said_to_be_so_many_parameters():
    vague = Forecast(1e11, Estimate(1e4, 1e2, 1e6), Estimate(2.0, 1.9, 2.1))
    locked = live.Locked(vague, USUAL.next)
    for told in forecast_text.prediction(vague, "nats/word"), forecast_text.locked(locked):
        assert not re.search(r"not determined\W* parameters", told)


def test_while_the_next_budget_trains_the_forecast_stands_locked_and_networks_are_counted():
    made = USUAL.table(rows(USUAL.next))
    told = forecast_text.outcome(NextBudget(AHEAD, FOUND, made.iloc[:2], live=True))
    assert told == f"{forecast_text.locked(AHEAD)} 2 networks trained."


def test_when_it_has_ended_there_is_a_verdict_or_the_reason_why_not():
    made = USUAL.table(rows(USUAL.next, 0.003, seed=1))
    one = NextBudget(AHEAD, FOUND, made, live=False)
    assert forecast_text.outcome(one) == forecast_text.score_forecast(AHEAD.forecast, one.measured)
    stopped = forecast_text.outcome(NextBudget(AHEAD, FOUND, made.iloc[:2], live=False))
    assert stopped == (
        f"{forecast_text.locked(AHEAD)} No verdict: too few runs of the next budget have ended to "
        "find its bottom."
    )
    high = made[made["params"] > 1.3 * one.measured.params.value]
    edge = forecast_text.outcome(NextBudget(AHEAD, FOUND, high, live=False))
    assert "No verdict: at 1e11 FLOPs the bottom lies below the smallest size" in edge

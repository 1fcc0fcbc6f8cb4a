"""What the lowest dots and a fit without logarithms make of studies whose truth is known."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from toylab.fits import isoflop_naive
from toylab.fits.runs import make_runs
from toylab.laws import allocation, published
from toylab.simulation.isoflop_study import SimulatedStudy, simulate

C = np.geomspace(1e18, 1e21, 7)


def dots(params, flops=C):
    return pd.DataFrame({"params": params, "flops": flops})


@given(st.floats(0.2, 1.2), st.floats(5, 10))
@settings(deadline=None)
def test_dots_on_a_power_law_give_it_back(a, decade):
    found = isoflop_naive.fit_without_logs(dots(10**decade * (C / 1e18) ** a))
    assert found.exponent == pytest.approx(a, rel=1e-5)
    np.testing.assert_allclose(found.at(C), 10**decade * (C / 1e18) ** a, rtol=1e-5)


def test_the_power_law_is_the_best_one_in_size_itself():
    """For a given exponent the coefficient has a closed form; the exponent is searched for."""
    N = 1e8 * (C / 1e18) ** 0.5 * np.exp(0.3 * np.random.default_rng(0).standard_normal(7))

    def left_over(a):
        rise = (C / 1e18) ** a
        return ((N - rise * (N @ rise) / (rise @ rise)) ** 2).sum()

    found = isoflop_naive.fit_without_logs(dots(N))
    assert found.exponent == pytest.approx(minimize_scalar(left_over).x, rel=1e-4)
    assert ((N - found.at(C)) ** 2).sum() == pytest.approx(left_over(found.exponent))


def test_the_largest_budget_decides_and_the_smallest_says_nothing():
    """In logarithms both ends would count the same."""
    N, moves = 1e8 * (C / 1e18) ** 0.5, []
    for b in (0, -1):
        other = N.copy()
        other[b] *= 1.5
        moves.append(abs(isoflop_naive.fit_without_logs(dots(other)).exponent - 0.5))
        in_logs = np.polyfit(np.log(C), np.log(other), 1)[0] - 0.5
        assert abs(in_logs) == pytest.approx(math.log(1.5) * 3 / 28 / math.log(10**0.5))
    assert moves[0] < 0.005 < 0.05 < moves[1]


@pytest.mark.parametrize("order", [np.arange(21), np.random.default_rng(0).permutation(21)])
def test_the_lowest_run_of_each_budget_is_taken_whole(order):
    N = np.tile([1e8, 2e8, 4e8], 7) * np.repeat(C / 1e18, 3) ** 0.5
    loss = np.repeat(np.arange(7, 0, -1.0), 3) + np.tile([0.2, 0.1, 0.3], 7)
    loss[:3] = [7.1, 7.2, 7.3]
    runs = make_runs(params=N[order], flops=np.repeat(C, 3)[order], loss=loss[order])
    table = isoflop_naive.lowest_runs(runs)
    assert list(table.columns) == ["params", "tokens", "flops", "loss"]
    assert list(table.index) == list(range(7))
    np.testing.assert_allclose(table["flops"], C)
    np.testing.assert_allclose(table["params"], N[[0, *range(4, 21, 3)]])
    np.testing.assert_allclose(table["loss"], [7.1, 6.1, 5.1, 4.1, 3.1, 2.1, 1.1])
    np.testing.assert_allclose(6 * table["params"] * table["tokens"], C)


def test_without_noise_a_dot_is_the_best_size_to_half_a_step_of_the_grid():
    for law in published.SURFACES:
        study = SimulatedStudy(noise=0, sizes=8)  # even: none at the best size
        table = isoflop_naive.lowest_runs(simulate(law.form, study))
        best = [allocation.best(law.form, flops).params for flops in study.flops]
        off = np.abs(np.log(table["params"] / best))
        np.testing.assert_allclose(off, np.log(16) / 7 / 2)


@pytest.mark.parametrize(
    ("params", "flops", "sentence"),
    [
        ([1e8, 2e8], [1e18, 1e19], "a power law needs three budgets at least, got 2"),
        ([4e8, 2e8, 1e8], [1e18, 1e19, 1e20], "the best size does not grow with compute"),
    ],
)
def test_dots_that_no_growth_goes_through_are_refused(params, flops, sentence):
    with pytest.raises(ValueError, match=sentence):
        isoflop_naive.fit_without_logs(dots(params, flops))


def test_a_search_that_does_not_end_is_refused(monkeypatch):
    def lost(*_, **__):
        raise RuntimeError("Optimal parameters not found")

    monkeypatch.setattr("scipy.optimize.curve_fit", lost)
    with pytest.raises(ValueError, match="no power law comes of these dots"):
        isoflop_naive.fit_without_logs(dots(1e8 * (C / 1e18) ** 0.5))

"""Compute multipliers and crossings: closed forms, coverage, and how often they are wrong."""

import math

import numpy as np
import pytest

from toylab.fits.compute_multiplier import REACH, crossing, fit, multiplier

BUDGETS = np.array([1e9, 3e9, 1e10, 3e10])
SLOPE = 0.075


def losses(random, height=2.3, slope=SLOPE, seeds=3, scatter=0.006, budgets=BUDGETS):
    """Losses (seeds, budgets) of a design whose law is known."""
    noise = scatter * random.standard_normal((seeds, len(budgets)))
    return height * np.exp(noise) * (budgets / 1e9) ** -slope


def exactly(height, slope=SLOPE, budgets=BUDGETS):
    return fit(budgets, np.tile(height * (budgets / 1e9) ** -slope, (2, 1)))


def test_of_parallel_lines_the_multiplier_is_the_power_of_their_ratio():
    """L = h C^-s: the same loss takes (h / h0)^(1/s) times the compute, at every budget."""
    design, baseline = exactly(2.4), exactly(2.3)
    for C in BUDGETS:
        assert multiplier(design, baseline, C).value == pytest.approx((2.4 / 2.3) ** (1 / SLOPE))
    assert multiplier(baseline, baseline, 1e9).value == pytest.approx(1)
    assert crossing(design, baseline) is None


@pytest.mark.parametrize("C", BUDGETS)
def test_of_other_lines_it_is_where_the_design_has_the_loss_that_the_baseline_has(C):
    design, baseline = exactly(2.4, 0.09), exactly(2.3, 0.07)
    m = multiplier(design, baseline, C).value
    assert design(m * C) == pytest.approx(baseline(C))


def test_a_crossing_is_where_both_have_one_loss():
    design, baseline = exactly(2.4, 0.09), exactly(2.3, 0.07)
    at = crossing(design, baseline)
    assert at.value == pytest.approx(1e9 * (2.4 / 2.3) ** (1 / 0.02))
    assert design(at.value) == pytest.approx(baseline(at.value))
    assert crossing(baseline, design).value == pytest.approx(at.value)


@pytest.mark.parametrize(("times", "told"), [(0.9, True), (1.1, False)])
def test_a_crossing_is_told_up_to_three_times_beyond_the_budgets(times, told):
    slope = 0.09
    height = 2.3 * (times * REACH * BUDGETS[-1] / 1e9) ** (slope - SLOPE)
    assert bool(crossing(exactly(height, slope), exactly(2.3))) == told


def test_the_slope_and_its_interval_are_those_of_ordinary_least_squares():
    """Where the means lie on a line: an independent fit of all runs gives the same slope."""
    from scipy.stats import linregress

    y = losses(np.random.default_rng(0), scatter=0.01)
    line = fit(BUDGETS, y)
    plain = linregress(np.tile(np.log(BUDGETS), len(y)), np.log(y).ravel())
    assert line.slope.value == pytest.approx(-plain.slope)
    wide = line.slope.high - line.slope.low
    assert 1.5 * plain.stderr < wide < 8 * plain.stderr


def test_runs_that_diverged_are_left_out_and_a_budget_without_two_seeds_too():
    y = losses(np.random.default_rng(0))
    y[0, 1], y[:2, 3] = math.nan, math.inf
    line = fit(BUDGETS, y)
    assert list(line.flops) == pytest.approx(list(BUDGETS[:3]))
    assert line.df == 2 + 1 + 2
    with pytest.raises(ValueError, match="two budgets"):
        fit(BUDGETS, y[:1])


def test_a_loss_that_does_not_fall_has_no_multiplier():
    random = np.random.default_rng(0)
    flat = fit(BUDGETS, losses(random, slope=0.0, scatter=0.02))
    assert multiplier(flat, exactly(2.3), 3e9) is None


@pytest.mark.parametrize(("budgets", "seeds"), [(3, 2), (3, 4), (4, 3)])
def test_intervals_hold_the_truth_and_parallel_lines_do_not_cross(budgets, seeds):
    """Of 300 studies with scatter over seeds: 95 % or more, and no false crossing in a hundred."""
    random, C, truth = np.random.default_rng(1), BUDGETS[:budgets], (2.4 / 2.3) ** (1 / SLOPE)
    held, slopes, crossed = [], [], []
    for _ in range(300):
        design, baseline = (fit(C, losses(random, h, seeds=seeds, budgets=C)) for h in (2.4, 2.3))
        told = multiplier(design, baseline, 3e9)
        held.append(told is not None and told.holds(truth))
        slopes.append(design.slope.holds(SLOPE))
        crossed.append(crossing(design, baseline) is not None)
    assert np.mean(held) > 0.93
    assert np.mean(slopes) > 0.93
    assert np.mean(crossed) < 0.01


def test_a_crossing_that_is_told_is_right():
    """Lines that cross at 1e10: told in most of 200 studies, and the interval holds it."""
    random, slope = np.random.default_rng(2), 0.087
    height = 2.3 * 10 ** (slope - SLOPE)
    told = []
    for _ in range(200):
        design, baseline = (
            fit(BUDGETS, losses(random, h, s)) for h, s in ((height, slope), (2.3, SLOPE))
        )
        told.append(crossing(design, baseline))
    there = [at for at in told if at]
    assert len(there) > 120
    assert np.mean([at.holds(1e10) for at in there]) > 0.92

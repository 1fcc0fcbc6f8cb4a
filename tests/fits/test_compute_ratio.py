"""Compute ratios and crossings: closed forms, coverage, and how often they are wrong."""

import math

import numpy as np
import pytest

from toylab.fits import compute_ratio
from toylab.fits.compute_ratio import REACH, _variance, fit, fit_gap

BUDGETS = np.array([1e9, 3e9, 1e10, 3e10])
SLOPE = 0.075


def losses(
    random, height=2.3, slope=SLOPE, scatter=0.006, *, seeds=None, misfit=0.0, budgets=BUDGETS
):
    """Losses (seeds, budgets) of a design whose law is known; `seeds` are effects all share."""
    effects = np.zeros(3) if seeds is None else np.asarray(seeds)
    noise = scatter * random.standard_normal((len(effects), len(budgets)))
    off = misfit * random.standard_normal(len(budgets))
    return height * np.exp(noise + off + effects[:, None]) * (budgets / 1e9) ** -slope


def exactly(height, slope=SLOPE, budgets=BUDGETS):
    return np.tile(height * (budgets / 1e9) ** -slope, (2, 1))


def ratio(design, baseline, C, budgets=BUDGETS):
    gap = fit_gap(budgets, design, baseline)
    return compute_ratio.ratio(gap, fit(budgets, design), C)


def crossing(design, baseline, budgets=BUDGETS):
    return compute_ratio.crossing(fit_gap(budgets, design, baseline))


def test_of_parallel_lines_the_ratio_is_the_power_of_their_ratio():
    """L = h C^-s: the same loss takes (h / h0)^(1/s) times the compute, at every budget."""
    design, baseline = exactly(2.4), exactly(2.3)
    for C in BUDGETS:
        assert ratio(design, baseline, C).value == pytest.approx((2.4 / 2.3) ** (1 / SLOPE))
    assert ratio(baseline, baseline, 1e9).value == pytest.approx(1)
    assert crossing(design, baseline) is None


@pytest.mark.parametrize("C", BUDGETS)
def test_of_other_lines_it_is_where_the_design_has_the_loss_that_the_baseline_has(C):
    design, baseline = exactly(2.4, 0.09), exactly(2.3, 0.07)
    m = ratio(design, baseline, C).value
    assert fit(BUDGETS, design)(m * C) == pytest.approx(fit(BUDGETS, baseline)(C))


def test_a_crossing_is_where_both_have_one_loss():
    design, baseline = exactly(2.4, 0.09), exactly(2.3, 0.07)
    at = crossing(design, baseline)
    assert at.value == pytest.approx(1e9 * (2.4 / 2.3) ** (1 / 0.02))
    assert crossing(baseline, design).value == pytest.approx(at.value)


@pytest.mark.parametrize(("times", "told"), [(0.9, True), (1.1, False)])
def test_a_crossing_is_told_up_to_three_times_beyond_the_budgets(times, told):
    slope = 0.09
    height = 2.3 * (times * REACH * BUDGETS[-1] / 1e9) ** (slope - SLOPE)
    assert bool(crossing(exactly(height, slope), exactly(2.3))) == told


def test_the_slope_is_that_of_least_squares_and_its_width_that_of_the_scatter_over_seeds():
    """Seeds far apart, means on a line: the textbook's standard error with N - B freedom."""
    from scipy.stats import linregress, t

    noise = 0.01 * np.array([[1, 0, -1, 0], [-1, 0, 1, 0], [0, 0, 0, 0]])
    y = exactly(2.3)[0] * np.exp(noise)
    line = fit(BUDGETS, y)
    x = np.log(BUDGETS)
    plain = linregress(np.tile(x, len(y)), np.log(y).ravel())
    assert line.slope.value == pytest.approx(-plain.slope)
    df = 4 * (3 - 1)
    sd = math.sqrt(float((noise**2).sum()) / df)
    wide = t.ppf(0.975, df) * sd / math.sqrt(3 * float(((x - x.mean()) ** 2).sum()))
    assert line.slope.high - line.slope.value == pytest.approx(wide)
    assert line.df == pytest.approx(df)


def test_runs_that_diverged_are_left_out_and_a_budget_without_two_seeds_too():
    y = losses(np.random.default_rng(0))
    y[0, 1], y[:2, 3] = math.nan, math.inf
    line = fit(BUDGETS, y)
    assert list(line.flops) == pytest.approx(list(BUDGETS[:3]))
    with pytest.raises(ValueError, match="two budgets"):
        fit(BUDGETS, y[:1])


def test_a_loss_that_does_not_fall_has_no_ratio():
    random = np.random.default_rng(0)
    assert ratio(losses(random, slope=0.0, scatter=0.02), losses(random), 3e9) is None


@pytest.mark.parametrize(
    ("budgets", "seeds", "effect", "misfit", "least"),
    [
        (3, 2, 0.0, 0.0, 0.93),
        (3, 5, 0.0, 0.0, 0.93),
        (4, 5, 0.006, 0.0, 0.93),  # seeds that are lucky at every budget, in both designs
        (4, 5, 0.0, 0.004, 0.86),  # budgets off their lines: about 9 of 10
    ],
)
def test_intervals_hold_the_truth_and_parallel_lines_do_not_cross(
    budgets, seeds, effect, misfit, least
):
    """Of 400 studies; with scatter over seeds alone 95 % or a little more."""
    random, C, truth = np.random.default_rng(1), BUDGETS[:budgets], (2.4 / 2.3) ** (1 / SLOPE)
    held, slopes, crossed = [], [], []
    for _ in range(400):
        shared = effect * random.standard_normal(seeds)
        design, baseline = (
            losses(random, h, seeds=shared, misfit=misfit, budgets=C) for h in (2.4, 2.3)
        )
        told = ratio(design, baseline, C[1], C)
        held.append(told is None or told.holds(truth))
        slopes.append(fit(C, design).slope.holds(SLOPE))
        crossed.append(crossing(design, baseline, C) is not None)
    assert least < np.mean(held) <= 0.995
    assert least < np.mean(slopes)
    assert np.mean(crossed) < 0.01


def test_degrees_of_freedom_are_those_of_what_scatters():
    """Satterthwaite: seeds' where means lie on the line, the misfit's where they lie far off."""
    assert _variance(0.3, 8, 0.0, 2) == pytest.approx((0.3, 8))
    assert _variance(1e-9, 8, 2.0, 2) == pytest.approx((1.0, 2.0))
    assert _variance(0.5, 8, 3.0, 2) == pytest.approx((1.5, 1.5**2 / (0.5**2 / 8 + 1.0**2 / 2)))


def test_a_crossing_that_is_told_is_right():
    """Lines that cross at 1e10: told in most of 200 studies, and the interval holds it."""
    random, slope = np.random.default_rng(2), 0.087
    height = 2.3 * 10 ** (slope - SLOPE)
    told = [crossing(losses(random, height, slope), losses(random)) for _ in range(200)]
    there = [at for at in told if at]
    assert len(there) > 100
    assert 0.91 < np.mean([at.holds(1e10) for at in there]) <= 1


def test_a_steeper_slope_is_told_by_the_gap_and_an_equal_one_rarely():
    random = np.random.default_rng(3)
    equal = [fit_gap(BUDGETS, losses(random), losses(random)).slope.holds(0) for _ in range(300)]
    assert 0.92 < np.mean(equal) < 0.99
    gap = fit_gap(BUDGETS, exactly(2.4, 0.09), exactly(2.3, 0.07))
    assert gap.slope.value == pytest.approx(0.02)

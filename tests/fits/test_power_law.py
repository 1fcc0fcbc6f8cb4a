"""Fits against other libraries, against data whose law is known, and under changes of unit."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from toylab.fits.estimate import Estimate
from toylab.fits.floored import floored
from toylab.fits.power_law import level, line
from toylab.fits.seed_medians import sample

SIZES = 2.0 ** np.arange(5, 12)


def made(slope, *, E=0.0, height=1.0, seeds=12, noise=0.3, seed=0, wander=0.0):
    """Errors (seeds, sizes) of y = E + height x^slope; seeds differ in slope by `wander`."""
    random = np.random.default_rng(seed)
    slopes = slope + wander * random.standard_normal((seeds, 1))
    spread = np.exp(noise * random.standard_normal((seeds, len(SIZES))))
    return (E + height * SIZES**slopes) * spread


@given(st.floats(0.01, 3), st.sampled_from([-1, 1]), st.floats(1e-6, 1e6))
def test_an_exact_power_law_is_recovered(steepness, sign, height):
    law = line(sample(SIZES, height * SIZES ** (sign * steepness) * np.ones((3, 1))))
    assert law.slope.value == pytest.approx(sign * steepness)
    assert law.slope.high - law.slope.low < 1e-9
    assert law(1) == pytest.approx(height)
    assert law.r2 == pytest.approx(1)
    np.testing.assert_allclose(law(SIZES), height * SIZES ** (sign * steepness))


@pytest.mark.parametrize("seeds", [5, 12])
def test_the_line_is_that_of_polyfit_and_scipy(seeds):
    errors = made(-0.7, seeds=seeds)
    law, medians = line(sample(SIZES, errors)), np.median(np.log(errors), axis=0)
    slope, level = np.polyfit(np.log(SIZES), medians, 1)
    height = math.exp(level)
    assert law.slope.value == pytest.approx(slope)
    assert law(1) == pytest.approx(height)
    assert law.r2 == pytest.approx(stats.linregress(np.log(SIZES), medians).rvalue ** 2)


@given(st.floats(1e-9, 1e9), st.floats(1e-3, 1e3), st.permutations(range(len(SIZES))))
def test_units_and_order_do_not_matter(unit, size_unit, order):
    errors = made(-1, noise=0.5)
    law = line(sample(SIZES, errors))
    other = line(sample(size_unit * SIZES[order], unit * errors[:, order]))
    for end in ("value", "low", "high"):
        assert getattr(other.slope, end) == pytest.approx(getattr(law.slope, end))
    np.testing.assert_allclose(other(size_unit * SIZES), unit * law(SIZES))


@pytest.mark.slow
@pytest.mark.parametrize("wander", [0.0, 0.2])
def test_the_interval_covers_the_truth_in_about_95_of_100_studies(wander):
    """Also where seeds differ in slope: a seed is drawn with all its sizes."""
    laws = [line(sample(SIZES, made(-1, seed=k, wander=wander))) for k in range(300)]
    slopes = sum(law.slope.low <= -1 <= law.slope.high for law in laws)
    bands = np.array([law.band(SIZES) for law in laws])  # (studies, 2, sizes)
    covered = ((bands[:, 0] <= 1 / SIZES) & (bands[:, 1] >= 1 / SIZES)).sum(axis=0)
    low, high = stats.binom.interval(0.999, len(laws), 0.95)
    assert low <= slopes <= high
    assert low <= covered.min()
    assert covered.max() <= high


@pytest.mark.slow
@given(st.floats(-6, 0), st.floats(-3, -0.5))
@settings(deadline=None, max_examples=15)
def test_an_exact_floor_is_recovered(log_floor, slope):
    E = 10.0**log_floor * SIZES[3] ** slope
    law = floored(sample(SIZES, (E + SIZES**slope) * np.ones((3, 1))))
    np.testing.assert_allclose(law.E.value, E, rtol=1e-3)
    assert law.slope.value == pytest.approx(slope, rel=1e-3)
    np.testing.assert_allclose(law(SIZES), E + SIZES**slope, rtol=1e-5)


@pytest.mark.slow
def test_floor_and_slope_are_recovered_within_their_intervals():
    """Twenty studies; an interval that covers 95 of 100 covers fewer than 16 once in 400."""
    laws = [
        floored(sample(SIZES, made(-1, E=0.01, seeds=24, noise=0.2, seed=k))) for k in range(20)
    ]
    assert sum(law.E.low <= 0.01 <= law.E.high for law in laws) >= 16
    assert sum(law.slope.low <= -1 <= law.slope.high for law in laws) >= 16
    assert np.median([law.E.high / law.E.low for law in laws]) < 2
    bands, truth = np.array([law.band(SIZES) for law in laws]), 0.01 + 1 / SIZES
    covered = ((bands[:, 0] <= truth) & (bands[:, 1] >= truth)).sum(axis=0)
    assert covered.min() >= 16


def test_a_fall_too_short_to_tell_its_steepness_is_not_identified():
    cliff = made(0, noise=0.3) * np.where(SIZES == 32, 100, 1)
    assert not floored(sample(SIZES, cliff)).identified
    assert floored(sample(SIZES, made(-1, E=0.01, noise=0.1))).identified


def test_a_floor_that_did_not_converge_is_not_identified(monkeypatch):
    falling = sample(SIZES, made(-1, E=0.01, noise=0.1))
    assert floored(falling).identified
    monkeypatch.setattr("toylab.fits.floored.STEPS", 1)
    assert not floored(falling).identified


def test_a_level_is_the_geometric_mean_from_its_first_size_on():
    errors = made(0, noise=0.3, height=0.02)
    flat, medians = level(sample(SIZES, errors), slice(-3, None)), np.median(np.log(errors), 0)
    assert flat.E.value == pytest.approx(math.exp(medians[-3:].mean()))
    assert flat.E.low <= 0.02 <= flat.E.high < 2 * flat.E.low
    assert np.isnan(flat(SIZES)).tolist() == [True] * 4 + [False] * 3
    np.testing.assert_array_equal(flat.band(SIZES)[:, -1], [flat.E.low, flat.E.high])


def test_no_other_optimiser_finds_a_better_floor():
    data = sample(SIZES, made(-1, E=0.004, seed=3))
    ours = floored(data)

    def misfit(p):
        return np.square(np.logaddexp(p[0], p[1] - p[2] * data.x) - data.y).sum()

    found = misfit([math.log(ours.E.value), math.log(ours.A), -ours.slope.value])
    other = optimize.differential_evolution(misfit, [(-12, 0), (-5, 5), (0.1, 4)], rng=0)
    assert found <= other.fun * (1 + 1e-6)


def test_a_run_that_diverged_is_left_out_of_its_median():
    errors = made(-1, seeds=12)
    errors[[0, 3, 5], [1, 1, 4]] = math.nan, math.inf, 0.0
    good = np.where(np.isfinite(errors) & (errors > 0), errors, math.nan)
    np.testing.assert_allclose(sample(SIZES, errors).y, np.nanmedian(np.log(good), axis=0))


def test_a_size_at_which_more_than_a_quarter_diverged_is_not_used():
    errors = made(-1, seeds=8)
    errors[:3, 0] = math.nan
    used, without = sample(SIZES, errors), sample(SIZES[1:], errors[:, 1:])
    assert np.array_equal(used.x, without.x)
    assert np.array_equal(used.resampled, without.resampled)
    errors[2, 0] = 1.0
    assert len(sample(SIZES, errors).x) == len(SIZES)


@pytest.mark.parametrize(
    ("sizes", "errors", "sentence"),
    [
        ([1, 2], [0.1, 0.2], r"errors must be \(seeds, 2\), got \(2,\)"),
        ([1, 2], [[0.1, 0.2, 0.3]], r"errors must be \(seeds, 2\), got \(1, 3\)"),
        ([0, 2], [[0.1, 0.2]], r"sizes must be positive and finite, got \[0.0, 2.0\]"),
        ([1, math.inf], [[0.1, 0.2]], r"sizes must be positive and finite, got \[1.0, inf\]"),
        ([1], [[0.1]], "a line needs two sizes at which most runs ended with a finite error"),
        ([1, 2], [[0.1, math.nan]], "a line needs two sizes"),
    ],
)
def test_what_no_line_goes_through_is_refused(sizes, errors, sentence):
    with pytest.raises(ValueError, match=sentence):
        sample(sizes, errors)


@pytest.mark.parametrize(
    ("value", "holds"), [(0.9, False), (1.0, True), (2.0, True), (3.0, True), (3.1, False)]
)
def test_an_estimate_holds_what_lies_within_its_interval_ends_included(value, holds):
    assert Estimate(2.5, 1.0, 3.0).holds(value) == holds


# --- The mean of a few ------------------------------------------------------------------------


@given(st.lists(st.integers(-1000, 1000), min_size=3, max_size=12))
@settings(deadline=None, max_examples=15)
def test_the_mean_and_its_interval_are_scipys_of_a_t_test(values):
    found = Estimate.mean(values)
    assert found.value == pytest.approx(math.fsum(values) / len(values), abs=1e-9)
    if len(set(values)) > 1:  # else scipy divides by nothing
        theirs = stats.ttest_1samp(values, 0).confidence_interval(0.95)
        assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    else:
        assert (found.low, found.high) == pytest.approx((values[0],) * 2, abs=1e-9)


@pytest.mark.parametrize("seeds", [3, 5, 12])
def test_the_interval_of_a_mean_covers_the_truth_in_95_of_100_studies(seeds):
    """With the normal distribution's 1.96, three values would do so in 81, five in 88."""
    draws = np.random.default_rng(seeds).normal(2.0, 0.5, (800, seeds))
    low, high = stats.binom.interval(0.999, len(draws), 0.95)
    assert low <= sum(Estimate.mean(draw).holds(2.0) for draw in draws) <= high


@given(st.lists(st.floats(-10, 10), min_size=3, max_size=8), st.randoms(), st.floats(-100, 100))
@settings(deadline=None, max_examples=15)
def test_the_order_of_values_does_not_matter_and_a_shift_of_all_shifts_it(values, random, by):
    one = Estimate.mean(values)
    other = Estimate.mean([value + by for value in random.sample(values, len(values))])
    for end in ("value", "low", "high"):
        assert getattr(other, end) == pytest.approx(getattr(one, end) + by, abs=1e-9)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0]])
def test_fewer_than_three_values_have_no_interval(values):
    sentence = f"^an interval needs three values at least, got {len(values)}$"
    with pytest.raises(ValueError, match=sentence):
        Estimate.mean(values)

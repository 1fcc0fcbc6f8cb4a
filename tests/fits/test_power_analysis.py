"""Power analysis: the floor that hides behind a line, and the data that would show it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from toylab.fits.contrasts import Contrast, change_weights, off_weights, s_weights, slope_weights
from toylab.fits.lack_of_fit import LackOfFit
from toylab.fits.power_analysis import excludes_rivals, hidden, wanted
from toylab.fits.seed_medians import sample

SIZES = 2.0 ** np.arange(5, 12)
X = np.log(SIZES)


def fit(curve, scatter=0.05, seeds=12, sizes=SIZES):
    noise = scatter * np.random.default_rng(0).standard_normal((seeds, len(sizes)))
    return LackOfFit(sample(sizes, np.exp(curve(np.log(sizes)) + noise)))


@given(st.floats(-3, 3), st.floats(-10, 10), st.floats(-1, 1), st.floats(-0.5, 0.5))
@settings(deadline=None)
def test_contrasts_see_their_own_term_and_no_straight_line(slope, level, square, cube):
    x = X - X.mean()
    curve = level + slope * x + square * x**2
    half = np.ptp(x) / 2
    assert curve @ slope_weights(x) == pytest.approx(slope, abs=1e-9)
    # slopes -2 q (half / 2) and 2 q (half / 2) in the middles of the two halves
    assert curve @ change_weights(x) == pytest.approx(2 * square * half, abs=1e-9)
    assert curve @ s_weights(x) == pytest.approx(0, abs=1e-9)
    assert (level + cube * x**3) @ s_weights(x) == pytest.approx(3 * cube * half**2, abs=1e-9)
    np.testing.assert_allclose(off_weights(x) @ (level + slope * x), 0, atol=1e-9)


def test_a_size_is_off_by_its_distance_from_polyfits_line_through_the_others():
    y = np.random.default_rng(1).standard_normal(7)
    for k in range(7):
        rest = np.arange(7) != k
        a, b = np.polyfit(X[rest], y[rest], 1)
        assert (off_weights(X) @ y)[k] == pytest.approx(y[k] - a * X[k] - b)


def test_a_contrasts_interval_and_p_value_are_students():
    """One degree of freedom is Cauchy's: quartiles at -1 and 1."""
    contrast = Contrast(1.0, 1.0, 1)
    assert contrast.p_above == pytest.approx(0.25)
    assert contrast.p == pytest.approx(0.5)
    assert Contrast(0.0, 2.0, 10).estimate.high == pytest.approx(2 * 2.2281388520)
    assert Contrast(-1.0, 2.0, 10).largest == pytest.approx(1 + 2 * 1.8124611228)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
@pytest.mark.parametrize("slope", [-0.3, -1.0])
def test_the_hidden_floor_is_the_one_whose_change_of_slope_is_the_limit(share, slope):
    """Found here by scipy, for the change that the floor of a share makes."""

    def curve(exponent):
        return np.log(share + (1 - share) * np.exp(-exponent * (X - X[-1])))

    exponent = brentq(lambda a: curve(a) @ slope_weights(X) - slope, 0, 50)
    seen = LackOfFit(sample(SIZES, np.exp(curve(exponent)) * np.ones((5, 1))))  # no scatter
    assert seen.slope.value == pytest.approx(slope)
    assert hidden(seen).floor == pytest.approx(share, abs=0.02)
    assert hidden(seen).change == pytest.approx(seen.change.value)


def test_more_seeds_hide_less_and_ask_for_less():
    few, many = (fit(lambda x: -0.3 * x, 0.3, seeds) for seeds in (8, 200))
    assert hidden(many).floor < hidden(few).floor
    assert hidden(many).change < hidden(few).change
    assert wanted(few).seeds > 8
    assert wanted(few).sizes is None or wanted(few).sizes > 7


@pytest.mark.parametrize("curve", [lambda x: 0 * x, lambda x: 0.5 * x, lambda x: -50 * x])
def test_flat_rising_and_very_steep_lines_have_numbers_too(curve):
    unseen, more = hidden(fit(curve)), wanted(fit(curve))
    assert 0 <= unseen.floor <= 1
    assert unseen.change >= 0
    assert more.seeds is None or more.seeds > 12


def exact(curve):
    """The fit of medians without any scatter."""
    return LackOfFit(sample(SIZES, np.exp(curve) * np.ones((5, 1))))


@pytest.mark.parametrize(("share", "excluded"), [(0.6, True), (0.75, False)])
def test_a_law_excludes_a_floor_of_two_thirds_of_the_last_error(share, excluded):
    """With a slope so small that the floor changes it by less than half."""
    fit = exact(np.log(share + (1 - share) * np.exp(-0.2 * (X - X[-1]))))
    assert hidden(fit).change < 0.5 * abs(fit.slope.value)
    assert excludes_rivals(fit) == excluded


@pytest.mark.parametrize(("part", "excluded"), [(1.3, True), (1.7, False)])
def test_a_law_excludes_an_s_whose_slope_ranges_over_one_and_a_half_slopes(part, excluded):
    x = (X - X.mean()) / (np.ptp(X) / 2)
    cubic = x**3 - x * ((x**4).sum() / (x**2).sum())  # without a slope of its own
    fit = exact(-X + part * cubic * np.ptp(X) / 6)
    assert fit.slope.value == pytest.approx(-1)
    assert fit.s_shape.value == pytest.approx(part)
    assert excludes_rivals(fit) == excluded

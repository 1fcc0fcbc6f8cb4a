"""The plain way, and what is wrong with it."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import huber as scipys

from toylab.fits import lbfgs_baseline, parametric
from toylab.fits.lbfgs_baseline import Minimum, Options, huber, lowest, minimise
from toylab.fits.parametric_options import FitOptions
from toylab.laws import published
from toylab.laws.forms import Additive
from toylab.simulation.isoflop_study import SimulatedStudy, simulate

RUNS = simulate(published.REFIT.form, SimulatedStudy(noise=0.004, budgets=6, sizes=8))
FORM = published.REFIT.form
TRUTH = np.array([math.log(FORM.A), math.log(FORM.B), math.log(FORM.E), FORM.alpha, FORM.beta])


@given(st.lists(st.floats(-10, 10), min_size=1), st.floats(1e-4, 5))
def test_hubers_loss_is_scipys(residuals, delta):
    r = np.array(residuals)
    np.testing.assert_allclose(huber(r, delta), scipys(delta, r), rtol=1e-12, atol=1e-300)


@pytest.fixture(scope="module")
def sample():
    starts = FitOptions().starts
    return starts[np.linspace(0, len(starts) - 1, 25).astype(int)]


@pytest.mark.slow
def test_scipy_calls_success_what_is_far_from_the_lowest_place(sample):
    stops = minimise(RUNS, sample, Options())
    best = parametric.fit(RUNS).objective
    proud = [stop for stop in stops if stop.success]
    assert len(proud) > 20
    assert sum(stop.objective > 1.01 * best for stop in proud) > len(proud) / 2
    assert min(stop.objective for stop in stops) >= best * (1 - 1e-9)


def test_the_objective_is_the_sum_whatever_was_minimised():
    starts = [TRUTH, TRUTH + 0.01]
    for options in (Options(), Options(mean=True), Options(huber_delta=0.1)):
        for stop in minimise(RUNS, starts, options):
            off = np.log(stop.form.loss(RUNS.params, RUNS.tokens) / RUNS.loss)
            assert stop.objective == pytest.approx(huber(off, options.huber_delta).sum(), rel=1e-8)


@pytest.mark.slow
def test_the_mean_stops_before_the_sum_does(sample):
    """Divided by 48 runs, every gain is below the tolerance sooner, and still a success."""
    by_sum, by_mean = (minimise(RUNS, sample, Options(mean=mean)) for mean in (False, True))
    higher = np.log([m.objective / s.objective for m, s in zip(by_mean, by_sum, strict=True)])
    assert higher.mean() > 0.05
    assert lowest(by_mean).objective >= lowest(by_sum).objective
    assert all(stop.success for stop in by_mean)


def test_a_loose_tolerance_stops_higher():
    starts = [TRUTH + 0.02, TRUTH - 0.02]
    tight, loose = (lowest(minimise(RUNS, starts, Options(ftol=f))) for f in (2.2e-9, 1e-3))
    assert loose.objective > tight.objective


def test_the_lowest_is_the_best_of_those_that_are_laws():
    a, b = Minimum(FORM, 2.0, True), Minimum(FORM, 1.0, False)
    assert lowest([a, b, Minimum(None, 0.5, True)]) is b
    with pytest.raises(ValueError, match="no start came to constants that are all positive"):
        lowest([Minimum(None, 0.5, True)])
    with pytest.raises(ValueError, match="no start"):
        lowest([])


def test_exponents_too_small_or_too_large_for_a_power_law_are_no_law(monkeypatch):
    class End:
        def __init__(self, x):
            self.x, self.fun, self.success = np.array(x), 1.0, True

    wrong = [(-0.1, 0.3), (0.3, 0.0), (0.9e-3, 0.3), (0.3, 0.9e-3), (10.1, 0.3), (0.3, 10.1)]
    right = [(0.3, 0.4), (1e-3, 10.0), (10.0, 1e-3)]
    ends = iter([[6, 7, 0.5, *pair] for pair in wrong + right])
    monkeypatch.setattr("scipy.optimize.minimize", lambda *_, **__: End(next(ends)))
    stops = lbfgs_baseline.minimise(RUNS, [TRUTH] * 9, Options())
    lawful = [Additive(math.exp(0.5), math.exp(6), math.exp(7), *pair) for pair in right]
    assert [stop.form for stop in stops] == [None] * 6 + lawful
    assert all(stop.success for stop in stops)

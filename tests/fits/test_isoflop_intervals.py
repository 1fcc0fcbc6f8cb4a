"""Intervals of the bottoms: residuals are made larger for what the parabolas took out of them."""

import numpy as np
import pytest
from scipy import stats

from toylab.fits import isoflop
from toylab.fits.isoflop_parabolas import Parabolas
from toylab.laws import published
from toylab.simulation.isoflop_study import SimulatedStudy, simulate

FEW = SimulatedStudy(budgets=5, sizes=5, noise=0.001)


@pytest.mark.parametrize("shared", [True, False])
def test_a_bottoms_interval_is_as_wide_as_its_standard_error_says(shared):
    """By the delta method, the unbiased variance and Student's t; raw residuals: 0.75 or 0.63."""
    runs = simulate(published.REFIT.form, FEW)
    fit = isoflop.fit(runs, shared=shared)
    groups = np.split(np.arange(25), 5)
    parabolas = Parabolas([np.log(runs.params[group]) for group in groups], shared)
    solved = parabolas.solve @ np.log(runs.loss)
    covariance = fit.spread**2 * parabolas.solve @ parabolas.solve.T
    wide = []
    for b, valley in enumerate(fit.valleys):
        at = [5 + b, 10 if shared else 10 + b]  # the slope, and the curvature
        s, k = solved[at]
        gradient = np.array([-1 / (2 * k), s / (2 * k**2)])
        error = np.sqrt(gradient @ covariance[np.ix_(at, at)] @ gradient)
        place = np.log(valley.params.high / valley.params.low)
        wide.append(place / (2 * stats.t.ppf(0.975, parabolas.freedom) * error))
    assert np.mean(wide) == pytest.approx(1, abs=0.1)

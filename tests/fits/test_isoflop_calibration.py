"""The default fit against laws whose exponent is known: five shapes of study, and its intervals."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from toylab.fits import isoflop
from toylab.fits.isoflop_resampling import inflation
from toylab.fits.runs import make_runs
from toylab.laws import allocation, published
from toylab.laws.forms import FLOPS
from toylab.simulation.isoflop_study import SimulatedStudy, simulate

SHAPES = {
    "centred": SimulatedStudy(),
    "off centre": SimulatedStudy(off_centre=3, width=8, sizes=11),
    "wide": SimulatedStudy(width=30, sizes=15),
    "fixed sizes": SimulatedStudy(budgets=6, sizes=12),
    "six of five": SimulatedStudy(budgets=6, sizes=5),
}
STUDIES = 60


def draw(form, shape, noise, seed):
    """A study's runs; of fixed sizes all budgets have the same."""
    study = replace(SHAPES[shape], noise=noise, seed=seed)
    if shape != "fixed sizes":
        return simulate(form, study)
    low, high = (allocation.best(form, C).params for C in (study.lowest, study.highest))
    N = np.tile(np.geomspace(low / 4, high * 4, study.sizes), study.budgets)
    C = study.flops.repeat(study.sizes)
    luck = noise * np.random.default_rng(seed).standard_normal(len(N))
    D = C / FLOPS / N
    return make_runs(params=N, tokens=D, flops=C, loss=form.loss(N, D) * np.exp(luck))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("law", published.SURFACES, ids=lambda law: law.name)
def test_without_noise_the_exponent_is_the_laws(law, shape):
    found = isoflop.fit(draw(law.form, shape, 0.0, 0))
    assert abs(found.params.exponent.value - allocation.exponent(law.form)) < 0.005
    assert found.diagnostics == ()


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_ninety_five_in_a_hundred_intervals_hold_the_exponent(shape):
    """Of studies with 0.2 % of noise; and hardly one is off by more than 0.02."""
    form = published.REFIT.form
    a = allocation.exponent(form)
    found = [isoflop.fit(draw(form, shape, 0.002, seed)) for seed in range(STUDIES)]
    held = sum(fit.params.exponent.holds(a) for fit in found)
    low, high = stats.binom.interval(0.998, STUDIES, 0.95)
    assert low <= held <= high
    assert all(abs(fit.params.exponent.value - a) < 0.02 for fit in found)
    assert not any(fit.outliers for fit in found)


@pytest.mark.parametrize("freedom", [100, 8, 4])
def test_inflated_residuals_give_students_intervals(freedom):
    """Percentiles of means of n residuals against t over the same degrees of freedom.

    Here the fit is a mean over each of `freedom` pairs: it leaves one degree a pair.
    """
    n = 2 * freedom
    draws = np.random.default_rng(0)
    y = draws.standard_normal((4000, freedom, 2))
    rest = (y - y.mean(axis=2, keepdims=True)).reshape(4000, n) * inflation(n, freedom)
    # A mean of n residuals dealt anew is normal, with the residuals' own variance over n.
    half = stats.norm.ppf(0.975) * np.sqrt(np.square(rest).mean(axis=1) / n)
    held = np.mean(np.abs(y.mean(axis=(1, 2))) < half)
    assert held == pytest.approx(0.95, abs=0.012)

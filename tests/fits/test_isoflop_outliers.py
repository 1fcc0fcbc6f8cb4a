"""Diverged runs are found, named, and take no valley with them."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from toylab.fits import isoflop
from toylab.fits.isoflop_outliers import outliers
from toylab.fits.isoflop_resampling import choose
from toylab.fits.isoflop_windows import windows
from toylab.laws import allocation, published
from toylab.simulation.isoflop_study import SimulatedStudy, simulate

FORM = published.REFIT.form
TWENTY = SimulatedStudy(budgets=4, sizes=5, noise=0.002)


def spoiled(study, losses):
    """The study's runs with these losses in the place of their own."""
    runs = simulate(FORM, study)
    loss = runs.loss.copy()
    loss[list(losses)] = list(losses.values())
    return replace(runs, loss=loss)


@pytest.mark.parametrize("run", [0, 2, 7, 11, 19])
def test_one_diverged_run_of_twenty_is_named_and_the_answer_is_that_without_it(run):
    runs = spoiled(TWENTY, {run: 9.8})
    found = isoflop.fit(runs)
    (outlier,) = found.outliers
    assert (outlier.run, outlier.loss) == (run + 1, 9.8)
    assert outlier.expected == pytest.approx(simulate(FORM, TWENTY).loss[run], rel=0.03)
    rest = isoflop.fit(runs.take(np.arange(20) != run))
    assert found.params.exponent == rest.params.exponent
    assert abs(found.params.exponent.value - allocation.exponent(FORM)) < 0.02
    assert found.warnings[0].startswith(f"Left out: run {run + 1} (")


def test_two_diverged_runs_do_not_hide_each_other():
    """Each is half of the scatter that the other is judged by: t = sqrt 7, and no alarm alone."""
    loss = simulate(FORM, TWENTY).loss
    runs = spoiled(TWENTY, {7: 3.5 * loss[7], 12: 3.5 * loss[12]})
    assert sorted(outlier.run for outlier in choose(runs, isoflop.NEAR).outliers) == [8, 13]
    with pytest.raises(ValueError, match=r"only 2 of 4 budgets .* run (8|13) \(.* run (8|13) \("):
        isoflop.fit(runs)


def test_of_a_valley_of_four_runs_the_highest_is_meant():
    """All four are then as far off the parabola through them."""
    study = replace(TWENTY, sizes=4, width=2.5)
    (outlier,) = isoflop.fit(spoiled(study, {6: 9.8})).outliers
    assert outlier.run == 7


def test_a_loss_that_was_mistyped_far_too_low_does_not_move_the_window():
    study = SimulatedStudy(sizes=13, width=20, noise=0.002)
    found = isoflop.fit(spoiled(study, {13: 0.3}))
    assert [outlier.run for outlier in found.outliers] == [14]
    assert len(found.used) == study.budgets


def test_a_run_a_little_off_its_valley_stays():
    runs = simulate(FORM, TWENTY)
    found = isoflop.fit(spoiled(TWENTY, {7: 1.05 * runs.loss[7]}))
    assert found.outliers == ()


@pytest.mark.slow
def test_in_clean_studies_one_in_a_hundred_has_a_false_alarm(monkeypatch):
    """Without the rule that an outlier must matter, which makes alarms rarer still."""
    monkeypatch.setattr("toylab.fits.isoflop_outliers.MATTERS", 0.0)
    alarms = 0
    for seed in range(600):
        runs = simulate(FORM, replace(TWENTY, noise=0.005, seed=seed))
        near = windows(runs, list(np.arange(20).reshape(4, 5)), isoflop.NEAR)
        alarms += bool(outliers(runs, near))
    low, high = stats.binom.interval(0.999, 600, 0.01)
    assert low <= alarms <= high

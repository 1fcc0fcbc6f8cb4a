"""The test of equal curvatures has its level on exact parabolas, and sees what differs."""

import numpy as np
import pytest
from scipy import stats

from toylab.fits.isoflop_curvature import equal_curvature
from toylab.fits.runs import make_runs

X = np.log(np.geomspace(1 / 4, 4, 7))


def valleys(curvatures, noise, seed):
    """Parabolas in ln L, a budget each."""
    k = np.array(curvatures)[:, None]
    draws = np.random.default_rng(seed).standard_normal((len(k), len(X)))
    log_loss = 1 + k * X**2 + noise * draws
    N = 1e8 * np.exp(X) * 3.0 ** np.arange(len(k))[:, None]
    C = 1e18 * (10.0 ** np.arange(len(k))).repeat(len(X))
    return make_runs(params=N.ravel(), flops=C, loss=np.exp(log_loss).ravel())


def judged(runs):
    return equal_curvature(runs, list(np.arange(len(runs)).reshape(-1, len(X))))


def test_one_in_twenty_studies_of_equal_curvatures_is_a_false_alarm():
    alarms = sum(judged(valleys([0.05] * 5, 0.003, seed)).excluded for seed in range(600))
    low, high = stats.binom.interval(0.999, 600, 0.05)
    assert low <= alarms <= high


def test_curvatures_that_halve_are_seen():
    assert all(
        judged(valleys(np.geomspace(0.06, 0.03, 5), 0.003, seed)).p < 0.001 for seed in range(20)
    )


def test_the_f_is_that_of_nested_regressions():
    """By dummy variables, one regression after the other."""
    runs = valleys([0.05, 0.06, 0.04], 0.003, 0)
    y, b = np.log(runs.loss), np.repeat(np.eye(3), len(X), axis=0)
    x = np.tile(X, 3)[:, None]

    def left(*columns):
        return np.linalg.lstsq(np.hstack(columns), y, rcond=None)[1][0]

    own, shared = left(b, b * x, b * x**2), left(b, b * x, x**2)
    F = (shared - own) / 2 / (own / (21 - 9))
    found = judged(runs)
    assert pytest.approx(F) == found.F
    assert found.p == pytest.approx(stats.f.sf(F, 2, 12))


def test_three_runs_a_valley_leave_no_test():
    runs = valleys([0.05] * 3, 0.003, 0)
    few = np.array([0, 3, 6, 7, 10, 13, 14, 17, 20])
    assert np.isnan(equal_curvature(runs, list(few.reshape(3, 3))).p)
    assert not equal_curvature(runs, list(few.reshape(3, 3))).excluded

"""Predictions of runs that were not fitted: their intervals cover, and their score is right."""

import numpy as np
import pytest
from scipy import stats

from toylab.fits import parametric
from toylab.fits.goodness import Goodness
from toylab.fits.prediction import largest, predict, score
from toylab.laws import published
from toylab.simulation.isoflop_study import SimulatedStudy, simulate

FORM = published.REFIT.form


def held_out(budgets, sizes, noise, seed):
    """A spread of all budgets but the largest, and the runs of that one."""
    study = SimulatedStudy(budgets=budgets, sizes=sizes, noise=noise, seed=seed)
    runs = simulate(FORM, study)
    top = largest(runs.flops)
    assert top.sum() == sizes  # the whole budget
    return parametric.bootstrap(parametric.fit(runs.take(~top)), 100), runs.take(top)


@pytest.mark.slow
def test_intervals_cover_90_to_98_percent_of_the_largest_budget_s_runs():
    """Sixty studies of four designs and three noises forecast 420 runs of their largest budgets."""
    designs = [(4, 6, 0.003), (5, 7, 0.003), (6, 8, 0.01), (5, 7, 0.02)]
    shares = np.array(
        [
            [score(*held_out(*design, seed)).within for seed in range(15)]
            for design in designs
        ]
    )  # fmt: skip
    assert 0.9 <= shares.mean() <= 0.98
    assert (shares.mean(axis=1) > 0.87).all()


def test_a_prediction_of_exact_runs_is_the_law_s_loss():
    runs = simulate(FORM, SimulatedStudy(noise=0))
    told = predict(parametric.bootstrap(parametric.fit(runs), 40), 1e11, 2e12)
    assert told.loss.value == pytest.approx(float(FORM.loss(1e11, 2e12)), rel=1e-6)
    assert told.loss.high - told.loss.low < 1e-5


def test_an_interval_holds_the_scatter_of_single_runs():
    """Within the runs the constants are known well, and the noise is most of the interval."""
    runs = simulate(FORM, SimulatedStudy(noise=0.01, sizes=15))
    loss = predict(parametric.bootstrap(parametric.fit(runs), 100), 1e9, 2e10).loss
    assert np.log(loss.high / loss.low) == pytest.approx(2 * 1.96 * 0.01, rel=0.25)


def test_a_score_is_of_logarithms_and_signed():
    spread, runs = held_out(5, 7, 0.0, 0)
    high = score(spread, type(runs)(runs.params, runs.tokens, runs.loss / 1.1, runs.flops))
    assert (high.runs, high.within) == (7, 0.0)
    assert high.mean == pytest.approx(np.log(1.1), rel=1e-4)
    assert high.rms == pytest.approx(np.log(1.1), rel=1e-4)


def test_the_largest_runs_are_a_tenth_three_at_least_and_whole_budgets():
    assert largest(np.arange(1.0, 101.0)).sum() == 18  # a tenth from 91 on, and 10 % below
    assert largest(np.array([1.0, 2, 3, 4])).tolist() == [False, True, True, True]
    assert largest(np.repeat([1.0, 10, 100], 9)).sum() == 9


def test_goodness_agrees_with_a_regression_s_own_numbers():
    rng = np.random.default_rng(0)
    x = np.linspace(0, 3, 20)
    loss = np.exp(1 - 0.3 * x + 0.02 * rng.standard_normal(20))
    line = stats.linregress(x, np.log(loss))
    good = Goodness.of(line.intercept + line.slope * x - np.log(loss), loss)
    assert good.r2 == pytest.approx(line.rvalue**2)
    assert good.rms == pytest.approx(line.stderr * np.sqrt(18 * x.var()), rel=1e-9)
    off = np.log(loss) - line.intercept - line.slope * x
    assert [place for place, _ in good.worst] == np.argsort(-abs(off))[:3].tolist()
    assert good.worst[0][1] == pytest.approx(np.exp(off[good.worst[0][0]]))


def test_losses_that_are_all_equal_have_no_r2_and_their_sentence_none():
    good = Goodness.of(np.array([0.0, 1e-3, -1e-3]), np.full(3, 2.5))
    assert np.isnan(good.r2)
    assert "nan" not in good.sentence([2, 3, 4])

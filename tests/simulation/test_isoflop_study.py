"""A simulated study measures what its law says, up to the noise that it was given."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from toylab.fits.runs import highest
from toylab.laws import allocation, published
from toylab.simulation.isoflop_study import SimulatedStudy, Training, curves, grid, simulate

FORM = published.REFIT.form
surfaces = pytest.mark.parametrize(
    "form", [law.form for law in published.SURFACES], ids=[law.name for law in published.SURFACES]
)


@surfaces
def test_without_noise_every_run_lies_on_the_law(form):
    runs = simulate(form, SimulatedStudy(noise=0))
    loss = form.E + form.A / runs.params**form.alpha + form.B / runs.tokens**form.beta
    np.testing.assert_allclose(runs.loss, loss, rtol=1e-12)


@given(
    st.integers(2, 9), st.integers(3, 12), st.floats(1.1, 30), st.floats(0.1, 10),
    st.floats(13, 18), st.floats(0.5, 5),
)  # fmt: skip
@settings(deadline=None)
def test_sizes_are_even_about_the_best_one_or_off_it(budgets, sizes, width, off, low, decades):
    study = SimulatedStudy(10**low, 10 ** (low + decades), budgets, sizes, width, off)
    N, D = grid(FORM, study)
    assert N.shape == D.shape == (budgets, sizes)
    C = np.geomspace(10**low, 10 ** (low + decades), budgets)
    np.testing.assert_allclose(study.flops, C)
    np.testing.assert_allclose(6 * N * D, C[:, None].repeat(sizes, axis=1))
    best = np.array([allocation.best(FORM, c).params for c in C])
    np.testing.assert_allclose(N[:, 0], best * off / width)
    np.testing.assert_allclose(N[:, -1], best * off * width)
    np.testing.assert_allclose(np.diff(np.log(N)), 2 * math.log(width) / (sizes - 1))


def test_a_study_counts_six_flops_for_a_parameter_and_token():
    runs, study = simulate(FORM, SimulatedStudy()), SimulatedStudy()
    assert len(runs) == study.runs == 63
    np.testing.assert_allclose(runs.flops, 6 * runs.params * runs.tokens)
    np.testing.assert_allclose(runs.flops, np.repeat(study.flops, 9))


@pytest.mark.parametrize("noise", [0.001, 0.02, 0.3])
def test_the_noise_of_ln_loss_is_normal_with_the_sd_that_was_asked_for(noise):
    study = SimulatedStudy(budgets=40, sizes=50, noise=noise, seed=5)
    off = np.log(simulate(FORM, study).loss / simulate(FORM, replace(study, noise=0)).loss)
    low, high = stats.chi2.interval(0.999, len(off)) / np.array(len(off))
    assert low < (off**2).mean() / noise**2 < high
    assert stats.kstest(off / noise, "norm").pvalue > 1e-3


def test_the_same_seed_has_the_same_luck_under_any_law_and_any_size_of_noise():
    def luck(form, **changed):
        study = SimulatedStudy(**changed)
        clean = simulate(form, replace(study, noise=0))
        return np.log(simulate(form, study).loss / clean.loss) / study.noise

    one = luck(FORM)
    np.testing.assert_array_equal(
        simulate(FORM, SimulatedStudy()).loss, simulate(FORM, SimulatedStudy()).loss
    )
    np.testing.assert_allclose(luck(published.HOFFMANN_3.form, noise=0.05), one, atol=1e-9)
    assert abs(np.corrcoef(luck(FORM, seed=1), one)[0, 1]) < 0.45  # 3.5 sd of 63 draws


@pytest.mark.parametrize("spoiled", [0, 1, 20, 62])
def test_spoiled_runs_end_a_ninth_to_a_third_higher_and_the_others_as_they_would(spoiled):
    study = SimulatedStudy(spoiled=spoiled)
    clean = simulate(FORM, replace(study, spoiled=0))
    higher = simulate(FORM, study).loss / clean.loss - 1
    hit = higher != 0
    assert hit.sum() == spoiled
    assert ((higher[hit] > 1 / 9) & (higher[hit] < 1 / 3)).all()


def test_a_spoiled_run_loses_evenly_between_a_ninth_and_a_third_of_its_loss():
    """Of the loss, not of its logarithm: the two differ at the upper end by a seventh."""
    study = SimulatedStudy(budgets=40, sizes=50, spoiled=1999)
    clean, hit = (simulate(FORM, replace(study, spoiled=n)).loss for n in (0, 1999))
    higher = np.sort(hit / clean - 1)[1:]
    assert stats.kstest((higher - 1 / 9) / (2 / 9), "uniform").pvalue > 1e-3


@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_the_spoiled_runs_are_those_of_highest_loss_under_the_law_whatever_the_noise(noise):
    plain, hit = (simulate(FORM, SimulatedStudy(noise=noise, spoiled=n)) for n in (0, 5))
    law = FORM.loss(hit.params, hit.tokens)
    assert set(np.flatnonzero(hit.loss != plain.loss)) == set(np.argsort(-law)[:5])


def test_without_its_highest_losses_a_spoiled_study_is_the_unspoiled_one_without_them():
    plain, hit = (simulate(FORM, SimulatedStudy(spoiled=n)) for n in (0, 5))
    assert hit.without_highest(5) == plain.take(~highest(hit.loss, 5))
    assert (highest(hit.loss, 5) == (hit.loss != plain.loss)).all()


def test_a_curve_without_a_cost_of_its_learning_rate_follows_the_law():
    for curve in curves(FORM, SimulatedStudy(noise=0), Training(undecayed=0)):
        np.testing.assert_allclose(curve.loss, FORM.loss(curve.params, curve.tokens))
        np.testing.assert_allclose(curve.flops, 6 * curve.params * curve.tokens)


def test_curves_span_the_study_and_every_size_has_all_horizons():
    study, training = SimulatedStudy(noise=0), Training(horizons=4, points=33)
    found = curves(FORM, study, training)
    sizes = np.unique([curve.params for curve in found])
    assert (len(sizes), len(found)) == (63 // 4, 63 // 4 * 4)
    ends = [allocation.best(FORM, C).params for C in (study.lowest, study.highest)]
    assert sizes[0] == pytest.approx(ends[0] / 4)
    assert sizes[-1] == pytest.approx(ends[1] * 4)
    np.testing.assert_allclose(np.diff(np.log(sizes)), np.log(sizes[-1] / sizes[0]) / 14)
    for size in sizes:
        mine = [c for c in found if c.params == size]
        horizons = np.array([c.tokens[-1] for c in mine])
        np.testing.assert_allclose(horizons / horizons[0], 16.0 ** (np.arange(4) / 3))
        middle = math.sqrt(horizons[0] * horizons[-1])
        assert allocation.best(FORM, 6 * size * middle).params == pytest.approx(size)
        for curve in mine:
            assert len(curve.tokens) == 33
            assert curve.tokens[0] / curve.tokens[-1] == pytest.approx(0.02)
            np.testing.assert_allclose(np.diff(np.log(curve.tokens)), math.log(50) / 32)


def test_the_horizons_of_a_size_lie_around_the_one_that_makes_it_the_best():
    made = curves(FORM, SimulatedStudy(), Training(horizons=3))
    for curve in made[1::3]:  # the middle one of each size
        flops = 6 * curve.params * curve.tokens[-1]
        assert allocation.best(FORM, flops).params == pytest.approx(curve.params)


def test_an_undecayed_learning_rate_costs_what_the_cosine_says():
    """Nine tenths of the cost at the start, half of that halfway, nothing at the end."""
    plain, costly = (
        curves(FORM, SimulatedStudy(), Training(undecayed=cost, points=400)) for cost in (0, 0.2)
    )
    for without, having in zip(plain, costly, strict=True):
        luck = without.loss[-1] / FORM.loss(without.params, without.tokens[-1])
        excess = (having.loss - without.loss) / luck
        done = having.tokens / having.tokens[-1]
        np.testing.assert_allclose(np.interp([0.5, 1], done, excess), [0.09, 0], atol=2e-5)
        assert excess[0] == pytest.approx(0.18, rel=1e-3)
        assert (np.diff(excess) < 0).all()


def test_the_luck_of_a_curve_is_one_draw_for_all_its_points():
    study = SimulatedStudy(sizes=90, noise=0.01)
    training = Training(undecayed=0)
    luck = []
    for curve in curves(FORM, study, training):
        off = np.log(curve.loss / FORM.loss(curve.params, curve.tokens))
        np.testing.assert_allclose(off, off[0], atol=1e-12)
        luck.append(off[0])
    low, high = stats.chi2.interval(0.999, len(luck)) / np.array(len(luck))
    assert low < np.square(luck).mean() / 0.01**2 < high


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"lowest": 1e11}, "lowest must be at least 1e12"),
        ({"lowest": 1e21}, "below highest"),
        ({"lowest": math.nan}, "lowest must be"),
        ({"budgets": 1}, "budgets must be at least 2"),
        ({"sizes": 2}, "sizes must be at least 3"),
        ({"width": 1.0}, "width must be above 1"),
        ({"off_centre": 0.0}, "off_centre must be positive"),
        ({"off_centre": math.inf}, "off_centre must be positive"),
        ({"noise": -0.1}, "noise must not be negative"),
        ({"noise": math.nan}, "noise must not be negative"),
        ({"spoiled": 63}, "spoiled must be fewer than the runs"),
        ({"spoiled": -1}, "spoiled must be fewer than the runs"),
    ],
)
def test_a_study_that_cannot_be_is_refused(wrong, rule):
    with pytest.raises(ValueError, match=rule):
        SimulatedStudy(**wrong)


@pytest.mark.parametrize(
    "wrong", [{"horizons": 1}, {"points": 1}, {"undecayed": -0.1}, {"undecayed": math.inf}]
)
def test_a_training_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="curves need two horizons, two points and a cost"):
        Training(**wrong)

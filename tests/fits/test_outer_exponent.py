"""The outer exponent: recovered, tested, and as large on real runs as was found before."""

import math
from dataclasses import astuple, replace

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import least_squares

from toylab.data.recorded import recorded
from toylab.fits import parametric
from toylab.fits.goodness import Goodness
from toylab.fits.outer_exponent import held_out, score_test
from toylab.fits.parametric import bootstrap, fit
from toylab.fits.parametric_diagnostics import diagnose
from toylab.fits.parametric_options import FitOptions
from toylab.fits.runs import make_runs, runs_of
from toylab.laws import allocation, published
from toylab.laws.forms import OuterAdditive
from toylab.simulation.isoflop_study import SimulatedStudy, simulate

OUTER = FitOptions(outer=True)
FORM = published.REFIT.form
SMALL = SimulatedStudy(budgets=5, sizes=7, noise=0.003)
MIDDLE = 3e8, 1.2e10  # parameters and tokens where both terms stay as they are


def bent(k):
    """The refitted law with another corner: the same terms and local exponents at the middle."""
    N, D = MIDDLE
    size, data = FORM.A / N**FORM.alpha, FORM.B / D**FORM.beta
    alpha, beta = FORM.alpha / k, FORM.beta / k
    return OuterAdditive(
        FORM.E, size ** (1 / k) * N**alpha, data ** (1 / k) * D**beta, alpha, beta, k
    )


def rms(found):
    return Goodness.of(found.residuals, found.runs.loss).rms


@pytest.fixture(scope="module")
def cells():
    """The recorded Python models, the seeds of a cell averaged: 102 cells."""
    frame = recorded("charlm").query("language == 'python'")
    return runs_of(frame.groupby(["params", "tokens"], as_index=False)[["flops", "loss"]].mean())


@pytest.fixture(scope="module")
def language(cells):
    return fit(cells), fit(cells, OUTER)


# --- real runs ------------------------------------------------------------------------------


def test_of_the_recorded_language_models_it_removes_most_of_the_misfit(language):
    """Found before with Huber's loss: k .304 [.26, .34], a .461 -> .503, rms 2.89 -> 1.08 %."""
    plain, outer = language
    assert len(plain.runs) == 102
    assert (plain.k, outer.k) == (1, pytest.approx(0.304, abs=0.0005))
    exponents = (plain.exponent_params, outer.exponent_params)
    assert exponents == pytest.approx((0.461, 0.503), abs=0.0005)
    assert (rms(plain), rms(outer)) == pytest.approx((0.0289, 0.0108), abs=5e-5)
    assert plain.objective / outer.objective == pytest.approx(3.2, abs=0.05)
    assert score_test(plain).p < 1e-9


def test_its_interval_there_excludes_one_and_the_floor_stays_open(language):
    spread = bootstrap(language[1], 200)
    k = spread.intervals["k"]
    assert (k.low, k.high) == pytest.approx((0.26, 0.34), abs=0.015)
    said = diagnose(language[1], spread)
    assert [s for s in said if "floor E is hardly determined" in s]
    assert not [s for s in said if "do not ask" in s]
    drawn = spread.losses(np.array([1e5]), np.array([1e7]))
    E, k_drawn = spread.constants[0, 2], spread.constants[0, 5]
    first = OuterAdditive(E, *spread.constants[0, :2], *spread.constants[0, 3:5], k_drawn)
    assert drawn[0, 0] == pytest.approx(float(first.loss(1e5, 1e7)))


def test_it_predicts_the_largest_language_models_six_times_better(cells):
    """Fitted below 10^10.9 FLOPs, 35 cells above: 6.8 % before, 1.17 % after, by squares."""
    beyond = cells.flops > 10**10.9
    assert beyond.sum() == 35
    said = held_out(cells, replace(OUTER, huber_delta=math.inf), share=35 / 102)
    assert (said.fitted, said.held_out) == (67, 35)
    assert (said.plain, said.outer) == pytest.approx((0.068, 0.0117), rel=0.02)


def test_of_the_published_runs_it_is_as_was_found_before(published_runs):
    """k .774 [.69, .89], E 1.757, alpha .424, beta .430, a .504, ratio 21.7 [13, 34]."""
    runs = published_runs.without_highest(5)
    plain, outer = fit(runs), fit(runs, OUTER)
    spread = bootstrap(outer, 200)
    form, k = outer.form, spread.intervals["k"]
    assert k.value == pytest.approx(0.774, abs=0.0005)
    assert (k.low, k.high) == pytest.approx((0.69, 0.89), abs=0.03)
    assert (form.E, form.alpha, form.beta) == pytest.approx((1.757, 0.424, 0.430), abs=6e-4)
    assert outer.exponent_params == pytest.approx(0.504, abs=6e-4)
    best, C = spread.params.at(5.76e23), 5.76e23
    ratios = [C / 6 / N**2 for N in (best.value, best.high, best.low)]
    assert ratios[0] == pytest.approx(21.7, abs=0.05)
    assert ratios[1:] == pytest.approx([13, 34], rel=0.25)
    assert allocation.best(form, C).params == pytest.approx(best.value)
    assert (plain.objective, outer.objective) == pytest.approx((0.00101827, 0.00095418), rel=1e-5)
    assert score_test(plain).p < 0.001


# --- simulated runs -------------------------------------------------------------------------


@pytest.mark.parametrize("k", [0.3, 0.77, 1.0, 1.5])
def test_without_noise_it_is_recovered_exactly(k):
    form = bent(k)
    found = fit(simulate(form, replace(SMALL, noise=0)), OUTER)
    np.testing.assert_allclose(astuple(found.form), astuple(form), rtol=1e-4)
    assert found.exponent_params == pytest.approx(allocation.exponent(FORM), rel=1e-5)
    assert found.exact
    assert found.agreeing > 0.5 * found.walked


def test_by_squares_it_is_scipys_fit():
    runs = simulate(bent(0.6), SMALL)
    x, z, y = np.log(runs.params), np.log(runs.tokens), np.log(runs.loss)

    def off(p):
        u, v = p[0] - p[3] * (x - x.mean()), p[1] - p[4] * (z - z.mean())
        k = np.exp(p[5])
        return np.logaddexp(k * np.logaddexp(u / k, v / k), p[2]) - y

    other = least_squares(off, [-1, -1, 0.6, 0.35, 0.37, 0.0], xtol=1e-15, ftol=1e-15, gtol=1e-15)
    ours = fit(runs, replace(OUTER, huber_delta=math.inf))
    assert ours.objective == pytest.approx(other.cost, rel=1e-8)
    assert ours.k == pytest.approx(math.exp(other.x[5]), rel=1e-3)


def test_the_curvature_is_that_of_the_constants_themselves():
    """By finite differences of the predictions in ln A, ln B, ln E, alpha, beta, ln k."""
    found = fit(simulate(bent(0.6), SMALL), OUTER)
    runs, place = found.runs, np.array(astuple(found.form))  # E, A, B, alpha, beta, k

    def predicted(moves):
        A, B, E, alpha, beta, k = moves
        E_, A_, B_, *exponents, k_ = place
        form = OuterAdditive(
            E_ * np.exp(E), A_ * np.exp(A), B_ * np.exp(B), exponents[0] + alpha,
            exponents[1] + beta, k_ * np.exp(k),
        )  # fmt: skip
        return np.log(form.loss(runs.params, runs.tokens))

    J = np.array([(predicted(h) - predicted(-h)) / 2e-6 for h in 1e-6 * np.eye(6)])
    matrix = J * np.minimum(1, 1e-3 / np.abs(found.residuals)) @ J.T
    scale = np.sqrt(np.outer(*[np.diag(matrix)] * 2))
    np.testing.assert_allclose(found.curvature / scale, matrix / scale, atol=1e-5)
    assert list(found.sloppy) == ["A", "B", "E", "alpha", "beta", "k"]


def test_ties_and_floors_hold_with_it_too():
    runs = simulate(bent(0.6), SMALL)
    tied = fit(runs, replace(OUTER, equal_exponents=True))
    assert tied.form.alpha == tied.form.beta
    held = fit(runs, replace(OUTER, fixed_E=1.5))
    assert pytest.approx(1.5) == held.form.E
    free = fit(runs, OUTER)
    assert free.objective <= min(tied.objective, held.objective, fit(runs).objective)
    for plain in FitOptions(equal_exponents=True), FitOptions(fixed_E=FORM.E):
        assert score_test(fit(runs, plain)).p < 0.01


@pytest.mark.slow
def test_where_k_is_one_the_test_rejects_as_often_as_it_says_and_intervals_hold_it():
    """At 5 % and at 50 %, of 40 studies; the module has the numbers of more."""
    many, out, left = 40, [], 0
    for seed in range(many):
        runs = simulate(FORM, replace(SMALL, seed=seed))
        out.append(score_test(fit(runs)).p)
        if seed < 20:
            left += not bootstrap(fit(runs, OUTER), 60, seed).intervals["k"].holds(1)
    assert np.sum(np.array(out) < 0.05) <= stats.binom.ppf(0.999, many, 0.05)
    assert np.sum(np.array(out) < 0.5) >= stats.binom.ppf(0.001, many, 0.5)
    assert left <= stats.binom.ppf(0.999, 20, 0.05)


@pytest.mark.slow
@pytest.mark.parametrize("k", [0.77, 0.5, 0.3])
def test_another_k_is_found_and_held_by_its_interval(k):
    found = []
    for seed in range(5):
        runs = simulate(bent(k), replace(SMALL, seed=seed))
        spread = bootstrap(fit(runs, OUTER), 60, seed)
        found.append((spread.fit.k, spread.intervals["k"].holds(k), score_test(fit(runs)).p))
    ks, held, p = np.array(found).T
    assert np.median(ks) == pytest.approx(k, rel=0.05)
    assert held.sum() >= stats.binom.ppf(0.001, 5, 0.93)
    assert (p < 0.05).mean() > 0.9


def test_where_the_data_do_not_want_it_a_sentence_says_so():
    found = fit(simulate(FORM, SMALL), OUTER)
    spread = bootstrap(found, 60)
    (said,) = [s for s in diagnose(found, spread) if "do not ask for the outer exponent" in s]
    k = spread.intervals["k"]
    assert f"{k.low:.3g} to {k.high:.3g}, holds 1" in said
    runs = simulate(FORM, replace(SMALL, noise=0))
    exact = fit(runs)
    assert (score_test(exact).statistic, score_test(exact).p) == (0, 1)
    outer = fit(runs, OUTER)
    assert diagnose(outer, replace(spread, fit=outer)) == ()


def test_a_floor_that_is_fitted_as_zero_is_said_to_be_none():
    found = fit(simulate(bent(0.6), SMALL), OUTER)
    spread = bootstrap(found, 40)
    sunk = spread.constants.copy()
    sunk[:, 2] = 1e-20
    none = replace(found, form=replace(found.form, E=1e-20))
    said = diagnose(none, replace(spread, fit=none, constants=sunk))
    assert "The fit puts the floor E at zero: these runs show none." in said


# --- refusals -------------------------------------------------------------------------------


def test_six_constants_need_nine_runs():
    N, D = map(np.ravel, np.meshgrid([1e7, 1e8, 1e9], [1e9, 1e10, 1e11]))
    runs = make_runs(params=N, tokens=D, loss=FORM.loss(N, D))
    assert fit(runs, OUTER).k == pytest.approx(1, rel=1e-3)
    with pytest.raises(ValueError, match="six constants need at least 9 runs, got 8"):
        fit(runs.take(np.arange(8)), OUTER)


@pytest.mark.parametrize(
    ("log_k", "p", "sentence"),
    [(3.1, 0.3, "k = 22.2, as if both terms mul"), (-3.1, 0.3, "k = 0.045, as if only the larger"),
     (2.9, 0.002, ""), (0.0, 0.0009, "falls with size"), (-0.7, 5.1, "alpha = 10.3")],
)  # fmt: skip
def test_an_exponent_that_has_run_away_is_refused(log_k, p, sentence, monkeypatch):
    end = np.array([[0.1, 0.2, 0.5, p, 0.3, log_k]])
    monkeypatch.setattr(parametric, "minimise", lambda *_: (end, np.array([1.0])))
    runs = simulate(FORM, SMALL)
    if sentence:
        with pytest.raises(ValueError, match=sentence):
            fit(runs, OUTER)
    else:
        assert fit(runs, OUTER).k == pytest.approx(math.exp(log_k))

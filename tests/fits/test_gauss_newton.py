"""The objective against formulas written out, and the way down against its promises."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.optimize import approx_fprime

from toylab.fits import gauss_newton, huber_objective
from toylab.fits.gauss_newton import minimise
from toylab.fits.huber_objective import HuberObjective
from toylab.fits.lbfgs_baseline import huber
from toylab.fits.parametric_options import FitOptions
from toylab.fits.runs import make_runs
from toylab.laws import published
from toylab.simulation.isoflop_study import SimulatedStudy, simulate

RUNS = simulate(published.REFIT.form, SimulatedStudy(budgets=4, sizes=6, noise=0.005, spoiled=2))
FREE = np.eye(5)
# ln A, ln B, ln E, alpha, beta near those of the published objectives
plain_thetas = st.tuples(
    st.floats(3, 9), st.floats(3, 9), st.floats(-1, 1), st.floats(0.1, 0.6), st.floats(0.1, 0.6)
).map(np.array)
outer_thetas = st.tuples(  # at the middle of the data: A'^k, B'^k, E, k alpha, k beta; and ln k
    *[st.floats(-2, 1)] * 3, *[st.floats(0.1, 0.6)] * 2, st.floats(-2.5, 1)
).map(np.array)
wild = st.sampled_from([5, 6]).flatmap(
    lambda many: hnp.arrays(float, (4, many), elements=st.floats(-60, 60))
)
tilts = st.sampled_from([0.5, 0.1, 0.8])
deltas = st.sampled_from([1e-3, 0.05, 1.0, math.inf])


def by_hand(runs, theta, delta, tilt, weights=None):
    a, b, e, alpha, beta = theta
    N, D = np.log(runs.params), np.log(runs.tokens)
    r = np.logaddexp(np.logaddexp(a - alpha * N, b - beta * D), e) - np.log(runs.loss)
    rho = r**2 / 2 if delta == math.inf else huber(r, delta)
    lean = np.where(r < 0, 2 * tilt, 2 * (1 - tilt))  # r < 0: the run lies above
    return float((rho * lean * (1 if weights is None else weights)).sum())


def test_a_walk_that_has_arrived_may_stop(monkeypatch):
    """Against the same walks to their last step; each run by itself is weighted, too."""
    objective = HuberObjective.of(RUNS, 1e-3)
    starts = np.random.default_rng(0).normal([1, 1, 0.5, 0.35, 0.35], 0.3, (20, 5))
    weights = np.random.default_rng(1).integers(0, 3, (20, len(RUNS))).astype(float)
    for weighted in None, weights:
        places, values = minimise(objective, starts, FREE, 300, weighted)
        with monkeypatch.context() as patched:
            patched.setattr(gauss_newton, "SHORTEST_STEP", 0.0)
            last, lowest = minimise(objective, starts, FREE, 300, weighted)
        np.testing.assert_allclose(values, lowest, rtol=1e-9)
        np.testing.assert_allclose(places, last, atol=1e-5)


@given(plain_thetas, deltas, tilts)
def test_heights_are_those_of_the_formula(theta, delta, tilt):
    objective = HuberObjective.of(RUNS, delta, tilt)
    weights = np.random.default_rng(0).integers(0, 4, len(RUNS)).astype(float)
    centred = (theta @ objective.centring.T)[None]
    expected = by_hand(RUNS, theta, delta, tilt)
    assert objective.value(centred)[0] == pytest.approx(expected, rel=1e-9)
    weighted = by_hand(RUNS, theta, delta, tilt, weights)
    assert objective.value(centred, weights[None])[0] == pytest.approx(weighted, rel=1e-9)


@given(outer_thetas, deltas, tilts)
def test_heights_with_an_outer_exponent_are_those_of_the_formula(theta, delta, tilt):
    objective = HuberObjective.of(RUNS, delta, tilt)
    u, v, e, p, q, k = *theta[:5], math.exp(theta[5])
    terms = np.exp((u - p * objective.x) / k) + np.exp((v - q * objective.z) / k)
    r = np.log(np.exp(e) + terms**k) - objective.y
    rho = (r**2 / 2 if delta == math.inf else huber(r, delta)) * np.where(
        r < 0, 2 * tilt, 2 * (1 - tilt)
    )
    assert objective.value(theta[None])[0] == pytest.approx(rho.sum(), rel=1e-9)
    sixth = np.append(theta[:5], 0.0)[None]  # ln k = 0: k is 1
    np.testing.assert_allclose(objective.terms(sixth)[:3], objective.terms(theta[None, :5]))


@given(plain_thetas)
def test_centred_constants_are_the_terms_at_the_middle_of_the_data(theta):
    objective = HuberObjective.of(RUNS, 1e-3)
    a, b, e, alpha, beta = theta
    x, z = np.log(RUNS.params).mean(), np.log(RUNS.tokens).mean()
    expected = [a - alpha * x, b - beta * z, e, alpha, beta]
    np.testing.assert_allclose(objective.centring @ theta, expected)


@given(plain_thetas)
def test_the_shares_of_size_data_and_floor_add_up_to_the_loss(theta):
    objective = HuberObjective.of(RUNS, 1e-3)
    predicted, a, b = objective.terms((objective.centring @ theta)[None])
    loss = np.exp(predicted[0])
    np.testing.assert_allclose(a[0] * loss, np.exp(theta[0]) * RUNS.params ** -theta[3])
    np.testing.assert_allclose(b[0] * loss, np.exp(theta[1]) * RUNS.tokens ** -theta[4])
    np.testing.assert_allclose((1 - a - b)[0] * loss, np.exp(theta[2]))


@given(plain_thetas | outer_thetas, st.sampled_from([0.05, 1.0, math.inf]), tilts, st.booleans())
def test_the_gradient_is_that_of_finite_differences(theta, delta, tilt, weighted):
    objective = HuberObjective.of(RUNS, delta, tilt)
    weights = np.random.default_rng(0).integers(0, 4, (1, len(RUNS))) * 1.0
    weights = weights if weighted else None
    place = objective.centring @ theta if len(theta) == 5 else theta
    gradient = objective.derivatives(place[None], weights)[0][0]

    def height(t):
        return objective.value(t[None], weights)[0]

    numeric = (approx_fprime(place, height, 1e-6) + approx_fprime(place, height, -1e-6)) / 2
    np.testing.assert_allclose(gradient, numeric, rtol=1e-3, atol=1e-4 * abs(gradient).max())


@pytest.mark.parametrize("outer", [[], [-0.7]])
def test_of_plain_squares_the_matrix_is_that_of_the_residuals_slopes(outer):
    """J J^T with J by finite differences: Gauss and Newton's."""
    objective = HuberObjective.of(RUNS, math.inf)
    place = np.array([*objective.centring @ [6.0, 7.5, 0.6, 0.35, 0.36], *outer])
    steps = 1e-6 * np.eye(len(place))
    moved = [objective.terms(np.array([place + s, place - s]))[0] for s in steps]
    J = np.stack([(up - down) / 2e-6 for up, down in moved])
    np.testing.assert_allclose(
        objective.derivatives(place[None])[1][0], J @ J.T, rtol=1e-6, atol=1e-8
    )


@given(wild, deltas, tilts)
def test_the_matrix_never_bends_downwards(theta, delta, tilt):
    matrix = HuberObjective.of(RUNS, delta, tilt).derivatives(theta)[1]
    off = np.abs(matrix - matrix.transpose(0, 2, 1)).max(axis=(1, 2))
    assert (off <= 1e-12 * np.abs(matrix).max(axis=(1, 2))).all()
    eigen = np.linalg.eigvalsh(matrix)
    assert (eigen >= -1e-9 * np.maximum(eigen[:, -1:], 1e-30)).all()


@given(wild, tilts)
@settings(deadline=None, max_examples=15)
def test_no_start_however_wild_ends_higher_or_overflows(theta, tilt):
    objective = HuberObjective.of(RUNS, 1e-3, tilt)
    places, heights = minimise(objective, theta, np.eye(theta.shape[1]), 15)
    assert (heights <= objective.value(theta)).all()
    assert np.isfinite(places).all()
    np.testing.assert_allclose(heights, objective.value(places))


def test_terms_beyond_what_a_number_can_hold_do_not_overflow():
    objective = HuberObjective.of(RUNS, 1e-3)
    beyond = np.array([[3000.0, 3000.0, 0, 0, 0], [0, 0, -2000.0, 0, 0], [0, 0, 0, 400.0, 400.0]])
    for places in beyond, *(np.pad(beyond, ((0, 0), (0, 1)), constant_values=k) for k in (-900, 9)):
        assert np.isfinite(objective.value(places)).all()
        assert all(np.isfinite(part).all() for part in objective.derivatives(places))


def test_every_further_step_goes_down_or_stays():
    objective = HuberObjective.of(RUNS, 1e-3)
    starts = FitOptions().starts[::400] @ objective.centring.T
    ends = np.array([minimise(objective, starts, FREE, steps)[1] for steps in range(0, 40, 3)])
    assert (np.diff(ends, axis=0) <= 0).all()
    assert (ends[-1] < ends[0] / 100).sum() > len(starts) / 2
    np.testing.assert_allclose(ends[0], objective.value(starts))


def test_no_steps_leave_a_start_where_it_is():
    objective = HuberObjective.of(RUNS, 1e-3)
    starts = FitOptions().starts[:3] @ objective.centring.T
    np.testing.assert_array_equal(minimise(objective, starts, FREE, 0)[0], starts)


def test_a_step_is_at_most_two_in_each_constant():
    objective = HuberObjective.of(RUNS, 1e-3)
    starts = FitOptions().starts[::97] @ objective.centring.T
    moved = np.abs(minimise(objective, starts, FREE, 1)[0] - starts)
    assert moved.max() == pytest.approx(2)
    assert minimise(objective, starts, FREE, 3)[0].shape == starts.shape


def test_weights_are_runs_that_are_there_more_than_once():
    counts = np.random.default_rng(1).multinomial(24, np.full(24, 1 / 24))
    repeated = RUNS.take(np.repeat(np.arange(24), counts))
    once, again = HuberObjective.of(RUNS, 1e-3), HuberObjective.of(repeated, 1e-3)
    start = np.array([[6.2, 7.6, 0.6, 0.35, 0.37]])
    weights = counts[None].astype(float)
    place, height = minimise(once, start @ once.centring.T, FREE, 200, weights)
    other, same = minimise(again, start @ again.centring.T, FREE, 200)
    assert height[0] == pytest.approx(same[0], rel=1e-6)
    constants = [np.linalg.solve(s.centring, p[0]) for s, p in ((once, place), (again, other))]
    np.testing.assert_allclose(*constants, rtol=1e-3)


@given(plain_thetas)
@settings(deadline=None, max_examples=10)
def test_what_is_held_stays_exactly_where_it_was(theta):
    objective = HuberObjective.of(RUNS, 1e-3)
    tied = theta.copy()
    tied[4] = tied[3]
    place, _ = minimise(
        objective, (objective.centring @ tied)[None], FitOptions(equal_exponents=True).free, 30
    )
    assert place[0, 3] == place[0, 4] != tied[3]
    start = objective.centring @ theta
    place, _ = minimise(objective, start[None], FitOptions(fixed_E=math.exp(theta[2])).free, 30)
    assert place[0, 2] == start[2]
    assert (place[0, [0, 1, 3, 4]] != start[[0, 1, 3, 4]]).all()


@pytest.mark.parametrize("block", [1, 50, 24 * 7, 2**20])
def test_the_size_of_a_block_changes_nothing(monkeypatch, block):
    objective = HuberObjective.of(RUNS, 1e-3)
    starts = FitOptions().starts[::300] @ objective.centring.T
    weights = np.random.default_rng(0).integers(0, 3, (len(starts), 24)).astype(float)
    before = minimise(objective, starts, FREE, 20, weights)
    screened = objective.screen(starts)
    monkeypatch.setattr(huber_objective, "BLOCK", block)
    after = minimise(objective, starts, FREE, 20, weights)
    for one, other in zip(before, after, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(objective.screen(starts), screened)
    np.testing.assert_allclose(screened, objective.value(starts))


def test_starts_do_not_see_each_other():
    objective = HuberObjective.of(RUNS, 1e-3)
    starts = FitOptions().starts[::500] @ objective.centring.T
    together = minimise(objective, starts, FREE, 25)[1]
    alone = [minimise(objective, start[None], FREE, 25)[1][0] for start in starts]
    np.testing.assert_allclose(together, alone, rtol=1e-6)


def test_a_run_that_lies_on_the_objective_pulls_nowhere():
    form = published.REFIT.form
    runs = make_runs(params=[1e8, 1e9], tokens=[1e9, 3e10], loss=form.loss([1e8, 1e9], [1e9, 3e10]))
    objective = HuberObjective.of(runs, 1e-3)
    theta = objective.centring @ [
        math.log(form.A), math.log(form.B), math.log(form.E), form.alpha, form.beta
    ]  # fmt: skip
    gradient, _ = objective.derivatives(theta[None])
    np.testing.assert_allclose(gradient, 0, atol=1e-14)

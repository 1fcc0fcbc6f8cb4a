"""A bowl of losses over batch and learning rate, and draws of noisy grids on it."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize, minimize_scalar

from tests.bowls import BOWL, GRID, bowls, cells, grids, surface
from toylab.experiments import batch_lr_results, batch_lr_study
from toylab.simulation.batch_lr_bowl import Bowl, draw

factors = st.floats(0.03, 30)


# --- the bowl -----------------------------------------------------------------------------


@given(bowls)
@settings(deadline=None)
def test_the_lowest_loss_is_the_floor_at_the_best_batch_and_rate(bowl):
    assert float(bowl.loss(bowl.batch, bowl.lr)) == bowl.floor

    def above(at):
        return float(bowl.loss(bowl.batch * math.exp(at[0]), bowl.lr * math.exp(at[1])))

    found = minimize(above, [0.7, -0.9], tol=1e-12, method="Nelder-Mead")
    assert found.fun == pytest.approx(bowl.floor, abs=1e-8)
    # 1e-12 nats over the flattest valley are this far from its bottom.
    assert found.x == pytest.approx([0, 0], abs=1e-3)


@given(bowls, factors)
@settings(deadline=None)
def test_at_another_batch_the_best_rate_is_that_batchs_power_of_the_tilt(bowl, factor):
    batch = bowl.batch * factor
    found = minimize_scalar(lambda s: float(bowl.loss(batch, math.exp(s))), (-9.0, -5.0))
    assert math.exp(found.x) == pytest.approx(bowl.lr * factor**bowl.tilt, rel=1e-5)
    assert found.fun == pytest.approx(bowl.floor + bowl.along * math.log(factor) ** 2)


@given(bowls, factors)
@settings(deadline=None)
def test_at_the_best_batch_the_loss_goes_by_the_curvature_across(bowl, factor):
    loss = float(bowl.loss(bowl.batch, bowl.lr * factor))
    assert loss == pytest.approx(bowl.floor + bowl.across * math.log(factor) ** 2)


@given(bowls, st.floats(1e-4, 2))
@settings(deadline=None)
def test_a_contour_is_a_closed_curve_around_the_bottom_at_one_loss(bowl, above):
    batches, lrs = bowl.contour(above)
    np.testing.assert_allclose(bowl.loss(batches, lrs), bowl.floor + above, rtol=1e-12)
    b, s = np.log(batches / bowl.batch), np.log(lrs / bowl.lr)
    assert (b[0], s[0]) == pytest.approx((b[-1], s[-1]))
    turned = np.unwrap(np.arctan2(s, b))  # seen from the bottom
    assert abs(turned[-1] - turned[0]) == pytest.approx(2 * math.pi)
    assert (np.diff(turned) > 0).all()
    assert (b.min(), b.max()) == pytest.approx(
        (-math.sqrt(above / bowl.along), math.sqrt(above / bowl.along)), rel=1e-3
    )


def test_a_contour_has_as_many_points_as_asked_for():
    assert [part.shape for part in BOWL.contour(0.1, 12)] == [(12,), (12,)]


@pytest.mark.parametrize("name", ["floor", "batch", "lr", "along", "across"])
@pytest.mark.parametrize("wrong", [0.0, -1.0, math.nan, math.inf])
def test_a_bowl_without_a_bottom_is_refused_by_name(name, wrong):
    right = {"floor": 2.6, "batch": 1e6, "lr": 1e-3, "along": 0.02, "across": 0.05}
    with pytest.raises(ValueError, match=f"^{name} must be positive and finite, got {wrong}$"):
        Bowl(**right | {name: wrong})


def test_the_usual_curvatures_and_tilt_lie_among_those_of_the_recorded_networks():
    """Each budget of `lm_grid`: half the second derivatives of its surface near the bottom."""
    recorded = batch_lr_study.BatchLrStudy.PRESETS["recorded"].recorded()
    found = []
    for valley in batch_lr_results.valleys(
        batch_lr_study.BatchLrStudy().table(recorded.frame.to_dict("records"))
    ):
        keep = valley.mean <= valley.mean.min() * (1 + batch_lr_results.WITHIN)
        (_, _, _, xx, xy, yy), _ = surface(batch_lr_study.GRID, valley.mean, keep)
        found.append((xx / 2 - xy**2 / yy / 2, yy / 2, -xy / yy))
    usual = Bowl(2.5, 1e6, 1e-3)
    assert len(found) == 3
    for value, measured in zip(
        (usual.along, usual.across, usual.tilt), zip(*found, strict=True), strict=True
    ):
        assert min(measured) <= value <= max(measured)


# --- draws ------------------------------------------------------------------------------


@given(bowls, grids, st.integers(1, 3))
@settings(deadline=None)
def test_without_noise_every_draw_is_the_bowl_at_the_cells(bowl, grid, draws):
    losses = draw(bowl, grid, 0, seed=0, draws=draws)
    singles = [float(bowl.loss(*cell)) for cell in cells(grid)]
    np.testing.assert_allclose(losses, [singles] * draws, rtol=1e-12)


@pytest.mark.parametrize("noise", [0.002, 0.05, 0.9])
def test_noise_is_normal_and_the_same_share_of_every_loss(noise):
    steep = Bowl(2.6, 1e6, 1e-3, along=1.0, across=2.0)  # losses from 2.6 to 30
    losses, clean = (draw(steep, GRID, share, 3, 2000) for share in (noise, 0))
    assert clean.max() > 10 * clean.min()
    luck = (losses / clean - 1) / noise
    assert stats.kstest(luck.ravel(), "norm").pvalue > 1e-3
    low, high = stats.chi2.interval(1 - 1e-3 / 30, 2000) / np.array(2000)
    assert ((low < (luck**2).mean(axis=0)) & ((luck**2).mean(axis=0) < high)).all()
    # No cell knows of another, nor a draw of the one before.
    together = np.corrcoef(luck.T)[np.triu_indices(30, 1)]
    assert np.abs(together).max() < 5 / math.sqrt(2000)
    assert abs((luck[1:] * luck[:-1]).mean()) < 4 / math.sqrt(luck.size)


@given(st.integers(0, 2**32), st.integers(1, 5), st.integers(1, 5))
@settings(deadline=None)
def test_the_first_draws_of_a_seed_are_the_same_however_many_there_are(seed, few, more):
    one, other = (draw(BOWL, GRID, 0.01, seed, k) for k in (few, few + more))
    assert one.shape == (few, 30)
    np.testing.assert_array_equal(one, other[:few])
    assert not np.isclose(one[0], draw(BOWL, GRID, 0.01, seed + 1)[0], rtol=1e-9).any()


@pytest.mark.parametrize("wrong", [-0.1, 1.0, 2.0, math.nan, math.inf])
def test_noise_that_is_no_share_of_the_loss_is_refused(wrong):
    with pytest.raises(
        ValueError, match=f"^noise must be at least 0 and below 1 of the loss, got {wrong}$"
    ):
        draw(BOWL, GRID, wrong, seed=0)

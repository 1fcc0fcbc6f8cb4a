"""The bottom of a grid by its lowest cell and by a quadratic, against a bowl that is known."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tests.bowls import BOWL, GRID, bowls, cells, grids, surface
from toylab.fits.grid_optimum import Grid, lowest, quadratic
from toylab.simulation.batch_lr_bowl import Bowl, draw


def along(axis, share):
    """The point at a share of an axis, in logarithms."""
    return axis[0] * (axis[-1] / axis[0]) ** share


def bottom(grid, losses, keep):
    """ln B, ln r and loss where its slope is zero, its tilt, its curvatures on its own axes."""
    (c, *slope, xx, xy, yy), home = surface(grid, losses, keep)
    hessian = np.array([[xx, xy], [xy, yy]])
    at = -np.linalg.solve(hessian, slope)
    return *(at + home), c + at @ slope / 2, -xy / yy, np.linalg.eigvalsh(hessian)


# --- the grid ------------------------------------------------------------------------------


@given(grids)
@settings(deadline=None)
def test_cells_are_each_batch_with_each_rate_rates_first(grid):
    assert grid.shape == (len(grid.batches), len(grid.lrs))
    np.testing.assert_allclose(np.stack(grid.cells, axis=1), np.log(cells(grid)))


@pytest.mark.parametrize("name", ["batches", "lrs"])
@pytest.mark.parametrize(
    "wrong", [(1.0, 2.0), (), (3.0, 2.0, 1.0), (1.0, 1.0, 2.0), (0.0, 1.0, 2.0),
              (-1.0, 1.0, 2.0), (1.0, math.nan, 2.0), (math.nan, 1.0, 2.0)],
)  # fmt: skip
def test_an_axis_that_is_no_ladder_of_three_is_refused_by_name(name, wrong):
    right = {"batches": (1.0, 2.0, 3.0), "lrs": (1.0, 2.0, 3.0)}
    with pytest.raises(ValueError, match=f"^{name} must be three or more, positive and asc"):
        Grid(**right | {name: wrong})


# --- the lowest cell ----------------------------------------------------------------------


@given(grids, st.integers(0, 2**32), st.floats(0, 0.8))
@settings(deadline=None)
def test_the_lowest_cell_is_that_of_a_plain_loop(grid, seed, missing):
    random = np.random.default_rng(seed)
    losses = random.uniform(2, 3, (4, len(cells(grid))))
    losses[random.random(losses.shape) < missing] = math.nan
    losses[random.random(losses.shape) < missing / 4] = math.inf
    losses[3] = math.nan
    found = lowest(grid, losses)
    for k, row in enumerate(losses):
        best, at = math.inf, None
        for loss, cell in zip(row, cells(grid), strict=True):
            if loss < best:
                best, at = loss, cell
        if at is None:
            assert np.isnan([found.batch[k], found.lr[k], found.loss[k]]).all()
            assert not found.inside[k]
            continue
        batch, lr = at
        assert (found.batch[k], found.lr[k], found.loss[k]) == (batch, lr, best)
        edges = (grid.batches[0], grid.batches[-1], grid.lrs[0], grid.lrs[-1])
        assert found.inside[k] == (batch not in edges[:2] and lr not in edges[2:])


def test_only_cells_with_others_all_around_are_inside():
    """Each of the 30 cells the lowest in turn."""
    found = lowest(GRID, 3 - np.eye(30))
    inner = np.zeros(GRID.shape, dtype=bool)
    inner[1:-1, 1:-1] = True
    np.testing.assert_array_equal(found.inside, inner.ravel())
    np.testing.assert_array_equal(found.loss, 2.0)
    assert np.isnan(found.tilt).all()  # a cell tells none
    assert found.first == (GRID.batches[0], GRID.lrs[0])


# --- the quadratic ------------------------------------------------------------------------


@given(bowls, grids, st.floats(0.02, 0.98), st.floats(0.02, 0.98))
@settings(deadline=None)
def test_a_bowl_inside_the_grid_is_recovered_exactly(bowl, grid, i, j):
    truth = Bowl(
        bowl.floor, along(grid.batches, i), along(grid.lrs, j),
        bowl.along, bowl.across, bowl.tilt,
    )  # fmt: skip
    found = quadratic(grid, draw(truth, grid, 0, seed=0))
    assert found.batch == pytest.approx(truth.batch, rel=1e-6)
    assert found.lr == pytest.approx(truth.lr, rel=1e-6)
    assert found.loss == pytest.approx(truth.floor, rel=1e-9)
    assert found.tilt == pytest.approx(truth.tilt, abs=1e-6)
    assert found.inside.all()
    assert found.first == (found.batch[0], found.lr[0])


@pytest.mark.parametrize("width", [1.02, 2.0, 1e6])
def test_a_bowl_is_recovered_on_the_narrowest_grid_and_on_the_widest(width):
    """Three by three cells; on the narrow one they differ by a few millionths of the loss."""
    truth = replace(BOWL, batch=along((1.0, width), 0.3), lr=along((1.0, width), 0.6))
    axis = (1.0, math.sqrt(width), width)
    found = quadratic(Grid(axis, axis), draw(truth, Grid(axis, axis), 0, seed=0))
    assert found.first == pytest.approx((truth.batch, truth.lr), rel=1e-6)
    assert found.inside.all()


@pytest.mark.parametrize(
    ("i", "j"), [(-0.3, 0.5), (1.3, 0.5), (0.5, -0.3), (0.5, 1.3), (1.01, 0.99), (-2, 4)]
)
def test_a_bottom_beyond_the_grid_is_found_and_flagged(i, j):
    truth = Bowl(2.6, along(GRID.batches, i), along(GRID.lrs, j), 0.02, 0.05)
    found = quadratic(GRID, draw(truth, GRID, 0, seed=0))
    assert (*found.first, found.loss[0]) == pytest.approx((truth.batch, truth.lr, 2.6), rel=1e-6)
    assert not found.inside.any()


def test_the_quadratic_is_that_of_least_squares_and_has_a_bottom_only_as_a_bowl():
    """Pure noise, 2000 draws: bowls, saddles and domes by the signs of their curvatures."""
    losses = 3 + 0.3 * np.random.default_rng(0).standard_normal((2000, 30))
    found = quadratic(GRID, losses)
    kinds = np.zeros(3, dtype=int)
    for k, row in enumerate(losses):
        ln_b, ln_r, loss, tilt, curved = bottom(GRID, row, np.full(30, True))
        kinds[(curved > 0).sum()] += 1
        if (curved < 0).any():
            assert np.isnan([found.batch[k], found.lr[k], found.loss[k], found.tilt[k]]).all()
            assert not found.inside[k]
        else:
            close = {"rel": 1e-9, "abs": 1e-9}
            assert math.log(found.batch[k]) == pytest.approx(np.clip(ln_b, -50, 50), **close)
            assert math.log(found.lr[k]) == pytest.approx(np.clip(ln_r, -50, 50), **close)
            assert found.loss[k] == pytest.approx(loss, **close)
            assert found.tilt[k] == pytest.approx(tilt, **close)
            within = [
                axis[0] < math.exp(ln) < axis[-1]
                for axis, ln in ((GRID.batches, ln_b), (GRID.lrs, ln_r))
            ]
            assert found.inside[k] == all(within)
    assert kinds.min() > 100


@pytest.mark.parametrize(
    ("xx", "xy", "yy"), [(1, 0, -1), (-1, 0, 1), (-1, 0, -1), (1, 2.5, 1), (-1, 0.5, -2)]
)
def test_a_saddle_or_a_dome_has_no_bottom(xx, xy, yy):
    x, y = (ln - ln.mean() for ln in GRID.cells)
    found = quadratic(GRID, 3 + 0.01 * (xx * x**2 + xy * x * y + yy * y**2)[None])
    assert np.isnan([found.batch, found.lr, found.loss, found.tilt]).all()
    assert not found.inside.any()


def test_a_valley_that_hardly_bends_has_a_bottom_far_away_and_no_overflow():
    """Slopes over curvatures put it at e^-1250 and e^+1250 times the middle of the grid."""
    x, y = (ln - ln.mean() for ln in GRID.cells)
    found = quadratic(GRID, (3 + 0.01 * (x - y) + 4e-6 * (x**2 + y**2))[None])
    assert found.first == pytest.approx((math.exp(-50), math.exp(50)))
    assert not found.inside.any()


@given(st.integers(0, 2**32), st.floats(0.003, 0.2))
@settings(deadline=None)
def test_only_cells_are_used_whose_mean_over_the_draws_is_near_the_lowest(seed, within):
    losses = draw(BOWL, GRID, 0.002, seed, draws=3)
    means = [sum(column) / 3 for column in losses.T.tolist()]
    keep = [mean <= min(means) * (1 + within) for mean in means]
    if sum(keep) < 7:
        with pytest.raises(ValueError, match=f"the grid has {sum(keep)}:"):
            quadratic(GRID, losses, within)
        return
    found = quadratic(GRID, losses, within)
    for k, row in enumerate(losses):
        ln_b, ln_r, loss, tilt, curved = bottom(GRID, row, keep)
        if (curved > 0).all() and max(abs(ln_b), abs(ln_r)) < 40:
            assert math.log(found.batch[k]) == pytest.approx(ln_b, rel=1e-6)
            assert math.log(found.lr[k]) == pytest.approx(ln_r, rel=1e-6)
            assert found.loss[k] == pytest.approx(loss, rel=1e-6)
            assert found.tilt[k] == pytest.approx(tilt, rel=1e-6)


def test_far_from_its_bottom_a_valley_is_no_quadratic():
    """One side is a wall, as where runs diverge, of the same curvature at the bottom."""
    grid = Grid(tuple(np.geomspace(1e5, 1e7, 15)), tuple(np.geomspace(1e-4, 1e-2, 15)))
    b, s = (x - math.log(best) for x, best in zip(grid.cells, (1e6, 1e-3), strict=True))
    u = s - 0.5 * b
    losses = (2.6 + 0.02 * b**2 + 0.05 * 2 * (np.exp(u) - 1 - u))[None]
    off = [
        np.abs(np.log(quadratic(grid, losses, within).first) - np.log([1e6, 1e-3])).max()
        for within in (0.005, 0.02, math.inf)
    ]
    assert off[0] < off[1] / 2 < off[2] / 8, off
    assert off[0] < 0.05 < 0.4 < off[2]


@pytest.mark.parametrize("lost", [math.nan, math.inf])
def test_a_cell_that_diverged_in_one_draw_is_left_out_of_all(lost):
    losses = draw(BOWL, GRID, 0.01, seed=5, draws=4)
    keep = np.full(30, True)
    for k, cell in ((0, 4), (2, 17), (2, 29)):
        losses[k, cell], keep[cell] = lost, False
    found = quadratic(GRID, losses)
    for k, row in enumerate(losses):
        ln_b, ln_r, loss, tilt, _ = bottom(GRID, row, keep)
        assert (math.log(found.batch[k]), math.log(found.lr[k])) == pytest.approx((ln_b, ln_r))
        assert (found.loss[k], found.tilt[k]) == pytest.approx((loss, tilt))


def test_seven_cells_are_enough_and_six_are_refused():
    """The seventh lies half above the lowest: "at most" that share counts it."""
    grid = Grid((1.0, 2.0, 4.0), (1.0, 2.0, 4.0))
    x, y = (ln - math.log(2) for ln in grid.cells)
    losses = (2 + x**2 + y**2)[None]
    losses[0, 1] = 3.0
    losses[0, [0, 8]] = 3.1
    found = quadratic(grid, losses, within=0.5)
    assert math.log(found.batch[0]) == pytest.approx(bottom(grid, losses[0], losses[0] <= 3)[0])
    sentence = (
        "^a quadratic in two variables needs 7 cells near the lowest loss; the grid has 6: "
        "a finer or a wider one$"
    )
    with pytest.raises(ValueError, match=sentence):
        quadratic(grid, losses, within=0.499)
    losses[0, 1] = math.nan
    with pytest.raises(ValueError, match=sentence):
        quadratic(grid, losses, within=0.5)
    with pytest.raises(ValueError, match="the grid has 0"):
        quadratic(grid, np.full((1, 9), math.nan))


def test_the_scatter_of_the_bottom_is_what_least_squares_passes_on():
    """To first order d(ln B, ln r) = -H^-1 (dg + dH at), from the noise of every cell."""
    noise, draws = 0.002, 4000
    clean = draw(BOWL, GRID, 0, seed=0)[0]
    passed = []
    for cell in range(30):
        nudged = clean.copy()
        nudged[cell] += 1e-5
        up = bottom(GRID, nudged, np.full(30, True))[:2]
        nudged[cell] -= 2e-5
        down = bottom(GRID, nudged, np.full(30, True))[:2]
        passed.append(np.subtract(up, down) / 2e-5 * noise * clean[cell])
    expected = np.sqrt((np.array(passed) ** 2).sum(axis=0))
    found = quadratic(GRID, draw(BOWL, GRID, noise, 0, draws))
    spread = np.std(np.log([found.batch, found.lr]), axis=1)
    # The sd of so many draws has this error; the second order adds less.
    np.testing.assert_allclose(spread, expected, rtol=4 / math.sqrt(2 * draws))
    middle = np.mean(np.log([found.batch, found.lr]), axis=1)
    off = np.abs(middle - np.log([BOWL.batch, BOWL.lr]))
    assert (off < 4 * expected / math.sqrt(draws) + expected**2).all()


# --- an example with far too much noise ---------------------------------------------------
# 5 % of a loss of 2.5 nats hides a valley, and no cell is best.
NOISY = Bowl(2.5, 2048, 1.5e-4, along=0.1, across=0.5, tilt=0)
WIDE = Grid(tuple(np.geomspace(512, 8192, 10)), tuple(np.geomspace(1e-5, 1e-3, 10)))
DRAWS = 4000
LOSSES = draw(NOISY, WIDE, 0.05, seed=0, draws=DRAWS)


def exactly():
    """P(each cell is the lowest) and the mean of the lowest loss, by quadrature over it."""
    means = np.array([float(NOISY.loss(*cell)) for cell in cells(WIDE)])
    x = np.linspace(1.2, 3.5, 4001)
    above = stats.norm.sf(x[:, None], means, 0.05 * means)
    density = stats.norm.pdf(x[:, None], means, 0.05 * means)
    none_lower = above.prod(axis=1)
    return (
        np.trapezoid(density / above * none_lower[:, None], x, axis=0),
        x[0] + np.trapezoid(none_lower, x),
    )


def test_the_best_cell_of_a_grid_that_misses_the_optimum_is_a_tie_above_the_floor():
    """2048 is in the middle between two batches."""
    losses = draw(NOISY, WIDE, 0, seed=0)
    first, second, third = np.sort(losses[0])[:3]
    assert first == pytest.approx(2.514, abs=5e-4)
    assert first == pytest.approx(second, rel=1e-12)
    assert third > second + 0.01
    tied = {round(cells(WIDE)[k][0]) for k in np.argsort(losses[0])[:2]}
    assert tied == {1756, 2389}
    found = lowest(WIDE, losses)
    assert round(found.batch[0]) in tied
    assert found.lr[0] == pytest.approx(1.29e-4, abs=0.005e-4)
    assert found.inside[0]


def test_the_luckiest_cell_is_taken_for_the_best_one():
    """Argmin hits a given one of the two best in 13 draws of 100, as quadrature says too."""
    chances, mean = exactly()
    assert chances.sum() == pytest.approx(1, abs=1e-6)
    found = lowest(WIDE, LOSSES)
    taken = np.array([
        np.isclose(found.batch, batch) & np.isclose(found.lr, lr) for batch, lr in cells(WIDE)
    ])  # fmt: skip
    assert (taken.sum(axis=0) == 1).all()
    error = np.sqrt(chances * (1 - chances) / DRAWS)
    assert (np.abs(taken.mean(axis=1) - chances) <= 4.5 * error + 1 / DRAWS).all()
    for k in np.argsort(draw(NOISY, WIDE, 0, seed=0)[0])[:2]:
        assert chances[k] == pytest.approx(0.13, abs=0.005)
        assert taken[k].mean() == pytest.approx(0.13, abs=0.005 + 3 * error[k])
    # What it reports lies below anything that could be reached.
    standard_error = found.loss.std() / math.sqrt(DRAWS)
    assert found.loss.mean() == pytest.approx(mean, abs=4 * standard_error)
    assert mean == pytest.approx(2.341, abs=5e-4 + 3 * standard_error)
    assert found.loss.mean() + 100 * standard_error < 2.514


def test_the_quadratic_through_the_same_losses_finds_the_bottom():
    """Median, 5 % and 95 % to the error of percentiles of two lots of 4000 draws."""
    found = quadratic(WIDE, LOSSES)
    batch = np.log(found.batch[np.isfinite(found.batch)])
    assert len(batch) > DRAWS - 5
    sd = batch.std()
    for level, tokens in ((5, 1660), (50, 2044), (95, 2521)):
        height = stats.norm.pdf(stats.norm.ppf(level / 100)) / sd
        error = math.sqrt(2 * level / 100 * (1 - level / 100) / DRAWS) / height
        assert np.percentile(batch, level) == pytest.approx(math.log(tokens), abs=4 * error)
    lr = np.median(found.lr[np.isfinite(found.lr)])
    assert lr == pytest.approx(1.50e-4, abs=0.005e-4)
    by_cell = np.percentile(np.log(lowest(WIDE, LOSSES).batch), [5, 95])
    assert np.ptp(by_cell) > 4 * np.ptp(np.percentile(batch, [5, 95]))

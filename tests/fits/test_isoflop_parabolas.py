"""Parabolas against those drawn on purpose, numpy's own, and the textbook's F test."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toylab.fits.isoflop_parabolas import Parabolas

GRID = np.log(np.geomspace(1e7, 1e9, 7))


def sizes(budgets, many=7):
    """Grids of ln N that drift and differ in their spacing."""
    return [GRID[:many] * (1 + 0.02 * b) + 0.8 * b for b in range(budgets)]


def noisy(x, seed=0, noise=0.01):
    """Valleys whose curvature falls from budget to budget, with noise, (runs,)."""
    draws = np.random.default_rng(seed)
    return np.concatenate(
        [
            1 - 0.1 * b + 0.03 / (b + 1) * (g - g.mean() - 0.3) ** 2
            + noise * draws.standard_normal(len(g))
            for b, g in enumerate(x)
        ]
    )  # fmt: skip


drawn = st.lists(
    st.tuples(st.floats(-3, 3), st.floats(0.2, 2), st.floats(0.005, 0.2)),
    min_size=1, max_size=5,
)  # fmt: skip


@given(drawn, st.booleans())
def test_the_bottoms_of_exact_parabolas_are_found(valleys, shared):
    """Also beyond the ends of the grid."""
    x = sizes(len(valleys))
    curvature = [valleys[0][2] if shared else k for _, _, k in valleys]
    place = [g.mean() + shift for g, (shift, _, _) in zip(x, valleys, strict=True)]
    height = [h for _, h, _ in valleys]
    drawn_so = zip(x, place, height, curvature, strict=True)
    y = np.concatenate([h + k * (g - p) ** 2 for g, p, h, k in drawn_so])
    found = Parabolas(x, shared).bottoms(y)
    np.testing.assert_allclose(found.place, place, atol=1e-8)
    np.testing.assert_allclose(found.height, height, atol=1e-9)
    np.testing.assert_allclose(found.curvature, curvature, rtol=1e-8)


def test_each_with_a_curvature_of_its_own_is_that_of_polyfit():
    x = [*sizes(3), GRID[:4]]
    y = noisy(x)
    parabolas = Parabolas(x, shared=False)
    found, at = parabolas.bottoms(y), 0
    for b, g in enumerate(x):
        mine = y[at : at + len(g)]
        k, s, c = np.polyfit(g, mine, 2)
        assert found.place[b] == pytest.approx(-s / (2 * k))
        assert found.height[b] == pytest.approx(np.polyval([k, s, c], -s / (2 * k)))
        fitted = parabolas.fitted(y)[at : at + len(g)]
        np.testing.assert_allclose(fitted, np.polyval([k, s, c], g))
        at += len(g)


def test_no_other_parabolas_of_one_curvature_come_nearer():
    """By a search over the curvature; given it, each budget is a straight line."""
    x = sizes(4)
    y, starts = noisy(x), np.cumsum([0, *map(len, x)])
    parabolas = Parabolas(x, shared=True)

    def left_over(k):
        parts = [y[i : i + len(g)] - k * g**2 for i, g in zip(starts, x, strict=False)]
        lines = [np.polyval(np.polyfit(g, p, 1), g) for g, p in zip(x, parts, strict=True)]
        return sum(((p - on) ** 2).sum() for p, on in zip(parts, lines, strict=True))

    ours = ((y - parabolas.fitted(y)) ** 2).sum()
    k = parabolas.bottoms(y).curvature[0]
    assert ours == pytest.approx(left_over(k))
    assert all(left_over(k * (1 + step)) > ours for step in (-0.01, -1e-3, 1e-3, 0.01))


@pytest.mark.parametrize("shared", [True, False])
def test_many_at_once_are_what_each_is_alone(shared):
    x = sizes(3)
    parabolas = Parabolas(x, shared)
    y = np.stack([noisy(x, seed) for seed in range(5)])
    together = parabolas.bottoms(y)
    for row, alone in enumerate(map(parabolas.bottoms, y)):
        np.testing.assert_allclose(together.place[row], alone.place)
        np.testing.assert_allclose(together.height[row], alone.height)
        np.testing.assert_allclose(together.curvature[row], alone.curvature)


def test_a_hill_has_no_bottom_and_spoils_no_other():
    x = sizes(3)
    y = noisy(x, noise=0)
    y[7:14] *= -1
    found = Parabolas(x, shared=False).bottoms(y)
    for part in (found.place, found.height, found.curvature):
        assert np.isnan(part).tolist() == [False, True, False]
    assert np.isnan(Parabolas(x, shared=True).bottoms(-noisy(x, noise=0)).place).all()


@given(st.floats(-50, 50), st.floats(-5, 5), st.booleans())
def test_units_of_size_and_of_loss_move_the_bottoms_and_nothing_else(unit, height, shared):
    x = sizes(3)
    y = noisy(x)
    here = Parabolas(x, shared).bottoms(y)
    there = Parabolas([g + unit for g in x], shared).bottoms(y + height)
    np.testing.assert_allclose(there.place, here.place + unit, atol=1e-8)
    np.testing.assert_allclose(there.height, here.height + height, atol=1e-8)
    np.testing.assert_allclose(there.curvature, here.curvature, rtol=1e-8)


@pytest.mark.parametrize(("shared", "freedom"), [(True, 21 - 7), (False, 21 - 9)])
def test_freedom_is_the_runs_beyond_the_coefficients(shared, freedom):
    assert Parabolas(sizes(3), shared).freedom == freedom


@given(st.floats(-0.01, 0.01), st.booleans())
def test_a_cubic_term_is_told_by_its_share_of_the_rise_at_the_edge(cubic, shared):
    x = [g + 3.0 * b for b, g in enumerate([GRID] * 3)]
    y = np.concatenate([0.05 * (g - g.mean()) ** 2 + cubic * (g - g.mean()) ** 3 for g in x])
    edge = np.ptp(GRID) / 2
    share, _ = Parabolas(x, shared).lopsided(y)
    assert share == pytest.approx(abs(cubic) * edge / 0.05, abs=1e-8)


@pytest.mark.parametrize("shared", [True, False])
def test_how_much_a_cubic_term_helps_is_the_f_of_a_nested_test(shared):
    """F = t^2 for one coefficient: t from the normal equations of the wider regression."""
    x = sizes(3)
    y, parabolas = noisy(x), Parabolas(x, shared)
    centred = np.concatenate([g - g.mean() for g in x])
    wide = np.hstack([parabolas.design, centred[:, None] ** 3])
    inverse = np.linalg.inv(wide.T @ wide)
    coefficients = inverse @ wide.T @ y
    off = y - wide @ coefficients
    variance = off @ off / (len(y) - wide.shape[1])
    t = coefficients[-1] / np.sqrt(variance * inverse[-1, -1])
    assert parabolas.lopsided(y)[1] == pytest.approx(t**2, rel=1e-6)

"""Which runs share a budget, and every reason not to trust a bottom."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toylab.fits import isoflop, isoflop_budgets
from toylab.fits.isoflop_budgets import budgets, valley
from toylab.fits.isoflop_parabolas import Bottoms
from toylab.fits.runs import make_runs

CENTRES = np.array([1e18, 3e18, 1e19, 3e19])


def profile(C, N, bottom, k=0.05, unit=6):
    """The runs of one budget: an exact parabola in ln L."""
    N = np.asarray(N, dtype=float)
    return make_runs(
        params=N, tokens=C / unit / N, flops=np.full(len(N), C),
        loss=3 * np.exp(k * np.log(N / bottom) ** 2),
    )  # fmt: skip


def bottoms(place, others=None):
    """A bottom and its resamples at one budget, (1 + resamples, 1)."""
    column = np.array([place, *(others if others is not None else [place] * 40)])[:, None]
    return Bottoms(column, np.full_like(column, 1.0), np.full_like(column, 0.05))


N = np.geomspace(1e7, 1e9, 9)
ALL = np.arange(9)


@given(st.randoms(use_true_random=False), st.lists(st.floats(-0.045, 0.045), min_size=20))
def test_runs_that_jitter_about_their_budgets_find_together_in_any_order(random, jitter):
    """Any two of a budget then differ by less than a tenth."""
    home = np.repeat(np.arange(4), 5).tolist()
    random.shuffle(home)
    C = CENTRES[home] * np.exp(jitter[:20])
    runs = make_runs(params=1e7 * (1 + np.arange(20)), flops=C, loss=np.ones(20))
    found = budgets(runs)
    assert [{home[i] for i in group} for group in found] == [{0}, {1}, {2}, {3}]
    assert [len(group) for group in found] == [5] * 4


def test_a_tenth_more_flops_is_still_the_same_budget():
    for factor, sharing in ((1.1, 4), (1.102, 3)):
        C = 1e18 * np.array([1, 1, 1, factor])
        (group,) = budgets(make_runs(params=[1e7, 2e7, 3e7, 4e7], flops=C, loss=np.ones(4)))
        assert len(group) == sharing


def test_the_run_with_most_others_about_it_gathers_them():
    """A chain of runs, each within a tenth of the next, is no single budget."""
    C = 1e18 * 1.09 ** np.array([0, 1, 1, 1, 2, 3])
    runs = make_runs(params=np.arange(1e7, 7e7, 1e7), flops=C, loss=np.ones(6))
    (group,) = budgets(runs)
    assert sorted(group) == [0, 1, 2, 3, 4]


def test_three_sizes_make_a_budget_and_two_do_not():
    two = make_runs(params=[1e7, 1e7, 2e7, 2e7], flops=np.full(4, 1e18), loss=np.ones(4))
    assert budgets(two) == []
    three = make_runs(params=[1e7, 1e7, 2e7, 3e7], flops=np.full(4, 1e18), loss=np.ones(4))
    assert [sorted(group) for group in budgets(three)] == [[0, 1, 2, 3]]


def test_a_valley_knows_its_budget_and_its_bottom():
    runs = profile(1e19, N, 1.2e8)
    one = valley(runs, ALL, bottoms(math.log(1.2e8), math.log(1.2e8) + np.linspace(-1, 1)), 0)
    assert (one.runs, one.smallest, one.largest) == (9, pytest.approx(1e7), pytest.approx(1e9))
    assert one.flops == pytest.approx(1e19)
    assert one.params.value == pytest.approx(1.2e8)
    assert math.log(one.params.low / 1.2e8) == pytest.approx(-0.95, abs=0.01)
    assert math.log(one.params.high / 1.2e8) == pytest.approx(0.95, abs=0.01)
    assert (one.loss, one.curvature) == (pytest.approx(math.e), 0.05)
    assert one.interior
    assert one.warning == ""


def test_the_budget_of_runs_that_jitter_is_their_geometric_mean():
    runs = make_runs(params=[1e7, 2e7, 4e7], flops=[0.96e18, 1e18, 1.04e18], loss=np.ones(3))
    C = isoflop_budgets.flops(runs, np.arange(3))
    assert pytest.approx((0.96 * 1.04) ** (1 / 3) * 1e18) == C


@pytest.mark.parametrize("unit", [6, 4.5])
def test_tokens_at_the_bottom_are_those_that_the_study_paid_for(unit):
    """A study that counts 4.5 FLOPs for a parameter and token has more data to show."""
    runs = profile(1e19, N, 1.2e8, unit=unit)
    D = np.exp(isoflop_budgets.tokens(runs, ALL, np.log([1.2e8, 5e9])))
    np.testing.assert_allclose(D, 1e19 / unit / np.array([1.2e8, 5e9]))


@pytest.mark.parametrize(
    ("place", "others", "sentence"),
    [
        (math.nan, None, "at 1e19 FLOPs the runs do not curve upwards, so there is no bottom"),
        (
            math.log(5e6),
            None,
            "at 1e19 FLOPs the bottom lies below the smallest size, 10M: add s",
        ),
        (
            math.log(2e9),
            None,
            "at 1e19 FLOPs the bottom lies above the largest size, 1B: add siz",
        ),
        (math.log(1e8), [math.log(1e8)] * 9 + [math.nan], "the noise is larger than the val"),
    ],
)
def test_a_bottom_not_to_be_trusted_says_why(place, others, sentence):
    one = valley(profile(1e19, N, 1e8), ALL, bottoms(place, others), 0)
    assert sentence in one.warning
    assert one.interior == (others is not None)
    assert math.isnan(one.params.value) == math.isnan(place)


def test_a_bottom_that_few_resamples_miss_is_trusted():
    """One in 40 is as many as 97.5 % allow."""
    others = [math.log(1e8)] * 39
    one = valley(profile(1e19, N, 1e8), ALL, bottoms(math.log(1e8), [*others, math.nan]), 0)
    assert one.warning == ""


@pytest.mark.parametrize(
    ("sizes", "near"),
    [([1e7, 5e7, 1e8, 2e8, 1e9], 3), ([1e7, 1e8, 2e8, 1e9], 2), ([1e7, 1e8, 1e9], 1)],
)
def test_three_sizes_must_lie_within_a_factor_of_three_of_the_bottom(sizes, near):
    runs = profile(1e19, sizes, 1e8)
    one = valley(runs, np.arange(len(sizes)), bottoms(math.log(1e8)), 0)
    said = f"at 1e19 FLOPs only {near} of the sizes lie within a factor 3 of the bottom"
    assert one.warning == ("" if near == 3 else said)


def test_runs_repeated_at_one_size_are_one_size_near_the_bottom():
    runs = profile(1e19, [1e7, 1e8, 1e8, 1e8, 1e9], 1e8)
    assert "only 1 of the sizes" in valley(runs, np.arange(5), bottoms(math.log(1e8)), 0).warning


def test_noise_larger_than_the_valley_is_deep_is_found_out_by_resampling():
    """At 1e19 one valley is all noise; with a curvature of its own it is not believed."""
    draws = np.random.default_rng(3)
    parts = [profile(C, N * (C / 1e19) ** 0.5, 1e8 * (C / 1e19) ** 0.5) for C in CENTRES]
    loss = np.concatenate([p.loss * np.exp(0.01 * draws.standard_normal(9)) for p in parts])
    loss[18:27] = 3 * np.exp(0.05 * draws.standard_normal(9) + 0.001 * np.linspace(-2, 2, 9) ** 2)
    runs = make_runs(
        params=np.concatenate([p.params for p in parts]),
        flops=np.concatenate([p.flops for p in parts]), loss=loss,
    )  # fmt: skip
    found = isoflop.fit(runs, shared=False)
    assert [bool(one.warning) for one in found.valleys] == [False, False, True, False]

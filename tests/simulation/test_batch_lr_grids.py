"""Simulated grids of batch and learning rate against the truth that they were drawn from."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from toylab.fits.grid_optimum import lowest, quadratic
from toylab.laws import published
from toylab.laws.batch_lr import RULES
from toylab.simulation import batch_lr_grids
from toylab.simulation.batch_lr_grids import FINDERS, SimulatedGrids, optimal_settings

BUDGETS = tuple(float(C) for C in np.geomspace(1e17, 2e19, 5))  # DeepSeek's runs
EXPONENTS = {"deepseek": (0.3271, -0.125), "step": (0.571 / 2, (0.307 - 0.713) / 2)}
SHAPE = {"along": 0.02, "across": 0.1, "tilt": 0.5}
rules = pytest.mark.parametrize("rule", RULES)
finders = pytest.mark.parametrize("finder", FINDERS)


# --- a study ------------------------------------------------------------------------------


@given(st.sampled_from(sorted(RULES)), st.floats(16, 25), st.floats(0.001, 1))
@settings(deadline=None)
def test_the_truth_at_a_budget_is_the_rule_and_the_best_loss_of_the_refit(rule, decade, k_B):
    flops, form = 10**decade, published.REFIT.form
    bowl = SimulatedGrids(rule, along=k_B, across=0.3, tilt=0.7).bowl(flops)
    assert (bowl.batch, bowl.lr) == (RULES[rule].batch(flops), RULES[rule].lr(flops))
    assert (bowl.along, bowl.across, bowl.tilt) == (k_B, 0.3, 0.7)
    best = minimize_scalar(
        lambda ln_N: float(form.loss(math.exp(ln_N), flops / 6 / math.exp(ln_N))),
        bounds=(0, decade * math.log(10)),
    )
    assert bowl.floor == pytest.approx(best.fun, rel=1e-9)


@given(
    st.sampled_from(sorted(RULES)), st.floats(16, 25), st.integers(3, 50),
    st.floats(0.01, 3).map(lambda decades: 10**decades),
)  # fmt: skip
@settings(deadline=None)
def test_a_grid_is_even_and_square_about_a_power_of_two_and_a_round_rate(rule, decade, cells, span):
    study = SimulatedGrids(rule, cells=cells, span=span)
    grid, bowl = study.grid(10**decade), study.bowl(10**decade)
    assert grid.shape == (cells, cells)
    steps = {}
    for axis, truth, most, each in (
        (grid.batches, bowl.batch, math.log(2) / 2, math.log(2)),
        (grid.lrs, bowl.lr, math.log(10) / 8, math.log(10) / 4),
    ):
        middle = math.log(axis[0] * axis[-1]) / 2
        assert middle / each == pytest.approx(round(middle / each), abs=1e-9)
        assert abs(middle - math.log(truth)) <= most + 1e-9
        assert axis[-1] / axis[0] == pytest.approx(span**2)
        steps[each] = np.diff(np.log(axis))
        np.testing.assert_allclose(steps[each], 2 * math.log(span) / (cells - 1))


def test_every_seed_and_every_budget_has_luck_of_its_own():
    """Budgets a tenth of a decade apart, and 20 seeds: no two share a number."""
    lucks = []
    for seed in range(20):
        for C in 10 ** np.arange(17, 20, 0.1):
            study = SimulatedGrids(seed=seed, noise=0.01)
            clean = replace(study, noise=0).losses(C, 1)
            lucks.append((study.losses(C, 1) / clean - 1)[0, 0])
    assert len(np.unique(np.round(lucks, 9))) == 20 * 30
    # Not only another number: they do not hang together either.
    far, near = (
        (SimulatedGrids(noise=0.01).losses(C) / SimulatedGrids(noise=0).losses(C)).ravel()
        for C in (1e18, 1e19)
    )
    assert abs(np.corrcoef(far, near)[0, 1]) < 4 / math.sqrt(len(far))


def test_a_study_repeats_itself_and_its_own_draw_is_the_first():
    study = SimulatedGrids(seed=4, **SHAPE)
    np.testing.assert_array_equal(study.losses(1e19), SimulatedGrids(seed=4, **SHAPE).losses(1e19))
    np.testing.assert_array_equal(study.losses(1e19, 1), study.losses(1e19)[:1])
    assert study.losses(1e19).shape == (200, 81)


@pytest.mark.parametrize("noise", [0.0, 0.002, 0.05])
def test_the_noise_is_a_share_of_the_loss(noise):
    study = SimulatedGrids(noise=noise)
    luck = study.losses(1e19) / replace(study, noise=0).losses(1e19) - 1
    assert luck.std() == pytest.approx(noise, rel=4 / math.sqrt(2 * luck.size))


@finders
def test_both_ways_to_find_look_at_the_same_losses(finder):
    study = SimulatedGrids(finder=finder, seed=2, noise=0.01, **SHAPE)
    by_hand = {"fit": quadratic, "lowest": lowest}
    for asked in (None, "fit", "lowest"):
        found = study.found(1e18, asked)
        hand = by_hand[asked or finder](study.grid(1e18), study.losses(1e18))
        for name in ("batch", "lr", "loss", "inside", "tilt"):
            np.testing.assert_array_equal(getattr(found, name), getattr(hand, name))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"rule": "kaplan"}, "^rule must be one of deepseek, step, got kaplan$"),
        ({"finder": "eye"}, "^finder must be one of fit, lowest, got eye$"),
        ({"cells": 2}, "^cells must be between 3 and 50 a side, got 2$"),
        ({"cells": 51}, "^cells must be between 3 and 50 a side, got 51$"),
        ({"span": 1.0}, r"^span must be above 1 and at most 1000, got 1\.0$"),
        ({"span": 1000.5}, r"^span must be above 1 and at most 1000, got 1000\.5$"),
        ({"span": math.nan}, "^span must be above 1 and at most 1000, got nan$"),
    ],
)
def test_a_study_that_cannot_be_done_is_refused(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        SimulatedGrids(**wrong)


def test_the_largest_and_the_smallest_study_can_be_done():
    for usual in (SimulatedGrids(cells=3, span=1000.0), SimulatedGrids(cells=50, span=1.001)):
        assert np.isfinite(usual.grid(1e19).batches).all()


@pytest.mark.parametrize(
    ("wrong", "flops", "sentence"),
    [
        (
            {"noise": -0.1},
            1e19,
            r"^noise must be at least 0 and below 1 of the loss, got -0\.1",
        ),
        ({"noise": 1.0}, 1e19, r"^noise must be at least 0 and below 1 of the loss, got 1\.0"),
        ({"along": 0.0}, 1e19, r"^along must be positive and finite, got 0\.0"),
        ({"across": -1.0}, 1e19, r"^across must be positive and finite, got -1\.0"),
        ({}, 0.0, r"^flops must be positive and finite, got 0\.0"),
        ({"rule": "step"}, math.inf, "^flops must be positive and finite, got inf"),
    ],
)
def test_a_truth_or_a_budget_that_is_none_is_refused(wrong, flops, sentence):
    with pytest.raises(ValueError, match=sentence):
        optimal_settings(SimulatedGrids(**wrong), (1e18, flops))


# --- how the best settings move -----------------------------------------------------------


@given(
    st.sampled_from(sorted(RULES)), st.integers(3, 12), st.floats(1.6, 30),
    st.floats(0.005, 0.5), st.floats(0.005, 0.5), st.floats(-0.5, 1.2),
)  # fmt: skip
@settings(deadline=None, max_examples=30)
def test_without_noise_a_fit_recovers_every_rules_exponents(rule, cells, span, along, across, tilt):
    study = SimulatedGrids(rule, 0, cells, span, along, across, tilt)
    found = optimal_settings(study, BUDGETS)
    for trend, settings_, of, exponent in (
        (found.by_batch, found.batch, RULES[rule].batch, EXPONENTS[rule][0]),
        (found.by_lr, found.lr, RULES[rule].lr, EXPONENTS[rule][1]),
    ):
        np.testing.assert_allclose(settings_, [of(C) for C in BUDGETS], rtol=1e-6)
        said = trend.exponent
        assert (said.low, said.value, said.high) == pytest.approx([exponent] * 3, abs=1e-6)
        # Far beyond the runs too.
        assert trend.at(1e24).value == pytest.approx(of(1e24), rel=1e-4)
    assert found.lost == 0
    np.testing.assert_array_equal(found.flops, BUDGETS)


@rules
@pytest.mark.parametrize("cells", [5, 9, 16])
def test_without_noise_the_lowest_cell_is_right_only_to_half_a_step_of_the_grid(rule, cells):
    study = SimulatedGrids(rule, 0, cells, 8.0, 0.02, 0.1, tilt=0, finder="lowest")
    found = optimal_settings(study, BUDGETS)
    half = math.log(8) / (cells - 1)
    x = np.log(BUDGETS) - np.log(BUDGETS).mean()
    most = half * np.abs(x).sum() / (x @ x)  # all errors against the line
    for trend, settings_, of, exponent in (
        (found.by_batch, found.batch, RULES[rule].batch, EXPONENTS[rule][0]),
        (found.by_lr, found.lr, RULES[rule].lr, EXPONENTS[rule][1]),
    ):
        off = np.abs(np.log(settings_ / [of(C) for C in BUDGETS]))
        assert off.max() <= half * (1 + 1e-9)
        assert off.max() > half / 4
        assert 1e-4 < abs(trend.exponent.value - exponent) <= most


@rules
@finders
@pytest.mark.parametrize("seed", range(5))
def test_with_noise_the_truth_lies_within_what_other_draws_find(rule, finder, seed):
    found = optimal_settings(SimulatedGrids(rule, finder=finder, seed=seed, **SHAPE), BUDGETS)
    assert found.by_batch.exponent.holds(EXPONENTS[rule][0])
    assert found.by_lr.exponent.holds(EXPONENTS[rule][1])


@pytest.mark.slow
def test_a_studys_own_fit_lies_within_that_of_other_draws_95_times_in_100():
    """199 other draws cost half a percent of it."""
    studies, within = 300, np.zeros(2)
    for seed in range(studies):
        found = optimal_settings(SimulatedGrids(seed=seed, **SHAPE), BUDGETS)
        within += [one.exponent.holds(one.exponent.value) for one in (found.by_batch, found.by_lr)]
    error = math.sqrt(0.95 * 0.05 / studies)
    np.testing.assert_allclose(within / studies, 0.945, atol=3 * error)


def test_the_interval_of_an_exponent_is_that_of_independent_errors_at_every_budget():
    """The scatter of the bottoms at each budget, passed on to the slope of the line."""
    study = SimulatedGrids(**SHAPE)
    found = optimal_settings(study, BUDGETS)
    x = np.log(BUDGETS) - np.log(BUDGETS).mean()
    for trend, name in ((found.by_batch, "batch"), (found.by_lr, "lr")):
        scatter = [np.log(getattr(study.found(C), name)).std() for C in BUDGETS]
        expected = math.sqrt(((x * scatter) ** 2).sum()) / (x @ x)
        # Five scatters, and one slope's, of 200 draws each.
        error = math.sqrt((1 + 1 / 5) / 2 / 200)
        assert trend.lines[1:, 1].std() == pytest.approx(expected, rel=3 * error)
        assert len(trend.lines) == 200


@rules
@pytest.mark.parametrize("seed", range(3))
def test_a_fit_tells_the_exponents_far_better_than_the_lowest_cells(rule, seed):
    fit, cell = (
        optimal_settings(SimulatedGrids(rule, finder=finder, seed=seed, **SHAPE), BUDGETS)
        for finder in ("fit", "lowest")
    )
    for name in ("by_batch", "by_lr"):
        narrow, wide = (getattr(one, name).exponent for one in (fit, cell))
        assert 5 * (narrow.high - narrow.low) < wide.high - wide.low


@finders
def test_the_line_is_that_of_the_studys_own_draw(finder):
    study = SimulatedGrids(finder=finder, seed=6, **SHAPE)
    found = optimal_settings(study, BUDGETS)
    for trend, settings_, name in (
        (found.by_batch, found.batch, "batch"),
        (found.by_lr, found.lr, "lr"),
    ):
        own = [getattr(study.found(C), name)[0] for C in BUDGETS]
        np.testing.assert_array_equal(settings_, own)
        slope, level = np.polyfit(np.log(BUDGETS), np.log(own), 1)
        assert trend.exponent.value == pytest.approx(slope)
        assert math.log(trend.at(1e21).value) == pytest.approx(level + slope * math.log(1e21))


@finders
def test_the_seed_decides_and_nothing_else(finder):
    one, again, other = (
        optimal_settings(SimulatedGrids(finder=finder, seed=seed, **SHAPE), BUDGETS)
        for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(one.by_batch.lines, again.by_batch.lines)
    np.testing.assert_array_equal(one.by_lr.lines, again.by_lr.lines)
    assert (one.batch != other.batch).any()
    assert (one.lr != other.lr).any()
    assert (one.by_batch.lines[:, 1] != other.by_batch.lines[:, 1]).mean() > 0.5


def answers(study):
    """The quadratic's at every budget, and in which draws all lie among what was tried."""
    found = [quadratic(study.grid(C), study.losses(C)) for C in BUDGETS]
    good = [within(study.grid(C), one) for C, one in zip(BUDGETS, found, strict=True)]
    return found, np.array(good).all(axis=0)


def within(grid, found):
    """Which answers lie among what was tried, (draws,)."""
    (low_B, *_, high_B), (low, *_, high) = grid.batches, grid.lrs
    return (low_B < found.batch) & (found.batch < high_B) & (low < found.lr) & (found.lr < high)


def test_a_bottom_outside_the_grid_is_no_answer_and_one_inside_is_left_as_it_is():
    study = SimulatedGrids(cells=3, noise=0.02, seed=0, **SHAPE)
    for C in BUDGETS:
        plain, found = quadratic(study.grid(C), study.losses(C)), study.found(C)
        inside = within(study.grid(C), plain)
        assert np.isfinite(plain.batch[~inside]).any()
        for name in ("batch", "lr"):
            ours, theirs = getattr(found, name), getattr(plain, name)
            np.testing.assert_array_equal(ours[inside], theirs[inside])
            assert np.isnan(ours[~inside]).all()
        np.testing.assert_array_equal(found.loss, plain.loss)


@pytest.mark.parametrize("flops", [(), (1e18,), (1e18, 1e18)])
def test_fewer_than_two_budgets_tell_nothing_of_how_settings_move(flops):
    with pytest.raises(ValueError, match=r"^flops must hold two budgets at least, got \("):
        optimal_settings(SimulatedGrids(), flops)
    assert optimal_settings(SimulatedGrids(), (1e18, 2e18)).flops.tolist() == [1e18, 2e18]


def test_a_study_most_of_whose_draws_have_no_answer_is_refused(monkeypatch):
    """At 8 % noise, seed 118 is lucky in its own draw, and so are 4 of its 199 others."""
    study = SimulatedGrids(cells=3, noise=0.08, seed=118, **SHAPE)
    _, good = answers(study)
    assert good[0]
    assert 1 < sum(good) < 40 == batch_lr_grids.FEWEST
    with pytest.raises(ValueError, match=r"^in nearly every draw some budget has no bottom"):
        optimal_settings(study, BUDGETS)
    monkeypatch.setattr(batch_lr_grids, "FEWEST", sum(good) + 1)
    with pytest.raises(ValueError, match=r"^in nearly every draw some budget has no bottom"):
        optimal_settings(study, BUDGETS)
    monkeypatch.setattr(batch_lr_grids, "FEWEST", sum(good))
    assert len(optimal_settings(study, BUDGETS).by_batch.lines) == sum(good)


def test_draws_without_a_bottom_are_counted_and_left_out_or_refused_if_its_own():
    """At 2 % and three cells a side, every third draw has a saddle or a dome somewhere.

    Every sixth has a bottom somewhere that lies outside its grid: that is no answer either.
    """
    refused = 0
    for seed in range(8):
        study = SimulatedGrids(cells=3, noise=0.02, seed=seed, **SHAPE)
        found, good = answers(study)
        none = np.isnan([one.batch for one in found]).any(axis=0)
        lost = ~good
        assert 0.2 < sum(none) / 200 < 0.45
        assert sum(none) + 15 < sum(lost) < 120
        if lost[0]:
            refused += 1
            with pytest.raises(
                ValueError, match=r"^at some budget the quadratic has no lowest point inside"
            ):
                optimal_settings(study, BUDGETS)
        else:
            moved = optimal_settings(study, BUDGETS)
            assert moved.lost == pytest.approx(sum(lost) / 200)
            assert len(moved.by_batch.lines) == len(moved.by_lr.lines) == 200 - sum(lost)
    assert 0 < refused < 8

"""Valleys of simulated studies, whose truth is known, and of the published runs."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from toylab.fits import isoflop
from toylab.fits.runs import Runs, make_runs
from toylab.laws import allocation, published
from toylab.laws.forms import Additive
from toylab.simulation.isoflop_study import SimulatedStudy, simulate

FAR = 5.76e23
EVEN = Additive(1.7, 400.0, 900.0, 0.35, 0.35)
surfaces = pytest.mark.parametrize(
    "form", [law.form for law in published.SURFACES], ids=[law.name for law in published.SURFACES]
)
BUDGETS = np.geomspace(1e18, 1e21, 5)


def study(bottoms, curvature, sizes=7, unit=6.0, width=4.0):
    """Valleys that are exact parabolas in ln L around these bottoms."""
    across = np.geomspace(1 / width, width, sizes)
    N = np.array(bottoms)[:, None] * across * np.array([1.3, 0.8, 1, 1.2, 0.9])[:, None]
    C = BUDGETS[:, None].repeat(sizes, axis=1)
    k = np.array(curvature) * np.ones(5)
    rise = k[:, None] * np.log(N / np.array(bottoms)[:, None]) ** 2
    loss = 4 * (C / 1e18) ** -0.05 * np.exp(rise)
    return make_runs(
        params=N.ravel(), tokens=(C / unit / N).ravel(), flops=C.ravel(), loss=loss.ravel()
    )


def covers(estimate, truth):
    return estimate.low <= truth <= estimate.high


@given(
    st.floats(0.3, 0.7), st.floats(7, 9), st.booleans(),
    st.lists(st.floats(0.01, 0.1), min_size=5, max_size=5),
)  # fmt: skip
@settings(deadline=None, max_examples=6)
def test_valleys_that_are_parabolas_give_their_bottoms_and_their_line(a, height, shared, k):
    """Wherever the grids are centred."""
    bottoms = 10**height * (BUDGETS / 1e18) ** a
    found = isoflop.fit(study(bottoms, k[0] if shared else k), shared=shared)
    for one, bottom, flops in zip(found.valleys, bottoms, BUDGETS, strict=True):
        assert one.params.value == pytest.approx(bottom)
        assert one.tokens == pytest.approx(flops / 6 / bottom)
        assert one.loss == pytest.approx(4 * (flops / 1e18) ** -0.05)
        assert (one.flops, one.runs) == (pytest.approx(flops), 7)
    assert found.params.exponent.value == pytest.approx(a)
    assert found.tokens.exponent.value == pytest.approx(1 - a)
    assert found.params.at(1e24).value == pytest.approx(10**height * 1e6**a)
    assert found.params.at(1e24).high / found.params.at(1e24).low < 1 + 1e-6
    assert found.spread < 1e-12
    assert not any("no parabolas" in said or "Left out" in said for said in found.warnings)


def test_a_study_that_counts_its_flops_otherwise_has_its_own_data():
    """At 4.5 FLOPs for a parameter and token there are 4/3 as many tokens."""
    bottoms = 1e8 * (BUDGETS / 1e18) ** 0.5
    found = isoflop.fit(study(bottoms, 0.05, unit=4.5))
    assert found.tokens.at(1e24).value == pytest.approx(1e24 / 4.5 / (1e8 * 1e3))
    assert found.params.at(1e24).value == pytest.approx(1e8 * 1e3)


def test_data_that_cost_more_for_larger_models_grow_more_slowly():
    """C = 6 N^1.1 D: the exponents then do not add up to one."""
    bottoms = 1e8 * (BUDGETS / 1e18) ** 0.5
    plain = study(bottoms, 0.05)
    dear = Runs(plain.params, plain.tokens / plain.params**0.1, plain.loss, plain.flops)
    found = isoflop.fit(dear)
    assert found.params.exponent.value == pytest.approx(0.5)
    assert found.tokens.exponent.value == pytest.approx(1 - 1.1 * 0.5)


@surfaces
@given(st.integers(0, 1000), st.booleans())
@settings(deadline=None, max_examples=3)
def test_where_c_is_6nd_the_exponents_of_size_and_data_add_up_to_one(form, seed, shared):
    found = isoflop.fit(simulate(form, SimulatedStudy(seed=seed)), shared=shared)
    a, b = found.params.exponent, found.tokens.exponent
    assert a.value + b.value == pytest.approx(1)
    assert a.low + b.high == pytest.approx(1)
    N, D = (trend.at(FAR).value for trend in (found.params, found.tokens))
    assert pytest.approx(FAR) == 6 * N * D


@pytest.mark.parametrize("shared", [True, False])
def test_the_order_of_runs_does_not_matter(shared):
    runs = simulate(published.REFIT.form, SimulatedStudy(noise=0.003))
    order = np.random.default_rng(0).permutation(len(runs))
    one, other = (isoflop.fit(p, shared=shared) for p in (runs, runs.take(order)))
    assert one.params.at(FAR).value == pytest.approx(other.params.at(FAR).value)
    assert one.spread == pytest.approx(other.spread)


def test_a_centred_study_of_equal_exponents_has_no_bias():
    """Then every valley is symmetric."""
    for shared in (True, False):
        found = isoflop.fit(simulate(EVEN, SimulatedStudy(noise=0)), shared=shared)
        assert found.params.at(FAR).value == pytest.approx(allocation.best(EVEN, FAR).params)
        assert found.params.exponent.value == pytest.approx(0.5)


def bias(form, shared=True, **changed):
    runs = simulate(form, SimulatedStudy(noise=0, **changed))
    found = isoflop.fit(runs, shared=shared, within=np.inf).params.at(FAR).value
    return found / allocation.best(form, FAR).params - 1


@surfaces
def test_a_grid_off_centre_with_one_curvature_answers_far_too_high_or_low(form):
    """Valleys grow shallower with compute; a curvature for each budget sees it."""
    assert bias(form, off_centre=3) > 1.5
    assert bias(form, off_centre=1 / 3) < -0.6
    assert abs(bias(form, shared=False, off_centre=3)) < 0.06
    assert abs(bias(form, shared=False, off_centre=1 / 3)) < 0.06


@surfaces
def test_wide_grids_of_unequal_exponents_are_biased_and_narrow_ones_hardly(form):
    """With a curvature of its own each; towards large sizes where alpha is above beta."""
    side = np.sign(form.alpha - form.beta)
    biases = [side * bias(form, shared=False, width=width) for width in (1.5, 4, 16)]
    assert 0 < biases[0] < 0.002 < biases[1] < 0.015 < biases[2] < 0.06


@given(st.floats(0.3, 0.7), st.floats(0.005, 0.3), st.booleans())
@settings(deadline=None, max_examples=8)
def test_the_loss_at_the_bottoms_is_a_line_whose_fall_is_the_runs(a, fall, shared):
    bottoms = 1e8 * (BUDGETS / 1e18) ** a
    runs = study(bottoms, 0.05)
    tilt = (runs.flops / 1e18) ** (0.05 - fall)  # `study` falls as C^-0.05
    found = isoflop.fit(Runs(runs.params, runs.tokens, runs.loss * tilt, runs.flops),
                        shared=shared)  # fmt: skip
    exponent, far = found.loss.exponent, found.loss.at(1e24)
    assert exponent.value == pytest.approx(-fall)
    assert exponent.high - exponent.low < 1e-6
    assert far.value == pytest.approx(4 * 1e6**-fall)
    for one in found.valleys:
        assert found.loss.at(one.flops).value == pytest.approx(one.loss)


def test_the_loss_of_a_bottom_left_out_does_not_bend_the_line():
    bottoms = 1e8 * (BUDGETS / 1e18) ** 0.5
    runs = study(bottoms, 0.05)
    kept = np.concatenate([np.arange(3), np.arange(7, 35)])  # of the first, three small sizes
    off = Runs(runs.params, runs.tokens, runs.loss * np.where(runs.flops < 2e18, 1.1, 1),
                 runs.flops).take(kept)  # fmt: skip
    found = isoflop.fit(off)
    assert len(found.used) == 4
    assert found.loss.exponent.value == pytest.approx(-0.05)


def test_intervals_of_the_fall_cover_it_in_at_least_nine_of_ten_studies():
    """Against what the same fit makes of runs without noise: chance is all that it tells."""
    form = published.REFIT.form
    clean = isoflop.fit(simulate(form, SimulatedStudy(noise=0))).loss
    found = [
        isoflop.fit(simulate(form, SimulatedStudy(noise=0.01, seed=k))).loss.exponent
        for k in range(40)
    ]
    least = stats.binom.ppf(0.001, 40, 0.93)
    assert sum(covers(one, clean.exponent.value) for one in found) >= least


def bent(more, noise=0.0):
    """Bottoms whose exponent changes by `more` from the first budget to the last."""
    decades = np.log(BUDGETS / 1e18)
    height = 0.5 * decades + more * decades**2 / 2 / decades[-1]
    runs = study(1e8 * np.exp(height), 0.05)
    luck = np.exp(noise * np.random.default_rng(0).standard_normal(len(runs)))
    return Runs(runs.params, runs.tokens, runs.loss * luck, runs.flops)


@pytest.mark.parametrize("more", [0.2, -0.2])
def test_bottoms_that_bend_are_told_with_both_exponents(more):
    (said,) = [one for one in isoflop.fit(bent(more)).warnings if "bottoms bend" in one]
    assert f"exponent {0.5:.2f} at the smallest budget, {0.5 + more:.2f} at" in said


@pytest.mark.parametrize(("more", "noise"), [(0.0, 0.002), (0.05, 0.0), (0.15, 0.02)])
def test_a_bend_that_is_slight_or_may_be_chance_is_not_told(more, noise):
    assert not any("bottoms bend" in one for one in isoflop.fit(bent(more, noise)).warnings)


def test_the_bend_of_four_bottoms_is_not_told():
    some = bent(0.3).take(np.arange(28))
    assert not any("bottoms bend" in one for one in isoflop.fit(some).warnings)


@surfaces
def test_a_look_at_a_finished_study_sees_the_valleys_of_the_fit(form):
    runs = simulate(form, SimulatedStudy(noise=0.003))
    assert isoflop.look(runs) == isoflop.fit(runs).valleys


@pytest.mark.parametrize("budgets", [1, 2])
def test_a_look_sees_one_valley_or_two_where_no_line_can_be_drawn(budgets):
    bottoms = 1e8 * (BUDGETS / 1e18) ** 0.5
    runs = study(bottoms, 0.05).take(np.arange(7 * budgets))
    with pytest.raises(ValueError, match="need 3 budgets"):
        isoflop.fit(runs)
    seen = isoflop.look(runs)
    assert [one.params.value for one in seen] == pytest.approx(list(bottoms[:budgets]))
    assert [one.warning for one in seen] == [""] * budgets


@pytest.mark.parametrize(("many", "valleys"), [(0, 0), (2, 0), (3, 0), (4, 1), (9, 1), (10, 2)])
def test_a_look_at_any_number_of_runs_is_no_refusal(many, valleys):
    """Three runs bend a parabola and leave nothing to judge it by; three more share its k."""
    runs = study(1e8 * (BUDGETS / 1e18) ** 0.5, 0.05).take(np.arange(many))
    assert len(isoflop.look(runs)) == valleys


def test_a_look_shows_a_valley_without_a_bottom_with_its_trouble():
    runs = study(1e8 * (BUDGETS / 1e18) ** 0.5, 0.05)
    hills = Runs(runs.params, runs.tokens, 9 / runs.loss, runs.flops)
    seen = isoflop.look(hills)
    assert len(seen) == 5
    assert all("do not curve upwards" in one.warning for one in seen)


@given(st.floats(0.3, 0.7), st.floats(1.1, 8.0))
@settings(deadline=None, max_examples=10)
def test_runs_near_the_line_are_those_within_the_factor_of_the_best_size(a, factor):
    best = 1e8 * (BUDGETS / 1e18) ** a
    runs = study(best, 0.05)
    kept = isoflop.near(runs, isoflop.fit(runs), factor)
    off = runs.params / (1e8 * (runs.flops / 1e18) ** a)
    clear = np.abs(np.abs(np.log(off)) - np.log(factor)) > 1e-6  # a run at the very edge
    mine = (off < factor) & (off > 1 / factor)
    for name in ("params", "tokens", "loss", "flops"):
        known = set(getattr(runs, name)[mine & clear])
        assert known <= set(getattr(kept, name)) <= set(getattr(runs, name)[mine | ~clear])
    assert len(kept) in (mine.sum(), (mine & clear).sum(), (mine | ~clear).sum())


def test_runs_near_the_line_may_be_others_than_those_that_told_it():
    bottoms = 1e8 * (BUDGETS / 1e18) ** 0.5
    found = isoflop.fit(study(bottoms, 0.05))
    others = make_runs(params=[1e11, 3.9e11, 4.1e11, 2.6e10, 2.4e10], flops=[1e24] * 5,
                    loss=[2.0] * 5)  # fmt: skip
    assert isoflop.near(others, found, 4.0).params.tolist() == [1e11, 3.9e11, 2.6e10]


@pytest.mark.slow
@surfaces
@pytest.mark.parametrize(("noise", "shared"), [(0.002, True), (0.005, True), (0.005, False)])
def test_intervals_cover_the_truth_in_at_least_nine_of_ten_studies(form, noise, shared):
    """One curvature leaves a misfit that counts as noise: then they are wider than need be."""
    truth = allocation.best(form, FAR).params
    exponent = form.beta / (form.alpha + form.beta)
    found = [
        isoflop.fit(simulate(form, SimulatedStudy(noise=noise, seed=k)), shared=shared)
        for k in range(40)
    ]
    sizes = [f.params.at(FAR) for f in found]
    least = stats.binom.ppf(0.001, 40, 0.93)
    assert sum(covers(size, truth) for size in sizes) >= least
    assert sum(covers(f.params.exponent, exponent) for f in found) >= least
    half = np.mean([math.log(size.high / size.low) / 2 for size in sizes])
    wider = half / 1.96 / np.std([math.log(size.value) for size in sizes])
    assert 0.8 < wider < (1.6 if noise == 0.005 else 3)  # 40 draws tell an sd to a ninth


@pytest.mark.parametrize(("shared", "freedom"), [(True, 35 - 11), (False, 35 - 15)])
def test_the_spread_is_the_noise(shared, freedom):
    """Its square is chi-squared over the runs beyond the coefficients."""
    clean, squares = study(1e8 * (BUDGETS / 1e18) ** 0.5, 0.05), []
    for seed in range(20):
        luck = np.exp(0.003 * np.random.default_rng(seed).standard_normal(35))
        runs = Runs(clean.params, clean.tokens, clean.loss * luck, clean.flops)
        squares.append(isoflop.fit(runs, shared=shared).spread ** 2)
    low, high = stats.chi2.interval(0.999, 20 * freedom) / np.array(20 * freedom)
    assert low < np.mean(squares) / 0.003**2 < high


def test_budgets_that_jitter_are_told_and_still_found():
    runs = simulate(published.REFIT.form, SimulatedStudy(noise=0))
    factor = np.exp(np.random.default_rng(0).uniform(-0.02, 0.02, len(runs)))
    jittered = make_runs(params=runs.params, flops=runs.flops * factor, loss=runs.loss)
    found = isoflop.fit(jittered)
    assert len(found.valleys) == 7
    (blurred,) = found.warnings
    widest = max(np.ptp(np.log(jittered.flops[b * 9 : b * 9 + 9])) for b in range(7))
    assert f"up to {math.expm1(widest):.0%} in FLOPs, which blurs the valleys" in blurred
    plain = isoflop.fit(runs)
    assert found.params.at(FAR).value == pytest.approx(plain.params.at(FAR).value, rel=0.02)


def test_a_window_uses_only_runs_near_each_bottom():
    runs = simulate(published.REFIT.form, SimulatedStudy(noise=0, sizes=17, width=16))
    found = isoflop.fit(runs, within=2.01)  # sizes are a factor sqrt 2 apart
    assert [one.runs for one in found.valleys] == [5] * 7
    assert all(one.largest / one.smallest == pytest.approx(4) for one in found.valleys)
    assert (found.choice.used, found.choice.runs) == (35, 119)
    assert found.diagnostics == ()


def test_lopsided_valleys_are_told_and_a_window_mends_them():
    form = Additive(0.5, 400.0, 900.0, 0.6, 0.15)
    runs = simulate(form, SimulatedStudy(noise=0.001, sizes=21, width=30))
    every = isoflop.fit(runs, within=np.inf)
    assert any("one side is steeper" in said for said in every.warnings)
    near = isoflop.fit(runs, within=3)
    assert not any("one side is steeper" in said for said in near.warnings)
    straight = isoflop.fit(simulate(EVEN, SimulatedStudy(noise=0.001, sizes=21, width=30)))
    assert not any("one side is steeper" in said for said in straight.warnings)


@pytest.mark.parametrize("shared", [True, False])
def test_an_answer_that_hangs_on_the_choice_of_curvature_names_both(shared):
    runs = simulate(published.REFIT.form, SimulatedStudy(noise=0.001, off_centre=2))
    found = isoflop.fit(runs, shared=shared)
    (said,) = found.warnings
    other = isoflop.fit(runs, shared=not shared).params.exponent
    assert (found.choice.exponent, found.choice.other) == (found.params.exponent, other)
    assert found.choice.matters
    assert found.choice.equal.excluded
    assert f"{found.params.exponent.value:.3f}" in said
    assert f"{other.value:.3f}" in said
    centred = isoflop.fit(
        simulate(published.REFIT.form, SimulatedStudy(noise=0.001)), shared=shared
    )
    assert centred.warnings == ()


def test_a_valley_whose_bottom_is_beyond_its_sizes_is_left_out_and_said():
    runs = simulate(published.REFIT.form, SimulatedStudy(noise=0, sizes=11))
    at = np.argsort(runs.params[:11])
    kept = np.concatenate([at[7:], np.arange(11, len(runs))])  # only its four largest sizes
    found = isoflop.fit(runs.take(kept), shared=False)
    assert [bool(one.warning) for one in found.valleys] == [True] + [False] * 6
    assert len(found.used) == 6
    assert found.warnings[0].startswith("Left out: at 1e18 FLOPs the bottom lies below the")
    rest = isoflop.fit(runs.take(np.arange(11, len(runs))), shared=False)
    assert found.params.at(FAR).value == pytest.approx(rest.params.at(FAR).value)


def test_too_few_budgets_are_refused():
    with pytest.raises(ValueError, match="3 budgets with runs of three sizes each; these 18 r"):
        isoflop.fit(simulate(EVEN, SimulatedStudy(budgets=2)))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"off_centre": 20}, "the bottom lies below the smallest size, 641M: add sizes there"),
        ({"off_centre": 1 / 20}, "the bottom lies above the largest size, 25.6M: add sizes th"),
        ({"sizes": 3}, "only 1 of the sizes lie within a factor 3 of the bottom"),
        ({"sizes": 4}, "only 2 of the sizes lie within a factor 3 of the bottom"),
    ],
)
def test_a_study_without_three_bottoms_to_be_trusted_is_refused_with_the_first_reason(
    changed, reason
):
    runs = simulate(EVEN, replace(SimulatedStudy(noise=0), **changed))
    with pytest.raises(ValueError, match="only 0 of 7 budgets have a bottom") as refusal:
        isoflop.fit(runs)
    said = str(refusal.value)
    assert f"and a line needs 3: at 1e18 FLOPs {reason}" in said
    assert said.count("FLOPs") == 1
    assert said.endswith(", and 6 others likewise or worse")


def test_a_refusal_over_one_trouble_speaks_of_no_others():
    runs = simulate(EVEN, SimulatedStudy(noise=0, budgets=3, sizes=11))
    first = np.argsort(runs.params[:11])[7:]  # only its four largest sizes
    with pytest.raises(ValueError, match=r"only 2 of 3 budgets .* add sizes there$"):
        isoflop.fit(runs.take(np.concatenate([first, np.arange(11, 33)])), shared=False)


def test_hills_are_refused():
    runs = simulate(EVEN, SimulatedStudy(noise=0))
    hills = Runs(runs.params, runs.tokens, 9 / runs.loss, runs.flops)
    with pytest.raises(ValueError, match="do not curve upwards, so there is no bottom"):
        isoflop.fit(hills)


def test_valleys_of_one_percent_under_noise_of_ten_are_seldom_believed():
    """The sign of a curvature is believed that 97.5 % of its resamples have: one in 40."""
    believed = 0
    for seed in range(20):
        try:
            isoflop.fit(simulate(EVEN, SimulatedStudy(noise=0.1, width=1.5, seed=seed)))
        except ValueError as refusal:
            assert "only 0 of 7 budgets have a bottom" in str(refusal)  # noqa: PT017
        else:
            believed += 1
    assert believed <= stats.binom.ppf(0.999, 20, 0.05)


def test_parabolas_through_three_runs_each_leave_nothing_to_judge_them_by():
    runs = simulate(published.REFIT.form, SimulatedStudy(sizes=3, width=2, noise=0.002))
    with pytest.raises(ValueError, match=r"21 runs are as many .* nothing is left to judge"):
        isoflop.fit(runs, shared=False)
    found = isoflop.fit(runs)  # one curvature leaves six runs over
    assert len(found.used) == 7
    assert found.choice.shared
    assert found.choice.other is None
    (said,) = found.warnings
    assert "one curvature: with one for each 21 runs are as many" in said


def test_curvatures_that_surely_differ_are_not_made_one_where_a_curvature_each_is_refused():
    """Of three valleys one is a hill: one curvature for all would give it a bottom."""
    runs = study(1e8 * (BUDGETS / 1e18) ** 0.5, [0.08, 0.08, -0.01, 0, 0]).take(np.arange(21))
    with pytest.raises(ValueError, match=r"only 2 of 3 budgets .* do not curve upwards"):
        isoflop.fit(runs)
    assert len(isoflop.fit(runs, shared=True).used) == 3


@pytest.mark.parametrize("within", [3, 5, isoflop.NEAR])
def test_in_the_published_runs_the_best_size_agrees_with_approach_3(published_runs, within):
    """7.3e10 at Gopher's budget; the 63B that Hoffmann et al. print for approach 2."""
    runs = published_runs.without_highest(5)
    found = isoflop.fit(runs, within=within)
    size, exponent = found.params.at(FAR), found.params.exponent
    assert covers(size, 7.3e10)
    assert size.low < 1.02 * 63e9
    assert exponent.low < 0.49 + 0.01
    assert covers(exponent, 0.514)
    assert len(found.used) >= 13

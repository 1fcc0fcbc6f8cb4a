"""Steps against examples: the fit of the hyperbola, and what speaks against a fit."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, curve_fit
from scipy.stats import binom, f_oneway, t

from toylab.experiments import critical_batch_results, critical_batch_study
from toylab.fits import critical_batch_diagnostics
from toylab.fits.critical_batch import fit
from toylab.fits.estimate import Estimate
from toylab.laws.critical_batch import Tradeoff

few = settings(deadline=None, max_examples=15)
curves = st.builds(Tradeoff, S_min=st.floats(1, 1e6), E_min=st.floats(1e2, 1e14))
CURVE = Tradeoff(S_min=100.0, E_min=1e6)
LARGE = Tradeoff(S_min=1e4, E_min=2e10)  # critical: 2M


def table(low, high, n=8, curve=CURVE):
    """Exact batches and steps, from `low` to `high` critical batches."""
    batch = curve.B_crit * np.geomspace(low, high, n)
    return batch, curve.S_min + curve.E_min / batch


def noisy(low, high, n, noise, seed, curve=CURVE):
    batch, steps = table(low, high, n, curve)
    return batch, steps * np.exp(noise * np.random.default_rng(seed).standard_normal(n))


# --- The fit ----------------------------------------------------------------------------------


@given(
    curves, st.floats(1e-3, 1e2), st.floats(4, 1e4), st.integers(3, 12),
    st.floats(0, 0.5), st.randoms(use_true_random=False),
)  # fmt: skip
@few
def test_an_exact_hyperbola_is_recovered_from_any_range_order_and_seeds(
    curve, low, span, n, spread, random
):
    """Two seeds a batch, as far above the curve as below it: their geometric mean is on it."""
    batch, steps = table(low, low * span, n, curve)
    rows = [(B, S * math.exp(d)) for B, S in zip(batch, steps, strict=True)
            for d in (spread, -spread)]  # fmt: skip
    random.shuffle(rows)
    found = fit(*zip(*rows, strict=True))
    for name in ("S_min", "E_min", "B_crit"):
        assert getattr(found, name).value == pytest.approx(getattr(curve, name), rel=1e-6)
        assert getattr(found.curve, name) == pytest.approx(getattr(found, name).value)
    assert found.B_20pct.value == pytest.approx(curve.beyond(0.2), rel=1e-6)
    assert found.batches == pytest.approx(batch)
    assert found.steps == pytest.approx(steps)
    assert found.rms == pytest.approx(spread, abs=1e-7)  # of the rows
    assert found.runs == 2 * n


def test_the_batches_of_a_fit_are_those_of_the_table_to_the_last_digit():
    assert fit([3, 10, 1000, 7, 10], [900, 300, 30, 400, 290]).batches == (3, 7, 10, 1000)


def held(fits):
    """How many of these fits hold the truth, by constant."""
    truths = {"S_min": 100, "E_min": 1e6, "B_crit": 1e4, "B_20pct": 2e3}
    return {n: sum(getattr(found, n).holds(v) for found in fits) for n, v in truths.items()}


@pytest.mark.parametrize(
    ("batches", "repeats", "noise"), [(6, 1, 0.2), (6, 3, 0.1), (7, 2, 0.05), (8, 4, 0.03)]
)
def test_95_percent_intervals_hold_the_truth_in_95_of_100_tables(batches, repeats, noise):
    tables = 200
    B, S = (np.repeat(column, repeats) for column in table(0.1, 10, batches))
    draws = np.random.default_rng([7, batches]).standard_normal((tables, len(B)))
    counts = held([fit(B, S * np.exp(noise * luck)) for luck in draws])
    few, many = binom.ppf([0.001, 0.999], tables, 0.95)
    assert all(few <= count <= many for count in counts.values()), counts


def test_repeats_make_intervals_as_narrow_as_their_number_says_if_they_scatter_alone():
    """Four runs a batch halve them, and more degrees of freedom do more: 22 for 4, mostly.

    Where a whole batch is off, repeats do not help, and intervals still hold.
    """
    tables, noise, (B, S) = 80, 0.05, table(0.1, 10, 6)
    rng = np.random.default_rng(5)

    def fits(repeats, shared):
        luck = noise * rng.standard_normal((tables, 6, repeats))
        luck += shared * rng.standard_normal((tables, 6, 1))
        rows, steps = np.repeat(B, repeats), np.repeat(S, repeats)
        return [fit(rows, steps * np.exp(one.ravel())) for one in luck]

    def width(found):
        return np.median([math.log(one.B_crit.high / one.B_crit.low) for one in found])

    once, often = fits(1, 0), fits(4, 0)
    least = t.ppf(0.975, 22) / t.ppf(0.975, 4) / 2
    assert least < width(often) / width(once) < 0.47
    off = fits(4, noise)
    assert width(off) > 2 * width(often)
    assert min(held(off).values()) >= binom.ppf(0.001, tables, 0.92)


def test_the_luck_that_a_seed_shares_widens_the_least_steps_and_not_the_critical_batch():
    """It shifts ln S alike at every batch, so it cancels in E_min / S_min."""
    tables, seeds, (B, S) = 120, 4, table(0.1, 10)
    rows, steps, seed = np.repeat(B, seeds), np.repeat(S, seeds), np.tile(range(seeds), len(B))
    rng, told, blind = np.random.default_rng(9), [], []
    for _ in range(tables):
        luck = 0.05 * rng.standard_normal(len(rows)) + 0.05 * rng.standard_normal(seeds)[seed]
        told.append(fit(rows, steps * np.exp(luck), seed))
        blind.append(fit(rows, steps * np.exp(luck)))
    few, many = binom.ppf([0.001, 0.999], tables, [0.92, 0.95])
    assert all(few <= count <= many for count in held(told).values()), held(told)
    assert held(blind)["S_min"] < held(told)["S_min"] - 4  # what the seeds are for
    narrower = [a.B_crit.high / a.B_crit.low < b.B_crit.high / b.B_crit.low
                for a, b in zip(told, blind, strict=True)]  # fmt: skip
    assert np.mean(narrower) > 0.8
    assert told[0].B_crit.value == blind[0].B_crit.value


@pytest.mark.parametrize("seed", [list(range(24)), ["0"] * 24, None])
def test_seeds_that_no_two_batches_share_tell_nothing(seed):
    batch, steps = repeated(3, 0.05, 0)
    assert fit(batch, steps, seed).S_min == fit(batch, steps).S_min


@given(curves, st.floats(1e-3, 1e3))
@few
def test_the_batch_20_percent_beyond_a_baseline_is_where_a_solver_finds_it(curve, place):
    baseline = place * curve.B_crit
    bound = 1.2 * float(curve.examples(baseline))
    root = brentq(lambda B: float(curve.examples(B)) / bound - 1, baseline, 1e6 * curve.B_crit)
    assert curve.beyond(0.2, baseline) == pytest.approx(root, rel=1e-9)
    assert curve.beyond(0.2, 0) == pytest.approx(curve.B_crit / 5)


def test_a_baseline_moves_the_20_percent_batch_and_its_interval_and_lies_in_the_table():
    found = fit(*noisy(0.1, 10, 8, 0.05, 0))
    first, last = found.batches[0], found.batches[-1]
    for baseline in (first, 5e3, last):
        beyond = found.beyond(baseline)
        for end in ("value", "low", "high"):
            curve = Tradeoff(1, getattr(found.B_crit, end))
            assert getattr(beyond, end) == pytest.approx(curve.beyond(0.2, baseline))
            expected = 1.2 * baseline + getattr(found.B_20pct, end)
            assert getattr(beyond, end) == pytest.approx(expected)
    for outside in (first * 0.99, last * 1.01, 0.0, math.nan):
        with pytest.raises(ValueError, match="among the batches of the table, 1k to 100k, got"):
            found.beyond(outside)


@pytest.mark.parametrize(("low", "high"), [(1e-3, 1e-2), (1e2, 1e3)])
def test_where_a_curve_hardly_bends_intervals_are_wide_and_not_nothing(low, high):
    """Half of such tables are fitted best by a curve without a bend, B_crit anywhere."""
    fits = [fit(*noisy(low, high, 8, 0.02, seed)) for seed in range(60)]
    for name, truth in (("S_min", 100), ("E_min", 1e6), ("B_crit", 1e4)):
        assert sum(getattr(found, name).holds(truth) for found in fits) >= 46
    bare = [found for found in fits if not 1 < found.B_crit.value < 1e8]
    assert len(bare) > 6
    assert not any(found.determined for found in bare)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("noise", [0.03, 0.3])
def test_scipys_curve_fit_finds_the_same_constants_and_standard_errors(noise, seed):
    batch, steps = noisy(0.05, 20, 7, noise, seed)
    found = fit(batch, steps)

    def log_steps(B, log_S, log_E):
        return np.log(np.exp(log_S) + np.exp(log_E) / B)

    values, spread = curve_fit(log_steps, batch, np.log(steps), np.log([100, 1e6]))
    wide = t.ppf(0.975, 7 - 2)
    for name, weights in (("S_min", (1, 0)), ("E_min", (0, 1)), ("B_crit", (-1, 1))):
        said, w = getattr(found, name), np.array(weights)
        error = math.sqrt(w @ spread @ w)
        assert math.log(said.value) == pytest.approx(w @ values, abs=1e-3 * error)
        assert math.log(said.high / said.value) == pytest.approx(wide * error, rel=1e-3)
        assert math.log(said.value / said.low) == pytest.approx(wide * error, rel=1e-3)
    misfit = np.log(steps) - log_steps(batch, *values)
    assert found.rms == pytest.approx(math.sqrt(np.mean(misfit**2)), rel=1e-4)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("low", "high"), [(0.1, 10), (0.01, 0.3), (3, 100)])
def test_no_curve_on_a_wide_grid_lies_nearer_to_the_points(low, high, seed):
    batch, steps = noisy(low, high, 6, 0.2, seed)
    found = fit(batch, steps)
    S, E = np.exp(np.linspace(-6, 6, 241)) * np.array([[100], [1e6]])
    curve = np.log(S[:, None, None] + E[:, None] / batch)  # (S_min, E_min, batches)
    rms = np.sqrt(((curve - np.log(steps)) ** 2).mean(axis=-1))
    assert found.rms <= rms.min() * (1 + 1e-9)
    assert found.rms == pytest.approx(rms.min(), rel=0.1)


def test_each_run_counts_as_curve_fit_has_it():
    """Uneven repeats: constants, standard errors and rms are those of scipy's least squares."""
    batch, steps = repeated(3, 0.05, 4)
    batch, steps = np.delete(batch, [1, 2, 10, 22]), np.delete(steps, [1, 2, 10, 22])
    found = fit(batch, steps)

    def log_steps(B, log_S, log_B):
        return log_S + np.log1p(np.exp(log_B) / B)

    values, spread = curve_fit(log_steps, batch, np.log(steps), np.log([100, 1e4]))
    assert math.log(found.B_crit.value) == pytest.approx(values[1], abs=1e-4)
    wide = t.ppf(0.975, len(batch) - 2) * math.sqrt(spread[1, 1])
    assert math.log(found.B_crit.high / found.B_crit.value) == pytest.approx(wide, rel=1e-3)
    off = np.log(steps) - log_steps(batch, *values)
    assert found.rms == pytest.approx(math.sqrt(np.mean(off**2)), rel=1e-4)


@given(st.floats(1e-3, 1e6), st.integers(0, 50))
@few
def test_counting_batches_in_sequences_scales_examples_and_leaves_steps(unit, seed):
    batch, steps = noisy(0.1, 10, 6, 0.1, seed)
    one, other = fit(batch, steps), fit(batch * unit, steps)
    for name, scale in (("S_min", 1), ("E_min", unit), ("B_crit", unit), ("B_20pct", unit)):
        for end in ("value", "low", "high"):
            ratio = getattr(getattr(other, name), end) / getattr(getattr(one, name), end)
            assert ratio == pytest.approx(scale, rel=1e-5)
    assert other.rms == pytest.approx(one.rms, rel=1e-5)
    assert other.warnings == one.warnings
    slow = fit(batch, steps * unit)
    assert slow.S_min.value / one.S_min.value == pytest.approx(unit, rel=1e-5)
    assert slow.B_crit.value == pytest.approx(one.B_crit.value, rel=1e-5)


@pytest.mark.parametrize(
    ("batch", "steps", "sentence"),
    [
        ([1, 2, 3], [3, 2], r"two lists of one length, got \(3,\), \(2,\)"),
        ([[1, 2, 3]], [[3, 2, 1]], r"two lists of one length, got \(1, 3\)"),
        (5, 5, r"two lists of one length, got \(\), \(\)"),
        ([], [], "needs 3 different batches, got 0"),
        ([1, 2, 2, 1], [4, 3, 3, 4], "needs 3 different batches, got 2"),
        ([1, 2, 0], [3, 2, 1], "batch must be positive and finite"),
        ([1, 2, 3], [3, 2, -1], "steps must be positive and finite"),
        ([1, 2, math.inf], [3, 2, 1], "batch must be positive and finite"),
        ([1, 2, 3], [3, math.nan, 1], "steps must be positive and finite"),
    ],
)
def test_what_is_no_table_of_three_batches_is_refused(batch, steps, sentence):
    with pytest.raises(ValueError, match=sentence):
        fit(batch, steps)


# --- What speaks against a fit ----------------------------------------------------------------

WARNINGS = {
    "vague": "B_crit is not determined",
    "above": "all batches are far above B_crit, and E_min is a guess",
    "below": "all batches are far below B_crit, and S_min is a guess",
    "outside": "B_crit lies outside the batches tried",
    "few": "batches: the intervals rest on very few points",
    "off": "off the hyperbola (rms)",
    "rise": "Steps rise with the batch somewhere",
    "narrow": "The batches span too little to show where the curve bends",
    "scattered": "Steps at one batch differ by up to",
    "apart": "far more than at other batches",
    "bent": "The repeats agree with one another, but miss the curve",
}


def said(found):
    """Which of the warnings a fit has; each is known and said once."""
    kinds = [kind for warning in found.warnings
             for kind, words in WARNINGS.items() if words in warning]  # fmt: skip
    assert len(kinds) == len(found.warnings)
    return kinds


def edited(place, factor, low=0.1, high=10):
    batch, steps = table(low, high)
    steps[place] *= factor
    return batch, steps


# Steps from b to 16 b critical batches fall by 1.5: (1 + 1 / b) / (1 + 1 / 16 b) = 1.5.
EDGE = 29 / 16


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (table(0.1, 10), []),
        (table(0.1, 10, 5), []),
        (table(0.1, 10, 4), ["few"]),
        (table(30, 300), ["above"]),
        (table(1 / 300, 1 / 30), ["below"]),
        (table(EDGE * 1.02, EDGE * 16.32), ["above"]),
        (table(EDGE * 0.98, EDGE * 15.68), ["outside"]),
        (table(1 / 16.32 / EDGE, 1 / 1.02 / EDGE), ["below"]),
        (table(1 / 15.68 / EDGE, 1 / 0.98 / EDGE), ["outside"]),
        (table(1.1, 30), ["outside"]),
        (table(1 / 30, 1 / 1.1), ["outside"]),
        (table(30, 30 * 4.1), ["above"]),
        (table(30, 30 * 3.9), ["narrow"]),
        (table(1 / 30 / 4.1, 1 / 30), ["below"]),
        (table(1 / 30 / 3.9, 1 / 30), ["narrow"]),
        (table(0.8, 0.8 * 1.5), ["narrow"]),
        (table(0.5, 2), []),
        (edited(-1, 1.12), []),
        (edited(-1, 1.35), ["rise"]),
        (edited(0, 1.5), []),
        (edited(0, 2), ["off"]),
        (edited(3, 3), ["off", "rise"]),
        (noisy(1e-3, 1e-2, 3, 0.02, 0), ["vague", "below", "few"]),
    ],
)
def test_a_table_has_the_warnings_that_it_deserves_and_no_other(rows, expected):
    assert said(fit(*rows)) == expected


def test_a_warning_quotes_the_range_of_batches_and_the_misfit():
    (outside,) = fit(*table(1.1, 30)).warnings
    assert "1.1e4 to 3e5" in outside
    found = fit(*edited(0, 2))
    assert f"lie {found.rms:.0%} off" in found.warnings[0]
    assert "Only 4 batches" in fit(*table(0.1, 10, 4)).warnings[0]


@given(st.floats(0.01, 100), st.floats(1.05, 100))
@example(low=0.8, span=2.4)
@example(low=1 / 0.8 / 2.4, span=2.4)
@few
def test_batches_are_called_far_from_critical_only_where_all_are_on_that_side(low, span):
    """A table of close batches shows no bend either, wherever it lies."""
    warnings = fit(*table(low, low * span, 6)).warnings
    if any(WARNINGS["above"] in warning for warning in warnings):
        assert low > 1
    if any(WARNINGS["below"] in warning for warning in warnings):
        assert low * span < 1
    if span < 1.4:  # too little to tell anything
        assert any(WARNINGS["narrow"] in warning for warning in warnings)
    if span < 4:  # too little to tell a side
        assert not any(WARNINGS[side] in text for side in ("above", "below") for text in warnings)
    else:
        assert not any(WARNINGS["narrow"] in warning for warning in warnings)


def test_a_critical_batch_is_determined_if_its_interval_spans_less_than_a_factor_100():
    found = fit(*table(0.1, 10))
    assert found.determined
    B = found.curve.B_crit
    assert replace(found, B_crit=Estimate(B, B / 8, 12 * B)).determined
    assert not replace(found, B_crit=Estimate(B, B / 8, 13 * B)).determined
    # nor is a batch more than 100 times beyond those tried, however narrow its interval
    last = found.batches[-1]
    assert replace(found, B_crit=Estimate(99 * last, 98 * last, 100 * last)).determined
    assert not replace(found, B_crit=Estimate(101 * last, 100 * last, 102 * last)).determined
    assert not fit([8, 16, 32, 64], [50, 50, 50, 50]).determined
    for seed in range(30):
        found = fit(*noisy(0.02, 0.4, 4, 0.1, seed))
        assert ("vague" in said(found)) is not found.determined


def test_runs_at_one_batch_that_differ_unexplained_are_called_so():
    """Two models in one table; and one run of another model among three alike."""
    batch, steps = (np.repeat(column, 2) for column in table(0.1, 10))
    mixed = np.where(np.arange(16) % 2, steps, 100 + 1e7 / batch)
    (warning,) = [one for one in fit(batch, mixed).warnings if WARNINGS["scattered"] in one]
    assert "by up to 818 %" in warning  # (100 + 1e7 / 1e3) / (100 + 1e6 / 1e3) = 9.18
    assert "scattered" not in said(fit(batch, mixed, [0, 1] * 8))  # their seeds are known
    batch, steps = repeated(3, 0.03, 1)
    assert said(fit(batch, steps)) == []
    steps[7] *= 1.4
    (warning,) = fit(batch, steps).warnings
    assert WARNINGS["apart"] in warning
    assert "at batch 3728 " in warning


@pytest.mark.parametrize("repeats", [2, 3])
def test_runs_that_scatter_alike_are_called_apart_no_more_than_1_in_100_times(repeats):
    apart = sum("apart" in said(fit(*repeated(repeats, 0.08, k))) for k in range(150))
    assert apart <= binom.ppf(0.999, 150, 0.01)


# --- Whether it is a hyperbola ----------------------------------------------------------------


def repeated(repeats, noise, seed, bend=1.0, n=8):
    """S_min + E_min / B^bend with some runs a batch; a hyperbola at a bend of 1."""
    batch = np.repeat(np.geomspace(1e3, 1e5, n), repeats)
    steps = 100 * (1 + (1e4 / batch) ** bend)
    return batch, steps * np.exp(
        noise * np.random.default_rng([11, seed]).standard_normal(len(batch))
    )


@pytest.mark.slow
@pytest.mark.parametrize("repeats", [2, 4])
@pytest.mark.parametrize("chance", [0.01, 0.3])
def test_a_hyperbola_with_repeats_is_called_bent_as_often_as_chance_has_it(
    repeats, chance, monkeypatch
):
    """At the usual 1 %, and where 30 % are asked for: then a wrong statistic shows."""
    monkeypatch.setattr(critical_batch_diagnostics, "MISFIT_CHANCE", chance)
    tables = 160
    bent = sum("bent" in said(fit(*repeated(repeats, 0.1, k))) for k in range(tables))
    few, many = binom.ppf([0.001, 0.999], tables, chance)
    assert few <= bent <= many


@pytest.mark.parametrize("bend", [0.6, 0.75, 1.5])
def test_what_is_no_hyperbola_is_called_bent_where_repeats_agree_and_not_where_they_do_not(
    bend,
):
    for seed in range(8):
        assert "bent" in said(fit(*repeated(3, 0.005, seed, bend)))
    loud = [said(fit(*repeated(3, 2.0, seed, bend))) for seed in range(30)]
    assert sum("bent" in one for one in loud) <= binom.ppf(0.9999, 30, 0.01)


@pytest.mark.parametrize("seed", range(6))
def test_the_lack_of_fit_is_judged_by_the_sums_of_squares_that_an_anova_has(seed, monkeypatch):
    """Subtract the curve: what batches' means differ by is the misfit, and scipy sums it.

    f_oneway divides by batches - 1 and removes the mean; both are put back by hand.
    """
    from scipy.stats import f

    batch, steps = repeated(3, 0.05, seed, 0.95)
    curve = fit(batch, steps).curve
    left = (np.log(steps) - np.log(curve.steps(batch))).reshape(8, 3)
    within = ((left - left.mean(axis=1, keepdims=True)) ** 2).sum() / 16
    between = f_oneway(*left).statistic * 7 * within + 24 * left.mean() ** 2
    chance = f.sf(between / 6 / within, 6, 16)
    monkeypatch.setattr(critical_batch_diagnostics, "MISFIT_CHANCE", chance * 1.001)
    assert "bent" in said(fit(batch, steps))
    monkeypatch.setattr(critical_batch_diagnostics, "MISFIT_CHANCE", chance * 0.999)
    assert "bent" not in said(fit(batch, steps))


def test_a_bent_tables_warning_quotes_what_its_ends_would_have_said():
    batch, steps = repeated(3, 0.005, 0, 0.7)
    (bent,) = [one for one in fit(batch, steps).warnings if WARNINGS["bent"] in one]
    sizes = np.unique(batch)
    parts = [np.isin(batch, kept) for kept in (sizes[:-2], sizes[2:])]
    ends = sorted(fit(batch[part], steps[part]).B_crit.value for part in parts)
    low, high = (float(one) for one in bent.split("B_crit is ")[1].rstrip(".").split(" to "))
    assert (low, high) == pytest.approx(ends, rel=5.1e-3)  # three digits
    assert high > 1.2 * low


@pytest.mark.parametrize(
    "rows",
    [
        repeated(1, 0.005, 0, 0.6),  # no repeats
        tuple(np.delete(one, slice(1, 18, 2)) for one in repeated(2, 0.005, 0, 0.6, 9)),
        repeated(3, 0.005, 0, 0.6, n=4),  # too few batches to leave two out at each end
        repeated(2, 0.0, 0, 0.6),  # copies are no repeats
    ],
    ids=["alone", "one repeated", "few batches", "copies"],
)
def test_a_table_whose_repeats_cannot_tell_is_not_called_bent(rows):
    assert "bent" not in said(fit(*rows))


@pytest.mark.parametrize(("target", "bent"), [(2.9, True), (2.7, True), (2.55, True)])
def test_recorded_races_are_called_bent_where_an_independent_f_test_says_so(target, bent):
    """curve_fit on the means of 12 seeds each, as blocks; its F against scipy's table."""
    from scipy.stats import f

    races = critical_batch_study.CriticalBatchStudy().table(
        critical_batch_study.CriticalBatchStudy.PRESETS["recorded"].recorded().rows
    )
    mine = races[races["target"] == target]
    logs = np.log(mine.pivot_table(index="batch", columns="seed", values="steps"))
    assert logs.shape == (8, 12)
    means, B = logs.mean(axis=1).to_numpy(), logs.index.to_numpy(float)
    (S, E), _ = curve_fit(lambda B, S, E: np.logaddexp(S, E - np.log(B)), B, means, (4, 9))
    lack = 12 * ((np.logaddexp(S, E - np.log(B)) - means) ** 2).sum() / 6
    apart = logs.sub(logs.mean(axis=1), axis=0).sub(logs.mean() - logs.to_numpy().mean())
    chance = f.sf(lack / (np.square(apart).to_numpy().sum() / 77), 6, 77)
    assert bool(chance < 0.01) is bent
    assert ("bent" in said(critical_batch_results.fit_target(races, target))) is bent

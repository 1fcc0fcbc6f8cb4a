"""Each doubt is raised where it is provoked, and nowhere else."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from toylab.fits.parametric import bootstrap, fit
from toylab.fits.parametric_diagnostics import _explained, diagnose, diagnose_point
from toylab.fits.parametric_options import FitOptions
from toylab.fits.runs import Runs
from toylab.laws import published
from toylab.simulation.isoflop_study import SimulatedStudy, simulate

FORM = published.REFIT.form


@pytest.fixture(scope="module")
def good():
    found = fit(simulate(FORM, SimulatedStudy(noise=0.003)))
    return found, bootstrap(found, 100)


def bent(size=0.0, seed=0):
    """Runs whose loss bends smoothly with size, away from the law."""
    runs = simulate(FORM, SimulatedStudy(noise=0.003, width=16, seed=seed))
    x = np.log(runs.params) - np.log(runs.params).mean()
    return Runs(runs.params, runs.tokens, runs.loss * np.exp(size * x**2), runs.flops)


@pytest.mark.slow
@pytest.mark.parametrize("law", published.SURFACES, ids=[law.name for law in published.SURFACES])
def test_runs_of_a_law_within_reach_raise_no_doubt(law):
    for seed in range(3):
        found = fit(simulate(law.form, SimulatedStudy(noise=0.003, seed=seed)))
        assert diagnose(found, bootstrap(found, 100), 1e22) == ()


def test_runs_without_noise_raise_no_doubt():
    found = fit(simulate(FORM, SimulatedStudy(noise=0)))
    assert diagnose(found, bootstrap(found, 20), 1e22) == ()


@pytest.mark.parametrize(("agreeing", "doubted"), [(19, True), (20, False)])
def test_few_walks_to_the_lowest_place_are_doubted(good, agreeing, doubted):
    said = diagnose(replace(good[0], agreeing=agreeing, walked=200), good[1])
    assert said == (
        (
            "Only 19 of 200 walks end at the lowest place: there may be a lower one that none "
            "has found.",
        )
        if doubted
        else ()
    )


def test_a_descent_whose_next_step_would_gain_is_doubted_however_steep_it_is(good):
    for gain in (0.0, 0.99e-4):
        assert diagnose(replace(good[0], gain=gain, gradient=1e3), good[1]) == ()
    for gain, share in ((1.01e-4, "0.01%"), (0.053, "5.30%")):
        assert diagnose(replace(good[0], gain=gain), good[1]) == (
            f"The descent has not come to rest: one more step would still gain {share} of the "
            "objective.",
        )


def test_of_a_fit_that_is_exact_neither_gain_nor_pattern_is_doubted(good):
    """What is left is rounding, and rounding may well have a pattern."""
    found, spread = good
    x = np.log(found.runs.params)
    predicted = FORM.loss(found.runs.params, found.runs.tokens)
    for size, doubted in ((1e-8, 0), (1e-3, 2)):
        bend = size * (x - x.mean()) ** 2 / (x - x.mean()).max() ** 2
        runs = replace(found.runs, loss=predicted * np.exp(bend))
        curved = replace(found, runs=runs, form=FORM, gain=0.5)
        assert len(diagnose(curved, spread)) == doubted


@pytest.mark.parametrize(("low", "doubted"), [(FORM.E / 1.45, 0), (FORM.E / 1.55, 1)])
def test_a_floor_that_may_be_lower_by_half_as_much_again_is_doubted(good, low, doubted):
    found, spread = good
    sunk = spread.constants.copy()
    sunk[:, 2] = low
    assert len(diagnose(replace(found, form=FORM), replace(
        spread, fit=replace(found, form=FORM), constants=sunk))) == doubted  # fmt: skip


def test_a_size_whose_interval_spans_more_than_a_hundred_is_not_determined(good):
    """A line whose resamples lie even a factor apart, above and below."""
    found, spread = good
    for factor, doubted in ((99, 0), (101, 1), (4e6, 1)):
        vague = spread.constants.copy()
        power = found.form.alpha + found.form.beta
        rows = np.array([found.form.A, found.form.B, found.form.E, found.form.alpha,
                         found.form.beta])  # fmt: skip
        vague[:] = rows
        vague[::2, 0] *= factor ** (power / 2)
        vague[1::2, 0] /= factor ** (power / 2)
        said = diagnose(found, replace(spread, constants=vague), 1e20)
        assert len(said) == doubted
        span = f"{factor / 10 ** np.floor(np.log10(factor)):.3g}e{int(np.log10(factor))}"
        assert all(s == "These runs do not determine the best size at 1e20 FLOPs: its 95 % "
                   f"interval spans a factor {span}." for s in said)  # fmt: skip


def test_sizes_beyond_all_numbers_are_not_determined_either(good):
    vague = good[1].constants.copy()
    vague[:20, 3:], vague[20:40, 3:] = 1e-6, 1e-6
    vague[:20, 0], vague[20:40, 0] = 1e200, 1e-200
    (said,) = [s for s in diagnose(good[0], replace(good[1], constants=vague), 1e20)
               if "do not determine the best size" in s]  # fmt: skip
    assert said.endswith(("e521.", "endless."))


def test_without_resamples_only_the_fit_itself_and_its_reach_are_judged(good):
    moved = replace(good[0], gain=0.5)
    assert [s.split()[1] for s in diagnose(moved, None, 1e24)] == ["descent", "FLOPs"]


def test_a_floor_that_resampling_loses_is_doubted_unless_it_was_held(good):
    found, spread = good
    lost = spread.constants.copy()
    lost[:10, 2] = 0.01
    (said,) = diagnose(found, replace(spread, constants=lost))
    E = replace(spread, constants=lost).intervals["E"]
    assert said.startswith(f"The floor E is hardly determined: 95 % interval {E.low:.2g} to")
    held = fit(found.runs, FitOptions(fixed_E=FORM.E))
    assert diagnose(held, replace(bootstrap(held, 100), constants=lost)) == ()


@pytest.mark.slow
def test_residuals_that_bend_with_size_are_doubted_and_noise_is_not():
    found = fit(bent(0.004))
    said = diagnose(found, bootstrap(found, 100))
    (pattern,) = [s for s in said if "The residuals are no noise" in s]
    x, z = (np.log(v) - np.log(v).mean() for v in (found.runs.params, found.runs.tokens))
    design = np.column_stack([np.ones_like(x), x, z, x * x, x * z, z * z])
    off = found.residuals - design @ np.linalg.pinv(design) @ found.residuals
    share = 1 - off.var() / found.residuals.var()
    assert f"explains {share:.0%} of them" in pattern
    for seed in range(4):
        plain = fit(bent(0, seed))
        assert not any("no noise" in s for s in diagnose(plain, bootstrap(plain, 20)))


def test_the_chance_of_a_pattern_is_that_of_a_regression():
    """With one regressor F is the square of Student's t, whose chance scipy has."""
    x, y = np.random.default_rng(0).standard_normal((2, 12))
    line = stats.linregress(x, y + 0.5 * x)
    share, chance = _explained(np.column_stack([np.ones(12), x]), y + 0.5 * x, 10)
    assert share == pytest.approx(line.rvalue**2)
    assert chance == pytest.approx(line.pvalue)


def test_pure_noise_is_seldom_called_a_pattern(good):
    """A thousand residuals of noise: one in a thousand by F, fewer by the share as well."""
    found, spread = good
    draws = np.random.default_rng(0)
    raised = 0
    for _ in range(300):
        luck = 0.003 * draws.standard_normal(63)
        predicted = FORM.loss(found.runs.params, found.runs.tokens)
        runs = replace(found.runs, loss=predicted * np.exp(luck))
        raised += bool(diagnose(replace(found, runs=runs, form=FORM), spread))
    assert raised <= stats.binom.ppf(0.999, 300, 0.001)


@pytest.mark.slow
def test_a_faint_pattern_that_chance_could_not_make_but_explains_little_is_let_pass():
    many = simulate(FORM, SimulatedStudy(budgets=15, sizes=40, noise=0.003))
    x = np.log(many.params) - np.log(many.params).mean()
    wavy = Runs(many.params, many.tokens, many.loss * np.exp(0.0006 * x**2), many.flops)
    clean = fit(many)
    found, spread = replace(clean, runs=wavy, form=FORM), bootstrap(clean, 20)
    x2 = np.corrcoef(found.residuals, x**2)[0, 1] ** 2
    assert 0.02 < x2 < 0.25
    assert diagnose(found, spread) == ()


def test_of_few_runs_a_bend_explains_much_by_chance_and_is_let_pass(good):
    found, spread = good
    predicted = FORM.loss(found.runs.params, found.runs.tokens)
    for seed in range(10):
        draws = np.random.default_rng(seed)
        runs = replace(found.runs, loss=predicted * np.exp(0.003 * draws.standard_normal(63)))
        few = runs.take(draws.permutation(63)[:10])
        assert diagnose(replace(found, runs=few, form=FORM), spread) == ()


def test_six_runs_are_too_few_to_look_for_a_pattern(good):
    found, spread = good
    few = replace(found, runs=found.runs.take(np.arange(6)))
    assert diagnose(few, spread) == ()


@pytest.mark.parametrize(
    ("flops", "words"),
    [
        (9.9e21, None), (1.01e22, "1.01e22 FLOPs lie a factor 10 above the largest of these"),
        (1e24, "1e24 FLOPs lie a factor 1,000 above the largest of these runs"),
        (9.9e26, "a factor 990,000 above the largest"), (4.8e37, "factor 4.8e16 above the la"),
        (1.01e17, None), (0.99e17, "9.9e16 FLOPs lie a factor 10 below the smallest of these"),
        (1e15, "1e15 FLOPs lie a factor 1,000 below the smallest of these runs: the interval"),
        (1e10, "a factor 1e8 below the smallest"),
    ],
)  # fmt: skip
def test_a_budget_far_above_or_below_the_runs_is_doubted(good, flops, words):
    said = diagnose(good[0], None, flops)  # of runs from 1e18 to 1e21
    assert len(said) == (words is not None)
    assert all(words in s and s.endswith("holds only if the form does.") for s in said)


def test_without_a_budget_there_is_no_reach_to_doubt(good):
    assert diagnose(*good) == diagnose(*good, None) == ()


def test_the_published_runs_bend_and_gophers_budget_is_far(published_runs):
    found = fit(published_runs.without_highest(5))
    pattern, reach = diagnose(found, bootstrap(found, 100), 5.76e23)
    assert "explains 34% of them" in pattern
    assert reach.startswith("5.76e23 FLOPs lie a factor 44 above")


def test_a_run_that_is_asked_about_far_outside_in_size_or_in_data_is_doubted(good):
    runs = good[0].runs
    assert diagnose_point(good[0], runs.params.max() * 9, runs.tokens.min() / 9) == ()
    size, data = diagnose_point(good[0], runs.params.max() * 99, runs.tokens.min() / 99)
    assert "params lie a factor 99 above the largest" in size
    assert "tokens lie a factor 99 below the smallest" in data

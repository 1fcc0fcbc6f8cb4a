"""Each doubt is raised where it is provoked, and nowhere else."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from toylab import laws
from toylab.doubts import doubts
from toylab.parametric import bootstrap, fit
from toylab.points import Points, points
from toylab.recipe import Recipe
from toylab.study import Study, simulate

PUBLISHED = Path(__file__).parents[2] / "shared/data/epoch_chinchilla/svg_extracted_data.csv"
FORM = laws.REFIT.form


@pytest.fixture(scope="module")
def good():
    found = fit(simulate(FORM, Study(noise=0.003)))
    return found, bootstrap(found, 100)


def bent(size=0.0, seed=0):
    """Runs whose loss bends smoothly with size, away from the law."""
    runs = simulate(FORM, Study(noise=0.003, width=16, seed=seed))
    x = np.log(runs.params) - np.log(runs.params).mean()
    return Points(runs.params, runs.tokens, runs.loss * np.exp(size * x**2), runs.flops)


@pytest.mark.parametrize("law", laws.SURFACES, ids=[law.name for law in laws.SURFACES])
def test_runs_of_a_law_within_reach_raise_no_doubt(law):
    for seed in range(3):
        found = fit(simulate(law.form, Study(noise=0.003, seed=seed)))
        assert doubts(found, bootstrap(found, 100), 1e22) == ()


def test_runs_without_noise_raise_no_doubt():
    found = fit(simulate(FORM, Study(noise=0)))
    assert doubts(found, bootstrap(found, 20), 1e22) == ()


@pytest.mark.parametrize(("agreeing", "doubted"), [(19, True), (20, False)])
def test_few_walks_to_the_lowest_place_are_doubted(good, agreeing, doubted):
    said = doubts(replace(good[0], agreeing=agreeing, walked=200), good[1])
    assert said == (
        (
            "Only 19 of 200 walks end at the lowest place: there may be a lower one that none "
            "has found.",
        )
        if doubted
        else ()
    )


@pytest.mark.parametrize(("share", "doubted"), [(1.1e-3, True), (0.9e-3, False)])
def test_a_descent_that_has_not_come_to_rest_is_doubted(good, share, doubted):
    moving = replace(good[0], gradient=share * good[0].objective)
    said = doubts(moving, good[1])
    assert len(said) == doubted
    assert all("has not come to rest: the gradient is still" in s for s in said)
    assert all(f"{moving.gradient:.1e}" in s for s in said)


def test_a_floor_that_resampling_loses_is_doubted_unless_it_was_held(good):
    found, spread = good
    lost = spread.constants.copy()
    lost[:10, 2] = 0.01
    (said,) = doubts(found, replace(spread, constants=lost))
    E = replace(spread, constants=lost).intervals["E"]
    assert said.startswith(f"The floor E is hardly determined: 95 % interval {E.low:.2g} to")
    held = fit(found.points, Recipe(floor=FORM.E))
    assert doubts(held, replace(bootstrap(held, 100), constants=lost)) == ()


def test_residuals_that_bend_with_size_are_doubted_and_noise_is_not():
    found = fit(bent(0.004))
    said = doubts(found, bootstrap(found, 100))
    (pattern,) = [s for s in said if "The residuals are no noise" in s]
    x, z = (np.log(v) - np.log(v).mean() for v in (found.points.params, found.points.tokens))
    design = np.column_stack([np.ones_like(x), x, z, x * x, x * z, z * z])
    off = found.residuals - design @ np.linalg.pinv(design) @ found.residuals
    share = 1 - off.var() / found.residuals.var()
    assert f"explains {share:.0%} of them" in pattern
    for seed in range(4):
        plain = fit(bent(0, seed))
        assert not any("no noise" in s for s in doubts(plain, bootstrap(plain, 20)))


def test_pure_noise_is_seldom_called_a_pattern(good):
    """A thousand residuals of noise: one in a thousand by F, fewer by the share as well."""
    found, spread = good
    draws = np.random.default_rng(0)
    raised = 0
    for _ in range(300):
        luck = 0.003 * draws.standard_normal(63)
        predicted = FORM.loss(found.points.params, found.points.tokens)
        runs = replace(found.points, loss=predicted * np.exp(luck))
        raised += bool(doubts(replace(found, points=runs, form=FORM), spread))
    assert raised <= stats.binom.ppf(0.999, 300, 0.001)


def test_a_faint_pattern_that_chance_could_not_make_but_explains_little_is_let_pass():
    many = simulate(FORM, Study(budgets=15, sizes=40, noise=0.003))
    x = np.log(many.params) - np.log(many.params).mean()
    wavy = Points(many.params, many.tokens, many.loss * np.exp(0.0006 * x**2), many.flops)
    clean = fit(many)
    found, spread = replace(clean, points=wavy, form=FORM), bootstrap(clean, 20)
    x2 = np.corrcoef(found.residuals, x**2)[0, 1] ** 2
    assert 0.02 < x2 < 0.25
    assert doubts(found, spread) == ()


def test_of_few_runs_a_bend_explains_much_by_chance_and_is_let_pass(good):
    found, spread = good
    predicted = FORM.loss(found.points.params, found.points.tokens)
    for seed in range(10):
        draws = np.random.default_rng(seed)
        runs = replace(found.points, loss=predicted * np.exp(0.003 * draws.standard_normal(63)))
        few = runs.take(draws.permutation(63)[:10])
        assert doubts(replace(found, points=few, form=FORM), spread) == ()


def test_six_runs_are_too_few_to_look_for_a_pattern(good):
    found, spread = good
    few = replace(found, points=found.points.take(np.arange(6)))
    assert doubts(few, spread) == ()


@pytest.mark.parametrize(("flops", "beyond"), [(1.01e22, 10), (1e24, 1000), (9.9e21, 0)])
def test_a_budget_far_beyond_the_runs_is_doubted(good, flops, beyond):
    said = doubts(*good, flops)
    assert len(said) == (beyond > 0)
    assert all(
        f"FLOPs lie a factor {beyond:,.0f} beyond the largest of these" in s for s in said
    )


def test_without_a_budget_there_is_no_reach_to_doubt(good):
    assert doubts(*good) == doubts(*good, None) == ()


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published points are not here")
def test_the_published_runs_bend_and_gophers_budget_is_far():
    table = pd.read_csv(PUBLISHED)
    N, C, L = (table[name] for name in ("Model Size", "Training FLOP", "loss"))
    found = fit(points(params=N, flops=C, loss=L).without_highest(5))
    pattern, reach = doubts(found, bootstrap(found, 100), 5.76e23)
    assert "explains 34% of them" in pattern
    assert reach.startswith("5.76e23 FLOPs lie a factor 44 beyond")

"""The tab on one more exponent: its numbers are the fits', and every choice of runs can be said."""

import numpy as np
import pytest

from tests.text_checks import check_numbers, unfinished
from toylab.data.recorded import recorded
from toylab.fits import parametric as fits
from toylab.fits.outer_exponent import score_test
from toylab.fits.parametric_options import FitOptions
from toylab.fits.runs import Runs, runs_of
from toylab.laws import allocation
from ui.concepts.parametric import outer, outer_text
from ui.concepts.parametric.outer import compare
from ui.concepts.parametric.view import Answer, Controls, answer

LANGUAGE = Controls(data="language", at="1e12", drop=0)
WITH_K = FitOptions(outer=True)


@pytest.fixture(scope="module")
def language():
    return compare(answer(LANGUAGE))


def rows(both):
    return outer_text.table(both).set_index("").T.to_dict("list")


def said_of(both):
    return [
        outer_text.finding(both), outer_text.advice(both), outer_text.errors(both),
        outer_text.limits(both), *map(outer_text.caution, both.warnings),
        *(cell for row in rows(both).values() for cell in row),
    ]  # fmt: skip


def test_the_numbers_before_and_after_are_those_of_both_fits(language):
    runs = answer(LANGUAGE).runs
    plain, fitted = fits.fit(runs), fits.fit(runs, WITH_K)
    k, errors = language.k, language.held_out
    assert 0.3 < k.low < fitted.k < k.high < 0.37
    finding, advice = outer_text.finding(language), outer_text.advice(language)
    check_numbers(finding, *(f"{x:.3f}" for x in (fitted.k, k.low, k.high)))
    check_numbers(
        finding, *(f"{100 * np.sqrt(np.mean(one.residuals**2)):.2f}" for one in (plain, fitted))
    )
    assert "more sharply" in finding
    for one in plain, fitted:
        ratio = allocation.best(one.form, 1e12).tokens_per_param
        check_numbers(advice, f"{one.exponent_params:.3f}", f"{ratio:.3g}")
    check_numbers(
        outer_text.errors(language), str(errors.fitted), str(errors.held_out),
        f"{100 * errors.plain:.2f}", f"{100 * errors.outer:.2f}",
    )  # fmt: skip
    assert "**better**" in outer_text.errors(language)
    assert score_test(plain).p < 0.001
    assert rows(language)["p of a test of k = 1"] == ["", "below 0.001"]
    check_numbers(outer_text.limits(language), f"{plain.form.E:.3g}", f"{fitted.form.E:.3g}")


def test_the_chart_has_the_residuals_of_every_run_without_k_and_with_it(language):
    table = language.tables["runs"]
    for name, spread in zip((outer.BEFORE, outer.AFTER), language.spreads, strict=True):
        mine = table[table["fit"] == name]
        assert len(mine) == len(spread.fit.runs)
        np.testing.assert_allclose(np.log(1 + mine["off"] / 100), -spread.fit.residuals)
        np.testing.assert_allclose(mine["ratio"], mine["tokens"] / mine["params"])


def test_the_floor_is_warned_of_and_residuals_that_have_no_pattern_any_more_are_not(language):
    assert [s for s in language.warnings if "floor E is hardly determined" in s]
    assert any("residuals are no noise" in s for s in language.answer.warnings)
    assert not any("residuals are no noise" in s for s in language.warnings)


@pytest.mark.parametrize(
    "controls",
    [
        Controls(),
        Controls(fitted="tied"),
        Controls(fitted="floor", floor=1.7),
        Controls(noise="0", spoiled=0),
        Controls(noise="3", sizes=3),
        Controls(fitted="floor", floor=1.0),
        Controls(data="recorded", at="1e8", drop=560),
    ],
    ids=["simulated", "tied", "floor held", "exact", "noisy", "low floor", "regression"],
)
def test_whatever_runs_are_chosen_every_sentence_can_be_said(controls):
    both = compare(answer(controls))
    assert [s for s in said_of(both) if unfinished(s)] == []
    assert not set(both.warnings) & set(both.answer.warnings)  # those stand above already
    if controls.data == "simulated" and both.k.holds(1):
        unwanted = any("do not ask for the outer exponent" in s for s in both.warnings)
        assert unwanted is not both.plain.fit.exact
    if controls.fitted == "floor":
        assert rows(both)["Floor E"] == [f"{controls.floor:g}, held"] * 2
    if controls.fitted == "tied":
        assert rows(both)["Exponent a"] == ["0.500, as alpha = beta"] * 2
    if both.answer.known and "do not determine" not in outer_text.advice(both):
        check_numbers(outer_text.advice(both), f"{both.answer.known['a']:.3f}")


def test_k_of_three_studies_is_what_the_page_says(published_runs):
    frame = recorded("charlm").groupby(["language", "params", "tokens"], as_index=False)
    cells = frame[["flops", "loss"]].mean()
    for language, said in ("python", outer_text.PYTHON_K), ("synthetic", outer_text.SYNTHETIC_K):
        k = fits.fit(runs_of(cells[cells["language"] == language]), WITH_K).k
        assert k == pytest.approx(said, abs=0.05)
    k = fits.fit(published_runs.without_highest(5), WITH_K).k
    assert k == pytest.approx(outer_text.PUBLISHED_K, abs=0.005)


def few(many: int) -> Answer:
    """So many of the simulated runs, far apart, as somebody's own."""
    runs: Runs = Controls(noise="0.1", spoiled=0).simulated
    spread_out = np.linspace(0, len(runs) - 1, many).astype(int)
    return Answer(Controls(data="yours", drop=0), runs.take(spread_out))


def test_eight_runs_are_too_few_for_six_constants_and_nine_for_a_third_held_out():
    with pytest.raises(ValueError, match="six constants need at least 9 runs, got 8"):
        compare(few(8))
    said = outer_text.errors(compare(few(10)))
    assert said == (
        "The largest third cannot be held out: five constants need at least 8 runs, got 6."
    )

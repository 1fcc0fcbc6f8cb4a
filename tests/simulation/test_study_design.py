"""A design's error is that of the fits of its studies, one after the other."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from toylab.fits import isoflop
from toylab.laws import allocation, published
from toylab.laws.forms import Additive
from toylab.simulation import study_design
from toylab.simulation.isoflop_study import SimulatedStudy, simulate

FAR = 5.76e23
FORM = published.REFIT.form
EVEN = Additive(1.7, 400.0, 900.0, 0.35, 0.35)
surfaces = pytest.mark.parametrize(
    "form", [law.form for law in published.SURFACES], ids=[law.name for law in published.SURFACES]
)


@surfaces
@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("changed", [{}, {"off_centre": 2}, {"width": 8, "sizes": 15}])
def test_the_bias_is_that_of_profiles_without_noise(form, shared, changed):
    study = replace(SimulatedStudy(noise=0), **changed)
    found = isoflop.fit(simulate(form, study), shared=shared).params
    error = study_design.error(form, study, FAR, shared=shared)
    assert len(isoflop.fit(simulate(form, study), shared=shared).used) == study.budgets
    truth = allocation.best(form, FAR).params
    assert 1 + error.bias == pytest.approx(found.at(FAR).value / truth)
    true = form.beta / (form.alpha + form.beta)
    assert error.exponent_bias == pytest.approx(found.exponent.value - true, abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("shared", [True, False])
def test_the_typical_error_is_that_of_many_studies_fitted_one_by_one(shared):
    """200 draws tell it to some 5 %, 80 to 10 %."""
    study = SimulatedStudy(noise=0.004, off_centre=1.3)
    truth = allocation.best(FORM, FAR).params
    off = [
        math.log(
            isoflop.fit(simulate(FORM, replace(study, seed=k)), shared=shared)
            .params.at(FAR).value / truth
        ) for k in range(100, 180)
    ]  # fmt: skip
    error = study_design.error(FORM, study, FAR, shared=shared)
    assert error.typical == pytest.approx(np.expm1(np.quantile(np.abs(off), 0.68)), rel=0.3)


def test_without_noise_only_the_bias_is_left():
    error = study_design.error(FORM, SimulatedStudy(noise=0, off_centre=2), FAR)
    assert math.log1p(error.typical) == pytest.approx(abs(math.log1p(error.bias)))


def test_the_typical_error_grows_with_the_noise_and_falls_with_sizes():
    """With the root of the number of runs, and as the noise itself."""
    quiet, loud = (
        study_design.error(EVEN, SimulatedStudy(noise=s), FAR, shared=False) for s in (1e-4, 1e-3)
    )
    assert math.log1p(loud.typical) / math.log1p(quiet.typical) == pytest.approx(10, rel=0.02)
    few, many = (study_design.error(EVEN, SimulatedStudy(sizes=n), FAR).typical for n in (9, 81))
    edge = math.sqrt(((81 - 1) / (81 + 1)) / ((9 - 1) / (9 + 1)))  # var of an even grid
    assert few / many == pytest.approx(3 / edge, rel=0.25)


def test_the_same_seed_draws_the_same_studies_for_every_curvature_and_law():
    one, again = (study_design.error(FORM, SimulatedStudy(), FAR) for _ in range(2))
    assert one == again
    assert study_design.error(FORM, SimulatedStudy(seed=1), FAR).typical != one.typical
    assert study_design.error(FORM, SimulatedStudy(seed=1), FAR).bias == one.bias


def test_a_study_that_often_has_no_bottom_has_a_bias_and_no_typical_error():
    some = study_design.error(FORM, SimulatedStudy(noise=0.02, width=2), FAR, shared=False)
    assert math.isnan(some.typical)
    assert math.isfinite(some.bias)
    assert (
        study_design.error(FORM, SimulatedStudy(noise=0.004, width=2), FAR, shared=False).typical
        > 0
    )


@pytest.mark.parametrize(
    ("study", "shared"),
    [
        (SimulatedStudy(off_centre=3, width=2, sizes=15), False),
        (SimulatedStudy(off_centre=0.5, width=1.5, sizes=15), False),
        (SimulatedStudy(sizes=3, width=2), False),
        (SimulatedStudy(sizes=5, width=20), True),
    ],
)
def test_off_centre_too_thin_or_with_nothing_left_to_judge_by_there_is_no_answer(study, shared):
    error = study_design.error(FORM, study, FAR, shared=shared)
    assert math.isnan(error.bias)
    assert math.isnan(error.typical)
    with pytest.raises(ValueError, match=r"budgets have a bottom|nothing is left"):
        isoflop.fit(simulate(FORM, replace(study, noise=1e-6)), shared=shared)


def test_a_valley_that_the_fit_would_leave_out_is_left_out_of_the_design():
    study = SimulatedStudy(off_centre=3, noise=1e-7)
    found = isoflop.fit(simulate(FORM, study), shared=True, within=np.inf)
    assert len(found.used) < len(found.valleys)
    truth = allocation.best(FORM, FAR).params
    bias = found.params.at(FAR).value / truth - 1
    error = study_design.error(FORM, study, FAR, shared=True, within=np.inf)
    assert error.bias == pytest.approx(bias, abs=1e-4)


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("sizes", [3, 4, 5, 7, 9])
@pytest.mark.parametrize("width", [2.9, 3.1, 4, 9, 20])
def test_of_centred_designs_those_that_the_fit_would_refuse_give_no_answer(sizes, width, shared):
    """Three sizes lie within a factor 3 of each bottom, or of none: then every valley goes."""
    study = SimulatedStudy(sizes=sizes, width=width, noise=0)
    try:
        fits = bool(isoflop.fit(simulate(EVEN, study), shared=shared).used)
    except ValueError:
        fits = False
    assert math.isfinite(study_design.error(EVEN, study, FAR, shared=shared).typical) == fits


@pytest.mark.slow
def test_two_of_three_studies_are_off_by_no_more_than_the_typical_error():
    """By the same draws, fitted one by one: 136 of 200, above the answer or below it."""
    study = SimulatedStudy(noise=0.01, off_centre=0.7)
    draws = np.random.default_rng(study.seed).standard_normal((200, study.runs))
    truth = allocation.best(FORM, FAR).params
    clean = simulate(FORM, replace(study, noise=0))
    off = []
    for luck in draws[:60]:
        runs = replace(clean, loss=clean.loss * np.exp(0.01 * luck))
        found = isoflop.fit(runs, shared=True)
        assert len(found.used) == study.budgets
        size = found.params.at(FAR).value
        off.append(max(size / truth, truth / size) - 1)
    typical = study_design.error(FORM, study, FAR, shared=True).typical
    inside = np.mean(np.array(off) <= typical)
    low, high = stats.binom.interval(0.999, 60, 0.68)
    assert low <= 60 * inside <= high


def test_designs_are_compared_each_in_a_row():
    study = SimulatedStudy(spoiled=20)
    table = study_design.designs(FORM, study, FAR, [5, 9], [2.0, 4.0, 8.0], shared=False)
    assert list(table.columns) == ["sizes", "runs", "width", "typical", "bias"]
    assert list(zip(table["sizes"], table["width"], strict=True)) == [
        (5, 2.0), (5, 4.0), (5, 8.0), (9, 2.0), (9, 4.0), (9, 8.0),
    ]  # fmt: skip
    for row in table.itertuples():
        alone = replace(study, sizes=row.sizes, width=row.width)
        error = study_design.error(FORM, alone, FAR, shared=False)
        assert (row.typical, row.bias, row.runs) == (error.typical, error.bias, 7 * row.sizes)


def test_a_design_of_fewer_sizes_than_its_spoiled_runs_is_still_one():
    assert len(study_design.designs(FORM, SimulatedStudy(spoiled=60), FAR, [3], [4.0])) == 1


def test_biases_are_told_for_every_choice_of_curvature_and_sizes():
    table = study_design.biases(FORM, SimulatedStudy(), FAR, [4.0, 6.0], [0.5, 3.0])
    assert list(table.columns) == ["width", "off_centre", "curvature", "bias", "exponent_bias"]
    assert len(table) == 12
    for row in table.itertuples():
        study = SimulatedStudy(width=row.width, off_centre=row.off_centre)
        error = study_design.error(
            FORM, study, FAR, shared=row.curvature == "shared",
            within=isoflop.NEAR if row.curvature == "near" else np.inf,
        )  # fmt: skip
        found = error.bias, error.exponent_bias
        assert (row.bias, row.exponent_bias) == pytest.approx(found, abs=1e-9)
    assert (table["curvature"] == "shared").sum() == 4
    wrong = table[(table["curvature"] == "shared") & (table["off_centre"] == 3.0)]
    assert (wrong["bias"] > 0.5).all()


def test_what_a_study_refuses_a_design_refuses():
    with pytest.raises(ValueError, match="sizes must be at least 3"):
        study_design.designs(FORM, SimulatedStudy(), FAR, [2], [4.0])
    with pytest.raises(ValueError, match="flops must be positive"):
        study_design.error(FORM, SimulatedStudy(), -1.0)

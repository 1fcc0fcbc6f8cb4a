"""The simplest learner: its loss against sampling, its exponent against theory."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import zeta

from toylab.data import recorded as runs
from toylab.experiments import regression
from toylab.experiments.regression import BATCH, RATE, SIZES
from toylab.experiments.regression_study import RECORDED, RegressionStudy
from toylab.fits import isoflop, parametric
from toylab.fits.parametric_diagnostics import diagnose
from toylab.fits.runs import make_runs
from toylab.laws import allocation
from toylab.laws.forms import Additive

SHORT = RegressionStudy(highest=2e5, budgets=3, seeds=2)


@pytest.fixture(scope="module")
def recorded():
    return runs.read(RECORDED).frame


def trained(study):
    every = (rows for spec in study.specs() for _, rows in regression.run(spec))
    return study.table(row for rows in every for row in rows)


def studied(frame):
    return make_runs(frame["params"], frame["tokens"], frame["loss"], frame["flops"])


def test_the_same_study_gives_the_same_runs_and_each_seed_stands_alone():
    frame = trained(SHORT)
    assert frame.equals(trained(SHORT))
    second = trained(replace(SHORT, seed=1, seeds=1))
    again = frame[frame["seed"] == 1].reset_index(drop=True)
    assert again.drop(columns="loss").equals(second.drop(columns="loss"))
    np.testing.assert_allclose(again["loss"], second["loss"], rtol=1e-9)


def test_before_any_step_the_loss_is_the_variance_of_the_target():
    """An untrained student predicts nothing: L = sum_j j^-2(a+b)."""
    first = np.mean([regression.train(spec, {1})[1] for spec in SHORT.specs()], axis=0)
    whole = zeta(2 * (SHORT.spectrum + SHORT.target), 1)
    assert (first < whole).all()
    assert (first > 0.5 * whole).all()


@pytest.mark.slow
def test_the_loss_is_the_error_on_fresh_samples():
    """An independent student, written plainly, and its error on a million samples."""
    draw, size, steps = np.random.default_rng(0), 8, 200
    j = np.arange(1.0, SIZES[-1] + 1)
    scale, target = j**-SHORT.spectrum, j**-SHORT.target
    beyond = math.sqrt(zeta(2 * (SHORT.spectrum + SHORT.target), SIZES[-1] + 1))
    weights = np.zeros(size)
    for _ in range(steps):
        z = draw.standard_normal((BATCH, len(j) + 1))
        x = z[:, :-1] * scale
        y = x @ target + beyond * z[:, -1]
        error = x[:, :size] @ weights - y
        weights -= RATE / (scale**2).sum() * error @ x[:, :size] / BATCH
    fresh = np.random.default_rng(1).standard_normal((100_000, len(j) + 1))
    y = (fresh[:, :-1] * scale) @ target + beyond * fresh[:, -1]
    squares = (y - (fresh[:, :size] * scale[:size]) @ weights) ** 2
    ours = regression.train(SHORT.specs()[0], {steps})[steps][SIZES.index(size)]
    assert abs(squares.mean() - ours) < 4 * squares.std() / math.sqrt(len(squares))


def test_no_student_beats_what_it_cannot_see(recorded):
    power = 2 * (RegressionStudy().spectrum + RegressionStudy().target)
    assert (recorded["loss"] > zeta(power, recorded["params"] + 1.0)).all()


def test_sizes_lie_around_the_line_of_theory_and_budgets_are_spent():
    study = RegressionStudy()
    frame = trained(SHORT)
    spent = 6 * frame["params"] * frame["tokens"]
    assert (np.abs(spent / frame["flops"] - 1) <= 6 * 256 * BATCH / 2 / SHORT.lowest).all()
    assert len(study.runs) == 80
    assert study.exponent == 0.4
    assert replace(study, spectrum=1.0, target=0.0).exponent == pytest.approx(1 / 3)


def test_the_recorded_runs_find_the_exponent_of_theory(recorded):
    """Each seed alone gives an exponent; theory lies within their spread."""
    found = [
        isoflop.fit(studied(recorded[recorded["seed"] == seed]), shared=False).params
        for seed in range(8)
    ]
    values = np.array([trend.exponent.value for trend in found])
    assert abs(values.mean() - 0.4) < 3 * values.std(ddof=1) / math.sqrt(len(values)) + 0.005
    assert values.std(ddof=1) < 0.02


@pytest.mark.slow
def test_a_surface_fitted_to_them_is_doubted_for_its_floor_and_its_pattern(recorded):
    """There is no floor; an additive form with one bends to the runs all the same."""
    fit = parametric.fit(studied(recorded))
    said = diagnose(fit, parametric.bootstrap(fit, 100))
    assert [sentence.split()[1] for sentence in said] == ["floor", "residuals"]


def test_the_recorded_file_is_what_the_engine_makes(recorded):
    first = trained(replace(RegressionStudy(), seeds=1))
    mine = recorded[recorded["seed"] == 0].reset_index(drop=True)
    np.testing.assert_allclose(mine["loss"], first["loss"], rtol=1e-5)
    np.testing.assert_allclose(mine["tokens"], first["tokens"])


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"spectrum": 0.5}, "spectrum must be above 0.5 and at most 5, got 0.5"),
        ({"spectrum": 5.1}, "spectrum must be above 0.5 and at most 5, got 5.1"),
        ({"spectrum": math.nan}, "spectrum must be above 0.5 and at most 5, got nan"),
        ({"target": -0.1}, "target must be between 0 and 5, got -0.1"),
        ({"target": 5.1}, "target must be between 0 and 5, got 5.1"),
        ({"lowest": 191.0}, "rise from at least 192 to at most 1e9 FLOPs, got 191 to 1.2e+07"),
        ({"highest": 5e4}, "budgets must rise from .*, got 50000 to 50000"),
        ({"highest": 1.1e9}, "to at most 1e9 FLOPs, got 50000 to 1.1e+09"),
        ({"budgets": 1}, "budgets must be at least 2, got 1"),
        ({"seeds": 0}, "seeds must be between 1 and 1000, got 0"),
        ({"seeds": 1001}, "seeds must be between 1 and 1000, got 1001"),
        ({"width": 1.0}, "width must be above 1, got 1.0"),
        ({"width": math.nan}, "width must be above 1, got nan"),
        ({"seed": -1}, "seed must be 0 or more, got -1"),
    ],
)
def test_a_study_that_cannot_be_is_refused_by_the_name_of_what_is_wrong(wrong, rule):
    with pytest.raises(ValueError, match=rule.replace("+", r"\+")):
        RegressionStudy(**wrong)


def test_the_ends_of_each_range_are_allowed():
    least = RegressionStudy(5, 5, lowest=192, highest=1e9, budgets=2, seeds=1000, seed=0)
    assert replace(least, seeds=1, target=0).spectrum == 5


@pytest.mark.parametrize(("spectrum", "target"), [(0.75, 0.25), (1.0, 0.0), (0.6, 1.3)])
def test_theory_is_one_set_of_exponents(spectrum, target):
    """What N features leave falls as N^-alpha, and a and b are a surface's own, eq. 4."""
    said = RegressionStudy(spectrum, target).theory
    unseen = zeta(2 * (spectrum + target), np.array([1e6, 1e7]))
    assert math.log10(unseen[0] / unseen[1]) == pytest.approx(said["alpha"], rel=1e-5)
    # a constant times D^(1 / 2a) features are learned of D samples
    assert said["alpha"] / (2 * spectrum) == pytest.approx(said["beta"])
    form = Additive(1.0, 1.0, 1.0, said["alpha"], said["beta"])
    assert (
        said["a"] == pytest.approx(allocation.exponent(form)) == RegressionStudy(spectrum).exponent
    )
    assert (said["a"] + said["b"], said["E"]) == (1, 0)

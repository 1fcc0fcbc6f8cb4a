"""Laws of the loss in one variable: known laws come back, verdicts are right, and how often."""

from collections import Counter

import numpy as np
import pytest

from toylab.fits import loss_law
from toylab.fits.loss_law import VERDICTS
from toylab.fits.loss_runs import LossRuns, in_one_variable
from toylab.fits.power_law_verdicts import TESTS
from toylab.fits.runs import make_runs
from toylab.fits.single_runs import sample_runs

N = np.geomspace(1e6, 1e9, 8)
CURVES = {  # of params, from 1e6 to 1e9
    "line": lambda n: (8.8e13 / n) ** 0.076,
    "floor": lambda n: 1.7 + 400 * n**-0.34,
    "flat": lambda n: 3 + 0 * n,
    "steepens": lambda n: 3 * np.where(n < 3e7, (n / 3e7) ** -0.05, (n / 3e7) ** -0.2),
    "rise": lambda n: (n / 1e6) ** 0.05,
}


def law(curve, noise=0.0, sizes=8, seed=0, repeats=1):
    n = np.repeat(np.geomspace(1e6, 1e9, sizes), repeats)
    random = np.random.default_rng([seed, sizes, repeats])
    loss = CURVES[curve](n) * np.exp(noise * random.standard_normal(len(n)))
    return loss_law.fit(LossRuns("params", n, loss))


def verdicts(curve, noise, sizes, studies=40, repeats=1):
    kinds = (law(curve, noise, sizes, k, repeats).diagnosis.kind for k in range(studies))
    return Counter(kinds)


def test_an_exact_line_is_a_power_law_without_a_floor():
    exact = law("line")
    assert (exact.symbol, exact.diagnosis.kind, exact.floor) == ("L(N)", "power law", None)
    assert exact.exponent.value == pytest.approx(0.076, abs=1e-9)
    assert exact.at(1e10).value == pytest.approx(CURVES["line"](1e10))


def test_an_exact_floor_comes_back_with_its_exponent():
    exact = law("floor")
    assert exact.diagnosis.kind == "floor"
    assert exact.floor.value == pytest.approx(1.7, rel=1e-4)
    assert exact.exponent.value == pytest.approx(0.34, rel=1e-3)
    assert exact.at(1e10).value == pytest.approx(CURVES["floor"](1e10), rel=1e-5)
    assert exact.goodness.rms < 1e-5


@pytest.mark.parametrize(
    ("curve", "kind"), [("flat", "no slope"), ("rise", "rise"), ("steepens", "bend")]
)
def test_what_is_no_law_has_its_verdict_and_no_forecast(curve, kind):
    noisy = law(curve, noise=0.001)
    assert (noisy.diagnosis.kind, noisy.exponent, noisy.determined) == (kind, None, False)
    with pytest.raises(ValueError, match="no forecast"):
        noisy.at(1e10)


def test_one_run_that_carries_the_slope_is_told():
    loss = np.array([3.6, 3.0, 3.001, 2.999, 3.0, 3.001, 2.999, 3.0])
    assert loss_law.fit(LossRuns("params", N, loss)).diagnosis.kind == "one point"


def test_a_fall_of_a_tenth_is_a_law_of_the_loss_and_one_run_off_by_a_twentieth_matters():
    loss = (N / 1e6) ** -0.015
    assert loss_law.fit(LossRuns("params", N, loss)).diagnosis.kind == "power law"
    loss[3] *= 1.05
    assert loss_law.fit(LossRuns("params", N, loss)).diagnosis.kind not in ("power law", "no slope")


@pytest.mark.slow
def test_a_power_law_is_hardly_ever_called_anything_else():
    for sizes, noise in ((6, 0.003), (8, 0.01), (12, 0.01)):
        kinds = verdicts("line", noise, sizes)
        assert 40 - kinds["power law"] - kinds["unclear"] <= 5  # 5 %: the 99th percentile of 40


@pytest.mark.slow
def test_a_floor_is_found_or_left_open():
    for sizes, noise in ((6, 0.003), (8, 0.01), (12, 0.01)):
        kinds = verdicts("floor", noise, sizes)
        assert kinds["power law"] + kinds["bend"] + kinds["one point"] <= 5
        assert kinds["floor"] >= 20


@pytest.mark.slow
def test_noise_is_hardly_ever_called_a_law():
    assert verdicts("flat", 0.01, 8)["power law"] <= 2
    assert verdicts("flat", 0.01, 6, repeats=3)["power law"] <= 2


@pytest.mark.slow
def test_forecasts_of_larger_runs_cover_90_to_98_percent():
    """Three times beyond the largest run, over designs of 6 to 12 sizes; refusals not counted."""
    held, random = [], np.random.default_rng(11)
    for curve in ("line", "floor"):
        for sizes, noise in ((6, 0.003), (8, 0.01), (12, 0.01)):
            for seed in range(40):
                fit = law(curve, noise, sizes, seed)
                measured = CURVES[curve](3e9) * np.exp(noise * random.standard_normal())
                if fit.determined:
                    held.append(fit.at(3e9).holds(measured))
    assert len(held) > 200
    assert 0.9 <= np.mean(held) <= 0.98


@pytest.mark.parametrize("repeats", [1, 4])
def test_the_scatter_of_single_runs_is_that_of_the_noise(repeats):
    n = np.repeat(np.geomspace(1e6, 1e9, 8), repeats)
    random, squares = np.random.default_rng(3), []
    for _ in range(100):
        loss = CURVES["line"](n) * np.exp(0.02 * random.standard_normal(len(n)))
        data = sample_runs(n, loss)
        squares.append((data.errors[0] / 0.02) ** 2 * repeats)
        assert data.df == 8 * repeats - 4
    assert np.mean(squares) == pytest.approx(1, abs=4 * np.sqrt(2 / data.df / 100))


def test_a_forecast_far_beyond_the_runs_is_refused():
    with pytest.raises(ValueError, match=r"1e\+?12 params are more than 100 times beyond the runs"):
        law("line").at(1e12)


def test_fewer_than_four_sizes_are_refused():
    with pytest.raises(ValueError, match="a law takes 4 different sizes, got 3"):
        loss_law.fit(LossRuns("tokens", np.repeat(N[:3], 3), np.ones(9)))


def test_every_kind_of_verdict_has_a_word_for_programs():
    assert set(VERDICTS) == {*TESTS, "power law"}


@pytest.mark.parametrize(
    ("params", "tokens", "quantity"),
    [(N, 1e9, "params"), (1e8, N, "tokens"), (N, 20 * N, "flops"), (N, N[::-1], None)],
)
def test_runs_are_in_the_variable_that_they_vary(params, tokens, quantity):
    runs = make_runs(params + 0 * N, tokens + 0 * N, CURVES["line"](N))
    lone = in_one_variable(runs)
    assert (lone and lone.quantity) == quantity
    if quantity:
        np.testing.assert_array_equal(lone.sizes, getattr(runs, quantity))

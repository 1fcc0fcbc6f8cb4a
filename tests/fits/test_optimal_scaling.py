"""The line of an answer, and those that resampling gives, against numpy's."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toylab.fits.optimal_scaling import OptimalScaling, difference, fit_line

C = np.geomspace(1e18, 1e21, 6)


def many(seed=0, rows=40):
    draws = np.random.default_rng(seed)
    return 20 + 0.5 * np.log(C / 1e19) + 0.1 * draws.standard_normal((rows, len(C)))


def test_every_line_is_that_of_polyfit():
    values = many()
    line = fit_line(np.log(C), values)
    for row, value in zip(line.predict(C), values, strict=True):
        slope, level = np.polyfit(np.log(C), value, 1)
        np.testing.assert_allclose(row, np.exp(level + slope * np.log(C)), rtol=1e-9)
    slopes = [np.polyfit(np.log(C), value, 1)[0] for value in values]
    assert line.exponent.value == pytest.approx(slopes[0])
    ends = np.percentile(slopes[1:], [2.5, 97.5])
    assert (line.exponent.low, line.exponent.high) == pytest.approx(tuple(ends))


@given(st.floats(0.05, 0.95), st.floats(0, 10), st.floats(10, 30))
def test_an_exact_power_law_is_recovered_at_any_budget(exponent, height, decade):
    values = height + exponent * np.log(C)
    line = fit_line(np.log(C), values[None].repeat(3, axis=0))
    said = line.at(10.0**decade)
    assert line.exponent.value == pytest.approx(exponent)
    assert math.log(said.value) == pytest.approx(height + exponent * decade * math.log(10))
    assert said.low == pytest.approx(said.value)
    assert said.high == pytest.approx(said.value)


def test_an_answer_at_a_budget_is_the_lines_there_with_their_percentiles():
    line = fit_line(np.log(C), many())
    said, lines = line.at(1e24), line.predict(np.array([1e20, 1e24]))
    assert lines.shape == (40, 2)
    assert said.value == pytest.approx(lines[0, 1])
    ends = np.percentile(lines[1:, 1], [2.5, 97.5])
    assert (said.low, said.high) == pytest.approx(tuple(ends))


@given(st.floats(12, 28))
def test_what_size_leaves_of_a_budget_is_the_data(decade):
    """6 N D = C on every line, and back again."""
    line, flops = fit_line(np.log(C), many()), 10.0 ** np.array([decade])
    spent = 6 * line.predict(flops) * line.complement.predict(flops)
    np.testing.assert_allclose(spent, np.full((40, 1), flops))
    np.testing.assert_allclose(line.complement.complement.predict(flops), line.predict(flops))
    assert line.complement.exponent.value == pytest.approx(1 - line.exponent.value)
    assert line.complement.exponent.low == pytest.approx(1 - line.exponent.high)


def test_a_resample_without_a_bottom_is_left_out():
    values = many()
    holes = values.copy()
    holes[[3, 7, 8], [0, 2, 2]] = np.nan
    left = fit_line(np.log(C), holes)
    assert len(left.lines) == 37
    whole = fit_line(np.log(C), np.delete(values, [3, 7, 8], axis=0))
    np.testing.assert_allclose(left.lines, whole.lines)


def test_the_middle_is_where_level_and_slope_do_not_hang_together():
    """At the mean of ln C the level is the mean of the values."""
    values = many()
    line = fit_line(np.log(C), values)
    assert line.middle == pytest.approx(np.log(C).mean())
    np.testing.assert_allclose(line.lines[:, 0], values.mean(axis=1))


def drawn(exponent, spread, random, resamples=100):
    """A trend whose exponent is off by chance, and resamples that scatter as much about it."""
    a = exponent + spread * random.standard_normal()
    slopes = np.append(a, a + spread * random.standard_normal(resamples))
    return OptimalScaling(40.0, np.column_stack([np.full_like(slopes, 20.0), slopes]))


@given(st.floats(0.2, 0.8), st.floats(0.2, 0.8))
def test_the_difference_of_two_exact_power_laws_is_recovered(one, other):
    first, second = (
        fit_line(np.log(C), (3 + a * np.log(C))[None].repeat(4, axis=0)) for a in (one, other)
    )
    found = difference(first, second)
    assert (found.low, found.value, found.high) == pytest.approx([one - other] * 3, abs=1e-9)


@given(st.integers(0, 1000), st.integers(1, 20), st.integers(1, 20))
def test_a_difference_pairs_every_resample_with_every_other_and_turns_its_sign(seed, n, m):
    one, other = (
        fit_line(np.log(C), many(seed, n + 1)),
        fit_line(np.log(C), many(seed + 1, m + 1)),
    )
    found, back = difference(one, other), difference(other, one)
    pairs = [a - b for a in one.lines[1:, 1] for b in other.lines[1:, 1]]
    ends = np.percentile(pairs, [2.5, 97.5])
    assert (found.low, found.high) == pytest.approx(tuple(ends), abs=1e-12)
    assert found.value == pytest.approx(one.exponent.value - other.exponent.value, abs=1e-12)
    assert (back.low, back.value, back.high) == pytest.approx(
        (-found.high, -found.value, -found.low), abs=1e-12
    )


def test_errors_of_a_difference_add_in_quadrature():
    """1.96 sqrt(0.03^2 + 0.04^2) either way; end to end they would reach 1.4 times as far."""
    random = np.random.default_rng(0)
    found = difference(*(drawn(0.5, spread, random, 2000) for spread in (0.03, 0.04)))
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * 0.05, rel=0.05)


@pytest.mark.parametrize("spreads", [(0.03, 0.03), (0.01, 0.05)])
def test_the_true_difference_lies_in_95_intervals_of_100(spreads):
    """Of 1500 simulated pairs; a hundred resamples each cost half a percent."""
    random, inside = np.random.default_rng(0), 0
    for _ in range(1500):
        one, other = drawn(0.55, spreads[0], random), drawn(0.48, spreads[1], random)
        found = difference(one, other)
        inside += found.low <= 0.07 <= found.high
    assert inside / 1500 == pytest.approx(0.945, abs=3 * math.sqrt(0.95 * 0.05 / 1500))


@pytest.mark.parametrize("flops", [0.0, -1.0, math.nan, math.inf])
def test_a_budget_that_is_none_is_refused(flops):
    line = OptimalScaling(40.0, np.array([[20.0, 0.5], [20.1, 0.5]]))
    with pytest.raises(ValueError, match="flops must be positive and finite"):
        line.at(flops)

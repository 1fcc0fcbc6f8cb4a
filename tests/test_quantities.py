"""Numbers that are said can be read again, and what is no quantity is refused."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toylab.quantities import (
    TENTHS,
    TWENTIETHS,
    format_change,
    format_count,
    format_full,
    format_number,
    format_scientific,
    format_share,
    ladder,
    nearest,
    parse_number,
    plural,
)

decades = st.floats(-3, 14.99).map(lambda exponent: 10.0**exponent)


@given(decades)
def test_a_count_is_read_back_to_its_three_digits(amount):
    assert parse_number(format_count(amount)) == pytest.approx(amount, rel=5.1e-3)


@given(decades)
def test_a_count_has_three_digits_at_most_and_one_suffix(amount):
    said = format_count(amount)
    assert re.fullmatch(r"\d+(\.\d+)?[kMBT]?", said)
    assert len(said.rstrip("kMBT").replace(".", "").lstrip("0")) <= 3


def test_a_number_in_full_has_its_digits_and_no_power():
    cases = {0.25: "0.25", 18.43: "18.4", 297.2: "297", 1871.0: "1,870", 99_960.0: "100,000"}
    assert {number: format_full(number) for number in cases} == cases
    assert format_full(2.345e6) == "2.35M"


@given(st.floats(-300, 300), st.integers(1, 15))
def test_a_power_is_read_back_to_its_digits(exponent, digits):
    amount = 10.0**exponent
    assert parse_number(format_scientific(amount, digits)) == pytest.approx(
        amount, rel=5.1 * 10.0**-digits
    )


def test_only_all_of_it_is_100_percent():
    cases = {0.0: "0 %", 0.702: "70 %", 0.994: "99 %", 0.996: "99.6 %", 0.9995: ">99.9 %"}
    assert {part: format_share(part) for part in [*cases, 1.0]} == cases | {1.0: "100 %"}
    assert format_share(0.996, 2) == "99.60 %"


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0.5, "0.5"), (999.4, "999"), (999.6, "1k"), (1e3, "1k"), (4353, "4.35k"),
        (2.2e7, "22M"), (999_600, "1M"), (7.24e10, "72.4B"), (577e9, "577B"),
        (4.08e12, "4.08T"), (999e12, "999T"), (999.7e12, "1e15"), (1.4255e15, "1.43e15"),
        (5e-4, "5e-4"),
    ],
)  # fmt: skip
def test_counts_are_said_as_papers_say_them(amount, said):
    assert format_count(amount) == said


def test_one_thing_is_one_and_several_are_several():
    assert [plural(count, "run") for count in (0, 1, 2000)] == ["0 runs", "1 run", "2,000 runs"]
    assert [plural(count, "guess", "guesses") for count in (1, 2)] == ["1 guess", "2 guesses"]


@pytest.mark.parametrize(
    ("amount", "said"),
    [(5.76e23, "5.76e23"), (1e21, "1e21"), (9.999e22, "1e23"), (2e-7, "2e-7")],
)
def test_powers_are_said_without_idle_zeros_or_signs(amount, said):
    assert format_scientific(amount) == said


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (2085.3, "2085"), (0.34781, "0.3478"), (12000, "1.2e4"), (3.9e-7, "3.9e-7"),
        (9999.4, "9999"), (9999.6, "1e4"), (1e-4, "0.0001"), (0.00009, "9e-5"), (0, "0"),
        (-0.5, "-0.5"), (-12346, "-1.235e4"), (1.5, "1.5"), (math.inf, "endless"),
    ],
)  # fmt: skip
def test_a_figure_is_as_short_as_its_digits_allow(amount, said):
    assert format_number(amount) == said


@given(st.floats(-300, 300), st.integers(1, 15))
def test_a_figure_is_read_back_to_its_digits(exponent, digits):
    amount = 10.0**exponent
    assert float(format_number(amount, digits)) == pytest.approx(amount, rel=5.1 * 10.0**-digits)
    assert "+" not in format_number(amount, digits)


def test_digits_are_as_many_as_asked_for():
    assert (format_count(7.2449e10, 2), format_count(7.2449e10, 4)) == ("72B", "72.45B")
    assert (format_count(5.7246e11, 3), format_count(5.7246e11, 4)) == ("572B", "572.5B")
    assert (format_scientific(5.7649e23, 1), format_scientific(5.7649e23, 4)) == (
        "6e23",
        "5.765e23",
    )


@pytest.mark.parametrize(
    ("ratio", "said"),
    [(0.949, "\N{MINUS SIGN}5.1 %"), (1.12, "+12.0 %"), (2, "+100.0 %"), (1, "0.0 %")],
)
def test_a_change_is_said_with_its_sign(ratio, said):
    assert format_change(ratio) == said


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("70B", 70e9), (" 1.4T ", 1.4e12), ("250k", 250e3), ("3M", 3e6), ("5.76e23", 5.76e23),
        ("12", 12), ("2e3B", 2e12),
    ],
)  # fmt: skip
def test_suffixes_and_powers_are_both_read(text, value):
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["", "B", "-5", "0", "nan", "inf", "infB", "1e400", "7G", "x"])
def test_what_is_no_positive_number_is_refused(text):
    sentence = re.escape(f"{text!r} is not a positive number such as 5.76e23 or 70B")
    with pytest.raises(ValueError, match=sentence):
        parse_number(text)


@pytest.mark.parametrize("steps", [TENTHS, TWENTIETHS])
@pytest.mark.parametrize(("low", "high"), [(-2, 0), (6, 9), (17, 27)])
def test_the_rungs_of_a_ladder_are_even_and_end_at_its_ends(steps, low, high):
    rungs = np.array(ladder(low, high, steps))
    assert (rungs[0], rungs[-1]) == (10.0**low, 10.0**high)
    assert len(rungs) == len(steps) * (high - low) + 1
    np.testing.assert_allclose(rungs[1:] / rungs[:-1], 10 ** (1 / len(steps)), rtol=0.02)


@pytest.mark.parametrize("rung", ladder(17, 27, TWENTIETHS))
def test_a_rung_is_the_number_that_it_is_called(rung):
    assert parse_number(format_scientific(rung)) == rung


@pytest.mark.parametrize(
    ("text", "stop"), [("2", "1"), ("9", "10"), ("2e1", "10"), ("1M", "100"), ("0.1", "1")]
)
def test_the_nearest_stop_is_that_of_the_smallest_ratio(text, stop):
    assert nearest(text, ["1", "10", "100", "none"]) == stop
    assert nearest("soon", ["1", "10"]) is None
    assert nearest("1", ["none"]) is None

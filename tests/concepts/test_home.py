"""The first figure: its line has seen the small sizes only, and what it says is checked."""

import numpy as np
import pytest

from toylab.experiments import sine_study
from ui.concepts.home import text
from ui.concepts.home.view import SEEN, story


@pytest.fixture(scope="module")
def errors():
    """The recorded errors, straight from the rows: (seeds, sizes)."""
    study = sine_study.SineStudy.PRESETS["noise"]
    frame = study.table(study.recorded().rows)
    return frame.pivot(index="seed", columns="samples", values="error")


def test_the_line_is_least_squares_through_the_medians_of_the_small_sizes(errors):
    medians = np.log(errors).median()
    small = medians.iloc[:SEEN]
    slope, level = np.polyfit(np.log(small.index), small, 1)
    assert story().line.slope.value == pytest.approx(slope, rel=1e-6)
    value, low, high = story().forecast
    assert value == pytest.approx(np.exp(level + slope * np.log(2048)), rel=1e-6)
    assert low < value < high


def test_what_was_kept_back_does_not_move_the_line(errors):
    other = np.polyfit(np.log(errors.columns), np.log(errors.median()), 1)[0]
    assert abs(story().line.slope.value - other) > 0.005


def test_the_measured_error_lies_in_the_band_that_the_small_sizes_forecast(errors):
    _, low, high = story().forecast
    assert story().measured == pytest.approx(errors[2048].median())
    assert low <= story().measured <= high


def test_nothing_of_the_larger_sizes_is_drawn_before_the_guess():
    tables = story().drawn(None, hide=True)
    assert tables["points"]["size"].max() == tables["runs"]["size"].max() == story().seen == 256
    assert tables["line"].empty
    assert tables["guess"].empty


def test_all_of_it_and_the_guess_are_drawn_after():
    tables = story().drawn(1e-4, hide=False)
    assert list(tables["points"]["size"]) == story().study.grid
    assert list(tables["points"]["kept_back"]) == [False] * SEEN + [True] * 3
    assert tables["guess"].to_dict("records") == [{"size": 2048, "error": 1e-4}]
    assert tables["line"]["size"].iloc[-1] == pytest.approx(2048)
    assert tables["runs"]["error"].between(text.LEAST, 0.2).all()  # on the axis


def test_the_words_have_the_slope_and_how_far_the_forecast_missed():
    told = text.finding(story())
    value = story().forecast[0]
    assert f"{story().line.slope.value:.2f}".replace("-", "\N{MINUS SIGN}") in told
    assert f"by a factor of {value / story().measured:.3g}." in told
    assert "63 language models" in text.LAW

"""Sentences of the first page."""

from toylab.experiments.charlm_study import NAMES, USUAL, CharlmStudy
from toylab.fits.power_law import Line
from toylab.quantities import TENTHS, format_fixed, format_number, format_scientific
from toylab.teaching.guesses import Guess
from ui.concepts.home.view import SEEN, Story

LEAST = 5e-6  # where the error's axis begins, below the least that can be guessed
ALT = {
    "asked": "Error against training samples on log axes: for four small sizes the medians of "
    "24 networks fall along a straight line. What follows is kept back until you guess.",
    "seen": "Error against training samples on log axes: the line through the four small "
    "sizes, continued, meets the medians of the three larger ones, which it has not seen.",
}
LAW = (
    "Plot error against size on log axes: small runs fall on a straight line. If large runs stay "
    f"on it, it is a **scaling law**. On *Your own Chinchilla* {CharlmStudy().networks} language "
    f"models train in {NAMES[USUAL]}, and their line says how large the next one should be. "
    "Not every straight line is a law: each page says when to believe one, and when not."
)

OWN_RUNS = (
    "**Or bring your own runs.** A table with a line a run is enough: size, data and loss say how "
    "large the next model should be; batch and steps say which batch is critical."
)
ERRORS = tuple(float(f"{step}e{k}") for k in (-5, -4, -3) for step in TENTHS)


def error(value: float) -> str:
    """An error as the first page says it."""
    return format_scientific(value, 2)


def question(story: Story) -> Guess:
    """The error of networks that the reader has not seen."""
    grid = story.study.grid
    value, low, high = story.forecast
    seen = story.measured
    inside = "" if low <= seen <= high else ", outside that range"
    return Guess(
        text=f"Each dot is a small network that learned a curve from noisy points. You see "
        f"{grid[0]} to {story.seen} points. What will the error be at **{story.last:,}** "
        "points?",
        answer=seen,
        options=ERRORS,
        explanation=f"From the {SEEN} small sizes alone the line predicts {error(value)} "
        f"(95 %: {error(low)} to {error(high)}). The real networks got {error(seen)}{inside}.",
        say=error,
        factor=1.5,
    )


def finding(story: Story) -> str:
    """The line through the small sizes, and the measured errors of the others."""
    line: Line = story.line
    grid = story.study.grid
    forecast, measured = story.forecast[0], story.measured
    slope = line.slope
    return (
        f"The line through the {SEEN} small sizes has slope "
        f"**{format_fixed(slope.value, 2)}** (95 %: {format_fixed(slope.low, 2)} to "
        f"{format_fixed(slope.high, 2)}): doubling the data multiplies the error by "
        f"{format_number(2**slope.value, 2)}. Continued from {story.seen} to "
        f"{grid[-1]:,} points it misses the median of {story.study.seeds} networks by a factor of "
        f"{format_number(max(forecast / measured, measured / forecast), 3)}."
    )

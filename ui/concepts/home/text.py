"""Sentences of the first page."""

from toylab.experiments.sine_study import FIRST
from toylab.fits.power_law_diagnostics import format_range
from toylab.laws import published
from toylab.quantities import TENTHS, format_number
from toylab.teaching.guesses import UNSET, Guess
from ui.concepts.home.view import LARGE, SMALL, Story

ALT = (  # constant: a chart whose text changes is drawn anew; the sentence below it changes
    "Error against training samples on log axes: the medians of many networks at each of the "
    "small sizes fall along a straight line. What the larger sizes do is kept back until you "
    "guess; then the line is continued to them. The text says how well it predicts them."
)
ASKED = (
    "Each small dot is a network that learned a noisy sine curve from that many samples, each "
    "large dot their median."
)
LAW = (
    "On log axes the small networks fall on a straight line, and the line is a forecast: the "
    "larger networks test it. A formula like it, fitted to many runs, is called a **scaling "
    "law**. Many bend, because there is a floor; each page says when to believe one."
)
LARGER = "The larger networks"
CHINCHILLA = (
    "**Chinchilla** is a language model of 70B parameters. Before they trained it, "
    "Hoffmann et al. trained more than 400 smaller ones, to find how large a model should be for "
    f"its compute ({published.HOFFMANN.cited})."
)
ERRORS = tuple(float(f"{step}e{k}") for k in (-5, -4, -3) for step in TENTHS)


def error(value: float) -> str:
    """An error as the first page says it: 0.00032."""
    mantissa, power = f"{value:.1e}".split("e")
    return f"{float(f'{mantissa}e{power}'):.{1 - int(power)}f}"


def question(story: Story) -> Guess:
    """The error of networks that the reader has not seen."""
    more = story.last // story.seen
    return Guess(
        text=f"What will the error be at **{story.last:,} samples**, {more} times as many as "
        "you see?",
        answer=None if story.pending else story.measured,
        options=ERRORS,
        explanation=_explanation(story),
        say=error,
        factor=1.5,
        study=FIRST,
    )


def _explanation(story: Story) -> str:
    if story.line is None:
        return ""
    slope = story.line.slope
    return (
        f"Doubling the samples about halves the error (times {format_number(2**slope.value, 2)}): "
        f"slope {format_range(slope)}. Whoever continues that line comes close."
    )


def finding(story: Story) -> str:
    """The forecast of the line through the small networks, and what the larger ones did."""
    if story.forecast is None:
        return ASKED
    value, low, high = story.forecast
    told = (
        f"From the small sizes alone the line predicts **{error(value)}** "
        f"(95 %: {error(low)} to {error(high)})."
    )
    if story.pending:
        return told
    inside = "" if low <= story.measured <= high else ", outside that range"
    who = "Your" if story.own else "Recorded"
    return f"{told} {who} networks got **{error(story.measured)}**{inside}."


def numbers(story: Story, seen: bool) -> dict[str, str]:
    """The errors before and after, and what the line says; question marks until it is seen."""
    forecast = story.forecast
    return {
        f"at {story.seen} samples": error(story.before) if story.complete else UNSET,
        f"predicted at {story.last:,}": error(forecast[0]) if seen and forecast else UNSET,
        f"trained at {story.last:,}": error(story.measured)
        if seen and not story.pending
        else UNSET,
    }


def invitation(story: Story, seen: bool) -> str:
    """The title of the button that trains what comes next."""
    small, large = len(SMALL) * FIRST.seeds, len(LARGE) * FIRST.seeds
    if not seen:
        return f"Train {small} networks now"
    return f"Train the {large} larger ones" if story.trained else f"Train {small + large} networks"

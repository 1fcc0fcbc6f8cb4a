"""Sentences on how well a law fits the reader's runs, and predicts those held out."""

from collections.abc import Iterator, Sequence

from toylab.fits.goodness import Goodness
from toylab.fits.prediction import Score
from toylab.quantities import format_number, format_share, format_signed, plural


def fitness(goodness: Goodness, lines: Sequence[int | str]) -> str:
    """The rms error, R^2, and the rows that are furthest off."""
    worst = ", ".join(
        f"{lines[place]} ({format_signed(100 * (ratio - 1), 2)} %)"
        for place, ratio in goodness.worst
    )
    return (
        f"rms error {format_number(100 * goodness.rms, 2)} % of the loss, "
        f"$R^2$ = {goodness.r2:.4f}. Furthest off: lines {worst}."
    )


def held_out(score: Score | str | None) -> Iterator[str]:
    """The errors on runs that were held out, where there are any."""
    if isinstance(score, str):
        yield f"The runs held out are not predicted: {score}."
    elif score:
        share = format_share(score.within)
        yield (
            f"Held out: {plural(score.runs, 'run')}. Mean error "
            f"{format_signed(100 * score.mean, 2)} %, rms {format_number(100 * score.rms, 2)} %; "
            f"{share} lie within their 95 % intervals."
        )

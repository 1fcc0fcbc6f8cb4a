"""Tab *What one rate does to a law*: loss against size at one learning rate for all widths."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from toylab.experiments.parametrization import SCALINGS
from toylab.experiments.transfer_price import at_rate, exponent, tuned_exponent, turns_up
from toylab.experiments.transfer_results import TransferResults
from toylab.quantities import format_fixed
from ui.blocks import Figure, Folded
from ui.concepts.transfer import blocks, charts, text, view
from ui.concepts.transfer.live import State
from ui.knobs import knob

RATES = {text.rate(2.0**k): float(k) for k in range(-10, -1)}
USUAL = text.rate(2.0**-5)
ALT = (
    "Held-out loss against parameters on log axes: at one learning rate for all widths in the "
    "standard parametrisation and in muP, and in the standard one with the best rate of each "
    "width. The sentence says whether the line turns up."
)
ABSENT = "This rate was not trained. The rates run from {low} to {high}."
LESSON = (
    "*Is that a law?* A straight stretch of such a line is no law of size: its exponent depends on "
    "the rate that was fixed, and a rate that suits the middle gives a curve with a bottom. Tune "
    "the rate at every size, or scale it by a rule that you have checked, before you fit anything."
)
STEEPER = 1.25  # exponents within this factor are said to hardly differ


@dataclass(frozen=True)
class Controls:
    """The controls of the tab, as the link has them."""

    rate: str = knob(USUAL, "One learning rate for all widths", list(RATES))

    @property
    def octave(self) -> float:
        """log2 of it."""
        return RATES[self.rate]


def law(state: State, chosen: Controls) -> Iterator[Any]:
    """Loss against size at one rate, whether it is a law, and the exponents of all rates."""
    results = state.results
    yield blocks.label(state.source)
    if chosen.octave not in results.study.octaves:
        ends = (text.rate(2.0**end) for end in (results.study.lowest, results.study.highest))
        yield ABSENT.format(**dict(zip(("low", "high"), ends, strict=True)))
        return
    yield finding(results, chosen.octave)
    yield [Figure(charts.law(view.law(results, chosen.octave)), ALT)]
    yield LESSON
    if several := exponents(results):
        yield Folded("The exponent of every rate", several)


def finding(results: TransferResults, octave: float) -> str:
    """Whether the loss turns up at a rate, and the exponent that it shows."""
    table = at_rate(results, "standard", octave)
    if len(table) < 2:
        return "Too few runs ended well at this rate."
    means, tuned = table.mean(axis=1), tuned_exponent(results, "standard")
    widths = [int(width) for width in table.index.astype(int)]
    lowest, widest = widths[int(means.to_numpy().argmin())], widths[-1]
    if turns_up(results, "standard", octave):
        more = format_fixed(100 * (means[widest] / means[lowest] - 1), 1)
        return (
            f"In the standard parametrisation the loss **turns up**: width {widest} is {more} % "
            f"worse than width {lowest}. No power law does that. {blame(results, lowest, widest)}"
        )
    if lowest != widest:
        return (
            f"In the standard parametrisation width {lowest} has the lowest loss, but seeds do not "
            f"tell it from width {widest}: whether the line turns up is open."
        )
    mine = exponent(results, "standard", octave)
    return (
        f"In the standard parametrisation the loss falls as N^{_signed(mine)}; with the best rate "
        f"of each width as N^{_signed(tuned)}. {beside(mine, tuned)}"
    )


def blame(results: TransferResults, lowest: int, widest: int) -> str:
    """Whether the rate makes the widest network worse: both widths, each with its best rate."""
    own, other = (results.minima["standard", width].loss for width in (widest, lowest))
    both = (
        f"each with its best rate width {widest} comes to {format_fixed(own, 3)} and width "
        f"{lowest} to {format_fixed(other, 3)}"
    )
    if own < other:
        return f"The wide network is not worse, the rate is too high for it: {both}."
    return f"The rate alone does not explain it: {both}."


def beside(mine: float, tuned: float) -> str:
    """An exponent at one rate beside the tuned one: both are negative where the loss falls."""
    if mine < STEEPER * tuned:
        return "**A rate that is too low for narrow networks looks like a better law.**"
    if mine > tuned / STEEPER:
        return "**A rate that is too high for wide networks makes width look less useful.**"
    return "Here the two hardly differ."


def exponents(results: TransferResults) -> str:
    """The exponent at every rate that was trained, as a table in Markdown."""
    lines = ["| Rate | standard | muP |", "| --- | --- | --- |"]
    for octave in map(float, results.study.octaves):
        cells = []
        for scaling in SCALINGS:
            slope = exponent(results, scaling, octave)
            up = turns_up(results, scaling, octave)
            cells.append("turns up" if up else "" if math.isnan(slope) else _signed(slope))
        lines.append(f"| {text.rate(2.0**octave)} | {' | '.join(cells)} |")
    tuned = [_signed(tuned_exponent(results, scaling)) for scaling in SCALINGS]
    return "\n".join([*lines, f"| each its best | {' | '.join(tuned)} |"])


def _signed(slope: float) -> str:
    return format_fixed(slope, 3)

"""Blocks of the page on the disagreement: its stairs, its two bends, its experiments."""

from collections.abc import Iterator
from typing import Any

from toylab.laws import published
from ui.blocks import Figure, Label, StackedNumbers, Success
from ui.concepts.disagreement import charts, text, view
from ui.concepts.disagreement.view import Controls, Counting, Floor

STAIRS_LABEL = Label("published", view.STAIRS, view.STAIRS_MADE, (published.PORIAN,))


def score(controls: Controls) -> StackedNumbers:
    """The exponent now, for the panel."""
    return StackedNumbers(text.numbers(controls), arrow="auto")


def stairs(controls: Controls) -> Iterator[Any]:
    """The stairs as far as they are climbed; at the end, the guess against what is left."""
    chart = charts.stairs(controls.stairs, controls.guessed, view.NAMES)
    yield [Figure(chart, view.ALT["stairs"])]
    yield text.story(controls)
    if controls.done:
        yield Success(text.score(controls))


def counting_label(controls: Controls) -> Label:
    """The law whose parameters are counted."""
    sources = (published.PEARCE, controls.source)
    return Label("simulated", view.COUNTING, view.COUNTING_MADE, sources)


def counting(controls: Controls) -> Iterator[Any]:
    """The bend by the counting of parameters."""
    chart = charts.bend(controls.counting, view.COUNTING_TITLES)
    yield [Figure(chart, view.ALT["counting"])]
    yield text.counting(controls)


def floor_label(controls: Controls) -> Label:
    """The law whose floor is left in."""
    sources = (controls.source, published.KAPLAN_N)
    return Label("simulated", view.FLOOR, view.FLOOR_MADE, sources)


def floor(controls: Controls) -> Iterator[Any]:
    """The bend by the floor of the loss."""
    chart = charts.bend(controls.floor, view.FLOOR_TITLES)
    yield [Figure(chart, view.ALT["floor"])]
    yield text.floor(controls)


def exponent(value: float, digits: int) -> StackedNumbers:
    """The one number that a straight line makes of a bend, for the panel."""
    return StackedNumbers({"Exponent through your range": (f"{value:.{digits}f}", None)})


EXPERIMENTS = (
    (
        "**Climb.** Guess what is left when everything is fixed, then make the fixes one by "
        "one. Which was worth most? Which is the one that the Chinchilla paper suspected?",
        Controls(),
    ),
    (
        "**Count like Kaplan, at Chinchilla's scale.** Move the range of runs up to 1e23 "
        "FLOPs: what is left of the difference?",
        Counting(compute=("1e20", "1e23")),
    ),
    (
        "**The same with the refitted constants.** Does the explanation hang on one fit?",
        Counting(law="besiroglu"),
    ),
    (
        "**From small runs or from large ones?** Fit the loss of large models only, without a "
        "floor. What would you call its exponent?",
        Floor(("10B", "1T")),
    ),
)
LAWS = (
    published.HOFFMANN_3,
    published.HOFFMANN_3_FULL,
    published.REFIT,
    published.KAPLAN_SIZE,
    published.KAPLAN_N,
)
CODE = (
    "toylab.laws.disagreement.frontier",
    "toylab.laws.disagreement.local_exponent",
    "toylab.laws.disagreement.fitted_exponent",
    "toylab.laws.disagreement.local_slope",
)

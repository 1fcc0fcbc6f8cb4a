"""Blocks of the page on the disagreement: its stairs, its two bends, its experiments."""

from collections.abc import Iterator
from typing import Any

from toylab.laws import published
from ui.blocks import Figure
from ui.concepts.disagreement import charts, text, view
from ui.concepts.disagreement.view import (
    Controls,
    Counting,
    CountingExperiment,
    Floor,
    FloorExperiment,
)
from ui.guess import GuessState
from ui.label import Label
from ui.remembered import remembered
from ui.row import Export
from ui.sections import Tab
from ui.sight import FirstSight


@remembered
def stairs(controls: Controls, guess: GuessState) -> Iterator[Any]:
    """The stairs as far as they are climbed; at the end, the guess against what is left."""
    given = guess.given if guess.seen else None
    chart = charts.stairs(controls.stairs(given), view.EXPONENTS, view.STEPS)
    yield FirstSight(
        Label("published", view.STAIRS, view.STAIRS_MADE, (published.PORIAN,)),
        {"Stairs": Figure(chart, view.ALT["stairs"], guess=guess.mark(x=float))},
        text.finding(controls, given),
        text.numbers(controls),
        [text.why(controls), text.PRINTS],
        open=not guess.seen,
    )


def counting(_: Controls, options: Counting) -> Iterator[Any]:
    """The bend by the counting of parameters."""
    yield Label("simulated", view.COUNTING, view.COUNTING_MADE, (published.PEARCE, options.source))
    chart = charts.bend(options.bend, view.BENDS["counting"])
    yield [Figure(chart, view.ALT["counting"])]
    yield text.counting(options)


def floor(_: Controls, options: Floor) -> Iterator[Any]:
    """The bend by the floor of the loss."""
    yield Label("simulated", view.FLOOR, view.FLOOR_MADE, (options.source, published.KAPLAN_N))
    yield [Figure(charts.bend(options.bend, view.BENDS["floor"]), view.ALT["floor"])]
    yield text.floor(options)


def shut(controls: Controls, guess: GuessState) -> str:
    """Why the tabs do not tell yet: a guess waits for the last fix."""
    return text.SHUT if guess.given is not None and not controls.done else ""


def export(controls: Controls) -> Export:
    """The rows behind the figure, to carry away."""
    does = "The constants behind the two bends, in a terminal:"
    return Export(controls.table, "disagreement", view.COMMAND, "steps", does)


TABS = {  # by their keys in the link
    "counting": Tab("How are parameters counted?", counting, Counting, "disagreement"),
    "floor": Tab("Is there a floor?", floor, Floor, "disagreement"),
}
EXPERIMENTS = (
    (
        "Fix by fix",
        "Which fix was worth most? Which one did the Chinchilla paper suspect?",
        Controls(),
    ),
    (
        "Count like Kaplan, at Chinchilla's scale",
        "Runs up to 1e23 FLOPs: what is left of the difference?",
        CountingExperiment(compute=("1e20", "1e23")),
    ),
    (
        "Other constants",
        "Does the explanation hang on one fit?",
        CountingExperiment(law="besiroglu"),
    ),
    (
        "Small runs or large ones?",
        "Fit the loss of large models only, without a floor. What would you call its exponent?",
        FloorExperiment(sizes=("10B", "1T")),
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

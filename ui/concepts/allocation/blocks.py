"""Blocks of the allocation page: its figure, its tabs, its experiments."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from toylab.laws import published
from toylab.teaching.contents import PageLink
from toylab.teaching.exercises import allocation as exercises
from ui.blocks import Beside, DataTable, Figure, Link, Table
from ui.concepts.allocation import charts, text, view
from ui.concepts.allocation.view import Controls, Experiment
from ui.guess import GuessState
from ui.label import Label
from ui.remembered import remembered
from ui.row import Export
from ui.sections import Exercises, Tab
from ui.sight import Figures, FirstSight


@remembered
def figure(controls: Controls, guess: GuessState) -> Iterator[Any]:
    """The plane with the budget's line, the valley along it, and what they say."""
    seen, models_ = guess.seen, Label("published", text.MODELS, text.REPORTED)
    plane = Figure(
        charts.plane(controls.plane(seen, guess.given), controls.box, seen=seen),
        view.ALT["plane"],
        guess=guess.mark(x=lambda size: size, y=charts.ON_LINE),
        handle=view.handle(controls) if seen else None,
        also=(models_,) if seen else (),
    )
    figures: Figures = {"Plane": plane}
    if seen:
        figures["Valley"] = lambda: Figure(charts.valley(controls.valley), view.ALT["valley"])
    yield FirstSight(
        Label("simulated", controls.formula, text.meaning(controls), tuple(controls.sources))
        if seen
        else models_,
        figures,
        text.finding(controls) if seen else text.ASKED,
        text.numbers(controls, seen),
        [text.others(controls)] if seen else [],
        open=not seen,
    )


def answers(controls: Controls) -> Iterator[Any]:
    """Every law's split of the budget."""
    settings = f"Each law's split of this budget; loss and waste on the surface {controls.formula}"
    yield Label("simulated", settings, text.JUDGED, tuple(controls.sources))
    yield Table(controls.table)
    yield Link(PageLink("planner"), "What does 6ND leave out?")


def digits(controls: Controls) -> Iterator[Any]:
    """The constants' leverage on the best size."""
    yield Label("simulated", controls.formula, "", tuple(published.SURFACES))
    bars = Figure(charts.sensitivity(controls.sensitivity), view.ALT["sensitivity"])
    yield Beside([text.rounding(controls), text.leverage(controls)], bars)


def ratio(controls: Controls) -> Iterator[Any]:
    """Every law's size and ratio at every budget."""
    points = "Points: Tables 3 and A3, approaches 1, 2 and 3"
    yield Label("published", points, "", (published.HOFFMANN,))
    yield Label("simulated", "Lines: what the laws say", "", tuple(published.SPLITTING))
    growth = controls.growth
    yield [
        Figure(charts.growth(growth, *view.SIZE), view.ALT["size"]),
        Figure(charts.growth(growth, *view.RATIO), view.ALT["ratio"]),
    ]
    yield text.rule(controls)


def models(controls: Controls) -> Iterator[Any]:
    """Real models, and their waste under the surface."""
    points = "Points: what real models were trained with; sources below"
    heights = "Heights: the share of compute that the surface calls wasted"
    yield Label("published", points, text.REPORTED)
    yield Label("simulated", heights, text.WASTE, tuple(controls.sources))
    yield [Figure(charts.choices(controls.choices), view.ALT["choices"])]
    yield text.choosing(controls)
    yield DataTable(controls.models, links=["Report"])


def examples(_: Controls) -> Iterator[Any]:
    """Exercises that texts get wrong."""
    settings = "Computed from the printed and the refitted constants"
    yield Label("simulated", settings, "", (published.HOFFMANN_3, published.REFIT))
    yield Exercises(exercises.examples())


def export(controls: Controls) -> Export:
    """The rows behind the figure, to carry away."""
    return Export(
        controls.answers,
        "allocation",
        text.command(controls),
        "answers",
        "The same splits in a terminal:",
    )


TABS = {  # by their keys in the link
    "answers": Tab(f"One budget, {len(published.SPLITTING)} answers", answers),
    "digits": Tab("Which digits matter?", digits),
    "ratio": Tab("Where does 20:1 come from?", ratio),
    "models": Tab("What did real models choose?", models),
    "examples": Tab("Worked examples, right", examples),
}
EXPERIMENTS = (
    (
        "Chinchilla's bet",
        "Find Gopher and Chinchilla, of one budget. How much of Gopher's compute was needed?",
        Experiment("5.76e23", about="models"),
    ),
    (
        "What does rounding change?",
        "The same budget under the constants as printed: how many tokens a parameter now?",
        view.under("hoffmann-3", "5.76e23"),
    ),
    (
        "Small on purpose",
        "Read the waste of Llama 3 8B. What does the law leave out?",
        Experiment("7.23e23", about="models"),
    ),
    (
        "Where laws agree",
        "At 1e20 FLOPs Kaplan and Chinchilla want about the same number, though Kaplan counts no "
        "embeddings. From which budget on do they differ?",
        replace(Controls(), budget="1e20"),
    ),
)
CODE = (
    "toylab.laws.allocation.best",
    "toylab.laws.allocation.allocate",
    "toylab.laws.allocation.flops_for",
    "toylab.laws.allocation.regret",
    "toylab.laws.allocation.sensitivity",
)

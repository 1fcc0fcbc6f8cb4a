"""Blocks of the page on recipes: its figures, its tabs, its experiments."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from toylab.laws import published, recipes
from toylab.quantities import format_count, format_scientific
from ui.blocks import Caption, DataTable, Figure, Link, Table
from ui.concepts.recipes import advice, charts, table, tabs_text, text, view
from ui.concepts.recipes.table import Filter
from ui.concepts.recipes.view import Controls
from ui.guess import GuessState
from ui.label import Label
from ui.remembered import remembered
from ui.row import Export
from ui.sections import Tab
from ui.sight import FirstSight

LAWS = (
    published.DEEPSEEK_BATCH,
    published.DEEPSEEK_LR,
    published.STEP_BATCH,
    published.STEP_LR,
    published.MINICPM_BATCH,
    published.KAPLAN_BATCH,
)


@remembered
def figure(controls: Controls, guess: GuessState) -> Iterator[Any]:
    """What is compared, model by model."""
    seen, tokens = guess.seen, controls.compare == "tokens"
    told = seen or not tokens
    yield FirstSight(
        Label("published", "Points: what the reports say", text.REPORTED),
        {controls.compare: _years(controls, guess) if tokens else _settings(controls)},
        text.finding(controls, seen=seen) if told else text.asked(),
        text.numbers(controls, seen=seen),
        text.why(controls),
        open=not told,
    )


def _years(controls: Controls, guess: GuessState) -> Figure:
    axes, seen = view.AXES["tokens"], guess.seen
    chart = charts.years(controls.years(seen=seen, guess=guess.given), axes.x, axes.y)
    return Figure(chart, view.ALT["tokens"], guess=guess.mark(y=float))


def _settings(controls: Controls) -> Figure:
    axes, (_, title) = view.AXES[controls.compare], view.WHAT[controls.compare]
    chart = charts.settings(controls.settings(), title, axes.x, axes.y)
    lines = Label("simulated", "Lines: what two laws say", "", LAWS[:4])
    return Figure(chart, view.ALT[controls.compare], also=(lines,))


def advised(controls: Controls) -> Iterator[Any]:
    """What the laws would have advised for the chosen model."""
    mine = controls.recipe
    settings = f"Splits of {format_scientific(mine.flops)} FLOPs; waste by {controls.surface.title}"
    yield Label("simulated", settings, "", (controls.surface,))
    yield tabs_text.verdict(controls)
    yield Table(advice.splits(controls))
    size = f"For {format_count(mine.params)} parameters on {format_count(mine.tokens)} tokens"
    yield Label("simulated", size, "", LAWS)
    yield tabs_text.settings(controls)
    yield Table(advice.settings(controls))
    for page, way in table.places(mine).items():
        yield Link(way, table.LINKS[page])


def every(_: Controls, options: Filter) -> Iterator[Any]:
    """Every recipe, to sort and to search."""
    yield Label("published", "As the reports print them; the sources stand in each row")
    yield DataTable(
        options.table, [*table.OPENS.values(), "Report"], table.FORMATS, advice.NOT_FOUND
    )
    yield Caption(text.CELLS)


def changed(_: Controls) -> Iterator[Any]:
    """What changed over the years."""
    yield Label("published", "Medians of the models here, by year", text.REPORTED)
    yield Table(_by_year())
    yield from tabs_text.changes()


def comparable(_: Controls) -> Iterator[Any]:
    """What is not comparable."""
    yield Label("published", "Numbers of the same reports", text.REPORTED)
    yield from tabs_text.comparable()


def _by_year() -> pd.DataFrame:
    known = recipes.yearly()
    return pd.DataFrame(
        {
            "Year": known["year"].map(str),
            "Models": known["models"].map(str),
            "Tokens per parameter": known["tokens_per_param"].map(view.ratio),
            "Last batch, tokens (models)": [
                f"{format_count(batch, 2)} ({count:.0f})"
                for batch, count in known[["batch", "batches"]].to_numpy()
            ],
            "Peak rate of Adam (models)": [
                f"{format_scientific(lr, 2)} ({count:.0f})"
                for lr, count in known[["lr", "rates"]].to_numpy()
            ],
        }
    )


def export(controls: Controls) -> Export:
    """Every recipe, to carry away."""
    does = "The laws' splits of this model's compute, in a terminal:"
    return Export(controls.export, "recipes", text.command(controls), "recipes", does)


@dataclass(frozen=True)
class Experiment(Controls):
    """All that an experiment sets, and the tab it opens."""

    about: str = "try"


TABS = {  # by their keys in the link
    "advice": Tab("What would the laws have advised?", advised),
    "table": Tab("Every recipe", every, Filter, "recipes", above=True),
    "changed": Tab("What changed?", changed),
    "comparable": Tab("What is not comparable?", comparable),
}
EXPERIMENTS = (
    (
        "A law's own model",
        "DeepSeek wrote the law, then trained this model. How near is it to the line? And who else "
        "is?",
        Experiment(compare="batch", model="DeepSeek LLM 67B"),
    ),
    (
        "Small on purpose",
        "How much of its training compute does the law call wasted? What does the law leave out?",
        Experiment(model="SmolLM2-1.7B", about="advice"),
    ),
    (
        "Before Chinchilla",
        "How many parameters would the laws have given GPT-3's compute? Which law agrees with it?",
        Experiment(model="GPT-3 175B", about="advice"),
    ),
    (
        "A rate of another scale",
        "MiniCPM's peak rate is far above every line. Why is it not too large?",
        Experiment(compare="rate", model="MiniCPM-2.4B", about="comparable"),
    ),
)
CODE = (
    "toylab.laws.recipes.recipes",
    "toylab.laws.recipes.with_advice",
    "toylab.laws.recipes.Recipe",
    "toylab.laws.allocation.compare",
    "toylab.laws.batch_lr.advice",
)

"""Blocks of the first page: its one figure."""

from collections.abc import Iterator
from typing import Any

from ui.blocks import Figure, Label
from ui.concepts.home import charts, text
from ui.concepts.home.view import Story


def figure(story: Story, guess: float | None, *, hide: bool) -> Iterator[Any]:
    """The forecast from small sizes; what came after is kept back while `hide`."""
    yield Label("recorded", story.study.describe(), story.made)
    chart = charts.forecast(story.drawn(guess, hide=hide), tuple(story.study.grid), text.LEAST)
    yield [Figure(chart, text.ALT["asked" if hide else "seen"])]

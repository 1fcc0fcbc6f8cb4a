"""Blocks of the first page: its one figure."""

from collections.abc import Iterator
from typing import Any

from toylab.teaching.contents import TITLES, PageLink
from ui.blocks import Figure, Label, Link
from ui.concepts.home import charts, text
from ui.concepts.home.view import Story


def figure(story: Story, guess: float | None, *, hide: bool) -> Iterator[Any]:
    """The forecast from small sizes; what came after is kept back while `hide`."""
    yield Label("recorded", story.study.describe(), story.made)
    chart = charts.forecast(story.drawn(guess, hide=hide), tuple(story.study.grid), text.LEAST)
    yield [Figure(chart, text.ALT["asked" if hide else "seen"])]


def own_runs() -> Iterator[Any]:
    """The card of the page for a table of the reader's own."""
    yield text.OWN_RUNS
    yield Link(PageLink("own_runs"), TITLES["own_runs"])

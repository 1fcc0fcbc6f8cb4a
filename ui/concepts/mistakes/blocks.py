"""Blocks of "Spot the mistake": a working, its answer, and how far off each was."""

from collections.abc import Iterator
from typing import Any

from toylab.teaching.mistakes.mistake import Mistake
from ui.blocks import Figure, Heading, Info, Link, Success
from ui.concepts.mistakes import charts, text, view
from ui.concepts.mistakes.text import Given
from ui.label import Label


def question(mistake: Mistake) -> Iterator[Any]:
    """The situation, and what the working is to find."""
    yield Heading(mistake.title)
    yield mistake.question


def hint() -> Iterator[Any]:
    """The hint before a line is picked."""
    yield Info(text.HINT, icon="")
    yield Label("simulated", text.COMPUTED, text.MADE)


def answer(mistake: Mistake, line: int | None) -> Iterator[Any]:
    """The wrong line, why it is wrong, what it costs, and where it can be seen."""
    reply = f"{text.reply(mistake, line)} {mistake.explanation}"
    yield Success(reply, icon="") if text.is_found(mistake, line) else Info(reply, icon="")
    yield text.numbers(mistake)
    yield text.cost(mistake)
    yield Label("simulated", text.COMPUTED, text.MADE, mistake.sources)
    yield Link(mistake.link, f"See it on: {mistake.link.title}")


def summary(given: Given) -> Iterator[Any]:
    """The factors by which the workings that the reader has answered are off."""
    if given:
        yield Heading("How far off were they?")
        yield Label("simulated", text.RATIO, text.MADE)
        yield [Figure(charts.times_off(view.table(given), view.MOST), text.finding(given))]


CODE = (
    "toylab.teaching.mistakes.mistake.Mistake",
    "toylab.laws.allocation.regret",
    "toylab.laws.allocation.flops_for",
    "toylab.laws.kaplan.regime",
)

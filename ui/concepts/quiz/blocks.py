"""Blocks of the quiz: its label, the reply to an answer, what is answered."""

from collections.abc import Iterator, Mapping
from typing import Any

from toylab.laws import published
from toylab.teaching import quiz
from toylab.teaching.quiz import Paper, Question
from ui.blocks import Heading, Info, Label, Link, Success
from ui.concepts.quiz import text

LABEL = Label(
    "simulated",
    text.SETTINGS,
    text.MADE,
    (
        published.KAPLAN,
        published.HOFFMANN,
        published.BESIROGLU,
        published.DEEPSEEK,
        published.MCCANDLISH,
    ),
)


def reply(question: Question, given: str) -> Iterator[Any]:
    """The mark of an answer, why it is right, and where to see it."""
    mark = quiz.mark(question, given)
    kind = Success if mark.right else Info
    yield kind(text.reply(mark, question), icon=text.icon(mark))
    yield question.explanation
    yield Link(question.link, f"See it on the page: {question.topic}")


def overview(paper: Paper, given: Mapping[str, str]) -> Iterator[Any]:
    """The questions that are answered."""
    yield Heading("What is answered")
    yield text.overview(paper.questions, given)


CODE = (
    "toylab.teaching.quiz.Paper",
    "toylab.teaching.quiz.mark",
    "toylab.teaching.mark_book.check",
)

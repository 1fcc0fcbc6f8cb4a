"""Blocks of the quiz: the labels of a question, the reply to an answer, what is answered."""

from collections.abc import Iterator, Mapping
from typing import Any

from toylab.teaching import quiz
from toylab.teaching.quiz import Paper, Question
from ui.blocks import Heading, Info, Link, Success
from ui.concepts.quiz import text
from ui.label import OURS, Label


def labels(question: Question) -> Iterator[Any]:
    """The labels of a question: where its numbers come from."""
    for kind in question.kinds:
        sources = () if kind in OURS else question.sources
        yield Label(kind, text.ORIGINS[kind], text.MADE, sources)


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

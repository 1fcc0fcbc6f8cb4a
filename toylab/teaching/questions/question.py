"""Questions of the quiz: a number to compute, or one of a few options.

A generator draws which numbers a question asks about, which case, and in which order the options
stand; what is right is computed by the engine.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from numpy.random import Generator

from toylab.laws.law import Law, Paper
from toylab.quantities import format_count, format_number, format_scientific
from toylab.teaching.contents import PageLink

T = TypeVar("T")
Source: TypeAlias = Paper | Law[Any]
COUNTED = ("parameters", "tokens", "characters", "steps")
COMPUTED = ("simulated",)  # what most answers are: worked out from a formula
ROUNDED = 0.02  # room for an answer worked out from numbers that were rounded on the way


@dataclass(frozen=True)
class Question:
    """One question, with what is right and why."""

    name: str  # letters and hyphens; stays as it is, for keys and score sheets
    topic: str  # the title of the page that it is about
    text: str  # Markdown
    answer: float | str  # the number, or the text of the right option
    explanation: str  # Markdown
    link: PageLink  # where it can be seen, with the question's own numbers set
    options: tuple[str, ...] = ()  # in the order shown; none where a number is asked for
    unit: str = ""  # of the number
    tolerance: float = ROUNDED  # of the number, as a share of it
    kinds: tuple[str, ...] = COMPUTED  # the labels of its numbers
    sources: tuple[Source, ...] = ()  # who printed them, or their formula

    @property
    def answer_text(self) -> str:
        """The right answer in words, with its unit."""
        return self.answer if isinstance(self.answer, str) else self.say(self.answer)

    def say(self, value: float) -> str:
        """A number as the quiz writes it everywhere, with the question's unit."""
        digits = 4 if self.tolerance < ROUNDED / 5 else 3
        say = format_scientific if self.unit == "FLOPs" else format_number
        text = (format_count if self.unit in COUNTED else say)(value, digits)
        return f"{text} {self.unit}".strip()


Maker = Callable[[Generator], Question]  # called like its question, with _ for -


def numeric(
    *,
    name: str,
    link: PageLink,
    text: str,
    answer: float,
    explanation: str,
    unit: str = "",
    tolerance: float = ROUNDED,
    sources: tuple[Source, ...] = (),
) -> Question:
    """A question whose answer is a positive number."""
    return Question(
        name=name,
        topic=link.title,
        text=text,
        answer=float(answer),
        explanation=explanation,
        link=link,
        unit=unit,
        tolerance=tolerance,
        sources=sources,
    )


def choice(
    random: Generator,
    *,
    name: str,
    link: PageLink,
    text: str,
    right: str,
    wrong: Sequence[str],
    explanation: str,
    kinds: tuple[str, ...] = COMPUTED,
    sources: tuple[Source, ...] = (),
) -> Question:
    """A question with options in an order of the generator's."""
    options = [right, *wrong]
    return Question(
        name=name,
        topic=link.title,
        text=text,
        answer=right,
        explanation=explanation,
        link=link,
        options=tuple(options[k] for k in random.permutation(len(options))),
        kinds=kinds,
        sources=sources,
    )


def pick(random: Generator, options: Sequence[T]) -> T:
    """One of them, each as likely as any."""
    return options[int(random.integers(len(options)))]

"""Guesses: asked before a figure is shown, compared with the answer after.

A guess that was committed makes the reader look for what was missed; so every page asks for
a number first.
"""

from collections.abc import Callable
from dataclasses import dataclass

from toylab.quantities import format_count, format_number

UNSET = "?"  # a number that is not guessed, or not told yet
GRADES = ("close", "not quite", "far off")
FAR = 3  # times as far off as is still close: points, or on a log axis


@dataclass(frozen=True)
class Guess:
    """A number to guess, and the number that the page will show."""

    text: str  # Markdown
    answer: float | None  # in the unit of the options; None as long as there is none
    options: tuple[float, ...]  # what can be guessed, least first
    explanation: str = ""  # of the answer, for after the guess
    say: Callable[[float], str] = format_number
    points: float = 0.0  # a guess no further off is close; at 0 it is `factor` that counts
    unit: str = " points"  # of that difference, with a blank before it
    factor: float = 1.25
    study: object = None  # what is measured, where the answer is not known before the guess

    @property
    def about(self) -> object:
        """Subject of a guess: with other settings the same words have another answer."""
        return self.text, self.study if self.study is not None else self.answer


@dataclass(frozen=True)
class Gap:
    """A guess beside the answer."""

    given: str
    answer: str
    off: str  # "2.4 times too large", "12 points too low"; empty where they read alike
    close: bool
    far: bool = False  # further off than three times what is still close

    @property
    def grade(self) -> str:
        """One of `GRADES`."""
        return "close" if self.close else "far off" if self.far else "not quite"

    @property
    def sentence(self) -> str:
        """The guess, the answer and the gap in a sentence."""
        if not self.off:
            return f"You said {self.given}, and so it is."
        return f"You said {self.given}; it is {self.answer}: {self.off}."


def gap(question: Guess, given: float) -> Gap:
    """The gap between a guess and the answer. Refuses where there is no answer yet."""
    if question.answer is None:
        raise ValueError(f"the question must have an answer, got none: {question.text}")
    text, answer = question.say(given), question.say(question.answer)
    more = given > question.answer
    if question.points:
        off = abs(given - question.answer)
        words = f"{format_number(off, 2)}{question.unit} too {'high' if more else 'low'}"
        close, far = off <= question.points, off > FAR * question.points
        return Gap(text, answer, "" if text == answer else words, close, far)
    times = max(given / question.answer, question.answer / given)
    words = f"{format_count(times, 2)} times too {'large' if more else 'small'}"
    if float(f"{times:.2g}") == 1:
        words = f"a little too {'large' if more else 'small'}"
    close, far = times <= question.factor, times > question.factor**FAR
    return Gap(text, answer, "" if text == answer else words, close, far)


def percents(step: int = 1, high: int = 99) -> tuple[float, ...]:
    """Whole percentages to guess from."""
    return tuple(float(k) for k in range(step, high + 1, step))


def percentage(value: float) -> str:
    """A number of percent: 19.6 -> 19.6 %."""
    return f"{format_number(value, 3)} %"


def times(value: float) -> str:
    """A factor: 3.2 -> 3.2 times."""
    return f"{format_count(value, 2)} times"

"""Quiz: a paper of questions for a seed, some topics and a length, and the marking of answers.

Each question draws its numbers from a generator of its own, seeded by the paper's seed and the
question's name: a new question leaves the others as they were, and so does another choice of
topics.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from zlib import crc32

import numpy as np

from toylab.quantities import MINUS, parse_number
from toylab.teaching.contents import TITLES
from toylab.teaching.questions import QUESTIONS
from toylab.teaching.questions.question import Maker, Question

__all__ = ["Mark", "Paper", "Question", "Tally", "mark", "paper", "tally", "topics"]

LARGEST = 999_999  # seed
SEEDS = LARGEST + 1
TEN = re.compile(
    r"(?:(\d+\.?\d*)\s*[x*\N{MULTIPLICATION SIGN}\N{MIDDLE DOT}]\s*)?10\s*\^\s*(-?\d+)"
)
WORDS = {"thousand": "k", "million": "M", "billion": "B", "trillion": "T"}
EXAMPLES = "0.25, 1400, 70B or 5.76e23"


@dataclass(frozen=True)
class Mark:
    """An answer, and whether it is right."""

    given: str
    right: bool


@dataclass(frozen=True)
class Tally:
    """The score of a paper so far."""

    right: int
    answered: int
    of: int

    @property
    def open(self) -> int:
        """Questions without an answer."""
        return self.of - self.answered


@dataclass(frozen=True)
class Paper:
    """The setting of a paper: its seed, and if not the whole quiz, its topics and its length.

    Raises:
        ValueError: if the seed is not between 0 and 999999, a topic is none, or a length negative.
    """

    seed: int
    topics: tuple[str, ...] = ()  # pages by their stems; all of them, if none is named
    length: int = 0  # questions at most; all of them at 0

    def __post_init__(self) -> None:
        if unknown := [topic for topic in self.topics if topic not in topics()]:
            raise ValueError(f"there is no topic {unknown[0]!r}; there are {', '.join(topics())}")
        if self.length < 0:
            raise ValueError(f"length must not be negative, got {self.length}")
        paper(self.seed)  # refuses a seed

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions in the quiz's order; a short paper takes from every topic in turn."""
        every = [one for one in paper(self.seed) if one.link.page in (self.topics or topics())]
        return _in_turns(every, self.length, self.seed) if self.length else tuple(every)


def _in_turns(every: Sequence[Question], length: int, seed: int) -> tuple[Question, ...]:
    """So many of the questions, drawn by the seed from one topic after the other."""
    drawn = [every[k] for k in np.random.default_rng(seed).permutation(len(every))]
    pages = [one.link.page for one in drawn]
    before = [pages[:k].count(page) for k, page in enumerate(pages)]  # of the same topic
    chosen = sorted(range(len(drawn)), key=before.__getitem__)[:length]
    names = {drawn[k].name for k in chosen}
    return tuple(one for one in every if one.name in names)


@cache
def topics() -> dict[str, str]:
    """The pages that are asked about, by their stems, with their titles, in the menu's order."""
    first_pages = {one.link.page for one in paper(0)}
    return {stem: title for stem, title in TITLES.items() if stem in first_pages}


def valid(seed: str) -> bool:
    """True if an address names a paper."""
    return seed.isdecimal() and int(seed) <= LARGEST


@lru_cache(maxsize=64)
def paper(seed: int) -> tuple[Question, ...]:
    """The whole quiz for a seed.

    Raises:
        ValueError: if the seed is not between 0 and 999999.
    """
    if not 0 <= seed <= LARGEST:
        raise ValueError(f"seed must be between 0 and {LARGEST}, got {seed}")
    return tuple(_drawn(make, seed) for make in QUESTIONS)


def _drawn(make: Maker, seed: int) -> Question:
    name = make.__name__.replace("_", "-")
    return make(np.random.default_rng([seed, crc32(name.encode())]))


def mark(question: Question, given: str) -> Mark:
    """Mark an answer; within the tolerance a number is right.

    Raises:
        ValueError: if it is no option of a choice, or not a number that can be marked.
    """
    text = given.strip()
    if question.options:
        if text not in question.options:
            raise ValueError("choose one of the options first")
        right = text == question.answer
    else:
        assert not isinstance(question.answer, str)
        right = math.isclose(value(question, text), question.answer, rel_tol=question.tolerance)
    return Mark(text, right)


def readable(question: Question, given: str) -> bool:
    """True for an answer that can be marked."""
    try:
        mark(question, given)
    except ValueError:
        return False
    return True


def value(question: Question, given: str) -> float:
    """The number that an answer stands for, in the unit of the question; zero is one.

    Raises:
        ValueError: with one sentence, if it stands for none, or for a negative one.
    """
    text = given.replace(MINUS, "-").strip()
    if question.unit and text.endswith(question.unit):
        text = text.removesuffix(question.unit).rstrip()
    if not text:
        raise ValueError(f"write a number first, such as {EXAMPLES}")
    if text.endswith("%"):
        raise ValueError("this answer is no percentage: leave the % out")
    if "," in text:
        raise ValueError(
            f"write {given!r} without a comma: a point for decimals, as in 2.5, and nothing "
            "between thousands"
        )
    text = _plain(text)
    if text.startswith("-"):
        raise ValueError("write it without a sign: the question says which way it goes")
    if re.fullmatch(r"0+\.?0*|\.0+", text):
        return 0.0
    try:
        return parse_number(text)
    except ValueError as refusal:
        raise ValueError(f"{given!r} is not a number such as {EXAMPLES}") from refusal


def _plain(text: str) -> str:
    """Powers of ten, written 5 x 10^3, 7 billion or 7b, as `parse_number` reads them."""
    text = text.removeprefix("+").strip()
    if match := TEN.fullmatch(text):
        return f"{match[1] or 1}e{match[2]}"
    for word, suffix in WORDS.items():
        text = re.sub(rf"\s*{word}$", suffix, text, flags=re.I)
    if text[-1:] in ("K", "m", "b", "t"):
        text = text[:-1] + ("k" if text[-1] == "K" else text[-1].upper())
    return re.sub(r"\s+(?=[kMBT]$)", "", text)


def tally(questions: Sequence[Question], given: Mapping[str, str]) -> Tally:
    """Questions of a paper that have an answer, and those that have a right one."""
    marks = [mark(one, given[one.name]) for one in questions if one.name in given]
    return Tally(sum(one.right for one in marks), len(marks), len(questions))

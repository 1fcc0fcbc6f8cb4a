"""Quiz: a paper of questions for each seed, and the marking of its answers.

Each question draws its numbers from a generator of its own, seeded by the paper's seed and the
question's name: a new question leaves the others as they were. A score sheet holds the seed, so
whoever collects sheets can mark them again.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
import pandas as pd

from toylab.quantities import MINUS, parse_number
from toylab.teaching.questions import QUESTIONS
from toylab.teaching.questions.question import Maker, Question

__all__ = ["Mark", "Question", "Tally", "check", "mark", "paper", "sheet", "tally"]

LARGEST = 999_999  # seed
SEEDS = LARGEST + 1
NEEDED = ("student", "seed", "name", "given", "correct")
SHORT = 250  # letters of a question on the sheet: a cell may have 300
CLAIMS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
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
class Checked:
    """One student's paper, marked again."""

    student: str
    seed: int
    right: int
    answered: int
    of: int
    differs: tuple[str, ...]  # names of questions whose "correct" says otherwise


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


def tally(seed: int, given: Mapping[str, str]) -> Tally:
    """Questions of a paper that have an answer, and those that have a right one."""
    marks = [mark(one, given[one.name]) for one in paper(seed) if one.name in given]
    return Tally(sum(one.right for one in marks), len(marks), len(paper(seed)))


def sheet(seed: int, name: str, given: Mapping[str, str]) -> pd.DataFrame:
    """The score sheet: a row a question; what is right only where an answer was given."""
    rows = []
    for place, one in enumerate(paper(seed), 1):
        done = mark(one, given[one.name]) if one.name in given else None
        rows.append(
            {
                "student": _harmless(name),
                "seed": seed,
                "number": place,
                "name": one.name,
                "topic": one.topic,
                "question": _short(one.text),
                "given": done.given if done else "",
                "right answer": one.answer_text if done else "",
                "correct": ("yes" if done.right else "no") if done else "",
            }
        )
    return pd.DataFrame(rows)


def _harmless(name: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return " ".join(name.split()).lstrip("=+-@")[:80]


def _short(text: str) -> str:
    return text if len(text) <= SHORT else text[: SHORT - 4].rsplit(" ", 1)[0] + " ..."


def check(frame: pd.DataFrame) -> tuple[Checked, ...]:
    """Mark collected sheets again from their seeds, whatever their other columns say.

    Raises:
        ValueError: if a column is missing, a seed is none, a question is not of the quiz or
            stands twice.
    """
    missing = [column for column in NEEDED if column not in frame]
    if missing:
        raise ValueError(f"a score sheet needs a column {missing[0]!r}")
    if frame.empty:
        raise ValueError("the score sheet has no rows")
    cells = frame[list(NEEDED)].astype(object).fillna("").astype(str)
    return tuple(
        _checked(str(student), str(seed), rows)
        for (student, seed), rows in cells.groupby(["student", "seed"], sort=False)
    )


def _checked(student: str, seed_text: str, rows: pd.DataFrame) -> Checked:
    if not re.fullmatch(r"\d{1,6}(\.0)?", seed_text):
        raise ValueError(f"a seed must be between 0 and {LARGEST}, got {seed_text!r}")
    seed = int(float(seed_text))
    questions = {one.name: one for one in paper(seed)}
    unknown = [name for name in rows["name"] if name not in questions]
    twice = rows["name"][rows["name"].duplicated()].tolist()
    if unknown or twice:
        raise ValueError(
            f"there is no question {unknown[0]!r}" if unknown else f"{twice[0]} stands twice"
        )
    marks = {
        name: _again(questions[name], given)
        for name, given in zip(rows["name"], rows["given"], strict=True)
    }
    claims = zip(rows["name"], rows["correct"].str.strip().str.lower().map(CLAIMS), strict=True)
    differs = [name for name, claim in claims if bool(claim is True) != bool(marks[name])]
    answered = sum(one is not None for one in marks.values())
    right = sum(one is True for one in marks.values())
    return Checked(student, seed, right, answered, len(questions), tuple(differs))


def _again(question: Question, given: str) -> bool | None:
    """True if an answer is right; None where there is none."""
    if not given.strip():
        return None
    try:
        return mark(question, given).right
    except ValueError:  # nothing that the page would have taken
        return False

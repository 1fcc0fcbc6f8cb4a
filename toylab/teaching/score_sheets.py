"""Score sheets of the quiz: first answers of one browser tab, and when each was checked.

A sheet holds what determines its paper, so whoever collects sheets can mark them again. Its
answers, times and tries are the student's word: a new tab starts anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from toylab.teaching import quiz
from toylab.teaching.quiz import Paper, Question

SHORT = 250  # letters of a question on the sheet: a cell may have 300
ALL = "all"


@dataclass
class Sitting:
    """First answers to the questions of one seed, in one browser tab."""

    given: dict[str, str] = field(default_factory=dict)  # by the question's name
    checked: dict[str, str] = field(default_factory=dict)  # ISO 8601, UTC

    def check(self, question: Question, given: str, when: str) -> None:
        """Keep an answer, unless there is one."""
        if question.name not in self.given:
            self.given[question.name], self.checked[question.name] = given, when

    @property
    def begun(self) -> str:
        """The time of the first answer."""
        return min(self.checked.values(), default="")


def tries(sittings: Mapping[int, Sitting], seed: int) -> int:
    """The number of seeds begun in this tab, up to this one."""
    begun = sittings[seed].begun
    others = [one.begun for other, one in sittings.items() if other != seed]
    return 1 + sum(bool(one) and (not begun or one < begun) for one in others)


def sheet(
    paper: Paper, name: str, sitting: Sitting, tried: int = 1, identity: str = ""
) -> pd.DataFrame:
    """The score sheet: a row a question; what is right only where an answer was given."""
    rows = []
    for place, one in enumerate(paper.questions, 1):
        given = sitting.given.get(one.name)
        done = None if given is None else quiz.mark(one, given)
        rows.append(
            {
                "student": harmless(name),
                "id": harmless(identity),
                "seed": paper.seed,
                "topics": " ".join(paper.topics) or ALL,
                "length": paper.length or ALL,
                "try": tried,
                "number": place,
                "name": one.name,
                "topic": one.topic,
                "question": _short(one.text),
                "given": done.given if done else "",
                "right answer": one.answer_text if done else "",
                "correct": ("yes" if done.right else "no") if done else "",
                "checked": sitting.checked.get(one.name, ""),
            }
        )
    return pd.DataFrame(rows)


def harmless(name: str) -> str:
    """A name or an id that no spreadsheet takes for a formula."""
    return " ".join(name.split()).lstrip("=+-@")[:80]


def _short(text: str) -> str:
    return text if len(text) <= SHORT else text[: SHORT - 4].rsplit(" ", 1)[0] + " ..."

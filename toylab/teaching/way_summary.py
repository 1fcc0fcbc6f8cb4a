"""The end of a way: every guess that was made on it, and how many were close."""

from collections.abc import Sequence
from dataclasses import dataclass

from toylab.quantities import plural
from toylab.teaching.guesses import GRADES
from toylab.teaching.journal import Entry
from toylab.teaching.ways import Way

ELSEWHERE = "see its page"  # for a guess that no grade was given to


@dataclass(frozen=True)
class Summary:
    """The guesses of a way in the order of its steps."""

    guesses: tuple[Entry, ...]

    @property
    def graded(self) -> int:
        """Guesses that were held against a number."""
        return sum(guess.grade in GRADES for guess in self.guesses)

    @property
    def close(self) -> int:
        """Those of them that came close."""
        return sum(guess.grade == GRADES[0] for guess in self.guesses)

    @property
    def sentence(self) -> str:
        """The number of guesses that were close."""
        if not self.graded:
            return "No guess of yours was held against a number on this way."
        return f"{self.close} of your {plural(self.graded, 'guess', 'guesses')} came close."

    def rows(self) -> list[dict[str, str]]:
        """A row a guess: what was asked, the guess, the answer, the grade."""
        return [
            {
                "Asked": guess.question,
                "Your guess": guess.given,
                "Answer": guess.answer if guess.grade else ELSEWHERE,
                "How close": f"{guess.grade}: {guess.gap}" if guess.grade and guess.gap
                else guess.grade,
            }
            for guess in self.guesses
        ]  # fmt: skip


def summary(way: Way, entries: Sequence[Entry]) -> Summary:
    """The guesses of a journal that were made on the pages of a way."""
    pages = list(dict.fromkeys(step.link.page for step in way.steps))
    mine = [entry for entry in entries if entry.kind == "guess" and entry.page in pages]
    return Summary(tuple(sorted(mine, key=lambda entry: pages.index(entry.page))))

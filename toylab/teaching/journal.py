"""Journal of what the reader did: a line for each guess, answer, found mistake and live run."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import datetime

import pandas as pd

from toylab.teaching.contents import TITLES


@dataclass(frozen=True)
class Entry:
    """One thing that was done, in plain text."""

    when: str  # ISO 8601, UTC
    page: str  # the page's stem
    kind: str  # guess, run, quiz or mistake
    question: str
    given: str  # by the reader
    answer: str
    gap: str  # between the two, in words
    link: str  # the page's address then, with its controls
    grade: str = ""  # of a guess: close, not quite or far off


def readable(entries: Sequence[Entry]) -> list[Entry]:
    """Those entries that a report can be made of: with a time, and of a page that there is."""
    return [entry for entry in entries if entry.page in TITLES and _is_time(entry.when)]


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def alike(one: Entry, other: Entry) -> bool:
    """True if two entries say the same, whenever that was."""
    return replace(one, when="", link="") == replace(other, when="", link="")


def table(entries: Sequence[Entry]) -> pd.DataFrame:
    """The entries, a row each, oldest first."""
    names = [field.name for field in fields(Entry)]
    return pd.DataFrame([astuple(entry) for entry in entries], columns=names)

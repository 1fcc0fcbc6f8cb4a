"""Mistakes by their place, and a table of those that the reader has looked at."""

import pandas as pd

from toylab.teaching.mistakes.catalogue import mistakes
from toylab.teaching.mistakes.mistake import Mistake
from ui.concepts.mistakes import text
from ui.concepts.mistakes.text import Given

COUNT = len(mistakes())
MOST = 10 * max(mistake.times_off for mistake in mistakes())  # room at the axis' end


def mistake(at: int) -> Mistake:
    """The mistake at a place, from 1."""
    return mistakes()[at - 1]


def picked(given: Given) -> dict[str, int]:
    """The lines picked, but for those of workings that have changed since or are gone."""
    lines = {one.name: len(one.working) for one in mistakes()}
    return {name: line for name, line in given.items() if 0 <= line < lines.get(name, 0)}


def table(given: Given) -> pd.DataFrame:
    """The rows that `charts.times_off` draws, one an answer: place, times, words, found."""
    rows = []
    for place, mistake in enumerate(mistakes(), 1):
        if mistake.name in given:
            *_, gap = text.record(mistake, given[mistake.name])
            words = f"{mistake.title}: {text.times_off(mistake)} times, {gap}"
            rows.append((place, mistake.times_off, words, gap == "found"))
    frame = pd.DataFrame(rows, columns=["place", "times", "words", "found"])
    return frame.astype({"times": float, "found": bool})

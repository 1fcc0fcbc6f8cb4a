"""Mark book: collected score sheets marked again, with what a teacher should look at.

What is right is computed anew from the seed, whatever a sheet says of it.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from toylab.teaching import quiz
from toylab.teaching.quiz import Paper
from toylab.teaching.score_sheets import ALL

NEEDED = ("student", "seed", "name", "given", "correct")
LATER = ("id", "topics", "length", "try", "checked")  # older sheets have none of these
CLAIMS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


@dataclass(frozen=True)
class Checked:
    """One student's paper, marked again."""

    student: str
    paper: Paper
    given: Mapping[str, str]  # by the question's name; only those with an answer
    right: frozenset[str]  # names of questions
    differs: tuple[str, ...]  # names of questions whose "correct" says otherwise
    tried: str = ""  # as the sheet says
    begun: str = ""  # as the sheet says, to the minute
    minutes: float | None = None  # from the first answer to the last, as the sheet says
    id: str = ""  # the student's, as the sheet says


def check(frame: pd.DataFrame) -> tuple[Checked, ...]:
    """Mark collected sheets again from their seeds, whatever their other columns say.

    Raises:
        ValueError: if a column is missing, a seed, topic or length is none, or a question is not
            on the paper or stands twice.
    """
    missing = [column for column in NEEDED if column not in frame]
    if missing:
        raise ValueError(f"a score sheet needs a column {missing[0]!r}")
    if frame.empty:
        raise ValueError("the score sheet has no rows")
    cells = frame.reindex(columns=[*NEEDED, *LATER]).astype(object).fillna("").astype(str)
    papers = ["student", "id", "seed", "topics", "length"]
    return tuple(
        _checked(str(student), str(identity), _paper(*map(str, of)), rows)
        for (student, identity, *of), rows in cells.groupby(papers, sort=False)
    )


def _paper(seed: str, topics: str, length: str) -> Paper:
    if not re.fullmatch(r"\d{1,6}(\.0)?", seed):
        raise ValueError(f"a seed must be between 0 and {quiz.LARGEST}, got {seed!r}")
    if not re.fullmatch(rf"|{ALL}|\d{{1,3}}(\.0)?", length):
        raise ValueError(f"a length must be a number of questions or {ALL!r}, got {length!r}")
    named = () if topics in ("", ALL) else tuple(topics.split())
    return Paper(int(float(seed)), named, 0 if length in ("", ALL) else int(float(length)))


def _checked(student: str, identity: str, paper: Paper, rows: pd.DataFrame) -> Checked:
    questions = {one.name: one for one in paper.questions}
    unknown = [name for name in rows["name"] if name not in questions]
    twice = rows["name"][rows["name"].duplicated()].tolist()
    if unknown or twice:
        raise ValueError(
            f"there is no question {unknown[0]!r} on this paper"
            if unknown
            else f"{twice[0]} stands twice"
        )
    answers = zip(rows["name"], rows["given"].str.strip(), strict=True)
    given = {name: text for name, text in answers if text}
    right = {
        name
        for name, text in given.items()
        if quiz.readable(questions[name], text) and quiz.mark(questions[name], text).right
    }
    claims = zip(rows["name"], rows["correct"].str.strip().str.lower().map(CLAIMS), strict=True)
    differs = [name for name, claim in claims if bool(claim is True) != (name in right)]
    begun, minutes = _times(rows["checked"])
    tried = str(rows["try"].iloc[0])
    return Checked(
        student, paper, given, frozenset(right), tuple(differs), tried, begun, minutes, identity
    )  # fmt: skip


def _times(checked: pd.Series) -> tuple[str, float | None]:
    """The first time and the minutes to the last; none where a time cannot be read."""
    try:
        times = sorted(datetime.fromisoformat(text) for text in checked if text)
        minutes = (times[-1] - times[0]).total_seconds() / 60 if times else None
    except (TypeError, ValueError):
        return "", None
    return (f"{times[0]:%Y-%m-%d %H:%M}" if times else ""), minutes


def warnings(sheets: Sequence[Checked]) -> list[str]:
    """The points for a teacher to look at, a text a sheet; empty where there are none."""
    names, answers = defaultdict(list), defaultdict(list)
    for one in sheets:
        names[one.student.casefold()].append(one)
        answers[one.paper.seed, *sorted(one.given.items())].append(one)
    texts = []
    for one in sheets:
        same = answers[one.paper.seed, *sorted(one.given.items())] if one.given else [one]
        others = [other.student or "no name" for other in same if other is not one]
        remarks = [f"same seed and answers as {', '.join(others)}"] * bool(others)
        remarks += ["no name"] * (not one.student)
        remarks += ["another sheet has this name"] * (
            bool(one.student) and len(names[one.student.casefold()]) > 1
        )
        remarks += [f"the sheet says otherwise of {', '.join(one.differs)}"] * bool(one.differs)
        texts.append("; ".join(remarks))
    return texts


def mark_book(sheets: Sequence[Checked]) -> pd.DataFrame:
    """The marks, a row a sheet."""
    rows = [
        {
            "name": one.student,
            "id": one.id,
            "seed": one.paper.seed,
            "topics": " ".join(one.paper.topics) or ALL,
            "right": len(one.right),
            "of": len(one.paper.questions),
            "answered": len(one.given),
            "try": one.tried,
            "begun (UTC)": one.begun,
            "minutes": "" if one.minutes is None else f"{one.minutes:.0f}",
            "warnings": warning,
        }
        for one, warning in zip(sheets, warnings(sheets), strict=True)
    ]
    return pd.DataFrame(rows)


def missed(sheets: Sequence[Checked]) -> pd.DataFrame:
    """The questions that were answered, most often wrong first: topic, question, wrong, of."""
    rows = [
        (one.topic, one.name, one.name not in sheet.right)
        for sheet in sheets
        for one in sheet.paper.questions
        if one.name in sheet.given
    ]
    frame = pd.DataFrame(rows, columns=["topic", "question", "wrong"]).astype({"wrong": int})
    counts = frame.groupby(["topic", "question"], sort=False)["wrong"].agg(wrong="sum", of="size")
    return _worst_first(counts.reset_index())


def missed_topics(questions: pd.DataFrame) -> pd.DataFrame:
    """The same by topic: topic, wrong, of."""
    return _worst_first(questions.groupby("topic", sort=False)[["wrong", "of"]].sum().reset_index())


def _worst_first(frame: pd.DataFrame) -> pd.DataFrame:
    order = (-frame["wrong"] / frame["of"]).argsort(kind="stable")
    return frame.iloc[order].reset_index(drop=True)

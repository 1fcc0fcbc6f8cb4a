"""The reader's paper: a first one for those who bring none, its questions, and its answers."""

import secrets
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from toylab.teaching import quiz
from toylab.teaching.quiz import Mark, Paper, Question
from toylab.teaching.score_sheets import Sitting
from ui.concepts.quiz import text
from ui.knobs import knob

State: TypeAlias = MutableMapping[Any, Any]  # of the session
LENGTHS = {"10": 10, "20": 20, "all": 0}  # by their names in the link


@dataclass(frozen=True)
class Controls:
    """The controls of a paper, but for its topics."""

    seed: int = knob(0, "Seed: your own paper", (0, quiz.LARGEST, 1), typed=True, help=text.SEED)
    length: str = knob("all", "Questions", {name: name for name in LENGTHS}, row=True)


def begin(state: State, query: MutableMapping[str, Any]) -> None:
    """Draw a seed, and a short paper, for those whose link names no seed."""
    if "quiz_seed" in state or quiz.valid(query.get("quiz_seed", "")):
        return
    state["quiz_seed"] = secrets.randbelow(quiz.SEEDS)
    if "quiz_length" not in {*state, *query}:
        state["quiz_length"] = "10"
    for key in "quiz_seed", "quiz_length":  # the link keeps no first value
        if key in state:
            query[key] = str(state[key])


def read_topics(state: State, query: Mapping[str, Any]) -> None:
    """Take the topics from an address that names others than before."""
    linked = query.get("quiz_topics", "")
    if linked and linked != state.get("quiz_topics"):
        state["quiz_pick"] = [topic for topic in linked.split(".") if topic in quiz.topics()]


def paper(state: State, query: MutableMapping[str, Any], controls: Controls) -> Paper:
    """The paper that the controls ask for; another than before begins with its first question."""
    chosen = tuple(topic for topic in quiz.topics() if topic in state["quiz_pick"])
    state["quiz_topics"], state["knobs"]["quiz_topics"] = ".".join(chosen), ""
    if chosen:
        query["quiz_topics"] = state["quiz_topics"]
    else:
        query.pop("quiz_topics", None)
    made = Paper(controls.seed, chosen, LENGTHS[controls.length])
    if state.setdefault("quiz_paper", made) != made:
        state.update(quiz_paper=made, quiz_at=1)
    return made


def questions(paper: Paper) -> dict[int, Question]:
    """The questions of a paper by their places, from 1."""
    return dict(enumerate(paper.questions, 1))


def sitting(state: State, paper: Paper) -> Sitting:
    """This tab's answers to the questions of a paper's seed; those to older questions are none."""
    sittings: dict[int, Sitting] = state.setdefault("quiz_sittings", {})
    mine = sittings.setdefault(paper.seed, Sitting())
    for one in paper.questions:
        if one.name in mine.given and not quiz.readable(one, mine.given[one.name]):
            del mine.given[one.name]
    return mine


def answer(sitting: Sitting, question: Question, mark: Mark) -> None:
    """Keep an answer, with the time."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    sitting.check(question, mark.given, now)

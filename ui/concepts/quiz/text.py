"""Sentences of the quiz: its head, how a number may be written, what is answered."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from toylab.quantities import plural
from toylab.teaching.questions.question import ROUNDED
from toylab.teaching.quiz import Mark, Question, Tally, mark, value

CLAIM = (
    "The seed draws your own numbers. Use the pages, paper and a calculator. Your first answer "
    "to a question counts."
)
ORIGINS = {  # of a question's numbers
    "simulated": "Inputs drawn by the seed, the answer computed",
    "published": "Numbers as they are printed",
    "recorded": "A sweep that this engine trained",
}
MADE = (
    "Nothing is typed in: each question draws round numbers with a generator of its own, and "
    "the engine that draws the other pages computes the answer. Numbers are right within 2 % "
    "where the question asks for nothing finer."
)
SEED = "The same seed draws the same paper, here and on every machine. Keep it with your answers."
TOPICS = (
    "None chosen: every page. A short paper asks about each in turn. The link and the score sheet "
    "hold your choice."
)
IDENTITY = {  # by the key in the session
    "quiz_student": "Your name, if you hand it in",
    "quiz_id": "Your student id, if you are asked for it",
}
STUDENT = "For your score sheet only; it does not go into the link."
SHEET = (
    "It holds the first answers of this browser tab: an answer that is checked stays, also when "
    "you come back to its seed or reload. A new tab, or *Start over*, begins without, so the sheet "
    "also says when each answer was checked, and how many seeds this tab has tried. A teacher can "
    "mark it again: what is right is computed anew from the seed."
)
CHECK = "python -m toylab quiz --check FOLDER --roster EXPORTED.csv --canvas BOOK.csv"
STATES = (
    ("Right", ":material/check_circle:"),
    ("Not right", ":material/cancel:"),
    ("Open", ":material/radio_button_unchecked:"),
)


def head(at: int, of: int, question: Question) -> str:
    """The place of a question, and its topic."""
    return f"Question {at} of {of} \N{MIDDLE DOT} {question.topic}"


def field(question: Question) -> str:
    """The title of the field for a number."""
    return f"Your answer, {question.unit}" if question.unit else "Your answer, a plain number"


def hint(question: Question) -> str:
    """The ways to write an answer."""
    if question.options:
        return "Choose one, then check it."
    digits = "decimals" if question.tolerance < ROUNDED / 5 else "digits"
    sign = ", without its sign" if question.unit == "%" else ""
    return (
        f"To three {digits}{sign}. Write 0.25, 1400, 70B (k, M, B, T) or 5.76e23, with a point "
        "for decimals."
    )


def score(tally: Tally) -> str:
    """The score of a paper so far."""
    if not tally.answered:
        return f"{plural(tally.of, 'question')}, none answered yet"
    if not tally.open:
        return f"{tally.right} of {tally.of} right, all answered"
    return f"{tally.right} of {tally.answered} right so far, {tally.open} open"


def overview(questions: Sequence[Question], given: Mapping[str, str]) -> str:
    """The places on the paper of questions that are right, not right and open."""
    places: dict[str, list[int]] = {name: [] for name, _ in STATES}
    for place, one in enumerate(questions, 1):
        state = "Open"
        if one.name in given:
            state = "Right" if mark(one, given[one.name]).right else "Not right"
        places[state].append(place)
    return "\n\n".join(f"{icon} **{name}:** {_listed(places[name])}" for name, icon in STATES)


def _listed(places: list[int]) -> str:
    """Places in a row, like 1, 3 to 7."""
    rows = [list(row) for _, row in groupby(places, lambda place: place - places.index(place))]
    parts = [f"{row[0]} to {row[-1]}" if row[2:] else ", ".join(map(str, row)) for row in rows]
    return ", ".join(parts) or "none"


def reply(marked: Mark, question: Question) -> str:
    """The reply to an answer, with what is right."""
    verdict = f"**{'Right' if marked.right else 'Not quite'}.** You said {said(marked, question)}."
    right = _quoted(question.answer_text, question)
    return verdict if said(marked, question) == right else f"{verdict} Right is {right}."


def said(marked: Mark, question: Question) -> str:
    """An answer as the quiz writes what is right."""
    if question.options:
        return _quoted(marked.given, question)
    return question.say(value(question, marked.given))


def _quoted(words: str, question: Question) -> str:
    return (
        f"\N{LEFT DOUBLE QUOTATION MARK}{words}\N{RIGHT DOUBLE QUOTATION MARK}"
        * bool(question.options)
        or words
    )


def record(question: Question, marked: Mark) -> tuple[str, str, str, str]:
    """The entry for the journal: question, given, answer, gap."""
    gap = "right" if marked.right else "not right"
    return question.text, said(marked, question), _quoted(question.answer_text, question), gap


def icon(marked: Mark) -> str:
    """The icon beside it."""
    return dict(STATES)["Right" if marked.right else "Not right"]

"""Reply to a guess: held against the answer, and graded if it was made before that was seen."""

from collections.abc import Sequence

import streamlit as st

from toylab.teaching.guesses import Guess, gap
from ui.session import remember

GRADES = {"close": "green", "not quite": "orange", "far off": "red"}
LATE = "You had seen the answer before."


def reply(questions: Sequence[Guess], numbers: Sequence[float], fresh: bool, told: bool) -> None:
    """Hold each number against its answer; where these are not `told` yet, say what was guessed."""
    pairs = list(zip(questions, numbers, strict=True))
    if told:
        for question, number in pairs:
            _grade(question, number, fresh)
    else:
        guesses = " and ".join(f"**{question.say(number)}**" for question, number in pairs)
        st.markdown(f"You said {guesses}. There is no answer yet.")


def _grade(question: Guess, number: float, fresh: bool) -> None:
    """Say the guess, the answer and the gap; a `fresh` guess has a grade, and is remembered."""
    off = gap(question, number)
    badge = f":{GRADES[off.grade]}-badge[{off.grade}]" if fresh else ":gray-badge[not scored]"
    st.markdown(f"{badge} {off.sentence}", help=None if fresh else LATE)
    if fresh:
        remember("guess", question.text, off.given, off.answer, off.off, off.grade)

"""Reply to a guess: held against the answer, and graded if it was made before that was seen."""

import streamlit as st

from toylab.teaching import guesses
from ui.session import remember

GRADES = {"close": "green", "not quite": "orange", "far off": "red"}
LATE = "You had seen the answer before."


def reply(question: guesses.Guess, given: float, fresh: bool) -> None:
    """Say the guess, the answer and the gap; a `fresh` guess has a grade, and is remembered."""
    gap = guesses.gap(question, given)
    badge = f":{GRADES[gap.grade]}-badge[{gap.grade}]" if fresh else ":gray-badge[not scored]"
    st.markdown(f"{badge} {gap.sentence}", help=None if fresh else LATE)
    if fresh:
        remember("guess", question.text, gap.given, gap.answer, gap.off, gap.grade)


def note_seen(key: str, about: object) -> None:
    """Note that the answer to what is asked `about` is in sight: a guess comes too late now."""
    st.session_state.setdefault(f"{key}_answered", set()).add(about)


def is_fresh(key: str, about: object) -> bool:
    """Whether that answer has not been in sight yet."""
    return about not in st.session_state.get(f"{key}_answered", ())

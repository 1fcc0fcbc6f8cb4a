"""Guess of several numbers before a figure or a run: asked, committed, held against the answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import streamlit as st

from toylab.teaching import guesses
from ui.controls import controls, gather
from ui.guess_mark import GuessMark, Place
from ui.guess_reply import is_fresh, note_seen, reply
from ui.knobs import UNSET, knobs_of
from ui.session import asks, set_state

R = TypeVar("R")
Coordinate = tuple[str, Callable[[Any], float]] | str | None


@dataclass(frozen=True)
class GuessState(Generic[R]):
    """A guess as its controls have it, and as it was committed."""

    key: str
    given: R  # as the controls stand
    made: R | None  # as committed
    about: object  # what that is about
    fixed: bool  # committed, and about what the page asks now
    hide: bool  # the answer
    fresh: bool = True  # committed before the answer was seen
    place: Any = field(default=None, compare=False)  # of the reply

    def of(self, question: object) -> R | None:
        """The guess to draw beside what answers a question.

        The committed one, if it is about that; or while the answer is hidden the controls'.
        """
        if self.made is not None and self.about == question:
            return self.made
        return self.given if self.hide else None

    def mark(
        self, question: object, x: Coordinate = None, y: Coordinate = None
    ) -> GuessMark | None:
        """The guess in the figure that answers a question, as `Asked.mark` has it.

        `x` and `y` are each a field of the guess with a function that says where it stands.
        """
        guess = self.of(question)
        if guess is None:
            return None
        open_ = self.hide and not self.fixed
        return GuessMark(self._place(guess, x), self._place(guess, y), open=open_)

    def _place(self, guess: R, where: Coordinate) -> Place | str | None:
        if not isinstance(where, tuple):
            return where
        name, at = where
        stops = [stop for stop in knobs_of(guess)[name].options if stop != UNSET]
        places = {stop: at(stop) for stop in stops}
        return Place(f"{self.key}_{name}", places, getattr(guess, name))

    def reply(self, answers: Sequence[tuple[guesses.Guess, float]]) -> None:
        """Hold the committed guess against the answers, each a question and what was guessed."""
        with self.place:
            for question, given in answers:
                reply(question, given, self.fresh)


def guess_state(
    key: str,
    kind: type[R],
    about: object,
    ask: str,
    *,
    ran: bool = False,
    reveals: bool = False,
    titles: Mapping[str, str] | None = None,
) -> GuessState[R]:
    """A guess of several numbers: its question, its controls and buttons; and what they say.

    It can be committed once every control is moved, and while the answer is hidden: until the
    reader asks for it, or there is a run (`ran`) that shows it, or, where it `reveals` it, until
    there is a guess. It stands until it is changed, or something else is asked `about`. Whoever
    does not want to be asked has no controls that could not be committed.

    Args:
        key: prefix of the widgets' keys.
        kind: a dataclass with knobs, whose record is the guess.
        about: what the guess is about.
        ask: the question in words.
        ran: whether there is a run that shows the answer.
        reveals: whether a committed guess shows it, too.
        titles: other titles than those of the knobs, by field.
    """
    made, matter, fresh = st.session_state.get(f"{key}_made", (None, None, True))
    fixed, place = made is not None and matter == about, st.container()
    if not asks():
        note_seen(key, about)
        return GuessState(key, kind(), None, about, fixed=False, hide=False, place=place)
    if ran or st.session_state.get(f"{key}_asked") or (reveals and fixed):
        note_seen(key, about)
        if not ran:  # what the reader trained stays in sight
            st.button("Ask me again", icon=":material/replay:", type="tertiary",
                      on_click=_ask_again, args=(key,), key=f"{key}_again")  # fmt: skip
        given, hide = made or kind(), False
    else:
        given, hide = _ask(key, kind, about, ask, fixed, titles), True
    return GuessState(key, given, made, matter, fixed, hide, fresh, place)


def complete(guess: object) -> bool:
    """Whether every control of a guess has been moved from the question mark."""
    return UNSET not in vars(guess).values()


def _ask(
    key: str, kind: type[R], about: object, ask: str, fixed: bool, titles: Mapping[str, str] | None
) -> R:
    """The question with its controls, which are off once the guess is committed."""
    with st.container(key=f"{key}_ask", gap="small"):
        st.markdown("**Committed.**" if fixed else f"**Your guess first.** {ask}")
        given = controls(key, kind, off=fixed, titles=titles)
        for name in knobs_of(kind):  # a guess is no setting: no report and no link lists it as one
            st.session_state["knobs"].pop(f"{key}_{name}", None)
        st.button(
            "Change my guess" if fixed else "Commit", width="stretch", key=f"{key}_commit",
            type="secondary" if fixed else "primary", disabled=not (fixed or complete(given)),
            on_click=commit_guess, args=(key, kind, about, not fixed),
        )  # fmt: skip
        st.button(
            "Just show it", width="stretch", key=f"{key}_show",
            on_click=set_state, args=(f"{key}_asked", True),
        )  # fmt: skip
    return given


def _ask_again(key: str) -> None:
    for what in "_made", "_asked":
        st.session_state.pop(key + what, None)


def commit_guess(key: str, kind: type[Any], about: object, now: bool = True) -> None:
    """Commit the reader's guess, or take it back; one that is not complete is none."""
    given, state = gather(key, kind), st.session_state
    made = given if now and complete(given) else None
    state[f"{key}_made"] = (made, about, is_fresh(key, about))

"""Guess of one number before a figure: asked, committed, held against the answer."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from toylab.quantities import nearest
from toylab.teaching import guesses
from ui.guess_mark import GuessMark, Place
from ui.guess_reply import is_fresh, note_seen, reply
from ui.session import asks, set_state

Where = Callable[[float], float] | str | None


@dataclass(frozen=True)
class Asked:
    """A number that was asked for: the reader's guess, and whether the answer may be shown."""

    key: str = ""
    question: guesses.Guess | None = None
    given: float | None = None  # as the slider stands, or as committed about this question
    seen: bool = True

    def mark(self, x: Where = None, y: Where = None) -> GuessMark | None:
        """The guess in a figure; None where nothing is asked.

        Where there is none, or it was about other settings, nothing is drawn; but the chart
        stays the same one. `x` and `y` say where a number stands on an axis, or are expressions
        as in `GuessMark`.
        """
        if self.question is None:
            return None
        return GuessMark(self._place(x), self._place(y), open=not self.seen)

    def _place(self, where: Where) -> Place | str | None:
        if not callable(where):
            return where
        stops = self.question.options if self.question else ()
        at = {stop: where(stop) for stop in stops}
        return Place(f"{self.key}_guess", at, self.given)


def ask_guess(
    key: str, question: guesses.Guess | None, *, ran: bool = False, told: bool = True
) -> Asked:
    """Ask for a number before the figure that shows it; see `Asked`.

    Without a question there is nothing to ask. A guess stays beside the figure while the same
    is asked; the figure stays, too, when the controls move, and where a run (`ran`) shows it.
    Where the figure has not `told` the answer yet, the reply waits for it.
    """
    if question is None:
        return Asked()
    if not asks():
        if told:
            note_seen(key, question.about)
        return Asked()
    made, about, fresh = st.session_state.get(key + "_said", (None, None, True))
    if made is None and not ran and not st.session_state.get(key + "_seen"):
        return Asked(key, question, _ask(key, question), seen=False)
    if told:
        note_seen(key, question.about)
    given = made if about == question.about else None
    if given is not None:
        _reply(question, given, fresh, told)
    elif made is not None:
        st.markdown("Your guess was about other settings.")
    with st.container(horizontal=True, gap="small"):
        if given is not None and told and question.explanation:
            with st.popover("Why?", type="tertiary"):
                st.markdown(question.explanation)
        if not ran:  # what the reader trained stays in sight
            st.button("Ask me again", icon=":material/replay:", type="tertiary",
                      on_click=_ask_again, args=(key,), key=key + "_again")  # fmt: skip
    return Asked(key, question, given)


def _reply(question: guesses.Guess, given: float, fresh: bool, told: bool) -> None:
    """The guess beside the answer, or that it is still to come."""
    if not told:
        st.markdown(f"You said **{question.say(given)}**. The answer is still to come.")
        return
    reply(question, given, fresh)


def _ask(key: str, question: guesses.Guess) -> float | None:
    """The question, with a slider that says nothing until it is moved; what it says.

    An address can set it, to the nearest stop.
    """
    stops = {question.say(option): option for option in question.options}
    linked = nearest(st.query_params.get(key + "_guess", ""), stops)
    if linked and key + "_guess" not in st.session_state:
        st.session_state[key + "_guess"] = stops[linked]
    with st.container(key=key + "_ask", gap="small"):
        st.markdown(f"**Your guess first.** {question.text}")
        guess: float | None = st.select_slider(
            "Click in the figure, or move this", (None, *question.options), key=key + "_guess",
            format_func=lambda value: "?" if value is None else question.say(value),
        )  # fmt: skip
        st.button(
            "Commit and see", type="primary", width="stretch", key=key + "_say",
            on_click=_committed, args=(key, question), disabled=guess is None,
        )  # fmt: skip
        st.button(
            "Just show it", width="stretch", on_click=set_state, args=(key + "_seen", True),
        )  # fmt: skip
    return guess


def _committed(key: str, question: guesses.Guess) -> None:
    given, fresh = st.session_state[key + "_guess"], is_fresh(key, question.about)
    st.session_state[key + "_said"] = (given, question.about, fresh)


def _ask_again(key: str) -> None:
    for what in "_said", "_seen":
        st.session_state.pop(key + what, None)

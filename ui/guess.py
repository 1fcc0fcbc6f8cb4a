"""Guess before a figure: asked, committed, held against the answers.

The reader's numbers are no settings: no address, link or list of controls has them. They count
only as committed, and only about the questions that they were made for.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from toylab.teaching.guesses import UNSET, Guess
from ui.fingerprint import fingerprint
from ui.guess_mark import GuessMark, Place
from ui.guess_reply import reply
from ui.session import asks

Where = Callable[[float], float] | str | None
Numbers = tuple[float | None, ...]


@dataclass(frozen=True)
class Committed:
    """A number for each question as a reader has committed them; none from who wants to see."""

    numbers: tuple[float, ...]
    about: str  # fingerprint of the questions
    fresh: bool  # committed before the answers were in sight
    shown: bool  # whether it shows them: a run does, too


@dataclass(frozen=True)
class GuessState:
    """A reader's guess as it stands, and whether the figure may tell the answers."""

    key: str = ""
    questions: tuple[Guess, ...] = ()  # none where nothing is asked
    numbers: Numbers = ()  # as the sliders stand, or as committed about these questions
    seen: bool = True
    open: bool = False  # it can still be placed

    @property
    def given(self) -> float | None:
        """The number of the first question, which is the only one on most pages."""
        return self.numbers[0] if self.numbers else None

    def mark(self, x: Where = None, y: Where = None, **how: str) -> GuessMark | None:
        """The guess in a figure; None where nothing is asked.

        Where there is no number, nothing is drawn; but the chart stays the same one. `x` says
        where the first number stands on its axis, `y` where the last does; or they and the rest
        are expressions as in `GuessMark`.
        """
        if not self.questions:
            return None
        return GuessMark(self._place(x, 0), self._place(y, -1), self.open, **how)

    def _place(self, where: Where, which: int) -> Place | str | None:
        if not callable(where):
            return where
        stops = self.questions[which].options
        key = _slider(self.key, which % len(self.questions))
        return Place(key, {stop: where(stop) for stop in stops}, self.numbers[which])


def ask_guess(
    key: str, *questions: Guess | None, ran: bool = False, wait: bool = False
) -> GuessState:
    """Ask for a number or several before the figure that shows them; see `GuessState`.

    What is committed shows the figure, which stays when the controls move: then a sentence says
    that the guess was about other settings, and it can be asked again.

    Args:
        key: prefix of the keys.
        questions: what is asked; None where there is nothing to ask.
        ran: whether a run of the reader's own shows the answers; it stays in sight.
        wait: whether a guess that is committed waits for such a run, as a forecast does. Until
            then no answer has been in sight, so other settings are asked about anew.
    """
    posed = tuple(question for question in questions if question)
    about = fingerprint([question.about for question in posed])
    made: Committed | None = st.session_state.get(f"{key}_committed")
    seen = ran or not asks() or (made is not None and made.shown)
    told = seen and all(question.answer is not None for question in posed)
    if told:
        _answered(key).add(about)
    if not posed or not asks():
        return GuessState(key)
    mine = made if made and _fits(made, posed, about) else None
    if not seen and not mine:
        return GuessState(key, posed, _ask(key, posed, about, wait), seen=False, open=True)
    if mine:
        reply(posed, mine.numbers, mine.fresh, told=told)
    elif made and made.numbers:
        st.markdown("Your guess was about other settings.")
    _after(key, posed if mine and told else (), again=not ran, show=not seen)
    return GuessState(key, posed, mine.numbers if mine else (None,) * len(posed), seen)


def _fits(made: Committed, posed: tuple[Guess, ...], about: str) -> bool:
    """True if it answers these questions, each with a number that can be given."""
    pairs = list(zip(posed, made.numbers, strict=False))
    every = len(pairs) == len(posed) == len(made.numbers)
    return every and made.about == about and all(given in one.options for one, given in pairs)


def _ask(key: str, asked: tuple[Guess, ...], about: str, wait: bool) -> Numbers:
    """The questions, each with a slider that says nothing until it is moved; what they say."""
    with st.container(key=f"{key}_ask", gap="small"):
        st.markdown(f"**Your guess first.** {asked[0].text}")
        titles = ["Click in the figure, or move this", *(more.text for more in asked[1:])]
        numbers = tuple(
            _number(_slider(key, k), title, question)
            for k, (title, question) in enumerate(zip(titles, asked, strict=True))
        )
        st.button(
            "Commit" if wait else "Commit and see", type="primary", width="stretch",
            key=f"{key}_commit", disabled=None in numbers,
            on_click=_commit, args=(key, len(asked), about, not wait),
        )  # fmt: skip
        _just_show(key)
    return numbers


def _number(key: str, title: str, question: Guess) -> float | None:
    return st.select_slider(
        title, (None, *question.options), key=key,
        format_func=lambda value: UNSET if value is None else question.say(value),
    )  # fmt: skip


def _after(key: str, answered: tuple[Guess, ...], *, again: bool, show: bool) -> None:
    """The buttons below a guess that is committed, or is not wanted."""
    with st.container(horizontal=True, gap="small"):
        if why := "\n\n".join(question.explanation for question in answered).strip():
            with st.popover("Why?", type="tertiary"):
                st.markdown(why)
        if again:
            st.button("Ask me again", icon=":material/replay:", type="tertiary",
                      on_click=_ask_again, args=(key,), key=f"{key}_again")  # fmt: skip
    if show:
        _just_show(key)


def _just_show(key: str) -> None:
    st.button("Just show it", width="stretch", key=f"{key}_show", on_click=_show, args=(key,))


def _commit(key: str, many: int, about: str, shown: bool) -> None:
    numbers = tuple(st.session_state[_slider(key, k)] for k in range(many))
    fresh = about not in _answered(key)
    st.session_state[f"{key}_committed"] = Committed(numbers, about, fresh, shown)


def _show(key: str) -> None:
    made = st.session_state.get(f"{key}_committed", Committed((), "", fresh=False, shown=True))
    st.session_state[f"{key}_committed"] = replace(made, shown=True)


def _ask_again(key: str) -> None:
    st.session_state.pop(f"{key}_committed", None)


def _answered(key: str) -> set[str]:
    """The questions whose answers were in sight: a guess comes too late now."""
    return st.session_state.setdefault(f"{key}_answered", set())


def _slider(key: str, k: int) -> str:
    return f"{key}_guess_{k + 1}"

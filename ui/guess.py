"""A guess before the figure: asked, committed, compared."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

import streamlit as st

from toylab.quantities import nearest
from toylab.teaching import guesses
from ui.controls import controls, gather
from ui.guess_mark import GuessMark, Place
from ui.knobs import UNSET, knobs_of
from ui.session import asks, remember, set_state

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


def complete(guess: object) -> bool:
    """Whether every control of a guess has been moved from the question mark."""
    return UNSET not in vars(guess).values()


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
    """The controls of a guess with its buttons below, and what they say.

    A guess can be committed once every control is moved, and while the answer is hidden: until
    the reader asks for it, or there is a run (`ran`) that shows it, or, where it `reveals` it,
    until there is a guess. It stands until it is taken back, or something else is asked `about`;
    the controls are off as long.

    Args:
        key: prefix of the widgets' keys.
        kind: a dataclass with knobs, whose record is the guess.
        about: what the guess is about.
        ask: the question in words.
        ran: whether there is a run that shows the answer.
        reveals: whether a committed guess shows it, too.
        titles: other titles than those of the knobs, by field.
    """
    made, matter = st.session_state.get(key + "_made", (None, None))
    fixed = made is not None and matter == about
    given = controls(key, kind, off=fixed, titles=titles)
    shown = ran or (reveals and fixed)
    asked = st.session_state.get(key + "_asked", False)
    hide = asks() and not (asked or shown)
    why = "" if complete(given) else "Move every slider of the guess first."
    if not (fixed or hide):
        why = "The answer is already in sight."
    left, right = st.columns(2)
    left.button(
        "Change my guess" if fixed else "Commit", width="stretch", key=key + "_commit",
        disabled=bool(why), help=why or None,
        on_click=commit_guess, args=(key, kind, about, ask, not fixed),
    )  # fmt: skip
    right.button(
        "Hide it" if asked and not shown else "Just show it", width="stretch",
        key=key + "_show", disabled=shown, help="The answer", on_click=set_state,
        args=(key + "_asked", not asked),
    )  # fmt: skip
    return GuessState(key, given, made, matter, fixed, hide)


GRADES = {"close": "green", "not quite": "orange", "far off": "red"}
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
    if question is None or not asks():
        return Asked()
    made, about = st.session_state.get(key + "_said", (None, ""))
    if made is None and not ran and not st.session_state.get(key + "_seen"):
        return Asked(key, question, _ask(key, question), seen=False)
    given = made if about == question.text else None
    if given is not None:
        _reply(question, given, told)
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


def _reply(question: guesses.Guess, given: float, told: bool) -> None:
    """The guess beside the answer, which goes into the journal; or that it is still to come."""
    if not told:
        st.markdown(f"You said **{question.say(given)}**. The last step tells.")
        return
    gap = guesses.gap(question, given)
    st.markdown(f":{GRADES[gap.grade]}-badge[{gap.grade}] {gap.sentence}")
    remember("guess", question.text, gap.given, gap.answer, gap.off, gap.grade)


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
    st.session_state[key + "_said"] = (st.session_state[key + "_guess"], question.text)


def _ask_again(key: str) -> None:
    for what in "_said", "_seen":
        st.session_state.pop(key + what, None)


def commit_guess(key: str, kind: type[Any], about: object, ask: str, now: bool = True) -> None:
    """Commit the reader's guess, or take it back; one that is not complete is none."""
    given = gather(key, kind)
    made = given if now and complete(given) else None
    if made:
        said = (f"{field.name} {getattr(made, field.name)}" for field in fields(made))
        remember("guess", ask, ", ".join(said), "on the page")
    st.session_state[key + "_made"] = (made, about)

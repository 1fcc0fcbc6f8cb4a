"""Sections below the figure: tabs, and experiments to try."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import streamlit as st

from toylab.teaching.exercises.example import Example
from ui import old_links
from ui.controls import controls, set_up
from ui.drawing import show
from ui.knobs import knobs_of

TRY = "try"  # the key of the first tab
Experiment: TypeAlias = tuple[str, str, object]  # its name, what to ask, its record of controls
UNSEEN = "Guess first, or press *Just show it*: then this opens."


@dataclass(frozen=True)
class Tab:
    """A tab as data: its title, and the function that yields its blocks.

    Where it has `controls`, a dataclass with knobs, these are drawn at its left, the blocks of
    `panel` below them, or with `above` in a row over the blocks. Their record is the last
    argument of `blocks` and `panel`.
    """

    title: str
    blocks: Callable[..., Iterable[Any]]
    controls: type | None = None
    prefix: str = ""  # of the keys of its controls
    panel: Callable[..., Iterable[Any]] = lambda *_: ()
    above: bool = False
    always: bool = False  # it opens although there is nothing else to look into yet


@dataclass(frozen=True)
class Ask:
    """Controls in the midst of blocks, and the blocks that follow from them."""

    prefix: str  # of the keys of its controls
    controls: type
    blocks: Callable[[Any], Iterable[Any]]  # of the record of the controls

    def draw(self) -> None:
        """Draw it."""
        left, right = st.columns([1, 3], gap="medium")
        with left:
            record: Any = controls(self.prefix, self.controls)
        with right:
            show(self.blocks(record))


def tabs(
    prefix: str,
    several: Mapping[str, Tab],
    *given: object,
    seen: bool = True,
    shut: str = "",
    experiments: Sequence[Experiment] = (),
    then: str = "",
) -> None:
    """Tabs by their keys in the link; of the open one the blocks are made and drawn.

    Args:
        prefix: of the key in the link, `<prefix>_about`.
        several: the tabs by their keys.
        given: the arguments of their functions.
        seen: whether the figure above has been seen, so that they may tell.
        shut: why there is nothing to look into yet; only those open then that `always` do.
        experiments: what the first tab offers to try.
        then: what is left to do once an experiment is set up.
    """
    if experiments:
        several = {TRY: _to_try(prefix, experiments, several, then), **several}
    key, titles = f"{prefix}_about", {key: tab.title for key, tab in several.items()}
    st.session_state[f"{key}_tab"] = titles[_chosen(key, titles)]
    names = list(titles.values())
    places = st.tabs(names, key=f"{key}_tab", on_change=_turned, args=(key, titles))
    for (name, tab), place in zip(several.items(), places, strict=True):
        if not place.open:
            continue
        with place:
            if name == TRY:
                show(tab.blocks())
            elif closed := "" if tab.always else shut if seen else UNSEEN:
                st.caption(closed)
            else:
                _open(tab, given)


def _open(tab: Tab, given: Sequence[object]) -> None:
    if tab.controls is None:
        show(tab.blocks(*given))
    elif tab.above:
        columns = iter(st.columns(len(knobs_of(tab.controls))))
        record: Any = controls(tab.prefix, tab.controls, each=lambda: next(columns))
        show(tab.blocks(*given, record))
    else:
        left, right = st.columns([1, 3], gap="medium")
        with left.container(border=True):
            record = controls(tab.prefix, tab.controls)
            taken = show(tab.panel(*given, record))
        with right:
            show(tab.blocks(*given, record) if taken else ())  # a refusal is said once


def _chosen(key: str, titles: Mapping[str, str]) -> str:
    """The tab that is open; an address that has changed wins over what was open."""
    state, first = st.session_state, next(iter(titles))
    state["knobs"][key] = ""
    state["firsts"][key] = first
    linked = st.query_params.get(key, "")
    if key not in state or linked != state.get(f"{key}_linked", ""):
        state[key] = old_links.tab(key, linked)
    if state[key] not in titles:
        state[key] = first
    wanted = "" if state[key] == first else state[key]
    if wanted != linked:
        if wanted:
            st.query_params[key] = wanted
        else:
            del st.query_params[key]
    state[f"{key}_linked"] = wanted
    return str(state[key])


def _turned(key: str, titles: Mapping[str, str]) -> None:
    """Note which tab the reader has opened."""
    title = st.session_state[f"{key}_tab"]
    st.session_state[key] = next(name for name, known in titles.items() if known == title)


@dataclass(frozen=True)
class _Trials:
    """Experiments by their names; each opens, with a button that sets the controls for it."""

    prefix: str
    experiments: Sequence[Experiment]
    tabs: Mapping[str, Tab]  # that they may open
    then: str

    def draw(self) -> None:
        """Draw them."""
        with st.container(key="try_this", gap="xsmall"):
            for number, (name, asks, record) in enumerate(self.experiments, 1):
                with st.expander(name), st.container(horizontal=True, vertical_alignment="center"):
                    st.markdown(asks, width="stretch")
                    st.button(
                        "Set it up", key=f"{self.prefix}_try_{number}",
                        on_click=set_up, args=(self.prefix, record, self._then(record)),
                    )  # fmt: skip

    def _then(self, record: object) -> str:
        """The next thing to do; and the tab that opens, which may be out of sight."""
        tab = self.tabs.get(getattr(record, "about", ""))
        below = f"Look below, under *{tab.title}*." if tab else ""
        return f"{self.then} {below}".strip()


def _to_try(
    prefix: str, experiments: Sequence[Experiment], several: Mapping[str, Tab], then: str
) -> Tab:
    return Tab("Try this", lambda *_: [_Trials(prefix, experiments, several, then)])


@dataclass(frozen=True)
class Exercises:
    """Worked exercises, each with its common mistake and what that costs."""

    examples: Sequence[Example]

    def draw(self) -> None:
        """Draw them."""
        for example in self.examples:
            with st.container(border=True):
                stop = "" if example.name.endswith("?") else "."
                st.markdown(f"**{example.name}{stop}** {example.question}\n\n{example.answer}")
                mistake, cost = st.columns(2)
                mistake.markdown(f":red-badge[Common mistake] {example.common_mistake}")
                cost.markdown(f":orange-badge[Its cost] {example.cost}")

"""Sections below the figure: tabs, drawers, things to try, constants, source code, export."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from toylab.laws.law import Law
from toylab.quantities import plural
from toylab.teaching.exercises.example import Example
from ui import old_links, source_code
from ui.blocks import Download
from ui.controls import controls, set_up
from ui.drawing import show
from ui.knobs import knobs_of

UNSEEN = "This opens with the figure above: commit a guess, or *Just show it*."


@contextmanager
def drawer(title: str, icon: str, of: str = "") -> Iterator[bool]:
    """A place for what few look into; yields whether it is open, and so worth the work."""
    key = f"drawer_{title}{of}"  # a page may have two, each of something else
    place = st.expander(title, icon=icon, key=key, on_change="rerun")
    with place:
        yield bool(place.open)


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


def tabs(
    prefix: str, several: Mapping[str, Tab], *given: object, seen: bool = True, shut: str = ""
) -> None:
    """Tabs by their keys in the link; of the open one the blocks are made and drawn.

    Args:
        prefix: of the key in the link, `<prefix>_about`.
        several: the tabs by their keys.
        given: the arguments of their functions.
        seen: whether the figure above has been seen, so that they may tell.
        shut: why there is nothing to look into yet; only those open then that `always` do.
    """
    key, titles = f"{prefix}_about", {key: tab.title for key, tab in several.items()}
    st.session_state[f"{key}_tab"] = titles[_chosen(key, titles)]
    names = list(titles.values())
    places = st.tabs(names, key=f"{key}_tab", on_change=_turned, args=(key, titles))
    for place, tab in zip(places, several.values(), strict=True):
        if not place.open:
            continue
        with place:
            if not seen:
                st.caption(UNSEEN)
            elif shut and not tab.always:
                st.caption(shut)
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
            show(tab.panel(*given, record))
        with right:
            show(tab.blocks(*given, record))


def _chosen(key: str, titles: Mapping[str, str]) -> str:
    """The tab that is open; an address that has changed wins over what was open."""
    state, first = st.session_state, next(iter(titles))
    state["knobs"][key] = ""
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


def try_this(prefix: str, *steps: tuple[str, object], then: str = "") -> None:
    """Experiments to do, in order, each with a button that sets the controls for it."""
    with st.container(key="try_this"):
        _steps(prefix, steps, then)


def _steps(prefix: str, steps: Sequence[tuple[str, object]], then: str) -> None:
    st.header("Try this", anchor=False)
    for number, (words, record) in enumerate(steps, 1):
        text, button = st.columns([5, 1], vertical_alignment="center")
        text.markdown(f"{number}. {words}")
        button.button(
            "Set it up", key=f"{prefix}_try_{number}", width="stretch", on_click=set_up,
            args=(prefix, record, then),
        )  # fmt: skip


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


def constants(*chosen: Law[Any]) -> None:
    """Every constant of these laws with its unit, its uncertainty and a link to its paper."""
    with drawer("Every constant, and where it was printed", ":material/menu_book:") as opened:
        if not opened:
            return
        for law in chosen:
            counts = "; ".join(f"{letter}: {what}" for letter, what in law.counts.items())
            runs = f" Measured: {law.range}." if law.range else ""
            st.markdown(
                f"**{law.title}** ${law.form.equation}$ \N{MIDDLE DOT} {law.cited}  \n"
                f"{counts}.{runs} {law.note}"
            )
        rows = pd.DataFrame([row for law in chosen for row in law.constants])
        st.dataframe(rows, hide_index=True, column_config={"link": st.column_config.LinkColumn()})


def source_of(*names: str) -> None:
    """Show definitions of the code that ran, named like toylab.experiments.nets.mlp.train."""
    with drawer("The code that ran", ":material/code:") as opened:
        for name in names if opened else ():
            st.caption(f"`{name}`")
            st.code(source_code.text(name))


@dataclass(frozen=True)
class Export:
    """A drawer with rows to carry away: as CSV, and the command that `does` what it says."""

    frame: pd.DataFrame
    name: str
    command: str
    rows: str = "runs"
    does: str = "The same without a browser:"

    def draw(self) -> None:
        """Draw it."""
        with drawer("Take it with you", ":material/download:", self.name) as opened:
            if not opened:
                return
            st.markdown(self.does)
            st.code(self.command, language="bash", wrap_lines=True)
            title = f"{plural(len(self.frame), self.rows.removesuffix('s'), self.rows)} as CSV"
            Download(title, self.frame.to_csv(index=False), f"{self.name}.csv",
                     empty=self.frame.empty).draw()  # fmt: skip
            st.caption("The address of this page holds every control: send it to share.")

"""Blocks: what a page shows (labels, figures, numbers, text, tables), and how each is drawn."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Literal, ParamSpec, TypeAlias, TypeVar

import pandas as pd
import streamlit as st

from toylab.laws.published import Law, Paper
from toylab.teaching.contents import PageLink
from ui import charts as house
from ui.charts import Chart
from ui.session import presenting, way_to

R = TypeVar("R")
Source: TypeAlias = Paper | Law[Any]
P = ParamSpec("P")

KINDS = {  # where a figure's numbers come from: said in the same place and colour on every page
    "live": ("green", "trained just now on this machine"),
    "recorded": (
        "blue",
        "real runs of this engine, made before, with the command that made them",
    ),
    "published": ("violet", "numbers from the papers named beside it"),
    "simulated": ("orange", "drawn from a formula, not measured"),
}


def label(kind: str, settings: str, made: str = "", *sources: Source, stale: bool = False) -> None:
    """Which of the four kinds a figure is, its settings and sources; `made` on a hover."""
    cited = dict.fromkeys(source.cited for source in sources)
    links = "".join(f" \N{MIDDLE DOT} {source}" for source in cited)
    st.markdown(f":{KINDS[kind][0]}-badge[{kind}] {settings}{links}", help=made or None)
    if stale:
        st.caption("Not yet the settings on the left: press Run to train those.")


def kinds() -> None:
    """What the four labels mean."""
    for kind, (colour, meaning) in KINDS.items():
        st.markdown(f":{colour}-badge[{kind}] {meaning}")


def metrics(said: "Numbers", *, below: bool = True) -> None:
    """A row of key numbers; the second of a pair stands below, or is a hover."""
    for place, (name, (value, more)) in zip(st.columns(len(said)), said.items(), strict=True):
        how: dict[str, Any] = {"delta": more} if below else {"help": more}
        place.metric(name, value, delta_color="off", delta_arrow="off", **how)


def attempt(function: Callable[[], R]) -> R | None:
    """What the function returns; or its refusal as a sentence on the page, and None."""
    try:
        return function()
    except ValueError as refusal:
        st.error(str(refusal), icon=":material/block:")
        return None


def waiting(words: str, *, long: bool) -> AbstractContextManager[Any]:
    """Says that something is being computed, if that takes long; a flash would only disturb."""
    return st.spinner(words) if long else nullcontext()


def cached(function: Callable[P, R]) -> Callable[P, R]:
    """Cache an engine function across reruns and visitors; its arguments are the key."""
    return st.cache_data(max_entries=64, show_spinner=False)(function)


@dataclass(frozen=True)
class Label:
    """Which of the four kinds the numbers below are, their settings and sources."""

    kind: str
    settings: str
    made: str = ""
    sources: tuple[Source, ...] = ()
    stale: bool = False  # the controls ask for something else by now

    def draw(self) -> None:
        """Draw it."""
        label(self.kind, self.settings, self.made, *self.sources, stale=self.stale)


@dataclass(frozen=True)
class Table:
    """A small table of words and links."""

    frame: pd.DataFrame


@dataclass(frozen=True)
class Caution:
    """What speaks against a figure, in a sentence."""

    text: str


@dataclass(frozen=True)
class Info:
    """What to do where there is nothing to show yet."""

    text: str
    icon: str = ":material/info:"


@dataclass(frozen=True)
class Heading:
    """The heading of what follows."""

    text: str

    def draw(self) -> None:
        """Draw it."""
        st.header(self.text, anchor=False)


@dataclass(frozen=True)
class Caption:
    """How to use a figure, in small type."""

    text: str

    def draw(self) -> None:
        """Draw it."""
        st.caption(self.text)


@dataclass(frozen=True)
class Success:
    """Something that the reader has reached or got right."""

    text: str
    icon: str = ":material/school:"

    def draw(self) -> None:
        """Draw it."""
        st.success(self.text, icon=self.icon or None)


@dataclass(frozen=True)
class DataTable:
    """A large table to sort and to search; some of its columns hold links."""

    frame: pd.DataFrame
    links: Sequence[str] = ()

    def draw(self) -> None:
        """Draw it."""
        column = st.column_config.LinkColumn(display_text="open")
        config = dict.fromkeys(self.links, column)
        st.dataframe(self.frame, hide_index=True, column_config=config)


@dataclass(frozen=True)
class Header:
    """The title of a part of the page."""

    text: str

    def draw(self) -> None:
        """Draw it."""
        st.header(self.text, anchor=False)


@dataclass(frozen=True)
class Link:
    """A link to a place in the app; it sets the controls there."""

    to: PageLink
    text: str

    def draw(self) -> None:
        """Draw it."""
        way_to(self.to, self.text)


@dataclass(frozen=True)
class Download:
    """A button that hands over a table as CSV; off where the table is empty."""

    title: str
    text: str
    name: str
    empty: bool = False


@dataclass(frozen=True)
class Figure:
    """A chart, and the sentence that tells its finding to those who cannot see it."""

    chart: Chart
    alt: str
    width: int = 1  # share of its row


@dataclass(frozen=True)
class Stack:
    """Figures one below the other, in one column of a row."""

    figures: tuple[Figure, ...]
    width: int = 1  # share of its row


@dataclass(frozen=True)
class Preparation:
    """A wait for what the next block needs, with a bar that tells the share done."""

    text: str
    steps: Callable[[], Iterator[float]]

    def draw(self) -> None:
        """Draw it."""
        prepare(self.text, self.steps())


@dataclass(frozen=True)
class Waiting:
    """A spinner beside the blocks that take long to make."""

    text: str
    blocks: Callable[[], Iterable[Any]]

    def draw(self) -> None:
        """Draw it, and then them."""
        with waiting(self.text, long=True):
            made = list(self.blocks())
        for block in made:
            draw(block)


@dataclass(frozen=True)
class Passage:
    """Text as a machine wrote it, and a line that says which."""

    title: str
    text: str


Numbers = Mapping[str, tuple[str, str | None]]


@dataclass(frozen=True)
class StackedNumbers:
    """Key numbers one below the other, as in the panel; the second of a pair stands below."""

    numbers: Numbers
    arrow: Literal["auto", "off"] = "off"  # "auto" points where a sign says

    def draw(self) -> None:
        """Draw it."""
        for name, (value, more) in self.numbers.items():
            st.metric(name, value, more, delta_color="off", delta_arrow=self.arrow)


@dataclass(frozen=True)
class Beside:
    """Sentences at the left of a figure."""

    text: Sequence[str]
    figure: Figure

    def draw(self) -> None:
        """Draw it."""
        left, right = st.columns([2, 3], gap="medium", vertical_alignment="center")
        for sentence in self.text:
            left.markdown(sentence)
        with right:
            figures(self.figure)


@dataclass(frozen=True)
class ExplainedNumbers:
    """A row of key numbers, each with its explanation on a hover."""

    numbers: Numbers

    def draw(self) -> None:
        """Draw it."""
        metrics(self.numbers, below=False)


Layout = Sequence[Sequence[Figure | Stack | Passage] | Numbers | str]


def draw_layout(layout: Layout) -> None:
    """Draw rows of figures, numbers and text, in order."""
    for row in layout:
        if row:
            draw(row)


def show(blocks: Iterable[Any]) -> bool:
    """Draw blocks in order; whether none refused.

    A refusal is said once, as a sentence; what came before it stays.
    """
    try:
        for block in blocks:
            if block:
                draw(block)
    except ValueError as refusal:
        st.error(str(refusal), icon=":material/block:")
        return False
    return True


def draw(block: Any) -> None:
    """One block: text, numbers, a row of figures or passages, or whatever draws itself."""
    if isinstance(block, str):
        st.markdown(block)
    elif isinstance(block, Mapping):
        metrics(block)
    elif isinstance(block, Table):
        table(block.frame)
    elif isinstance(block, Caution):
        st.warning(block.text, icon=":material/warning:")
    elif isinstance(block, Info):
        st.info(block.text, icon=block.icon or None)
    elif isinstance(block, Download):
        st.download_button(
            block.title, block.text, block.name, "text/csv", on_click="ignore",
            disabled=block.empty,
        )  # fmt: skip
    elif isinstance(block, Sequence):
        _draw_row(block)
    else:
        block.draw()


def _draw_row(row: Sequence[Figure | Stack | Passage]) -> None:
    passages = [part for part in row if isinstance(part, Passage)]
    if not passages:
        figures(*[part for part in row if not isinstance(part, Passage)])
        return
    for column, passage in zip(st.columns(len(passages)), passages, strict=True):
        column.markdown(passage.title)
        column.code(passage.text, language=None, wrap_lines=True)


def figures(*row: Figure | Stack) -> None:
    """Draw figures side by side."""
    columns = st.columns([part.width for part in row], gap="small")
    for column, part in zip(columns, row, strict=True):
        for figure in part.figures if isinstance(part, Stack) else (part,):
            spec = house.larger(figure.chart.spec) if presenting() else figure.chart.spec
            spec = spec | {"datasets": figure.chart.tables}
            column.vega_lite_chart(spec, alt=figure.alt, width="stretch")


def table(rows: pd.DataFrame) -> None:
    """A small table of words and links, drawn as one piece: a widget a cell would be slow."""
    lines = [list(rows.columns), ["---"] * rows.shape[1], *rows.to_numpy().tolist()]
    st.markdown("\n".join(f"| {' | '.join(line)} |" for line in lines))


def prepare(words: str, steps: Iterator[float]) -> None:
    """Do what takes a second or two, step by step, with a bar that tells the share done."""
    place = None  # nothing to do, nothing to see
    for done in steps:
        place = place or st.empty()
        place.progress(done, words)
    if place:
        place.empty()

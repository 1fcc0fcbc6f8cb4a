"""Blocks of a page: figures, numbers, text, tables; each draws itself."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

import pandas as pd
import streamlit as st

from toylab.teaching.contents import PageLink
from ui.charts import Chart, larger
from ui.drawing import Numbers, draw, draw_layout, draw_numbers, waiting
from ui.guess_mark import GuessMark
from ui.handle import Handle
from ui.label import Label
from ui.pointer import PUT
from ui.session import forget, presenting, way_to


@dataclass(frozen=True)
class Table:
    """A small table of words and links, drawn as one piece: a widget a cell would be slow."""

    frame: pd.DataFrame

    def draw(self) -> None:
        """Draw it."""
        rows = self.frame
        lines = [list(rows.columns), ["---"] * rows.shape[1], *rows.to_numpy().tolist()]
        st.markdown("\n".join(f"| {' | '.join(line)} |" for line in lines))


@dataclass(frozen=True)
class Caution:
    """A warning: what speaks against a figure, in a sentence."""

    text: str

    def draw(self) -> None:
        """Draw it."""
        st.warning(self.text, icon=":material/warning:")


@dataclass(frozen=True)
class Info:
    """A notice: what to do where there is nothing to show yet."""

    text: str
    icon: str = ":material/info:"

    def draw(self) -> None:
        """Draw it."""
        st.info(self.text, icon=self.icon or None)


@dataclass(frozen=True)
class Heading:
    """The heading of a part of the page."""

    text: str

    def draw(self) -> None:
        """Draw it."""
        st.header(self.text, anchor=False)


@dataclass(frozen=True)
class Caption:
    """A hint on a figure, in small type."""

    text: str

    def draw(self) -> None:
        """Draw it."""
        st.caption(self.text)


@dataclass(frozen=True)
class Success:
    """Praise for what the reader has reached or got right."""

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
    formats: Mapping[str, str] = field(default_factory=dict)  # of columns of numbers
    missing: str | None = None  # what an empty cell says

    def draw(self) -> None:
        """Draw it."""
        config: dict[str, Any] = dict.fromkeys(
            self.links, st.column_config.LinkColumn(display_text="open")
        )
        config |= {
            name: st.column_config.NumberColumn(format=how) for name, how in self.formats.items()
        }
        st.dataframe(self.frame, hide_index=True, column_config=config, placeholder=self.missing)


@dataclass(frozen=True)
class Link:
    """A link to a place in the app; it sets the controls there."""

    to: PageLink
    text: str

    def draw(self) -> None:
        """Draw it."""
        way_to(self.to, self.text)


@dataclass(frozen=True)
class StartOver:
    """A button that forgets what a page has of its visitor."""

    title: str
    prefix: str  # of the page's keys

    def draw(self) -> None:
        """Draw it."""
        st.button(self.title, icon=":material/replay:", width="stretch",
                  key=f"{self.prefix}_over", on_click=forget, args=(self.prefix,))  # fmt: skip


@dataclass(frozen=True)
class Download:
    """A button that hands over a table as CSV; off where the table is empty."""

    title: str
    text: str
    name: str
    empty: bool = False

    def draw(self) -> None:
        """Draw it."""
        st.download_button(
            self.title, self.text, self.name, "text/csv", on_click="ignore", disabled=self.empty
        )


MARGIN = {"left": 2, "top": 6, "right": 4, "bottom": 2}  # pixels around a large figure


@dataclass(frozen=True)
class Figure:
    """A chart, and the sentence that tells its finding to those who cannot see it."""

    chart: Chart
    alt: str
    width: int = 1  # share of its row
    guess: GuessMark | None = None  # the reader's
    handle: Handle | None = None  # a line in it that can be dragged
    also: tuple[Label, ...] = ()  # of what it holds beside that which the page's label is of

    def draw(self) -> None:
        """Draw it; larger where the page is shown to a room."""
        st.vega_lite_chart(self._spec, alt=self.alt, width="stretch")

    def draw_large(self, key: str) -> None:
        """Draw it as large as the screen has room for, to click or to drag in."""
        how: dict[str, Any] = {"key": key, "width": "stretch", "height": "stretch"}
        if self.handle:
            self.handle.draw()
        touched = self.guess if self.guess and self.guess.open else self.handle
        if touched:
            how |= {"on_select": partial(touched.clicked, key), "selection_mode": PUT}
        st.vega_lite_chart(self._spec | {"padding": MARGIN}, alt=self.alt, **how)

    @property
    def _spec(self) -> dict[str, Any]:
        spec, tables = self.chart.spec, dict[str, Any](self.chart.arrow)
        for touched in (self.guess, self.handle):
            if touched:
                spec, tables = touched.drawn(spec), {**tables, **touched.tables}
        if presenting():
            spec = larger(spec)
        return {**spec, "datasets": tables}


@dataclass(frozen=True)
class Stack:
    """Figures one below the other, in one column of a row."""

    figures: tuple[Figure, ...]
    width: int = 1  # share of its row

    def draw(self) -> None:
        """Draw them."""
        for figure in self.figures:
            figure.draw()


@dataclass(frozen=True)
class Preparation:
    """A wait for what the next block needs, with a bar that tells the share done."""

    text: str
    steps: Callable[[], Iterator[float]]

    def draw(self) -> None:
        """Draw it; nothing to do, nothing to see."""
        place = None
        for done in self.steps():
            place = place or st.empty()
            place.progress(done, self.text)
        if place:
            place.empty()


@dataclass(frozen=True)
class Waiting:
    """A spinner beside the blocks that take long to make."""

    text: str
    blocks: Callable[[], Iterable[Any]]

    def draw(self) -> None:
        """Draw it, and then them."""
        with waiting(self.text, long=True):
            made = list(self.blocks())
        draw_layout(made)


@dataclass(frozen=True)
class Folded:
    """Text under a title that opens it."""

    title: str
    text: str

    def draw(self) -> None:
        """Draw it."""
        with st.expander(self.title):
            st.markdown(self.text)


@dataclass(frozen=True)
class Passage:
    """Text as a machine wrote it, and a line that says which."""

    title: str
    text: str
    width: int = 1  # share of its row

    def draw(self) -> None:
        """Draw it."""
        st.markdown(self.title)
        st.code(self.text, language=None, wrap_lines=True)


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
            draw([self.figure])


@dataclass(frozen=True)
class ExplainedNumbers:
    """A row of key numbers, each with its explanation on a hover."""

    numbers: Numbers

    def draw(self) -> None:
        """Draw it."""
        draw_numbers(self.numbers, below=False)


Layout: TypeAlias = Sequence[Sequence[Figure | Stack | Passage] | Numbers | str]

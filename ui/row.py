"""Row below a figure: its code, its data, the page's words, the reader's report."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from toylab.laws.law import Law
from toylab.quantities import plural
from toylab.teaching import glossary
from toylab.teaching.contents import PageLink
from ui import source_code
from ui.blocks import Download
from ui.report import show_lesson, show_report
from ui.session import teaches, way_to

ICONS = {"Code": "code", "Data": "download", "Words": "dictionary", "Report": "assignment",
         "Lesson": "co_present"}  # fmt: skip


@dataclass(frozen=True)
class Export:
    """Rows to carry away: as CSV, and the command that `does` what it says."""

    frame: pd.DataFrame
    name: str
    command: str
    rows: str = "runs"
    does: str = "The same without a browser:"

    def draw(self) -> None:
        """Draw it shut, as a block of a tab."""
        with st.expander(f"Take these {self.rows} along", icon=":material/download:"):
            self.draw_open()

    def draw_open(self) -> None:
        """Draw it."""
        st.markdown(self.does)
        st.code(self.command, language="bash", wrap_lines=True)
        title = f"{plural(len(self.frame), self.rows.removesuffix('s'), self.rows)} as CSV"
        Download(title, self.frame.to_csv(index=False), f"{self.name}.csv",
                 empty=self.frame.empty).draw()  # fmt: skip
        st.caption("The address of this page holds every control: send it to share.")


def row(
    code: Sequence[str] = (),
    export: Export | None = None,
    laws: Sequence[Law[Any]] = (),
    *,
    seen: bool = True,
) -> None:
    """The row below a figure: code, data, words, report; what is chosen opens below it.

    Args:
        code: definitions of the code that ran, named like toylab.experiments.nets.mlp.train.
        export: the rows behind the figure.
        laws: whose constants are listed with the rows.
        seen: whether the answer has been seen, so that the data may tell it.
    """
    state = st.session_state
    page = state["rowed"] = state["page"]
    offered: dict[str, Callable[[], None]] = {}
    if code:
        offered["Code"] = lambda: _code(code)
    if seen and (export or laws):
        offered["Data"] = lambda: _data(export, laws)
    if glossary.on(page):
        offered["Words"] = lambda: _words(page)
    if state["knobs"] or state.get("journal"):
        offered["Report"] = show_report
    if teaches() and any(state["knobs"].values()):
        offered["Lesson"] = show_lesson
    if not offered:
        return
    chosen = st.segmented_control(
        "More", list(offered), key=f"row_{page}", label_visibility="collapsed",
        format_func=lambda name: f":material/{ICONS[name]}: {name}",
    )  # fmt: skip
    if chosen:
        offered[chosen]()


def _code(names: Sequence[str]) -> None:
    for name in names:
        st.caption(f"`{name}`")
        st.code(source_code.text(name))


def _data(export: Export | None, laws: Sequence[Law[Any]]) -> None:
    if export:
        export.draw_open()
    for law in laws:
        counts = "; ".join(f"{letter}: {what}" for letter, what in law.counts.items())
        runs = f" Measured: {law.range}." if law.range else ""
        st.markdown(
            f"**{law.title}** ${law.form.equation}$ \N{MIDDLE DOT} {law.cited}  \n"
            f"{counts}.{runs} {law.note}"
        )
    if laws:
        rows = pd.DataFrame([row for law in laws for row in law.constants])
        st.dataframe(rows, hide_index=True, column_config={"link": st.column_config.LinkColumn()})


def _words(page: str) -> None:
    st.markdown("\n".join(f"- {term.line}" for term in glossary.on(page)))
    way_to(PageLink("glossary"), "Every word and symbol, and every paper")

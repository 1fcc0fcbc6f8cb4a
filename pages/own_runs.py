"""What do your own runs say? A table of the reader's own, and the answer first."""

import streamlit as st

import ui
from toylab.tables import recognition
from ui.concepts.own_runs import blocks, text, view
from ui.concepts.own_runs.view import Controls

ui.page(title="What do your own runs say?", claim=text.CLAIM)
_, panel, figure, row = ui.layout()
with panel:
    table = ui.bring(*blocks.FILE)
    ui.paste("own")
    st.caption(text.WHERE)
if table is None:
    with figure:
        ui.show(blocks.welcome())
else:
    known, kind, chosen, controls = recognition.kinds(table), None, {}, Controls()
    tables = {"": table}
    with panel:
        kind = st.radio(
            "What is in it",
            list(text.KINDS),
            index=list(text.KINDS).index(known[0]) if known else None,
            format_func=text.KINDS.get,
            key=f"own_kind_{'|'.join(table.cells.columns)}",
        )
        if kind == recognition.RUNS:
            controls = ui.controls("own", Controls)
        if kind:
            tables = ui.narrow("own", table)
            with st.expander("Which column is which", expanded=kind not in known):
                chosen = ui.choose(f"own_{kind}", table, view.GUESSES[kind], view.WANTED[kind])
    with figure:
        ui.show(blocks.answer(kind, tables, chosen, controls))
with row:
    ui.row(blocks.CODE)

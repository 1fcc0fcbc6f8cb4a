"""Spot the mistake: workings with one wrong line, what is right, and what the wrong costs."""

import streamlit as st

import ui
from ui.concepts.mistakes import blocks, text, view

ui.page(
    title="Spot the mistake",
    claim="Each working ends in a wrong number, and one line is to blame. Find it, and see "
    "what believing it would cost.",
)
state = st.session_state
given = state["mistakes_given"] = view.picked(state.get("mistakes_given", {}))
at = st.pagination(view.COUNT, **ui.linked("mistakes_at"))
mistake = view.mistake(at)
line, lines = given.get(mistake.name), text.lines(mistake)
shown = line is not None or not ui.asks()

st.markdown(text.head(at, given))
left, right = st.columns([3, 2], gap="medium")
with left.container(border=True):
    ui.show(blocks.question(mistake))
    if shown:
        st.markdown(text.marked(mistake, line))
        ui.advance("Next mistake", "mistakes_at", view.COUNT)
    else:
        picked = st.radio(
            "Which line is wrong?",
            lines,
            index=None,
            key=f"mistakes_{mistake.name}",
            persist_state="session",
        )
        if st.button("This is the line", type="primary", disabled=picked is None):
            given[mistake.name] = lines.index(picked)
            ui.remember("mistake", *text.record(mistake, given[mistake.name]))
            st.rerun()
with right:
    ui.show(blocks.answer(mistake, line) if shown else blocks.hint())
ui.show(blocks.summary(given))
ui.row(blocks.CODE)

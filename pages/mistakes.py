"""Spot the mistake: workings with one wrong line, what is right, and what the wrong costs."""

import streamlit as st

import ui
from toylab.teaching.mistakes.catalogue import mistakes
from ui.concepts.mistakes import charts, view

ui.page(
    title="Spot the mistake",
    claim="Each working ends in a wrong number, and one line is to blame. Find it, and see "
    "what believing it would cost.",
)
everything, given = mistakes(), st.session_state.setdefault("mistakes_given", {})

at = st.pagination(view.MANY, **ui.linked("mistakes_at"))
mistake = everything[at - 1]
st.markdown(f"Mistake {at} of {view.MANY} \N{MIDDLE DOT} **{view.score(given)}**")
question, answer = st.columns([3, 2], gap="medium")
line, lines = given.get(mistake.name), view.lines(mistake)
shown = line is not None or not ui.asks()

with question.container(border=True):
    st.header(mistake.title, anchor=False)
    st.markdown(mistake.asked)
    if shown:
        st.markdown(view.marked(mistake, line))
        ui.advance("Next mistake", "mistakes_at", view.MANY)
    else:
        picked = st.radio(
            "Which line is wrong?", lines, index=None, key=f"mistakes_{mistake.name}",
            persist_state="session",
        )  # fmt: skip
        if st.button("This is the line", type="primary", disabled=picked is None):
            given[mistake.name] = lines.index(picked)
            ui.remember("mistake", *view.record(mistake, given[mistake.name]))
            st.rerun()

with answer:
    if shown:
        told = st.success if view.right(mistake, line) else st.info
        told(f"{view.verdict(mistake, line)} {mistake.why}")
        ui.metrics(view.numbers(mistake))
        st.markdown(f":orange-badge[Its price] {mistake.price}")
        ui.label("simulated", "Computed when the page is drawn", view.MADE, *mistake.sources)
        ui.way_to(mistake.place, f"See it on: {mistake.place.title}")
    else:
        st.info(view.HINT)
        ui.label("simulated", "Computed when the page is drawn", view.MADE)

if given:
    st.header("How far off were they?", anchor=False)
    ui.label("simulated", view.SPENT, view.MADE)
    chart = charts.times_off(view.table(given), view.MOST)
    ui.figures(ui.Figure(chart, view.finding(given)))

ui.source_of(
    "toylab.teaching.mistakes.mistake.Mistake", "toylab.laws.allocation.regret", "toylab.laws.allocation.flops_for",
    "toylab.laws.kaplan.regime",
)  # fmt: skip

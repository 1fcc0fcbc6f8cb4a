"""A forecast to make, three ways through, and how to read a figure."""

import streamlit as st

import ui
from toylab.teaching import course
from ui.concepts.home import charts, view
from ui.concepts.home import text as words

ui.page(
    title="Scaling laws, live",
    claim="How much better does a network get with more data, more parameters, more compute? "
    "Here you train real ones while you watch, and learn when to believe a straight line.",
)
story = view.story()
said, figure = st.columns([2, 3], gap="large")
with said:
    seen = ui.ask_guess("home", words.question(story))
    if seen:
        st.markdown(words.told(story))
    st.markdown(words.LAW)
with figure:
    ui.label("recorded", story.study.describe(), story.made)
    chart = charts.forecast(
        story.drawn(ui.committed_guess("home"), hide=not seen), tuple(story.study.grid), words.LEAST
    )
    ui.figures(ui.Figure(chart, words.ALT["seen" if seen else "asked"]))

st.header("Three ways through", anchor=False)
ui.ways(course.WAYS.values())

pages, kinds = st.columns([3, 2], gap="large")
with pages:
    st.header("Every page", anchor=False)
    ui.contents()
with kinds:
    st.header("Every figure says what it is", anchor=False)
    for kind, (colour, meaning) in ui.KINDS.items():
        st.markdown(f":{colour}-badge[{kind}] {meaning}")
    st.header("Found on this machine", anchor=False)
    ui.devices_found()

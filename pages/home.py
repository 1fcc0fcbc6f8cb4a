"""A forecast to make, three ways through, and how to read a figure."""

import streamlit as st

import ui
from toylab.teaching.ways import WAYS
from ui.concepts.home import blocks, text, view

ui.page(
    title="Scaling laws, live",
    claim="How much better does a network get with more data, more parameters, more compute? "
    "Here you train real ones while you watch, and learn when to believe a straight line.",
)
story = view.story()
words, figure = st.columns([2, 3], gap="large")
with words:
    seen = ui.ask_guess("home", text.question(story))
    if seen:
        st.markdown(text.finding(story))
    st.markdown(text.LAW)
with figure:
    ui.show(blocks.figure(story, ui.committed_guess("home"), hide=not seen))

st.header("Three ways through", anchor=False)
ui.ways(WAYS.values())
with st.container(border=True):
    ui.show(blocks.own_runs())

pages, kinds = st.columns([3, 2], gap="large")
with pages:
    st.header("Every page", anchor=False)
    ui.contents()
with kinds:
    st.header("Every figure says what it is", anchor=False)
    ui.kinds()
    st.header("Found on this machine", anchor=False)
    ui.devices_found()

"""Lessons, presenting, reports, and one server for a class."""

import streamlit as st

import ui
from toylab import teaching as words

ui.page(
    title="Teach with it",
    claim="Prepare a lesson as a link, present it, let your class work, and collect what they "
    "did.",
)
prepare, present, collect, serve = ui.sections("teaching_about", *words.SECTIONS)
if prepare.open:
    with prepare:
        st.markdown(words.PREPARE)
if present.open:
    with present:
        st.markdown(words.PRESENT)
if collect.open:
    with collect:
        st.markdown(words.COLLECT)
        st.code(words.CHECK, language="bash")
if serve.open:
    with serve:
        st.markdown(words.SERVE)
        st.code(words.START, language="bash")
        st.markdown(words.LOAD)

"""Lessons, presenting, reports, and one server for a class."""

import streamlit as st

import ui
from toylab.teaching import teachers_guide

ui.page(
    title="Teach with it",
    claim="Prepare a lesson as a link, present it, let your class work, and collect what they did.",
)
for tab, text in zip(
    ui.sections("teaching_about", teachers_guide.TABS), teachers_guide.TEXTS.values(), strict=True
):
    if tab.open:
        with tab:
            st.markdown(text)

"""Words and sources: every term of the app once, and every paper once."""

import streamlit as st

import ui
from ui.concepts.glossary import blocks, text

ui.page(
    title="Words and sources",
    claim="What does a word or a letter mean here, in which unit, and on which pages does it "
    "stand? And who printed the numbers?",
)
search = st.text_input(
    "Find", placeholder=text.PLACEHOLDER, icon=":material/search:", **ui.linked("glossary_find")
)
ui.tabs("glossary", blocks.TABS, search)

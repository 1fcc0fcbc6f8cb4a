"""Words and sources: every term of the app once, and every paper once."""

import streamlit as st

import ui
from toylab.teaching import glossary
from toylab.teaching import papers as sources
from toylab.teaching.contents import TITLES

ui.page(
    title="Words and sources",
    claim="What does a word or a letter mean here, in which unit, and on which pages does it "
    "stand? And who printed the numbers?",
)
sought = st.text_input(
    "Find", placeholder="a word, a symbol, a name", icon=":material/search:",
    **ui.linked("glossary_find"),
)  # fmt: skip
terms, papers = glossary.find(sought), sources.find(sought)
words, cited = ui.sections("glossary_about", {"words": "Words", "papers": "Sources"})

if words.open:
    with words:
        if not terms:
            st.info(f"No word here has *{glossary.plain(sought)}* in it.", icon=":material/info:")
        for theme, some in glossary.by_theme(terms).items():
            st.header(theme, anchor=False)
            st.markdown(glossary.listed(some, TITLES))
        st.download_button(
            f"{len(terms)} terms as CSV", glossary.table(terms, TITLES).to_csv(index=False),
            "words.csv", "text/csv", disabled=not terms, on_click="ignore",
        )  # fmt: skip
if cited.open:
    with cited:
        if not papers:
            st.info(f"No paper here has *{glossary.plain(sought)}*.", icon=":material/info:")
        st.markdown(sources.listed(papers, TITLES))
        st.download_button(
            f"{len(papers)} papers as CSV", sources.table(papers, TITLES).to_csv(index=False),
            "sources.csv", "text/csv", disabled=not papers, on_click="ignore",
        )  # fmt: skip

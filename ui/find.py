"""Search on top of the menu: links to pages and tabs while the reader types."""

import streamlit as st

from toylab.teaching import search
from toylab.teaching.contents import PageLink
from ui.markdown import safe
from ui.session import link
from ui.turns import in_turn

LONGEST = 80  # letters of a search; a limit of the field's own would be printed in it
STYLE = """
.st-key-find { gap: 0.25rem; padding-bottom: 0.5rem; }
.st-key-find [data-testid="stTextInput"] { padding-right: 2.25rem; } /* the button beside it */
.st-key-find [data-testid="stTextInputRootElement"] { height: 2.25rem; min-height: 0; }
.st-key-find p { font-size: 0.875rem; }
.st-key-find :is(a, button) p span { display: block; font-size: 0.75rem !important; }
.st-key-found { gap: 0; }
.st-key-found :is(a, button) { margin: 0; padding: 0.2rem 0.5rem; }
.st-key-found button > div { justify-content: start; text-align: start; }
.st-key-found button p { line-height: 1.1; }
"""


@st.fragment
@in_turn
def find() -> None:
    """The field, and what it finds; each page has its own, which is empty at first."""
    with st.container(key="find"):
        text = st.text_input(
            "Find", type="search", live="200ms", placeholder="Find a topic",
            key=f"find_{st.session_state['page']}", label_visibility="collapsed",
            icon=":material/search:",
        )  # fmt: skip
        if text.strip():
            with st.container(key="found"):
                _found(text[:LONGEST])


def _found(text: str) -> None:
    hits = search.find(text)
    for hit in hits:
        link(hit.link, f"{hit.says} :small[{hit.where}]")
    if not hits:
        st.markdown(f"Nothing here on *{safe(text.strip())}*. Look here instead:")
        for word in search.nearest(text):
            link(search.find(word)[0].link, word)
        link(PageLink("glossary"), "All words: the glossary")

"""The menu at the side of every page, and its links wherever else they stand."""

from collections.abc import Iterable, Mapping

import streamlit as st

from toylab.teaching.contents import NAMES, SECTIONS
from ui.session import asks, teaches, toggle_query

STYLE = """
/* what floats above the menu takes no room */
[data-testid="stSidebarHeader"] { position: absolute; right: 0; z-index: 1; width: auto; }
[data-testid="stSidebarUserContent"] { padding-block: 0.75rem 0; }
/* a menu of questions, each with the field's name below it; links do not overlap or jump */
[data-testid="stElementContainer"]:has(> [data-testid="stPageLink"]) { margin: 0; }
[data-testid="stPageLink"] :is(div, a, span) { height: auto; }
[data-testid="stPageLink"] p { white-space: normal; line-height: 1.1; }
:is(.st-key-menu, .st-key-contents) p { font-size: 0.875rem; }
:is(.st-key-menu, .st-key-contents) a p span { display: block; font-size: 0.75rem !important; }
.st-key-menu a { padding-block: 0.1rem; margin: 0; min-height: 0; }
.st-key-menu, .st-key-menu [data-testid="stVerticalBlock"] { gap: 0; }
.st-key-menu [data-testid="stMarkdown"] p { margin-top: 0.25rem; }
[data-testid="stPageLink"] p { font-weight: 400 !important; }
[data-testid="stPageLink"] a[aria-current="page"] p { -webkit-text-stroke: 0.4px; }
@media (max-width: 767px) {
  .st-key-menu a { min-height: 2.5rem; }
}
"""


def all_pages() -> dict[str, list[st.Page]]:
    """Every page, by section, in reading order."""
    return {
        section: [
            st.Page(f"pages/{stem}.py", title=title, default=stem == "home")
            for stem, title in pages.items()
        ]
        for section, pages in SECTIONS.items()
    }


def side() -> None:
    """The menu; its links keep what goes along from page to page."""
    state = st.session_state
    with st.sidebar:
        with st.container(key="menu"):
            page_links(SECTIONS.items())
        with st.container(gap="small", key="stage"):
            state["stage_ask"] = asks()
            st.toggle(
                "Ask me first", key="stage_ask", on_change=toggle_query, args=("ask", "off"),
                help="Every page asks for a guess before it shows its figure.",
            )  # fmt: skip
            st.toggle(
                "Teacher", key="teacher", persist_state="session",
                help="Present to a room, and make a lesson of a page.",
            )  # fmt: skip
            if not teaches():
                return
            st.button(
                "Present", icon=":material/slideshow:", on_click=toggle_query, width="stretch",
                args=("present", "on"), help="Large type, no menu; Page Up and Page Down turn "
                "the pages, Escape ends it.",
            )  # fmt: skip


def page_links(sections: Iterable[tuple[str, Mapping[str, str]]]) -> None:
    """Links to pages under the names of their sections."""
    for section, pages in sections:
        with st.container(gap=None):
            st.markdown(f"**{section}**")
            for stem, title in pages.items():
                kept = st.session_state["kept"]
                label = f"{title} :small[{NAMES[stem]}]" if stem in NAMES else title
                st.page_link(f"pages/{stem}.py", label=label, query_params=kept)


def contents() -> None:
    """Links to every other section's pages."""
    here = st.session_state["page"]
    sections = [(section, pages) for section, pages in SECTIONS.items() if here not in pages]
    half = (len(sections) + 1) // 2
    with st.container(key="contents"):
        for place, some in zip(st.columns(2), (sections[:half], sections[half:]), strict=True):
            with place:
                page_links(some)

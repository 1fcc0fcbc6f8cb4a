"""The menu at the side of every page, its search, and links to pages wherever else they stand."""

from collections.abc import Mapping

import streamlit as st

from toylab.teaching.contents import ABOUT, NAMES, SECTIONS
from ui import find
from ui.session import asks, teaches, toggle_query
from ui.turns import in_turn

STYLE = f"""{find.STYLE}
/* what floats above the menu takes no room */
[data-testid="stSidebarHeader"] {{ position: absolute; right: 0; z-index: 1; width: auto; }}
[data-testid="stSidebarUserContent"] {{ padding: 0.75rem 0 0; margin-inline: -0.5rem; }}
/* a menu of questions, each with the field's name below it; links do not overlap or jump */
[data-testid="stElementContainer"]:has(> [data-testid="stPageLink"]) {{ margin: 0; }}
[data-testid="stPageLink"] :is(div, a, span) {{ height: auto; }}
[data-testid="stPageLink"] p {{ white-space: normal; line-height: 1.1; }}
:is(.st-key-menu, .st-key-contents) p {{ font-size: 0.875rem; }}
:is(.st-key-menu, .st-key-contents) a p span {{ display: block; font-size: 0.75rem !important; }}
.st-key-menu a {{ padding: 0.1rem 0 0.1rem 1.7rem; margin: 0; min-height: 1.75rem; }}
.st-key-menu .st-key-menu_first a {{ padding-left: 0.5rem; }}
.st-key-menu, .st-key-menu [data-testid="stVerticalBlock"] {{ gap: 0; }}
[data-testid="stPageLink"] p {{ font-weight: 400 !important; }}
[data-testid="stPageLink"] a[aria-current="page"] p {{ -webkit-text-stroke: 0.4px; }}
/* sections fold; only their names stay */
.st-key-menu details {{ border: 0; background: none; }}
.st-key-menu summary {{ min-height: 1.75rem; padding: 0.1rem 0.25rem; border: 0; }}
.st-key-menu summary p {{ font-weight: 600; }}
.st-key-menu [data-testid="stExpanderDetails"] {{ padding: 0 0 0.25rem; border: 0; }}
@media (max-width: 767px) {{
  :is(.st-key-menu, .st-key-find) :is(a, summary) {{ min-height: 2.5rem; }}
}}
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
    """The menu with its search; its links keep what goes along from page to page."""
    state = st.session_state
    if state.get("menu_of") != state["page"]:  # arrived: this page's section is the open one
        state["menu_of"] = state["page"]
        _open(next(name for name, pages in SECTIONS.items() if state["page"] in pages))
    with st.sidebar:
        find.find()
        _sections()
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


@st.fragment
@in_turn
def _sections() -> None:
    """The pages to start from, and the other sections, one open at a time.

    So no link moves when its page is opened.
    """
    first, *others = SECTIONS
    with st.container(key="menu"):
        with st.container(key="menu_first"):
            _links(SECTIONS[first])
        for section in others:
            key = f"menu_{section}"
            with st.expander(section, key=key, on_change=_turned, args=(section,)):
                _links(SECTIONS[section])


def _turned(section: str) -> None:
    """Shut the other sections when the reader opens one."""
    if st.session_state[f"menu_{section}"]:
        _open(section)


def _open(section: str) -> None:
    _, *others = SECTIONS
    st.session_state.update({f"menu_{name}": name == section for name in others})


def _links(pages: Mapping[str, str]) -> None:
    for stem, title in pages.items():
        _link(stem, f"{title} :small[{NAMES[stem]}]" if stem in NAMES else title)


def _link(stem: str, label: str) -> None:
    st.page_link(f"pages/{stem}.py", label=label, query_params=st.session_state["kept"])


def contents() -> None:
    """The sections, each with the field's names for its pages; it opens to what they do."""
    _, *sections = SECTIONS
    with st.container(key="contents", gap="xsmall"):
        for section in sections:
            names = " \N{MIDDLE DOT} ".join(NAMES[stem] for stem in SECTIONS[section])
            with st.expander(f"**{section}:** :small[{names}]"):
                for stem, title in SECTIONS[section].items():
                    _link(stem, f"{title} :small[{ABOUT[stem]}]")

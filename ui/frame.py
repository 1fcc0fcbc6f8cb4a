"""The frame of every page: menu, head, foot."""

from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from toylab.teaching import course, glossary, lesson_links
from toylab.teaching.contents import NAMES, SECTIONS, TITLES, PageLink
from ui.course import go_on, guide
from ui.live import keep_jobs
from ui.memory import freeze_heap
from ui.report import lesson_drawer, report_drawer
from ui.sections import drawer
from ui.session import asks, presenting, toggle_query, way_to

# Less air at the sides; and text that the theme greys below 4.5 to 1 gets the text's colour.
STYLE = """
.stMainBlockContainer { padding-inline: clamp(1rem, 3vw, 3rem); }
.stVegaLiteChart svg text { fill: currentColor; }
.stVegaLiteChart > svg { max-width: 100%; } /* its last width can get lost while a menu opens */
[data-testid="stCaptionContainer"] { color: inherit; opacity: 1; }
[data-testid="stBaseButton-primary"]:enabled { color: light-dark(#fff, #10161c); }
[data-testid="stMarkdownContainer"]:has(> table) { overflow-x: auto; }
/* no band above the title, and none above the menu: what floats there takes no room */
[data-testid="stHeader"] { background: transparent; pointer-events: none; min-height: 0; }
[data-testid="stHeader"] :is(button, a) { pointer-events: auto; }
[data-testid="stMainBlockContainer"] { padding-top: 0.75rem; }
h1 { padding-right: 3rem !important; } /* of the button for the menu at the top */
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
  [data-testid="stMainBlockContainer"] { padding-top: 2.75rem; }
  .st-key-menu a { min-height: 2.5rem; }
}
"""
# A screen reader has a figure's finding and the sentence below it, not a thousand marks; what
# a new step asks, or an experiment sets, is brought into sight; a phone's menu closes when a
# page is chosen.
SCRIPT = """<script>
if (!window.attends) {
  window.attends = new MutationObserver(() => {
    document.querySelectorAll(".stVegaLiteChart > svg:not([aria-hidden])").forEach((svg) =>
      svg.setAttribute("aria-hidden", "true"));
    const step = document.querySelector(".st-key-guide strong")?.textContent;
    if (step && step !== window.step) {
      document.querySelector(".st-key-guide").scrollIntoView({ block: "center" });
    }
    window.step = step;
  });
  const all = { childList: true, subtree: true, characterData: true };
  window.attends.observe(document.body, all);
  document.addEventListener("animationstart", (event) => {
    if (event.animationName.startsWith("moved-") && event.animationName !== window.moved) {
      window.moved = event.animationName;
      event.target.scrollIntoView({ block: "center", behavior: "instant" });
    }
  });
  document.addEventListener("click", (event) => {
    if (innerWidth < 768 && event.target.closest('[data-testid="stSidebar"] a')) {
      document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
    }
  });
}
</script>"""
# For a projector: large type, and nothing but the page.
STAGE = """
html { font-size: 21px !important; }
.stMainBlockContainer { padding-top: 0.5rem; }
kbd { color: inherit !important; opacity: 1 !important; }
[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"], [data-testid="stHeader"] {
  display: none;
}
"""


def menu() -> dict[str, list[st.Page]]:
    """Every page, by section, in reading order."""
    return {
        section: [
            st.Page(f"pages/{stem}.py", title=title, default=stem == "home")
            for stem, title in pages.items()
        ]
        for section, pages in SECTIONS.items()
    }


def frame() -> st.Page:
    """The frame around every page; app.py runs the page it returns."""
    chosen, state = st.navigation(menu(), position="hidden"), st.session_state
    page = chosen.url_path or "home"
    st.set_page_config(
        page_title=f"{TITLES[page]} | Toylab",
        page_icon="📉",
        layout="wide",
        initial_sidebar_state=260,
    )
    arrived, state["framed"], state["page"] = state.get("page") != page, True, page
    go_on(state.pop("next", None))
    query = st.query_params.to_dict()
    state["kept"], state["knobs"] = lesson_links.kept(query), {}
    if arrived:  # what an address says wins over what was kept, even where it is the default
        for key in set(query) - set(lesson_links.KEPT):
            state.pop(key, None)
    present = presenting()
    hide = lesson_links.style(lesson_links.hidden(query))
    st.html(f"<style>{STYLE}{hide}{STAGE if present else ''}{_flash()}</style>")
    st.html(SCRIPT, unsafe_allow_javascript=True)
    freeze_heap()
    keep_jobs()
    _side()
    guide(course.read(query), present)
    return chosen


def _flash() -> str:
    """The style that shows what an experiment has just moved; its beginning calls the script."""
    state = st.session_state
    if "moved" not in state:
        return ""
    state["set_ups"] = name = state.get("set_ups", 0) + 1  # an animation of another name begins
    keys = [f".st-key-{key}" for key in state.pop("moved")]
    shut = [f'[data-testid="stExpander"]:has({key})' for key in keys]  # "All settings"
    places = ", ".join(keys + shut) or "h1"
    colour = "background: light-dark(#ffe9a8, #574a1c); border-radius: 0.5rem;"
    return (
        f"{places} {{ animation: moved-{name} 3s; }} "
        f"@keyframes moved-{name} {{ from, 40% {{ {colour} }} }}"
    )


def foot() -> None:
    """The foot of every page: its words, a link for a class, and the reader's report."""
    page, state = st.session_state["page"], st.session_state
    words = glossary.on(page)
    if words:
        with drawer("Words on this page", ":material/dictionary:", page) as opened:
            if opened:
                st.markdown("\n".join(f"- {term.line}" for term in words))
                way_to(PageLink("glossary"), "Every word and symbol, and every paper")
    if any(state["knobs"].values()):
        lesson_drawer()
    if state["knobs"] or state.get("journal"):
        report_drawer()


def _side() -> None:
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


def page(*, title: str, claim: str) -> None:
    """The head of a page: the question, and the claim in a line."""
    if "framed" not in st.session_state:
        # A page's own link, opened first on a cold server: Streamlit finds a pages/ folder and
        # runs the file without app.py. Declaring the menu ends that mode; run again, framed.
        st.navigation(menu())
        st.rerun()
    st.title(title, anchor=False)
    if not presenting():  # whoever presents says it
        st.markdown(claim)


def contents() -> None:
    """Links to every other section's pages."""
    here = st.session_state["page"]
    sections = [(section, pages) for section, pages in SECTIONS.items() if here not in pages]
    half = (len(sections) + 1) // 2
    with st.container(key="contents"):
        for place, some in zip(st.columns(2), (sections[:half], sections[half:]), strict=True):
            with place:
                page_links(some)


def layout() -> tuple[Any, Any, Any]:
    """Places for a page's label, its controls at the left, and its figure at the right."""
    label = st.container()
    left, right = st.columns([1, 3], gap="medium")
    return label, left.container(border=True), right


def places(count: int) -> list[Any]:
    """Places below one another, to be filled in any order."""
    return [st.container() for _ in range(count)]

"""The frame of every page: head, menu at its side, foot."""

import math
from typing import Any

import streamlit as st

from toylab.data.recorded import Damaged
from toylab.teaching import course, lesson_links
from toylab.teaching.contents import TITLES
from ui import guide, old_links
from ui.course import go_on
from ui.found_runs import LANDED
from ui.live import keep_jobs
from ui.memory import freeze_heap
from ui.menu import STYLE as MENU_STYLE
from ui.menu import all_pages, side
from ui.pointer import CLICKED
from ui.report import note_page
from ui.row import row
from ui.session import REDRAW, presenting
from ui.sight import STYLE as SIGHT_STYLE
from ui.tab_storage import keep_tab
from ui.turns import in_turn
from ui.upload import STYLE as UPLOAD_STYLE

# Less air at the sides; and text that the theme greys below 4.5 to 1 gets the text's colour.
STYLE = """
.stMainBlockContainer { padding-inline: clamp(1rem, 2vw, 3rem); }
[data-testid="stLayoutWrapper"]:has(> .st-key-unseen) {
  position: absolute; width: 0; height: 0; overflow: hidden;
}
.stVegaLiteChart svg text { fill: currentColor; }
.stVegaLiteChart > svg { max-width: 100%; } /* its last width can get lost while a menu opens */
[data-testid="stCaptionContainer"] { color: inherit; opacity: 1; }
[data-testid="stBaseButton-primary"]:enabled { color: light-dark(#fff, #10161c); }
[data-testid="stMarkdownContainer"]:has(> table) { overflow-x: auto; }
/* no band above the title: what floats there takes no room */
[data-testid="stHeader"] { background: transparent; pointer-events: none; min-height: 0; }
[data-testid="stHeader"] :is(button, a) { pointer-events: auto; }
[data-testid="stMainBlockContainer"] { padding-top: 0.6rem; }
[data-testid="stMainBlockContainer"] > div > [data-testid="stVerticalBlock"] { gap: 0.6rem; }
h1 { padding: 0 3rem 0 0 !important; } /* the room of the button for the menu at the top */
@media (max-width: 767px) {
  [data-testid="stMainBlockContainer"] { padding-top: 2.75rem; }
}
"""
# A screen reader has a figure's finding and the sentence below it, not a thousand marks; a figure
# that follows a slider hears what its bubble says while it is dragged (see ui.handle); what a new
# step asks, or an experiment sets, is brought into sight; on a phone
# a committed guess brings the figure into sight, and the menu closes when a page is chosen.
SCRIPT = """<script>
if (!window.attends) {
  window.attends = new MutationObserver(() => {
    document.querySelectorAll(".stVegaLiteChart > svg:not([aria-hidden])").forEach((svg) =>
      svg.setAttribute("aria-hidden", "true"));
    document.querySelectorAll("input.dial").forEach((dial) => {
      const slider = document.querySelector(`.st-key-${dial.dataset.key}`);
      const said = slider?.querySelector('[data-testid="stSliderThumbValue"]')?.textContent;
      if (said && said !== dial.value) {
        dial.value = said;
        dial.dispatchEvent(new Event("input"));
      }
    });
    const step = document.querySelector(".st-key-guide strong")?.textContent;
    if (step && step !== window.step) {
      document.querySelector('[data-testid="stMain"]').scrollTo(0, 0);
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
    if (innerWidth < 768 && event.target.closest(
        '[class*="st-key-"][class*="_commit"] button')) {
      document.querySelector(".st-key-figure")?.scrollIntoView({ block: "start" });
    }
    if (innerWidth < 768 && event.target.closest(
        '[data-testid="stSidebar"] :is(a, .st-key-found button)')) {
      document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
    }
  });
}
</script>"""
# For a projector: large type, and nothing but the page.
STAGE = """
html { font-size: 21px !important; }
.stMainBlockContainer { padding-top: 0.5rem; }
.st-key-figure [data-testid="stElementContainer"]:has(.stVegaLiteChart),
.st-key-figure .stVegaLiteChart { height: calc(100vh - 14.5rem) !important; }
.st-key-guide { padding-right: 0; }
.st-key-guide .st-key-guide_back { width: 9rem !important; } /* it names its key */
kbd { color: inherit !important; opacity: 1 !important; }
[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"], [data-testid="stHeader"] {
  display: none;
}
"""


@in_turn
def frame() -> st.Page:
    """The frame around every page: what no control of the page changes; the page that is chosen."""
    chosen, state = st.navigation(all_pages(), position="hidden"), st.session_state
    page = chosen.url_path or "home"
    st.set_page_config(
        page_title=f"{TITLES[page]} | Toylab",
        page_icon="📉",
        layout="wide",
        initial_sidebar_state=260,
    )
    state.pop(REDRAW, None)
    arrived, state["framed"], state["page"] = state.get("page") != page, True, page
    moved = old_links.moved(page, st.query_params.to_dict())
    go_on(state.pop("next", None) or moved)
    drop_nonsense()
    query = st.query_params.to_dict()
    state["kept"], state["knobs"], state["firsts"] = lesson_links.kept(query), {}, {}
    if arrived:  # what an address says wins over what was kept, even where it is the default
        for key in lesson_links.controls(query):
            state.pop(key, None)
    present = presenting()
    hide = lesson_links.style(lesson_links.hidden(query))
    screen = STAGE if present else ""
    styles = [STYLE, MENU_STYLE, SIGHT_STYLE, UPLOAD_STYLE, guide.STYLE, hide, screen, _flash()]
    with st.container(key="unseen"):
        st.html(f"<style>{''.join(styles)}</style>")
        st.html(SCRIPT, unsafe_allow_javascript=True)
    side()
    guide.guide(course.read(query), present)
    return chosen


@st.fragment
@in_turn
def run(chosen: st.Page) -> None:
    """The page in its frame. A control of the page runs this alone again: half of all there is."""
    state = st.session_state
    if any(key in state for key in ("next", "moved", REDRAW)):  # what the frame does
        st.rerun()
    state[LANDED] = LANDED not in state
    state["knobs"], state["firsts"] = {}, {}
    for old in CLICKED, "rowed":  # of a run that another one cut short
        state.pop(old, None)
    freeze_heap()
    keep_jobs()
    chosen._can_be_called = True  # Streamlit lets a page run once in a run of all
    try:
        chosen.run()
    except Damaged as damage:
        st.error(str(damage), icon=":material/block:")
    if state.pop("rowed", None) is None:  # a page without a figure has its row here
        row()
    note_page()
    keep_tab()


def drop_nonsense() -> None:
    """Begin again without what a link may say and no widget bears.

    Widgets drop values that they do not have; but an endless number breaks a field for whole
    ones, and an empty choice is none.
    """
    query = {key: st.query_params.get_all(key) for key in st.query_params}
    if broken := [key for key, values in query.items() if any(map(_nonsense, values))]:
        for key in broken:
            del st.query_params[key]
        st.rerun()


def _nonsense(text: str) -> bool:
    try:
        return not (text and math.isfinite(float(text)))
    except ValueError:
        return False


def _flash() -> str:
    """The style that shows what an experiment has just moved, which is said, too.

    Its beginning calls the script.
    """
    state = st.session_state
    if "moved" not in state:
        return ""
    st.toast(f"The controls are set. {state.pop('then', '')}", icon=":material/tune:")
    state["set_ups"] = name = state.get("set_ups", 0) + 1  # an animation of another name begins
    keys = [f".st-key-{key}" for key in state.pop("moved")]
    shut = [f'[data-testid="stExpander"]:has({key})' for key in keys]  # "All settings"
    places = ", ".join(keys + shut) or "h1"
    colour = "background: light-dark(#ffe9a8, #574a1c); border-radius: 0.5rem;"
    return (
        f"{places} {{ animation: moved-{name} 3s; }} "
        f"@keyframes moved-{name} {{ from, 40% {{ {colour} }} }}"
    )


def page(*, title: str, claim: str) -> Any:
    """The head of a page: the question, and the claim in a line; the place beside that."""
    if "framed" not in st.session_state:
        # A page's own link, opened first on a cold server: Streamlit finds a pages/ folder and
        # runs the file without app.py. Declaring the menu ends that mode; run again, framed.
        st.navigation(all_pages())
        st.rerun()
    st.title(title, anchor=False)
    head = st.container(horizontal=True, vertical_alignment="center", key="head")
    if not presenting():  # whoever presents says it
        task = guide.to_do()  # a step of a way says here what to do
        head.container(key="to_do" if task else "claim").markdown(task or claim)
    return head


def places(count: int) -> list[Any]:
    """Places below one another, to be filled in any order."""
    return [st.container() for _ in range(count)]

"""The guide on top of a page: one line with a step of a way and its buttons, or the pages in turn.

Its buttons have fixed places, so that whoever presents finds them without looking.
"""

import streamlit as st

from toylab.teaching import course, lesson_links
from toylab.teaching.contents import TITLES
from ui.course import Turn, ending, turn_to
from ui.session import leave_course, set_state, toggle_query

CLOSE = ":material/close:"
STYLE = """
[data-testid="stLayoutWrapper"]:has(> .st-key-guide) { position: sticky; top: 0; z-index: 90; }
.st-key-guide { flex-wrap: nowrap; padding: 0.15rem 2.5rem 0.15rem 0; /* of the menu's button */
  border-bottom: 1px solid #8885;
  background: var(--st-background-color, Canvas); }
.st-key-guide button { min-height: 2.25rem; padding-block: 0; }
.st-key-guide button p { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.st-key-guide_do { overflow: hidden; }
.st-key-guide_do :is(div, button, span) { min-width: 0; max-width: 100%; }
.st-key-guide_do button { justify-content: flex-start; text-align: left; overflow: hidden; }
:is(.st-key-guide_back, .st-key-guide_on, .st-key-guide_notice) { flex: 0 0 auto !important; }
.st-key-guide_back { width: 6rem !important; }
:is(.st-key-guide_on, .st-key-guide_notice) { width: 10rem !important; }
.st-key-guide_leave { width: 3rem !important; flex: 0 0 auto !important; }
.st-key-guide_leave button p { /* for ears only */
  position: absolute; width: 1px; overflow: hidden; clip-path: inset(50%);
}
[data-testid="stHeader"] div { pointer-events: none; } /* it floats over the guide */
.st-key-lesson_sentence { font-weight: 600; }
.stVegaLiteChart { scroll-margin-block: 4rem 1rem; }
@media (max-width: 767px) {
  .st-key-guide { flex-wrap: wrap; gap: 0.5rem; padding-right: 0; }
  .st-key-guide kbd { display: none; }
  [data-testid="stLayoutWrapper"]:has(> .st-key-guide_do) { order: -1; flex-basis: 100%; }
  :is(.st-key-guide_back, .st-key-guide_on, .st-key-guide_notice) { flex-grow: 1 !important;
    width: auto !important; }
}
"""


def to_do() -> str:
    """The task of the step, on its page; empty elsewhere."""
    trail = course.read(st.query_params.to_dict())
    if trail is None or trail.over or st.session_state["page"] != trail.step.link.page:
        return ""
    return trail.step.do


def guide(trail: course.Trail | None, present: bool) -> None:
    """The guide of a way through, or of the pages presented; and a teacher's sentence."""
    say = lesson_links.sentence(st.query_params.to_dict())
    if trail or present:
        _bar(trail, present)
    if say:
        with st.container(border=True, key="lesson_sentence"):
            st.text(say)  # as it was typed: an address is no place for Markdown
    if trail and not trail.over and st.session_state.get("notice"):
        st.info(f"**What to notice.** {trail.step.notice}", icon=":material/visibility:")
    if trail and trail.over and st.session_state["page"] == trail.step.link.page:
        ending(trail.way)


def _bar(trail: course.Trail | None, present: bool) -> None:
    """The line itself."""
    keys = ("PageUp", "PageDown", "Escape") if present else (None, None, None)
    (back, earlier), (on, later) = _neighbours(trail)
    with st.container(key="guide", horizontal=True, vertical_alignment="center", gap="small"):
        st.button(back, shortcut=keys[0], disabled=earlier is None, on_click=turn_to,
                  args=(earlier,), key="guide_back", width="stretch")  # fmt: skip
        _what_to_do(trail)
        st.button(on, type="primary", shortcut=keys[1], disabled=later is None, width="stretch",
                  on_click=turn_to, args=(later,), key="guide_on")  # fmt: skip
        if trail:
            _notice(trail)
        if present:
            st.button(
                "Stop presenting",
                icon=CLOSE,
                shortcut=keys[2],
                on_click=toggle_query,
                args=("present", "on"),
                key="guide_leave",
                type="tertiary",
                width="stretch",
            )
        else:
            st.button("Leave this way", icon=CLOSE, on_click=leave_course, key="guide_leave",
                      type="tertiary", width="stretch")  # fmt: skip


def _what_to_do(trail: course.Trail | None) -> None:
    """The step by its name, what it asks behind; or the page's place."""
    with st.container(key="guide_do"):
        if trail is None:
            stems = list(TITLES)
            st.markdown(f"Page {stems.index(st.session_state['page']) + 1} of {len(stems)}")
            return
        step, way, steps = trail.step, trail.way, len(trail.way.steps)
        if trail.over:
            st.markdown(f"**{way.title}: all {steps} steps are done.**")
            return
        head = f"**{way.title}, step {trail.at} of {steps}: {step.title}**"
        with st.popover(head, type="tertiary", width="stretch"):
            st.markdown(step.do)
            st.caption(f"About {step.minutes} min; {len(trail.done)} of {steps} steps done.")


def _notice(trail: course.Trail) -> None:
    """The points to notice at a step; or where the reader strayed, the way back."""
    if not trail.over and st.session_state["page"] != trail.step.link.page:
        st.button("To this step", icon=":material/undo:", on_click=turn_to, args=(trail,),
                  key="guide_notice", width="stretch")  # fmt: skip
        return
    shown = bool(st.session_state.get("notice"))
    st.button(
        "Hide" if shown else "What to notice", shortcut="n", disabled=trail.over, width="stretch",
        on_click=set_state, args=("notice", not shown), key="guide_notice",
    )  # fmt: skip


def _neighbours(trail: course.Trail | None) -> tuple[tuple[str, Turn], tuple[str, Turn]]:
    """The buttons back and on, and where they lead; without a way, through the menu."""
    if trail:
        back = trail.to(trail.at - 1) if trail.at > 1 else None
        if trail.over:
            return ("Back", back), ("First page", "home")
        return ("Back", back), ("Done, next", trail.onward())
    stems = list(TITLES)
    at = stems.index(st.session_state["page"])
    later = stems[at + 1] if at + 1 < len(stems) else None
    return ("Back", stems[at - 1] if at else None), ("Next", later)

"""The ways through the pages: the guide at the top, and the steps on the first page."""

from collections.abc import Iterable

import streamlit as st

from toylab.teaching import course, lesson_links
from toylab.teaching.contents import TITLES
from toylab.teaching.ways import Way
from ui.session import leave_course, link_query, toggle_query


def guide(trail: course.Trail | None, present: bool) -> None:
    """The guide of a way through: its step and what to do there; or the pages, presented."""
    if trail is None and not present:
        return
    keys = ("PageUp", "PageDown", "Escape") if present else (None, None, None)
    (back, earlier), (on, later) = _neighbours(trail)
    here = st.session_state["page"]
    with st.container(
        border=True, key="guide", horizontal=True, vertical_alignment="center", gap="small"
    ):
        place = f"Page {list(TITLES).index(here) + 1} of {len(TITLES)}"
        st.markdown(_step(trail) if trail else place, width="stretch")
        st.button(back, shortcut=keys[0], disabled=earlier is None, on_click=turn_to,
                  args=(earlier,), key="guide_back")  # fmt: skip
        st.button(on, type="primary", shortcut=keys[1], disabled=later is None,
                  on_click=turn_to, args=(later,), key="guide_on")  # fmt: skip
        if trail and not trail.over:
            if here != trail.step.link.page:
                st.button("To the page of this step", icon=":material/undo:", on_click=turn_to,
                          args=(trail,))  # fmt: skip
            with st.popover("What to notice", icon=":material/visibility:"):
                st.markdown(trail.step.notice)
        if present:
            st.button("Stop presenting", shortcut=keys[2], on_click=toggle_query,
                      args=("present", "on"), type="tertiary")  # fmt: skip
        if trail:
            st.button("Leave this way", on_click=leave_course, type="tertiary")


def _step(trail: course.Trail) -> str:
    """The text of a step: what there is to do, and how far along it is."""
    step, way = trail.step, trail.way
    steps = len(way.steps)
    if trail.over:
        return f"**{way.title}: all {steps} steps are done.**"
    return (
        f"**{way.title}, step {trail.at} of {steps}: {step.title}** \N{MIDDLE DOT} "
        f"{step.minutes} min \N{MIDDLE DOT} {len(trail.done)} done  \n{step.do}"
    )


Turn = course.Trail | str | None  # to a step, or to a page by its stem


def _neighbours(trail: course.Trail | None) -> tuple[tuple[str, Turn], tuple[str, Turn]]:
    """The buttons back and on, and where they lead; without a way, through the menu."""
    if trail:
        back = trail.to(trail.at - 1) if trail.at > 1 else None
        if trail.over:
            return ("Back", back), ("To the first page", "home")
        return ("Back", back), ("Done, next", trail.onward())
    stems = list(TITLES)
    at = stems.index(st.session_state["page"])
    later = stems[at + 1] if at + 1 < len(stems) else None
    return ("Back", stems[at - 1] if at else None), ("Next", later)


def turn_to(to: course.Trail | str) -> None:
    """Go to a step of a way, its controls set, or to a page; done when the next run begins."""
    query = lesson_links.kept(st.query_params.to_dict())
    if isinstance(to, str):
        st.session_state["next"] = (to, query)
        return
    place = to.step.link.without(lesson_links.hidden(query))
    for key, value in place.settings.items():
        st.session_state[key] = value
    st.session_state["next"] = (place.page, lesson_links.along(query, to))


def go_on(to: tuple[str, dict[str, str]] | None) -> None:
    """Switch to the page that was asked for in the last run, if any."""
    if to is None:
        return
    page, query = to
    if page == st.session_state["page"]:
        leave_course()  # steps done on another way do not count on this one
        st.query_params.update(query)
    else:
        st.switch_page(f"pages/{page}.py", query_params=query)


def start(way: Way) -> None:
    """A button that starts a way, for a visitor who is on none."""
    if course.read(st.query_params.to_dict()) is None:
        st.button(way.title, icon=":material/play_circle:", key=f"start_{way.name}",
                  on_click=turn_to, args=(course.Trail(way),))  # fmt: skip


def ways(several: Iterable[Way]) -> None:
    """Ways through the pages side by side: their steps, as links, and which are done."""
    several, trail = list(several), course.read(st.query_params.to_dict())
    for place, way in zip(st.columns(len(several)), several, strict=True):
        mine = trail if trail and trail.way == way else course.Trail(way)
        with place.container(border=True):
            st.markdown(f"**{way.title}** \N{MIDDLE DOT} about {way.lasts}  \n{way.whom}")
            done, steps = len(mine.done), len(way.steps)
            if done:
                st.progress(done / steps, f"{done} of {steps} steps done")
            with st.expander(f"{steps} steps", expanded=bool(done)), st.container(gap=None):
                for k, step in enumerate(way.steps, 1):
                    icon = "check_circle" if k in mine.done else "radio_button_unchecked"
                    st.page_link(
                        f"pages/{step.link.page}.py", label=f"{k}. {step.title}",
                        icon=f":material/{icon}:", query_params=link_query(step.link, mine.to(k)),
                    )  # fmt: skip
            st.button(
                "Again" if mine.over else "Go on" if mine.done else "Start",
                key=f"way_{way.name}", width="stretch", type="primary", on_click=turn_to,
                args=(course.Trail(way) if mine.over else mine,),
            )  # fmt: skip

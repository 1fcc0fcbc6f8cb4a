"""The ways through the pages: going along one, its end, and all of them on the first page."""

from collections.abc import Iterable
from typing import TypeAlias

import pandas as pd
import streamlit as st

from toylab.teaching import course, lesson_links
from toylab.teaching.contents import PageLink
from toylab.teaching.way_summary import summary
from toylab.teaching.ways import WAYS, Way
from ui.blocks import Table
from ui.report import report_form
from ui.session import leave_course, link_query, way_to

Turn: TypeAlias = course.Trail | str | None  # to a step, or to a page by its stem


def turn_to(to: course.Trail | str) -> None:
    """Go to a step of a way, its controls set, or to a page; done when the next run begins."""
    query = lesson_links.kept(st.query_params.to_dict())
    st.session_state["notice"] = False
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
            st.markdown(f"**{way.title}**")
            done, steps = len(mine.done), len(way.steps)
            if done:
                st.progress(done / steps, f"{done} of {steps} steps done")
            more = f"{steps} steps, {way.lasts}"
            with st.expander(more, expanded=bool(done)), st.container(gap=None):
                st.caption(way.whom)
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


def ending(way: Way) -> None:
    """The end of a way: its guesses, and what to do next."""
    made = summary(way, st.session_state.get("journal", []))
    with st.container(border=True, key="ending"):
        st.markdown(f"**{way.title}: done.** {made.sentence}")
        if made.guesses:
            Table(pd.DataFrame(made.rows()).replace({r"\|": "/"}, regex=True)).draw()
        st.markdown("**What next?**")
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.popover("Save your report", icon=":material/assignment_turned_in:"):
                report_form("ending")
            way_to(PageLink("quiz"), "Test yourself in the quiz")
            for name in way.then:
                st.button(
                    WAYS[name].title, help=f"About {WAYS[name].lasts}", key=f"then_{name}",
                    icon=":material/arrow_forward:", on_click=turn_to,
                    args=(course.Trail(WAYS[name]),),
                )  # fmt: skip

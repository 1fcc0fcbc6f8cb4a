"""Session and address: what goes along from page to page, and the journal."""

import random
from datetime import UTC, datetime
from urllib.parse import urlencode

import streamlit as st

from toylab.teaching import course, journal, lesson_links
from toylab.teaching.contents import PageLink
from toylab.teaching.plain_text import plain

OWN_SEEDS = range(1000, 10**6)  # recorded runs have lower ones

REDRAW = "redraw"  # in the session: what has changed is in the frame, too, not in the page alone


def toggle_query(name: str, value: str) -> None:
    """Set something that goes along from page to page, or take it back."""
    if st.query_params.get(name) == value:
        del st.query_params[name]
    else:
        st.query_params[name] = value


def leave_course() -> None:
    """Take the way and its step out of the address."""
    for name in course.KEYS:
        st.query_params.pop(name, None)


def current_link() -> PageLink:
    """This page with the controls that differ from what they are at first."""
    state = st.session_state
    values = {key: state[key] for key in state["knobs"] if key in state}
    return PageLink(state["page"], values).beyond(state["firsts"])


def address() -> str:
    """The address of this page with its controls as they are."""
    return f"{st.context.url or ''}?{urlencode(current_link().query, doseq=True)}"


def set_state(key: str, now: bool) -> None:
    """Set a value of the session; for use as a callback."""
    st.session_state[key] = now


def own_seed(prefix: str) -> int:
    """A first seed that is this visitor's own, the same until it is forgotten."""
    key = f"{prefix}_seed"
    if st.session_state.get(key) not in OWN_SEEDS:
        st.session_state[key] = random.choice(OWN_SEEDS)
    return int(st.session_state[key])


def forget(prefix: str) -> None:
    """Forget what a page has of this visitor: guess, run and seed; not which answers were seen."""
    for key in [key for key in map(str, st.session_state) if key.startswith(f"{prefix}_")]:
        if key != f"{prefix}_answered":
            del st.session_state[key]


def presenting() -> bool:
    """True where the page is shown to a room."""
    return st.query_params.get("present") == "on"


def asks() -> bool:
    """True where the reader wants to be asked before an answer is shown."""
    return st.query_params.get("ask") != "off"


def teaches() -> bool:
    """True where the reader has asked for the teacher's tools."""
    return bool(st.session_state.get("teacher"))


def way_to(place: PageLink, words: str) -> None:
    """A link to a place in the app; it sets the controls there."""
    link(place, words, ":material/arrow_forward:")


def link(place: PageLink, words: str, icon: str | None = None) -> None:
    """The same with another icon or none.

    Streamlit's own links do not change the address where they lead to the page that is open.
    """
    if place.page != st.session_state["page"]:
        query = link_query(place)
        st.page_link(f"pages/{place.page}.py", label=words, icon=icon, query_params=query)
    elif st.button(
        words, icon=icon, type="tertiary", key=f"here_{words}", on_click=_move, args=(place,)
    ):
        st.rerun()  # all of the page, also from a fragment


def _move(place: PageLink) -> None:
    """Set what the link sets: a tab by the address, a widget by its value."""
    for key, value in place.without(lesson_links.hidden(st.session_state["kept"])).settings.items():
        if key.endswith("_about"):
            st.query_params[key] = str(value)
        else:
            st.session_state[key] = value


def link_query(place: PageLink, trail: course.Trail | None = None) -> dict[str, str | list[str]]:
    """The query of a link: what goes along, and the controls that are not hidden there."""
    kept = st.session_state["kept"]
    along = lesson_links.along(kept, trail) if trail else kept
    return {**along, **place.without(lesson_links.hidden(kept)).query}


def remember(
    kind: str, question: str, given: str, answer: str, gap: str = "", grade: str = ""
) -> None:
    """Write what the reader did into the journal, for the report; the same only once."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    entry = journal.Entry(
        now, st.session_state["page"], kind, plain(question), plain(given), plain(answer),
        plain(gap), address(), grade,
    )  # fmt: skip
    entries = st.session_state.setdefault("journal", [])
    if not any(journal.alike(entry, other) for other in entries):
        entries.append(entry)

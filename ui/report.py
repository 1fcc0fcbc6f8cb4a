"""Lesson links and the reader's report, at the foot of a page."""

from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from toylab.teaching import journal, lesson_links
from toylab.teaching import report as html
from toylab.teaching.contents import TITLES
from ui.session import address, current_link

HAND_IN = """
button { font: inherit; padding: 0.4rem 0.9rem; border-radius: var(--st-button-radius);
  border: 1px solid var(--st-border-color); background: var(--st-background-color);
  color: var(--st-text-color); cursor: pointer; }
button:hover, button:focus-visible { border-color: var(--st-primary-color);
  outline: 2px solid var(--st-primary-color); }
"""


def lesson() -> None:
    """A link to this page as it is set, with some of its controls hidden."""
    page, state = st.session_state["page"], st.session_state
    titles = {key: title for key, title in state["knobs"].items() if title}
    first = [key for key in titles if key.endswith("_seed")]
    st.markdown(
        "Set the controls as your class should find them, and choose which ones to hide. "
        "A hidden control keeps its value."
        + " The seed is chosen already: then everybody sees the same."
        * bool(first)
    )
    hide = st.multiselect(
        "Hide these controls", list(titles), first, key=f"lesson_{page}",
        format_func=lambda key: f"{titles[key]} ({key})", persist_state="session",
    )  # fmt: skip
    present = st.toggle("Present: large type, no menu", key="lesson_present")
    ask = st.toggle("Ask for a guess before the figures", True, key="lesson_ask")
    address = st.context.url or ""
    link = lesson_links.link(address, current_link().query, hide, present=present, ask=ask)
    st.code(link, language=None, wrap_lines=True)
    if urlsplit(address).hostname in ("localhost", "127.0.0.1"):
        st.caption("This address works on this computer only; see *Teach with it* for a "
                   "server that a class can reach.")  # fmt: skip


def report() -> None:
    """The report of what the reader did and sees, to hand in."""
    state, page = st.session_state, st.session_state["page"]
    entries = state.get("journal", [])
    mine = [entry for entry in entries if entry.page == page]
    others = [entry for entry in entries if entry.page != page]
    st.markdown(
        f"{len(mine)} guesses, answers and runs on this page, {len(others)} on others. The "
        "report has them all, with the figures that are open on this page now. It is one "
        "file, opens without a network, and stays on your computer until you hand it in. "
        "Save it before you reload or close this tab: after that nothing is left."
    )
    name = st.text_input("Your name", key="report_name", persist_state="session")
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    values = {title: state[key] for key, title in state["knobs"].items() if title and key in state}
    _hand_in()(
        key=f"report_{page}",
        data={
            "name": f"toylab_{page}",
            "title": TITLES[page],
            "head": html.head(TITLES[page], name, address(), now) + html.controls(values),
            "tail": html.done(mine, "What you did here")
            + html.done(others, "What you did on other pages"),
        },
    )
    st.download_button(
        f"{len(entries)} lines as CSV", journal.table(entries).to_csv(index=False),
        "toylab_journal.csv", "text/csv", on_click="ignore", disabled=not entries,
    )  # fmt: skip


@cache
def _hand_in() -> Any:
    """A button that gathers the page in the browser, where its figures are drawn."""
    return st.components.v2.component(
        "hand_in",
        html='<button type="button">Report as HTML</button>',
        css=HAND_IN,
        js=html.SCRIPT.read_text(encoding="utf-8"),
    )

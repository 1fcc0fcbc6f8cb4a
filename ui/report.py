"""Lesson links and the reader's report, in the row below a figure."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from toylab.quantities import plural
from toylab.teaching import journal, lesson_links, report
from toylab.teaching.contents import TITLES
from ui.session import address, current_link
from ui.tab_storage import start_over

HAND_IN = """
button { font: inherit; padding: 0.4rem 0.9rem; border-radius: var(--st-button-radius);
  border: 1px solid var(--st-border-color); background: var(--st-background-color);
  color: var(--st-text-color); cursor: pointer; }
button:hover, button:focus-visible { border-color: var(--st-primary-color);
  outline: 2px solid var(--st-primary-color); }
"""


def show_lesson() -> None:
    """A link to this page as it is set, with some of its controls hidden."""
    page, state = st.session_state["page"], st.session_state
    shown = {key: title for key, title in state["knobs"].items() if title}
    titles = lesson_links.distinct(shown)
    first = [key for key in titles if key.endswith("_seed") and key not in lesson_links.OWN]
    st.markdown(
        "Set the controls as your class should find them, and choose which ones to hide. "
        "A hidden control keeps its value."
        + " The seed is chosen already: then everybody sees the same."
        * bool(first)
    )
    state[f"lesson_{page}"] = [key for key in state.get(f"lesson_{page}", first) if key in titles]
    hide = st.multiselect(
        "Hide these controls", list(titles), key=f"lesson_{page}",
        format_func=titles.__getitem__, persist_state="session",
    )  # fmt: skip
    say = st.text_input("A sentence for your class, on top of the page",
                        max_chars=lesson_links.LONGEST, key=f"lesson_say_{page}",
                        persist_state="session")  # fmt: skip
    present = st.toggle("Present: large type, no menu", key="lesson_present",
                        persist_state="session")  # fmt: skip
    ask = st.toggle("Ask for a guess before the figures", True, key="lesson_ask",
                    persist_state="session")  # fmt: skip
    address = st.context.url or ""
    link = lesson_links.link(address, current_link().query, hide, present=present, ask=ask, say=say)
    st.code(link, language=None, wrap_lines=True)
    st.caption(
        "It holds what differs from the page's first settings. For a QR code open the link in "
        "Chrome or Edge: *Share* in the address bar, then *Create QR code*."
    )
    if urlsplit(address).hostname in ("localhost", "127.0.0.1"):
        st.caption("This address works on this computer only; see *Teach with it* for a "
                   "server that a class can reach.")  # fmt: skip


def show_report() -> None:
    """The report of what the reader did and saw, to hand in."""
    note_page()
    report_form(st.session_state["page"])


def report_form(where: str) -> None:
    """The reader's name, and the report as a file; `where` tells two of them on a page apart."""
    state = st.session_state
    entries = state.get("journal", [])
    pages = list(dict.fromkeys([*(entry.page for entry in entries), state["page"]]))
    st.markdown(
        f"{plural(len(entries), 'guess, answer or run', 'guesses, answers and runs')} on "
        f"{plural(len({entry.page for entry in entries}), 'page')}. The report has them all, "
        "with the figures of each page as you last saw them. It is one file, opens without a "
        "network, and stays on your computer until you hand it in. A reload keeps all this; "
        "save the report before you close this tab: after that nothing is left."
    )
    name = st.text_input("Your name", state.get("reader", ""), key=f"report_name_{where}")
    state["reader"] = name
    offset, now = st.context.timezone_offset, datetime.now(UTC).isoformat()
    zone = "UTC" if offset is None else st.context.timezone or "of this computer"
    _saver()(
        key=f"report_{where}",
        data={
            "name": "toylab_report",
            "title": "What I did in Toylab",
            "head": report.head(name, report.local_time(now, offset), zone),
            "pages": [_section(each, entries, offset) for each in pages],
        },
    )
    st.download_button(
        f"{plural(len(entries), 'line')} as CSV", journal.table(entries).to_csv(index=False),
        "toylab_journal.csv", "text/csv", on_click="ignore", disabled=not entries,
        key=f"report_csv_{where}",
    )  # fmt: skip
    st.button(
        "Start over", icon=":material/restart_alt:", key=f"report_over_{where}",
        on_click=start_over, type="tertiary",
        help="Forgets every guess, answer and run of this tab, for whoever comes next.",
    )  # fmt: skip


def note_page() -> None:
    """Note how this page is set, for a report that is written on another."""
    state = st.session_state
    values = {title: state[key] for key, title in state["knobs"].items() if title and key in state}
    state.setdefault("pages_seen", {})[state["page"]] = (address(), values)


def _section(page: str, entries: Sequence[journal.Entry], offset: int | None) -> dict[str, str]:
    """The report's text on a page, above its figures and below."""
    seen = st.session_state.get("pages_seen", {})
    mine = [entry for entry in entries if entry.page == page]
    link, values = seen.get(page, (mine[-1].link if mine else address(), {}))
    return {
        "page": page,
        "head": report.section(TITLES[page], link) + report.controls(values),
        "tail": report.done(mine, offset),
    }


@cache
def _saver() -> Any:
    """A button that puts what was kept into a file."""
    return st.components.v2.component(
        "save_report",
        html='<button type="button">Report as HTML</button>',
        css=HAND_IN,
        js="""export default ({ parentElement, data }) => {
          parentElement.querySelector("button").onclick = () => window.toylab.save(data);
        };""",
    )

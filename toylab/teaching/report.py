"""Report that a reader hands in: one HTML file that needs no network, and the same as CSV.

The words are written here; the figures are those on the screen, which `report.js` puts into
the file as they were drawn, page by page.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from html import escape
from pathlib import Path

from toylab.teaching.journal import Entry

SCRIPT = Path(__file__).with_suffix(".js")
COLUMNS = {"when": "When", "kind": "What", "question": "Asked", "given": "Given",
           "answer": "Answer", "gap": "Gap"}  # fmt: skip


def head(name: str, when: str, zone: str) -> str:
    """The title, whose report it is, and when it was saved."""
    whose = f"<p>By <strong>{escape(name)}</strong></p>" if name else ""
    return f"<h1>What I did in Toylab</h1>{whose}<p>{escape(when)}. Times: {escape(zone)}.</p>"


def section(title: str, address: str) -> str:
    """The heading of a page, and the link that leads back to it as it was set."""
    link = f'<a href="{escape(address)}">{escape(address)}</a>'
    return f"<h2>{escape(title)}</h2><p>The page with these settings: {link}</p>"


def local_time(when: str, offset: int | None) -> str:
    """A time as the reader's clock had it: 28 Nov 2026, 17:48.

    Args:
        when: ISO 8601, UTC.
        offset: minutes from the reader's clock to UTC, as a browser tells it; None leaves UTC.
    """
    zone = UTC if offset is None else timezone(timedelta(minutes=-offset))
    moment = datetime.fromisoformat(when).astimezone(zone)
    return f"{moment.day} {moment:%b %Y, %H:%M}"


def controls(values: Mapping[str, object]) -> str:
    """The values of the controls, by their titles."""
    if not values:
        return ""
    rows = "".join(
        f"<tr><th scope='row'>{escape(title)}</th><td>{escape(value_text(value))}</td></tr>"
        for title, value in values.items()
    )
    return f"<h3>Controls</h3><table>{rows}</table>"


def value_text(value: object) -> str:
    """A control's value as a reader would say it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return " to ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def done(entries: Sequence[Entry], offset: int | None = None) -> str:
    """The entries of the journal, a row each, their times as the reader's clock had them."""
    if not entries:
        return ""
    head = "".join(f"<th scope='col'>{title}</th>" for title in COLUMNS.values())
    rows = "".join(
        "<tr>"
        + "".join(f"<td>{escape(_cell(one, name, offset))}</td>" for name in COLUMNS)
        + "</tr>"
        for one in entries
    )
    return f"<h3>What I did here</h3><table><thead><tr>{head}</tr></thead>{rows}</table>"


def _cell(entry: Entry, name: str, offset: int | None) -> str:
    return local_time(entry.when, offset) if name == "when" else str(getattr(entry, name))

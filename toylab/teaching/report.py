"""Report that a reader hands in: one HTML file that needs no network, and the same as CSV.

The words are written here; the figures are those on the screen, which `report.js` puts into
the file as they are drawn.
"""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from toylab.teaching.journal import Entry

SCRIPT = Path(__file__).with_suffix(".js")
COLUMNS = {"when": "When (UTC)", "kind": "What", "question": "Asked", "given": "Given",
           "answer": "Answer", "gap": "Gap"}  # fmt: skip


def head(title: str, name: str, address: str, when: str) -> str:
    """The title, whose report it is, and the link that leads back."""
    whose = f"<p>By <strong>{escape(name)}</strong></p>" if name else ""
    return (
        f"<h1>{escape(title)}</h1>{whose}<p>{escape(when)}. The page with these settings: "
        f'<a href="{escape(address)}">{escape(address)}</a></p>'
    )


def controls(values: Mapping[str, object]) -> str:
    """The values of the controls, by their titles."""
    if not values:
        return ""
    rows = "".join(
        f"<tr><th scope='row'>{escape(title)}</th><td>{escape(value_text(value))}</td></tr>"
        for title, value in values.items()
    )
    return f"<h2>Controls</h2><table>{rows}</table>"


def value_text(value: object) -> str:
    """A control's value as a reader would say it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return " to ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def done(entries: Sequence[Entry], heading: str) -> str:
    """The entries of the journal, a row each."""
    if not entries:
        return ""
    head = "".join(f"<th scope='col'>{title}</th>" for title in COLUMNS.values())
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(getattr(entry, name))}</td>" for name in COLUMNS) + "</tr>"
        for entry in entries
    )
    return f"<h2>{escape(heading)}</h2><table><thead><tr>{head}</tr></thead>{rows}</table>"

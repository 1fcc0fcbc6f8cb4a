"""Blocks of the page for teachers: a tab for each part of the guide."""

from ui.concepts.teaching import text
from ui.sections import Tab

TABS = {  # by their keys in the link
    "prepare": Tab("Prepare a lesson", lambda: [text.PREPARE]),
    "present": Tab("Present", lambda: [text.PRESENT]),
    "collect": Tab("Collect", lambda: [text.COLLECT]),
    "server": Tab("One server for a class", lambda: [text.SERVE]),
}

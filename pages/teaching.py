"""Lessons, presenting, reports, and one server for a class."""

import ui
from ui.concepts.teaching import blocks

ui.page(
    title="Teach with it",
    claim="Prepare a lesson as a link, present it, let your class work, and collect what they did.",
)
ui.tabs("teaching", blocks.TABS)

"""What does ten times more buy? Kaplan's straight lines, and where they bend."""

import ui
from ui.concepts.kaplan import blocks, text
from ui.concepts.kaplan.view import Controls

ui.page(
    title="What does ten times more buy?",
    claim="Kaplan's laws are straight lines on log axes: the same factor of size, data or "
    "compute always takes the same percentage off the loss.",
)
label, panel, figures = ui.layout()
with panel:
    controls = ui.controls("kaplan", Controls)
with label:
    ui.draw(blocks.label(controls))
with figures:
    seen = ui.ask_guess("kaplan", text.question(controls))
if seen:
    with panel:
        ui.show(blocks.panel(controls))
    with figures:
        ui.show(blocks.figure(controls))
ui.tabs("kaplan", blocks.TABS, controls)

ui.try_this("kaplan", *blocks.EXPERIMENTS)
ui.constants(*blocks.LAWS)
ui.source_of(*blocks.CODE)
does = "The constants behind it, in a terminal:"
ui.draw(ui.Export(controls.table, "kaplan", text.COMMAND, "points", does))

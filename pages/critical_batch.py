"""How big a batch is too big? Steps against tokens, by law, live, and from a table."""

import ui
from ui.concepts.critical_batch import blocks, text, view
from ui.concepts.critical_batch.view import Controls

ui.page(
    title="How big a batch is too big?",
    claim="To reach the same loss, a larger batch takes fewer steps and more tokens. At the "
    "critical batch both cost twice their least; it grows as the loss falls.",
)
label, panel, figures = ui.layout()
with panel:
    controls = ui.controls("critical", Controls)
with label:
    ui.draw(blocks.label(controls))
with figures:
    seen = ui.ask_guess("critical", text.question(controls))
    if seen:
        ui.show(blocks.figure(controls))
if seen:
    with panel:
        ui.show(blocks.numbers(controls))
ui.tabs("critical", blocks.TABS, controls)

ui.try_this("critical", *blocks.EXPERIMENTS)
ui.constants(*view.LAWS)
ui.source_of(*blocks.CODE)
ui.draw(blocks.export(controls))

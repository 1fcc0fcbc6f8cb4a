"""Bigger model, or more tokens? A budget, a loss surface, and what laws and people chose."""

import ui
from toylab.laws import published
from ui.concepts.allocation import blocks, text, view
from ui.concepts.allocation.view import Controls

ui.page(
    title="Bigger model, or more tokens?",
    claim="A budget buys a large model with few tokens or a small one with many. Which "
    "split is best, and what would each published law have trained?",
)
label, panel, figures = ui.layout()
with panel:
    controls = ui.controls("allocation", Controls, presets=view.presets)
with label:
    ui.draw(blocks.label(controls))
with figures:
    seen = ui.ask_guess("allocation", text.question(controls))
if seen:
    with panel:
        ui.show(blocks.panel(controls))
    with figures:
        ui.show(blocks.figure(controls))
ui.tabs("allocation", blocks.TABS, controls, seen=seen)

ui.try_this("allocation", *blocks.EXPERIMENTS)
ui.constants(*published.SPLITTING)
ui.source_of(*blocks.CODE)
ui.draw(blocks.export(controls))

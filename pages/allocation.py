"""Bigger model, or more tokens? A budget, a loss surface, and what laws and people chose."""

import ui
from toylab.laws import published
from ui.concepts.allocation import blocks, text, view
from ui.concepts.allocation.view import Controls

ui.page(
    title="Bigger model, or more tokens?",
    claim="A budget buys a large model with few tokens or a small one with many. Which split is "
    "best?",
)
question, panel, figure, row = ui.layout()
with panel:
    controls = ui.controls("allocation", Controls, presets=view.presets)
with question:
    guess = ui.ask_guess("allocation", text.question(controls))
with figure:
    ui.show(blocks.figure(controls, guess))
ui.tabs("allocation", blocks.TABS, controls, seen=guess.seen, experiments=blocks.EXPERIMENTS)
with row:
    ui.row(blocks.CODE, blocks.export(controls), published.SPLITTING, seen=guess.seen)

"""What does ten times more buy? Kaplan's straight lines, and where they bend."""

import ui
from ui.concepts.kaplan import blocks, text
from ui.concepts.kaplan.view import Controls

ui.page(
    title="What does ten times more buy?",
    claim="Kaplan's laws are straight lines on log axes: the same factor always takes the same "
    "percentage off the loss.",
)
question, panel, figure, row = ui.layout()
with panel:
    controls = ui.controls("kaplan", Controls)
with question:
    guess = ui.ask_guess("kaplan", text.question(controls))
with figure:
    ui.show(blocks.figure(controls, guess))
ui.tabs("kaplan", blocks.TABS, controls, seen=guess.seen, experiments=blocks.EXPERIMENTS)
with row:
    ui.row(blocks.CODE, blocks.export(controls), blocks.LAWS, seen=guess.seen)

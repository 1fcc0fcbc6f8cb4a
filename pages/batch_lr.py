"""Which batch, which learning rate? A valley with noise, its travel, and a real grid."""

import ui
from ui.concepts.batch_lr import blocks, text, view
from ui.concepts.batch_lr.view import Controls

ui.page(
    title="Which batch, which learning rate?",
    claim="At one budget the loss is a valley over both. Which way finds its bottom?",
)
question, panel, figure, row = ui.layout()
with panel:
    controls = ui.controls("tune", Controls, presets=view.presets)
with question:
    guess = ui.ask_guess("tune", *text.questions(controls))
with figure:
    ui.show(blocks.figure(controls, guess))
ui.tabs("tune", blocks.TABS, controls, seen=guess.seen, experiments=blocks.EXPERIMENTS)
with row:
    ui.row(blocks.CODE, blocks.export(controls), view.LAWS, seen=guess.seen)

"""Which batch, which learning rate? A valley with noise, its travel, and a real grid."""

import ui
from ui.concepts.batch_lr import blocks, text, view
from ui.concepts.batch_lr.view import Controls, Guess

ui.page(
    title="Which batch, which learning rate?",
    claim="At one budget the loss is a valley over both. Which way finds its bottom?",
)
question, panel, figure, row = ui.layout()
with panel:
    controls = ui.controls("tune", Controls, presets=view.presets)
with question:
    guess = ui.guess_state("eye", Guess, controls.question, text.ask(controls), reveals=True)
with figure:
    ui.show(blocks.figure(controls, guess))
guess.reply([] if guess.hide else text.answers(controls, guess.of(controls.question)))
ui.tabs(
    "tune", blocks.TABS, controls, seen=not guess.hide, experiments=blocks.EXPERIMENTS,
    then=" and commit a guess, or *Just show it*",
)  # fmt: skip
with row:
    ui.row(blocks.CODE, blocks.export(controls), view.LAWS, seen=not guess.hide)

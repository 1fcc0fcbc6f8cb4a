"""What did they do? Size, batch, rate and schedule of real models, and what laws would advise."""

import ui
from ui.concepts.recipes import blocks, text
from ui.concepts.recipes.view import Controls

ui.page(title="What did they do?", claim=text.CLAIM)
question, panel, figure, row = ui.layout()
with panel:
    controls = ui.controls("recipes", Controls)
with question:
    guess = ui.ask_guess("recipes", text.question())
with figure:
    ui.show(blocks.figure(controls, guess))
ui.tabs("recipes", blocks.TABS, controls, seen=guess.seen, experiments=blocks.EXPERIMENTS)
with row:
    ui.row(blocks.CODE, blocks.export(controls), blocks.LAWS, seen=guess.seen)

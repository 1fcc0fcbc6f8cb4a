"""How big a batch is too big? Steps against tokens, by law, live, and from a table."""

import ui
from ui.concepts.critical_batch import blocks, text, view
from ui.concepts.critical_batch.view import Controls

ui.page(
    title="How big a batch is too big?",
    claim="To reach the same loss, a larger batch takes fewer steps and more tokens.",
)
question, panel, figure, row = ui.layout()
with panel:
    controls = ui.controls("critical", Controls)
with question:
    guess = ui.ask_guess("critical", text.question(controls))
with figure:
    ui.show(blocks.figure(controls, guess))
ui.tabs("critical", blocks.TABS, controls, seen=guess.seen, experiments=blocks.EXPERIMENTS)
with row:
    ui.row(blocks.CODE, blocks.export(controls), view.LAWS, seen=guess.seen)

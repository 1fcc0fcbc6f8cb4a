"""What will it cost? A model counted, paid for, and sized for those who will use it."""

import ui
from ui.concepts.planner import blocks, config, text, view
from ui.concepts.planner.view import Controls

ui.page(title="What will it cost?", claim=text.CLAIM)
question, panel, figure, row = ui.layout()
with panel:
    controls = ui.controls("planner", Controls, presets=view.presets)
    ui.fill_from_file("planner", config.FILE)
with question:
    guess = ui.ask_guess("planner", text.question(controls))
with figure:
    ui.show(blocks.figure(controls, guess))
ui.tabs(
    "planner", blocks.TABS, controls, seen=guess.seen,
    shut=text.CLOSED if controls.refusal else "", experiments=blocks.EXPERIMENTS,
)  # fmt: skip
with row:
    ui.row(blocks.CODE, blocks.export(controls), seen=guess.seen)

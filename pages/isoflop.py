"""Where is the bottom of the valley? A simulated scaling study, fitted and extrapolated."""

import ui
from toylab.laws import published
from ui.concepts.isoflop import blocks, text
from ui.concepts.isoflop.view import Controls
from ui.concepts.shared import loss_surface

ui.page(
    title="Where is the bottom of the valley?",
    claim="Find the best size at each budget, and predict it for a larger one.",
)
question, panel, figure, row = ui.layout()
with panel:
    controls = ui.controls("isoflop", Controls, presets=loss_surface.presets)
with question:
    guess = ui.ask_guess("isoflop", text.question(controls))
with figure:
    study = ui.attempt(lambda: controls.study)
    if study:
        ui.show(blocks.figure(controls, guess))
ui.tabs(
    "isoflop", blocks.TABS, controls, seen=guess.seen, shut="" if study else text.NO_STUDY,
    experiments=blocks.EXPERIMENTS,
)  # fmt: skip
with row:
    export = blocks.export(controls) if study else None
    ui.row(blocks.CODE, export, published.SURFACES, seen=guess.seen)

"""Where is the bottom of the valley? A simulated scaling study, fitted and extrapolated."""

import ui
from toylab.laws import published
from ui.concepts.isoflop import blocks, text
from ui.concepts.isoflop.view import Controls
from ui.concepts.shared import loss_surface

ui.page(
    title="Where is the bottom of the valley?",
    claim="At one budget, small models run out of parameters and large ones out of data. Train "
    "a few sizes at each budget, fit the valleys, and follow their bottoms to a budget nobody "
    "has spent yet.",
)
label, panel, figures = ui.layout()
with panel:
    controls = ui.controls("isoflop", Controls, presets=loss_surface.presets)
with label:
    ui.draw(blocks.label(controls))
with figures:
    seen = ui.ask_guess("isoflop", text.question(controls))
    study = ui.attempt(lambda: controls.study)
    if seen and study:
        ui.show(blocks.figure(controls))
ui.tabs("isoflop", blocks.TABS, controls, seen=seen, shut="" if study else text.NO_STUDY)

ui.try_this("isoflop", *blocks.EXPERIMENTS)
ui.constants(*published.SURFACES)
ui.source_of(*blocks.CODE)
if study:
    ui.draw(blocks.export(controls))

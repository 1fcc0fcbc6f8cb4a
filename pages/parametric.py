"""One surface for every run: the parametric fit, how far to believe it, and how to break it."""

import ui
from toylab.laws import published
from ui.concepts.parametric import blocks, text, view
from ui.concepts.parametric.view import Controls
from ui.concepts.shared import loss_surface

ui.page(
    title="One surface for every run",
    claim="Five constants, fitted to all runs at once, say what any size on any amount of data "
    "would lose. How much of that do the runs really determine?",
)
label, panel, figures = ui.layout()
with panel:
    controls = ui.controls("parametric", Controls, presets=loss_surface.presets)
with figures:
    file = ui.upload(*blocks.UPLOAD) if controls.own else None
    answer = ui.attempt(lambda: view.answer(controls, file))
    ui.show(blocks.remarks(controls, file, answer))
    with ui.waiting("Fitting, and fitting resamples ...", long=bool(answer and answer.long)):
        fit = answer and ui.attempt(lambda: answer.spread.fit)
    seen = ui.ask_guess("parametric", text.question(answer) if answer and fit else None)
    if fit and seen:
        ui.show(blocks.figure(answer))
with label:
    ui.draw(blocks.label(controls, answer))
ui.tabs("parametric", blocks.TABS, answer, seen=seen, shut="" if fit else text.NO_FIT)

ui.try_this("parametric", *blocks.EXPERIMENTS)
ui.constants(*published.SURFACES)
ui.source_of(*blocks.CODE)
if answer:
    ui.draw(blocks.export(answer))

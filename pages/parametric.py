"""One surface for every run: the parametric fit, how far to believe it, and how to break it."""

import ui
from toylab.laws import published
from ui.concepts.parametric import blocks, text, view
from ui.concepts.parametric.view import Controls

ui.page(
    title="One surface for every run",
    claim="Fit five constants to all runs at once. How well do the runs determine them?",
)
question, panel, figure, row = ui.layout()
with panel:
    controls = ui.controls("parametric", Controls, presets=view.presets)
    file = ui.upload(*blocks.UPLOAD) if controls.own else None
with figure:
    answer = ui.attempt(lambda: view.answer(controls, file))
    with ui.waiting("Fitting, and fitting resamples ...", long=bool(answer and answer.long)):
        fit = answer and ui.attempt(lambda: answer.spread.fit)
with question:
    guess = ui.ask_guess("parametric", text.question(answer) if answer and fit else None)
with figure:
    if answer and fit:
        ui.show(blocks.figure(answer, guess))
    elif controls.own and file is None:
        ui.show(blocks.welcome(controls))
ui.tabs(
    "parametric", blocks.TABS, answer, seen=guess.seen, shut="" if fit else text.NO_FIT,
    experiments=blocks.EXPERIMENTS,
)  # fmt: skip
with row:
    export = blocks.export(answer) if answer else None
    ui.row(blocks.CODE, export, published.SURFACES, seen=guess.seen)

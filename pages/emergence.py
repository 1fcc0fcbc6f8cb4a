"""Sudden, or smooth? Networks that copy or add, trained while you watch, and two exams of each."""

from functools import partial

import ui
from ui.concepts.emergence import blocks, live, text, view
from ui.concepts.emergence.live import State
from ui.concepts.emergence.view import Controls

ui.page(
    title="Sudden, or smooth?",
    claim="Small networks learn to copy 12 symbols, drawn from 16. Two exams: one symbol right, or "
    "all of them in a row. Which one jumps?",
)
question, panel, figure, row = ui.layout()
with panel:
    knobs, launch = ui.places(2)
    controls = ui.controls("emergence", Controls, presets=view.presets, visible=knobs)
with launch:
    ui.draw(ui.Run("emergence", controls.study, controls.study.specs))
source = live.source(controls.study)
with question:
    asked = text.question(live.answers(source), controls.symbols)
    guess = ui.ask_guess("emergence", asked, ran=source.job is not None)
state = State(controls, source, guess)
with figure:
    ui.follow(source.about.describe(), source, state.gather, partial(blocks.figure, state))
ui.tabs(
    "emergence", blocks.TABS, state, seen=guess.seen, experiments=blocks.EXPERIMENTS,
    then="Press Run.",
)  # fmt: skip
with row:
    ui.row(blocks.CODE, blocks.export(source), seen=guess.seen)

"""How often may you read it? A text read again and again, trained while you watch."""

from functools import partial

import ui
from ui.concepts.repetition import blocks, live, tabs, text, view
from ui.concepts.shared.training import corpus_preparation, corpus_specs

ui.page(
    title="How often may you read it?",
    claim="Train on the same text again and again. When does it stop helping, and why?",
)
ui.show(corpus_preparation())
question, panel, figure, row = ui.layout()
with panel:
    knobs, launch = ui.places(2)
    study = ui.controls("repetition", view.Controls, presets=view.presets, visible=knobs).study
with launch:
    ui.draw(ui.Run("repetition", study, partial(corpus_specs, study)))
source = live.source(study)
with question:
    posed = text.question(live.answers(source))
    guess = ui.ask_guess("repetition", posed, ran=source.job is not None)
state = live.state(study, source, guess)
with figure:
    ui.follow(source.about.describe(), source, state.gather, partial(blocks.figure, state))
ui.tabs(
    "repetition", tabs.TABS, state, shut="" if state.open else text.CLOSED,
    experiments=blocks.EXPERIMENTS, then="Press Run.",
)  # fmt: skip
with row:
    ui.row(blocks.CODE, blocks.export(source), seen=guess.seen)

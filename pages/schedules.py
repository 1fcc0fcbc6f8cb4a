"""How should the learning rate end? Decays too long, or late; trained while you watch."""

from functools import partial

import ui
from ui.concepts.schedules import blocks, live, tabs, text, view
from ui.concepts.shared.training import corpus_preparation, corpus_specs

ui.page(
    title="How should the learning rate end?",
    claim="Plan its decay for longer than the run, or start it late. What does that cost?",
)
ui.show(corpus_preparation())
question, panel, figure, row = ui.layout()
with panel:
    knobs, launch = ui.places(2)
    study = ui.controls("schedules", view.Controls, presets=view.presets, visible=knobs).study
with launch:
    ui.draw(ui.Run("schedules", study, partial(corpus_specs, study)))
source = live.source(study)
with question:
    posed = text.question(live.answers(source))
    guess = ui.ask_guess("schedules", posed, ran=source.job is not None)
state = live.state(study, source, guess)
with figure:
    ui.follow(source.about.describe(), source, state.gather, partial(blocks.figure, state))
ui.tabs(
    "schedules", tabs.TABS, state, shut="" if state.open else text.CLOSED,
    experiments=blocks.EXPERIMENTS, then="Press Run.",
)  # fmt: skip
with row:
    ui.row(blocks.CODE, blocks.export(source), seen=guess.seen)

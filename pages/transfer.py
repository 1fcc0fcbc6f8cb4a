"""Does the best learning rate travel? Widths and rates, standard and in muP, trained live."""

from functools import partial

import ui
from ui.concepts.shared.training import corpus_preparation, corpus_specs
from ui.concepts.transfer import blocks, live, tabs, text, view

ui.page(
    title="Does the best learning rate travel?",
    claim="Tune a narrow network, train a wide one. When is the rate still right?",
)
ui.show(corpus_preparation())
question, panel, figure, row = ui.layout()
with panel:
    knobs, launch = ui.places(2)
    study = ui.controls("transfer", view.Controls, presets=view.presets, visible=knobs).study
with launch:
    ui.draw(ui.Run("transfer", study, partial(corpus_specs, study)))
source = live.source(study)
with question:
    posed = text.question(live.answers(source))
    guess = ui.ask_guess("transfer", posed, ran=source.job is not None)
state = live.state(study, source, guess)
with figure:
    ui.follow(source.about.describe(), source, state.gather, partial(blocks.figure, state))
ui.tabs(
    "transfer", tabs.TABS, state, shut="" if state.open else text.CLOSED,
    experiments=blocks.EXPERIMENTS, then="Press Run.",
)  # fmt: skip
with row:
    ui.row(blocks.CODE, blocks.export(source), seen=guess.seen)

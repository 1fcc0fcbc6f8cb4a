"""Which design scales? Three networks at equal compute, trained while you watch."""

from functools import partial

import ui
from ui.concepts.architecture import blocks, live, tabs, text, view
from ui.concepts.shared.training import corpus_preparation, corpus_specs

ui.page(
    title="Which design scales?",
    claim="Train three kinds of network at equal compute, and compare their lines, not their dots.",
)
ui.show(corpus_preparation())
question, panel, figure, row = ui.layout()
with panel:
    knobs, launch = ui.places(2)
    study = ui.controls("architecture", view.Controls, presets=view.presets, visible=knobs).study
with launch:
    ui.draw(ui.Run("architecture", study, partial(corpus_specs, study)))
source = live.source(study)
with question:
    results = live.answers(source)
    guess = ui.ask_guess("architecture", text.question(results), ran=source.job is not None)
state = live.state(study, source, guess)
with figure:
    ui.follow(source.about.describe(), source, state.gather, partial(blocks.figure, state))
ui.tabs(
    "architecture", tabs.TABS, state, shut="" if state.open else text.CLOSED,
    experiments=blocks.EXPERIMENTS, then="Press Run.",
)  # fmt: skip
with row:
    ui.row(blocks.CODE, blocks.export(source), seen=guess.seen)

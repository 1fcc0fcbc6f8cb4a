"""Your own Chinchilla: a real scaling study of language models, trained while you watch."""

from functools import partial

import ui
from ui.concepts.charlm import blocks, live, tabs, text, view
from ui.concepts.charlm.view import Controls
from ui.concepts.shared.training import corpus_preparation

ui.page(
    title="Your own Chinchilla",
    claim="Train language models at several budgets. Which size is best at each?",
)
ui.show(corpus_preparation())
question, panel, figure, row = ui.layout()
with panel:
    choice, launch = ui.places(2)
    controls = ui.controls(
        "charlm", Controls, presets=view.presets, first=view.defaults(), visible=choice
    )
source = live.source(controls)
with question:
    questions = text.questions(live.answers(controls, source))
    guess = ui.ask_guess("charlm", *questions, ran=source.job is not None, wait=True)
state = live.State(controls, source, guess)
with launch:
    ui.show(blocks.launch(state))
with figure:
    ui.follow(blocks.settings(state), source, state.gather, partial(blocks.figure, state))
ui.tabs(
    "charlm", tabs.TABS, state, shut="" if state.open else text.CLOSED,
    experiments=blocks.EXPERIMENTS, then="Press Run.",
)  # fmt: skip
with row:
    ui.row(blocks.CODE, blocks.export(source), seen=guess.seen)

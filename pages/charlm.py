"""Your own Chinchilla: a real scaling study of language models, trained while you watch."""

from functools import partial

import streamlit as st

import ui
from ui.concepts.charlm import blocks, live, text, view
from ui.concepts.charlm.view import Controls, Guess
from ui.concepts.shared.training import corpus_preparation

ui.page(
    title="Your own Chinchilla",
    claim="As Chinchilla's makers did: train language models of many sizes at several budgets "
    "of compute (FLOPs). Which size is best at each? Guess, commit, run.",
)
ui.show(corpus_preparation())
label, panel, figures = ui.layout()
with panel:
    choice, guessing = st.container(), st.container()
    controls = ui.controls(
        "charlm", Controls, presets=view.presets, first=view.defaults(), visible=choice
    )
with guessing:
    ask, source = text.question(controls.study), live.source(controls)
    guess = ui.guess_state(
        "guess", Guess, controls.question, ask, ran=source.job is not None, titles={"best": ask}
    )
    ui.draw(blocks.run(controls))
state = live.State(controls, source, guess)
with label:
    ui.show(blocks.label(state))
with figures:
    ui.follow(
        text.label(source, guess.hide),
        source,
        state.gather,
        partial(blocks.figure, fixed=guess.fixed),
    )
ui.tabs("charlm", blocks.TABS, state, shut="" if state.results else text.CLOSED)

ui.try_this("charlm", *blocks.EXPERIMENTS, then=" and press Run")
ui.source_of(*blocks.CODE)
about = source.about
ui.draw(ui.Export(about.table(source.rows), text.file_name(about), about.command()))

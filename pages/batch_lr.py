"""Which batch, which learning rate? A valley with noise, its travel, and a real grid."""

import streamlit as st

import ui
from ui.concepts.batch_lr import blocks, text, view
from ui.concepts.batch_lr.view import Controls, Guess

ui.page(
    title="Which batch, which learning rate?",
    claim="At one budget of compute the loss is a valley over both. Find its bottom by eye, by "
    "the lowest run and by a fit: which would you trust? Then see how it moves with scale.",
)
label, panel, figures = ui.layout()
with panel:
    visible, guessing = st.container(), st.container()
    controls = ui.controls("tune", Controls, presets=view.presets, visible=visible)
with guessing:
    guess = ui.guess_state("eye", Guess, controls.question, text.ask(controls), reveals=True)
with label:
    ui.draw(blocks.label(controls))
with figures:
    ui.show(blocks.figure(controls, guess.of(controls.question), guess.hide))
ui.tabs("tune", blocks.TABS, controls, shut=text.HIDDEN if guess.hide else "")

ui.try_this("tune", *blocks.EXPERIMENTS, then=" and press Show")
ui.constants(*view.LAWS)
ui.source_of(*blocks.CODE)
ui.draw(blocks.export(controls))

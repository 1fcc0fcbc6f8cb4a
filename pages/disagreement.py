"""Why did they disagree? The stairs from Kaplan's exponent to Chinchilla's, and two bends."""

import streamlit as st

import ui
from ui.concepts.disagreement import blocks, text, view
from ui.concepts.disagreement.view import Climb, Controls, Counting, Floor

ui.page(title="Why did they disagree?", claim=text.CLAIM)
label, panel, stairs = ui.layout()
with panel:
    guess = st.container()  # above the stairs, and off once they are climbed
    ui.controls("disagreement", Climb, each=iter((panel, guess)).__next__)
    ui.advance("Next fix", "disagreement_step", view.TOP, "arrow_downward")

st.header("How are parameters counted?", anchor=False)
counting_label, counting_panel, counting = ui.layout()
with counting_panel:
    ui.controls("disagreement", Counting)

st.header("Is there a floor?", anchor=False)
floor_label, floor_panel, floor = ui.layout()
with floor_panel:
    ui.controls("disagreement", Floor)

controls = ui.gather("disagreement", Controls)
with label:
    ui.draw(blocks.STAIRS_LABEL)
with panel:
    ui.draw(blocks.score(controls))
with stairs:
    ui.show(blocks.stairs(controls))
if controls.done and controls.guessed is not None:
    ui.remember("guess", *text.record(controls.guessed))
with counting_label:
    ui.draw(blocks.counting_label(controls))
with counting:
    counted = ui.show(blocks.counting(controls))
if counted:
    with counting_panel:
        ui.draw(blocks.exponent(controls.fitted, 2))
with floor_label:
    ui.draw(blocks.floor_label(controls))
with floor:
    floored = ui.show(blocks.floor(controls))
if floored:
    with floor_panel:
        ui.draw(blocks.exponent(controls.slope, 3))

ui.try_this("disagreement", *blocks.EXPERIMENTS)
ui.constants(*blocks.LAWS)
ui.source_of(*blocks.CODE)
does = "The constants behind the two bends, in a terminal:"
ui.draw(ui.Export(controls.table, "disagreement", text.command(controls), "steps", does))

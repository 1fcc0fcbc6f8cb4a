"""A line through small networks to continue, three ways through, and how to read a figure."""

import streamlit as st

import ui
from toylab.experiments.sine_study import FIRST
from toylab.teaching.ways import DEMO, WAYS
from ui.concepts.home import blocks, text, view

head = ui.page(
    title="Scaling laws, live",
    claim="Train real networks while you watch, and learn when to believe a straight line.",
)
with head:
    ui.start(DEMO)
study = view.study(ui.own_seed("home"))
source = ui.result_source("home", study, type(study).recorded, FIRST)
story = view.tell(source, source.rows, [] if source.live else None)
question, _, figure, row = ui.layout()
with question:
    launch, ask = ui.places(2)
    with ask:
        guess = ui.ask_guess("home", text.question(story), ran=story.own, told=not story.pending)
    with launch:
        ui.show(blocks.launch(study, story, guess.seen))
with figure:
    ui.follow(
        source.about.describe(),
        source,
        lambda rows, unfinished: view.tell(source, rows, unfinished),
        lambda told: list(blocks.figure(told, guess)),
    )
with row:
    ui.row(blocks.CODE, blocks.export(story), seen=guess.seen)

st.header("Three ways through", anchor=False)
st.caption(text.CHINCHILLA)
ui.ways(WAYS.values())
with st.container(border=True):
    ui.show(blocks.own_runs())

pages, kinds = st.columns([3, 2], gap="large")
with pages:
    st.header("Every page", anchor=False)
    ui.contents()
with kinds:
    st.header("Every figure says what it is", anchor=False)
    ui.kinds()
    st.header("Found on this machine", anchor=False)
    ui.devices_found()

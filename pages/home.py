"""A line through small networks to continue, three ways through, and how to read a figure."""

import streamlit as st

import ui
from toylab.experiments.sine_study import FIRST
from toylab.live.cluster import place
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
        guess = ui.ask_guess("home", text.question(story), ran=story.own)
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

with st.container(key="onward"):
    st.header("Three ways through", anchor=False)
    ui.ways(WAYS.values())
    pages, more = st.columns([3, 2], gap="medium")
    with pages:
        st.header("Every page", anchor=False)
        ui.contents()
    with more:
        st.header("Your own runs", anchor=False)
        ui.show([blocks.OWN_RUNS])
        with st.expander("What is Chinchilla?"):
            st.markdown(text.CHINCHILLA)
        with st.expander("What do the labels mean?"):
            ui.kinds()
        with st.expander(f"Found on {place()}"):
            ui.devices_found()

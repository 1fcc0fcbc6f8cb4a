"""Why did they disagree? The stairs from Kaplan's exponent to Chinchilla's, and two bends."""

import streamlit as st

import ui
from toylab.laws import published
from ui.concepts.disagreement import charts, view

ui.page(
    title="Why did they disagree?",
    claim=f"Kaplan found that the best size grows as C^{published.KAPLAN_SIZE.form.exponent:g}, "
    f"Hoffmann as C^{published.HOFFMANN_1.form.exponent:g}. Mend the differences one at a time, "
    "and see what each was worth.",
)
first = view.View()
label = st.container()
controls, figures = st.columns([1, 3], gap="medium")
with controls.container(border=True):
    guess = st.container()
    ui.slider("Fixes made", 0, view.TOP, first.step, key="disagreement_step")
    step = st.session_state["disagreement_step"]
    ui.advance("Next fix", "disagreement_step", view.TOP, "arrow_downward")
    with guess:
        ui.slider(
            "Your guess of what is left", 0.3, 1.0, first.guess, 0.01, off=step > 0,
            help="Set it before the first fix; go back to none to change it.",
            key="disagreement_guess",
        )  # fmt: skip
    score = st.container()

st.header("How are parameters counted?", anchor=False)
counting_label = st.container()
counting, counted = st.columns([1, 3], gap="medium")
with counting.container(border=True):
    ui.pick("Law behind it", view.SURFACE_WORDS, first.law, "disagreement_law")
    ui.span("Your runs, FLOPs, from and to", view.COMPUTE, first.compute, "disagreement_compute")
    exponent = st.container()

st.header("Is there a floor?", anchor=False)
floor_label = st.container()
flooring, floored = st.columns([1, 3], gap="medium")
with flooring.container(border=True):
    ui.span("Your runs, parameters, from and to", view.SIZES, first.sizes, "disagreement_sizes")
    slope = st.container()

asked = ui.gather("disagreement", view.View)
with label:
    ui.label("published", view.STAIRS, view.STAIRS_MADE, published.PORIAN)
with score:
    st.metric("Exponent now", asked.now, asked.fall, delta_color="off")
with figures:
    chart = charts.stairs(asked.stairs, asked.guess, view.NAMES)
    ui.figures(ui.Figure(chart, view.ALT["stairs"]))
    st.markdown(asked.story)
    if asked.done:
        st.success(asked.verdict, icon=":material/school:")
        ui.remember("guess", *asked.record)

with counting_label:
    ui.label("simulated", view.COUNTING, view.COUNTING_MADE, published.PEARCE, asked.source)
with floor_label:
    ui.label("simulated", view.FLOOR, view.FLOOR_MADE, asked.source, published.KAPLAN_N)
for place, number, section in (
    (counted, exponent, lambda: asked.counting),
    (floored, slope, lambda: asked.floor),
):
    with place:
        bend = ui.attempt(section)
        if bend:
            number.metric("Exponent through your range", bend.number)
            chart = charts.bend(bend.tables, bend.words)
            ui.figures(ui.Figure(chart, bend.alt))
            st.markdown(bend.said)

ui.try_this(
    "disagreement",
    (
        "**Climb.** Guess what is left when everything is mended, then make the fixes one by "
        "one. Which was worth most? Which is the one that the Chinchilla paper suspected?",
        view.View(),
    ),
    (
        "**Count like Kaplan, at Chinchilla's scale.** Move the range of runs up to 1e23 "
        "FLOPs: what is left of the difference?",
        view.Counting(first.law, ("1e20", "1e23")),
    ),
    (
        "**The same with the refitted constants.** Does the explanation hang on one fit?",
        view.Counting("besiroglu", first.compute),
    ),
    (
        "**From small runs or from large ones?** Fit the loss of large models only, without a "
        "floor. What would you call its exponent?",
        view.Floor(("10B", "1T")),
    ),
)  # fmt: skip
ui.constants(
    published.HOFFMANN_3,
    published.HOFFMANN_3_FULL,
    published.REFIT,
    published.KAPLAN_SIZE,
    published.KAPLAN_N,
)
ui.source_of(
    "toylab.laws.disagreement.frontier", "toylab.laws.disagreement.local_exponent",
    "toylab.laws.disagreement.fitted_exponent", "toylab.laws.disagreement.local_slope",
)  # fmt: skip
ui.export(asked.table, "disagreement", f"python -m toylab laws {asked.law} kaplan", "steps",
          "The constants behind the two bends, in a terminal:")  # fmt: skip

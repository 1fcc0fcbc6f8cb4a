"""What does ten times more buy? Kaplan's straight lines, and where they bend."""

from dataclasses import replace

import streamlit as st

import ui
from toylab.laws import kaplan, published
from ui.concepts.kaplan import charts, view

ui.page(
    title="What does ten times more buy?",
    claim="Kaplan's laws are straight lines on log axes: the same factor of size, data or "
    "compute always takes the same percentage off the loss.",
)
label = st.container()
controls, figures = st.columns([1, 3], gap="medium")
first = view.View()

with controls.container(border=True):
    ui.span("Times more", view.FACTORS, first.factor, "kaplan_factor")
    ui.span("Your model, parameters", view.SIZES, first.params, "kaplan_params")
    ui.span("Your data, tokens", view.DATA, first.tokens, "kaplan_tokens")
    ui.switch("Beside it, a law with a floor", first.floor, key="kaplan_floor")
    numbers = st.container()

asked = ui.gather("kaplan", view.View)
with figures:
    seen = ui.ask_guess("kaplan", asked.question)
with numbers:
    for name, change in asked.numbers.items() if seen else ():
        st.metric(name, f"{change} loss")
with label:
    ui.label("simulated", view.LINES, view.MEANING, *kaplan.ONE.values(),
             *([published.REFIT] if asked.floor else []))  # fmt: skip

if seen:
    with figures:
        ui.figures(*(
            ui.Figure(
                charts.line(
                    asked.line(of), title, view.REACH[of], flops=of == "compute",
                    floor=asked.floor,
                ),
                view.ALT[of],
            )
            for of, title in view.TITLES.items()
        ))  # fmt: skip
        st.markdown(asked.finding)

both, stopping, ends = ui.sections("kaplan_about", view.TABS)
if both.open:
    with both:
        ui.label(
            "simulated", f"${published.KAPLAN_ND.form.equation}$", view.JOINT, published.KAPLAN_ND
        )
        joint = charts.family(asked.joint, view.TITLES["tokens"], "your run")
        ui.figures(
            ui.Figure(joint, view.ALT["joint"]),
            ui.Figure(charts.overfit(asked.overfit), view.ALT["overfit"]),
        )
        st.markdown(asked.standing)
if stopping.open:
    with stopping:
        formula = f"${published.KAPLAN_NS.form.equation}$, and from it eq. B.5 and B.16"
        ui.label("simulated", formula, "", published.KAPLAN_NS)
        curves = charts.family(asked.curves, view.STEPS_TITLE, "where to stop")
        ui.figures(
            ui.Figure(curves, view.ALT["curves"]),
            ui.Figure(charts.off(asked.off), view.ALT["off"]),
        )
        st.markdown(asked.stopping)
if ends.open:
    with ends:
        ui.label("simulated", "L(C_min) against L(D) of the tokens it would use", "",
                 published.KAPLAN_CMIN, published.KAPLAN_D, published.KAPLAN_OPT_TOKENS)  # fmt: skip
        chart = charts.crossing(view.crossing())
        ui.figures(ui.Figure(chart, view.ALT["crossing"]))
        st.markdown(view.conflict())

ui.try_this(
    "kaplan",
    (
        "**Read it off the axis.** Ten times the tokens take a fifth off the loss. How much "
        "compute takes off as much? Move *Times more* until the last number comes closest.",
        first,
    ),
    (
        "**A small model with a lot of data** is model-limited: more data hardly helps it. "
        "Walk up in size until the data holds it back.",
        replace(first, params="10M", tokens="1T"),
    ),
    (
        "**A large model with little data.** Where does it start to overfit, and how far does "
        "it need the data to grow when you make it eight times larger?",
        replace(first, params="10B", tokens="1B"),
    ),
    (
        "**Straight, or bent?** Put a law with a floor beside the lines. Over which range "
        "could you tell them apart, if losses were known to a percent?",
        replace(first, floor=True),
    ),
)  # fmt: skip
ui.constants(*kaplan.ONE.values(), published.KAPLAN_C, published.KAPLAN_ND, published.KAPLAN_NS, published.REFIT,
             published.KAPLAN_SIZE, published.KAPLAN_OPT_TOKENS)  # fmt: skip
ui.source_of(
    "toylab.laws.kaplan.gain", "toylab.laws.kaplan.regime", "toylab.laws.kaplan.tokens_needed",
    "toylab.laws.kaplan.stop", "toylab.laws.kaplan.off_size", "toylab.laws.kaplan.conflict",
)  # fmt: skip
ui.export(
    asked.table, "kaplan", "python -m toylab laws kaplan-N kaplan-D kaplan-Cmin", "points",
    "The constants behind it, in a terminal:",
)  # fmt: skip

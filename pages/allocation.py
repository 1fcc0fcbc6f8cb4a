"""Bigger model, or more tokens? A budget, a loss surface, and what laws and people chose."""

from dataclasses import replace

import streamlit as st

import ui
from toylab.laws import published
from toylab.teaching.exercises import allocation as worked
from ui.concepts.allocation import charts, view
from ui.concepts.shared import loss_surface

ui.page(
    title="Bigger model, or more tokens?",
    claim="A budget buys parameters times tokens. Where on its line is the loss lowest, and "
    "what would each published law have trained?",
)
label = st.container()
controls, figures = st.columns([1, 3], gap="medium")
first = view.View()

with controls.container(border=True):
    named = st.container()
    ui.span("Budget, training FLOPs", view.BUDGETS, first.budget, "allocation_budget")
    choice = st.container()
    with ui.settings("allocation"):
        ui.numbers("allocation", loss_surface.LIMITS, first)
    numbers = st.container()

asked = ui.gather("allocation", view.View)
with named:
    ui.presets(
        "allocation", view.SPENT, view.named(asked), view.SPENT_NAMES, title="As much as",
        of="model",
    )  # fmt: skip
with choice:
    ui.presets(
        "allocation",
        loss_surface.SURFACES,
        asked.surface,
        loss_surface.SURFACE_NAMES,
        title="Loss surface",
    )
with figures:
    seen = ui.ask_guess("allocation", asked.question)
with numbers:
    for name, value in asked.numbers.items() if seen else ():
        st.metric(name, value)
with label:
    ui.label("simulated", asked.formula, asked.meaning, *asked.sources)

if seen:
    with figures:
        plane = charts.plane(asked.plane, params=view.PARAMS, tokens=view.TOKENS)
        ui.figures(
            ui.Figure(plane, view.ALT["plane"], 3),
            ui.Figure(charts.valley(asked.valley), view.ALT["valley"], 2),
        )
        st.markdown(asked.finding)
        st.caption("Point at a line for its numbers; drag over models to name them.")

answers, digits, rule, real, exercises = ui.sections("allocation_about", view.TABS, seen=seen)
if answers.open:
    with answers:
        ui.label("published", "Every law's split of this budget; its source is in the last column")
        ui.label("simulated", f"Loss and waste on the surface {asked.formula}", view.JUDGED)
        ui.table(asked.table)
if digits.open:
    with digits:
        ui.label("simulated", asked.formula, "", *published.SURFACES)
        words, bars = st.columns([2, 3], gap="medium", vertical_alignment="center")
        words.markdown(asked.rounding)
        words.markdown(asked.leverage)
        with bars:
            chart = charts.sensitivity(asked.sensitivity)
            ui.figures(ui.Figure(chart, view.ALT["sensitivity"]))
if rule.open:
    with rule:
        ui.label(
            "published", "Points: Tables 3 and A3, approaches 1, 2 and 3", "", published.HOFFMANN
        )
        ui.label("simulated", "Lines: what the laws say", "", *published.SPLITTING)
        growth = asked.growth
        ui.figures(
            ui.Figure(charts.growth(growth, *view.SIZE), view.ALT["size"]),
            ui.Figure(charts.growth(growth, *view.RATIO), view.ALT["ratio"]),
        )
        st.markdown(asked.rule)
if real.open:
    with real:
        ui.label(
            "published",
            "Points: what real models were trained with; sources below",
            view.REPORTED,
        )
        ui.label("simulated", "Heights: the share of compute that the surface calls wasted",
                 view.WASTE, *asked.sources)  # fmt: skip
        chart = charts.choices(asked.choices)
        ui.figures(ui.Figure(chart, view.ALT["choices"]))
        st.markdown(asked.choosing)
        st.dataframe(
            asked.models, hide_index=True,
            column_config={"Report": st.column_config.LinkColumn(display_text="open")},
        )  # fmt: skip
if exercises.open:
    with exercises:
        ui.label("simulated", "Computed from the printed and the refitted constants", "",
                 published.HOFFMANN_3, published.REFIT)  # fmt: skip
        ui.exercises(worked.examples())

ui.try_this(
    "allocation",
    (
        "**Chinchilla's bet.** The budget of Gopher: 280B parameters on 300B tokens. Find "
        "Gopher and Chinchilla on the plane. How much of Gopher's compute was needed?",
        view.Look("5.76e23", "models"),
    ),
    (
        "**Rounding is a law of its own.** The same budget under the constants as printed. How "
        "many tokens a parameter now? Then choose the unrounded ones.",
        view.under("hoffmann-3", "5.76e23"),
    ),
    (
        "**Small on purpose.** Llama 3 8B: read its waste, and ask what the law leaves out: "
        "what it costs to *use* a model.",
        view.Look("7.23e23", "models"),
    ),
    (
        "**Where laws agree.** At 1e20 FLOPs Kaplan and Chinchilla want the same model. Slide "
        "up and down: from which budget on would you see a difference in the loss?",
        replace(first, budget="1e20"),
    ),
)
ui.constants(*published.SPLITTING)
ui.source_of(
    "toylab.laws.allocation.best", "toylab.laws.allocation.allocate", "toylab.laws.allocation.flops_for",
    "toylab.laws.allocation.regret", "toylab.laws.allocation.sensitivity",
)  # fmt: skip
ui.export(asked.answers, "allocation", asked.command, "answers", "The same splits in a terminal:")

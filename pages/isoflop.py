"""Where is the bottom of the valley? A simulated scaling study, fitted and extrapolated."""

import streamlit as st

import ui
from toylab.laws import published
from ui.concepts.isoflop import charts, view
from ui.concepts.isoflop import text as words
from ui.concepts.shared import charts as shared_charts
from ui.concepts.shared import loss_surface

ui.page(
    title="Where is the bottom of the valley?",
    claim="At one budget, small models run out of parameters and large ones out of data. Train "
    "a few sizes at each budget, fit the valleys, and follow their bottoms to a budget nobody "
    "has spent yet.",
)
label = st.container()
controls, figures = st.columns([1, 3], gap="medium")
first = view.View()

with controls.container(border=True):
    ui.span("Budgets, FLOPs, from and to", view.COMPUTE, first.span, "isoflop_span")
    ui.slider("Budgets", 3, 12, first.budgets, key="isoflop_budgets")
    ui.slider("Sizes at each budget", 3, 25, first.sizes, key="isoflop_sizes")
    ui.span("Grid: factor to either side", view.WIDTHS, first.width, "isoflop_width")
    ui.span("Grid's centre over the best size", view.CENTRES, first.off_centre,
            "isoflop_off_centre")  # fmt: skip
    ui.span("Noise, % of the loss", view.NOISES, first.noise, "isoflop_noise")
    with ui.settings("isoflop"):
        choice = st.container()
        ui.numbers("isoflop", loss_surface.LIMITS, first)
        ui.pick("Curvature", view.CURVATURES, first.curvature, "isoflop_curvature")
        ui.field("Seed", 0, 9999, first.seed, key="isoflop_seed")
        ui.slider(
            "Learning curves: run lengths for each size",
            2,
            6,
            first.horizons,
            key="isoflop_horizons",
        )
        ui.span(
            "Learning curves: nats that a learning rate at its peak costs",
            view.UNDECAYED,
            first.undecayed,
            "isoflop_undecayed",
        )

asked = ui.gather("isoflop", view.View)
with choice:
    ui.presets(
        "isoflop", loss_surface.SURFACES, asked.surface, loss_surface.SURFACE_NAMES, title="Law"
    )
with label:
    ui.label("simulated", words.label(asked), view.MADE, *asked.sources, published.HOFFMANN)

with figures:
    seen = ui.ask_guess("isoflop", words.question(asked))
study = ui.attempt(lambda: asked.study)
fitted = study and ui.attempt(lambda: asked.profiles)
if study and seen:
    with figures:
        row = [ui.Figure(shared_charts.valleys(asked.valleys), view.ALT["valleys"], 3)]
        if fitted:
            optima = shared_charts.growth(asked.optima, view.BOTTOMS)
            row.append(ui.Figure(optima, view.ALT["optima"], 2))
        ui.figures(*row)
        if fitted:
            ui.metrics(words.numbers(asked))
            st.markdown(words.finding(asked))
            for warning in fitted.warnings:
                st.warning(warning, icon=":material/warning:")

designs, wrong, along, lowest = ui.sections("isoflop_about", view.TABS, seen=seen)
if study and designs.open:
    with designs:
        ui.label("simulated", f"{view.DRAWS} studies a cell", view.DESIGNED)
        chart = charts.designs(asked.designs, words.ASKED)
        ui.figures(ui.Figure(chart, view.ALT["designs"]))
        st.markdown(words.designs(asked))
if study and wrong.open:
    with wrong:
        ui.label("simulated", "The same study without noise", view.MADE, published.HOFFMANN)
        ui.figures(ui.Figure(charts.biases(asked.biases), view.ALT["biases"]))
        st.markdown(words.biases(asked))
if along.open:
    with along:
        ui.label("simulated", "Learning curves, about as many as runs above", view.CURVES_MADE,
                 published.HOFFMANN)  # fmt: skip
        if study and ui.attempt(lambda: asked.envelope):
            winners = shared_charts.growth(asked.winners, view.WINNERS)
            ui.figures(
                ui.Figure(charts.curves(asked.curves), view.ALT["curves"]),
                ui.Figure(winners, view.ALT["winners"]),
            )
            st.markdown(words.curves(asked))
if study and lowest.open:
    with lowest:
        ui.label("simulated", "The runs above, misread", view.MADE)
        if ui.attempt(lambda: asked.slip) and fitted:
            chart = shared_charts.growth(asked.slipped, view.SLIPPED)
            ui.figures(ui.Figure(chart, view.ALT["slip"]))
            st.markdown(words.slip(asked))

ui.try_this(
    "isoflop",
    (
        "**A study you can afford.** One percent of noise and five sizes a budget: how wide "
        "is the interval at 1e23 FLOPs now? Find the cheapest design that halves it.",
        view.Setup(sizes=5, noise="1", about="designs"),
    ),
    (
        "**The grid is off centre.** All grids sit at three times the best size. The parabolas "
        "follow their runs; what is wrong with their bottoms? Then open *All settings* and "
        "give each budget its own curvature.",
        view.Setup(off_centre="3", noise="0.05", about="bias"),
    ),
    (
        "**Is a valley a parabola?** Wide grids, unlike exponents, no noise at all: what is "
        "the interval made of?",
        view.Setup(width="20", noise="0", alpha=0.5, beta=0.28, about="bias"),
    ),
    (
        "**The lowest dot.** Take the lowest run of each budget and fit without logarithms, as "
        "exercises do: here the model that you would train comes out at half the right size. "
        "Change the seed. What would each cost?",
        view.Setup(sizes=8, seed=1, about="lowest"),
    ),
)
ui.constants(*published.SURFACES)
ui.source_of(
    "toylab.simulation.isoflop_study.simulate", "toylab.fits.isoflop_parabolas.Parabolas", "toylab.fits.isoflop.fit",
    "toylab.fits.optimal_scaling.fit_line", "toylab.fits.envelope.envelope", "toylab.fits.isoflop_naive.fit_without_logs",
)  # fmt: skip
if study:
    ui.export(asked.table, "isoflop", words.command(asked), "runs",
              "The same fit of the runs below, saved as runs.csv:")  # fmt: skip

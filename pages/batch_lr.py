"""Which batch, which learning rate? A valley with noise, its travel, and a real grid."""

import streamlit as st

import ui
from toylab import devices
from toylab.experiments import batch_lr_study, corpus
from toylab.experiments.batch_lr_study import BatchLrStudy
from toylab.laws import published
from toylab.teaching.exercises import batch_lr as tuning_slips
from ui.concepts.batch_lr import charts, view
from ui.concepts.batch_lr import text as words

ui.page(
    title="Which batch, which learning rate?",
    claim="At one budget of compute the loss is a valley over both. Find its bottom by eye, by "
    "the lowest run and by a fit: which would you trust? Then see how it moves with scale.",
)
label = st.container()
controls, figures = st.columns([1, 3], gap="medium")
first = view.View()

with controls.container(border=True):
    ui.span("Budget, FLOPs", view.BUDGETS, first.budget, "tune_budget")
    ui.span("Noise, % of the loss", view.NOISES, first.noise, "tune_noise")
    guessing = st.container()
    with ui.settings("tune"):
        ui.pick("The best settings follow", view.RULES, first.rule, "tune_rule")
        choice = st.container()
        ui.numbers("tune", view.LIMITS, first)
        ui.slider("Cells a side", 4, 16, first.cells, key="tune_cells")
        ui.span("Grid: factor to either side", view.SPANS, first.span, "tune_span")
        ui.pick("The curves go through", view.FINDERS, first.finder, "tune_finder")
        ui.field("Seed", 0, 9999, first.seed, key="tune_seed")

asked = ui.gather("tune", view.View)
with choice:
    ui.presets("tune", view.SHAPES, asked.shape, view.SHAPE_NAMES, title="The valley is")
with guessing:
    asking = st.container()
    made, matter, hide = ui.guess_buttons(
        "eye", view.Guess, asked.question, False, words.asking(asked), reveals=True
    )
    fixed = bool(made) and matter == asked.question
with asking:
    ui.span("Your batch, tokens", view.BATCHES, view.Guess.batch, "eye_batch", off=fixed)
    ui.span("Your peak learning rate", view.RATES, view.Guess.lr, "eye_lr", off=fixed)
guess = ui.gather("eye", view.Guess)
with label:
    ui.label("simulated", words.label(asked), words.MADE, *asked.sources, published.REFIT)

with figures:
    if hide:
        st.markdown(words.finding(asked, guess, hide=True))
    across, up = view.CURVES
    valley, curves = st.columns([3, 2], gap="small")
    with valley:
        chart = charts.valley(asked.valley(guess, hide), asked.box)
        ui.figures(ui.Figure(chart, view.ALT["valley"]))
    with curves:
        for what, (title, legend) in view.TITLES.items():
            chart = charts.moving(asked.moving(what, hide), title, (across, up[what]), legend)
            ui.figures(ui.Figure(chart, view.ALT[what]))
    ui.metrics(words.numbers(asked, guess, hide=hide))
    if not hide:
        st.markdown(words.finding(asked, guess, hide=False))
        st.markdown(words.moving(asked))
    st.markdown(words.used())

live, trust, beside, slips = ui.sections("tune_about", view.TABS)
if live.open:
    with live:
        knobs, grids = st.columns([1, 3], gap="medium")
        with knobs.container(border=True):
            ui.slider("Budgets", 1, len(batch_lr_study.TOKENS), 2, key="grid_budgets")
            ui.slider("Seeds", 1, 8, 3, key="grid_seeds")
            ui.field("First seed", 0, 10**6, 0, key="grid_seed")
            ui.pick("Device", devices.KINDS, "cpu", "grid_device")
            plan = ui.gather("grid", BatchLrStudy)
            specs = ui.attempt(lambda: view.specs(plan))
            if specs and not corpus.ready():
                ui.prepare("Reading the source of Python's standard library", corpus.build())
                corpus.load()
            ui.run_button("grid", specs, plan)
        shown = ui.result_source(
            "grid", plan, BatchLrStudy.recorded, BatchLrStudy.PRESETS["recorded"]
        )
        with grids:
            ui.label(shown.kind, shown.about.describe(), words.made(shown), stale=shown.stale)
            ui.follow(
                words.plan(shown.about),
                shown,
                lambda rows, unfinished: (
                    view.ended(shown) if unfinished is None else view.gather(shown, rows, True)
                ),
                lambda found: [
                    [
                        ui.Figure(
                            charts.valley(
                                found.tables(valley),
                                view.box(batch_lr_study.GRID),
                                "characters",
                                view.title(valley),
                            ),
                            view.ALT["grid"],
                        )
                        for valley in found.valleys
                    ],
                    *[words.bottom(valley) for valley in found.valleys],
                    words.together(found),
                ],
            )
        ui.export(view.rows(shown), "grid", shown.about.command())
if trust.open and hide:
    trust.place.caption("This opens when the answer is no longer hidden: commit a guess, or Show.")
if trust.open and not hide:
    with trust:
        ui.label("simulated", words.label(asked), words.MADE)
        chart = charts.landings(asked.landings, asked.box)
        ui.figures(ui.Figure(chart, view.ALT["landings"]))
        st.markdown(words.trust(asked))
if beside.open:
    with beside:
        ui.label("published", "What each law says of one model", words.LAWS)
        some = view.Model()
        for place, (title, options, name) in zip(st.columns(3), view.ASKED, strict=True):
            with place:
                ui.span(title, options, getattr(some, name), f"laws_{name}")
        model = ui.gather("laws", view.Model)
        ui.figures(
            ui.Figure(charts.advice(model.advised, "batch", view.BATCH),
                      view.ALT["advice_batch"]),
            ui.Figure(charts.advice(model.advised, "lr", view.RATE),
                      view.ALT["advice_lr"]),
        )  # fmt: skip
        ui.table(words.advice(model))
        st.markdown(words.disagreement(model))
if slips.open:
    with slips:
        ui.label("simulated", "Computed when the page is drawn", "", published.DEEPSEEK_BATCH)
        ui.exercises(tuning_slips.examples())

ui.try_this("tune", *words.EXPERIMENTS, then=" and press Show")
ui.constants(*view.LAWS)
ui.source_of(
    "toylab.simulation.batch_lr_bowl.Bowl", "toylab.simulation.batch_lr_bowl.draw", "toylab.fits.grid_optimum.lowest",
    "toylab.fits.grid_optimum.quadratic", "toylab.simulation.batch_lr_grids.optimal_settings", "toylab.laws.batch_lr.advice",
    "toylab.experiments.charlm.run", "toylab.experiments.nets.training.train_adam", "toylab.experiments.batch_lr_study.Valley",
)  # fmt: skip
ui.export(asked.table, "valley", "python -m toylab laws deepseek-batch deepseek-lr step-batch "
          "step-lr", "runs", "The constants behind it, in a terminal:")  # fmt: skip

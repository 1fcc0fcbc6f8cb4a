"""How big a batch is too big? Steps against tokens, by law, live, and from a table."""

import streamlit as st

import ui
from toylab import devices
from toylab.experiments import corpus
from toylab.experiments.critical_batch_study import CriticalBatchStudy
from toylab.laws import published
from toylab.tables import batch_steps as steps_table
from toylab.tables import csv_reader
from toylab.teaching.exercises import critical_batch as batch_slips
from ui.concepts.critical_batch import charts, view
from ui.concepts.critical_batch import text as words

ui.page(
    title="How big a batch is too big?",
    claim="To reach the same loss, a larger batch takes fewer steps and more tokens. At the "
    "critical batch both cost twice their least; it grows as the loss falls.",
)
label = st.container()
controls, figures = st.columns([1, 3], gap="medium")
first = view.View()

with controls.container(border=True):
    ui.span("Loss to reach, nats/token", view.LOSSES, first.loss, "critical_loss")
    ui.span("Your batch, tokens", view.BATCHES, first.batch, "critical_batch")
    numbers = st.container()

asked = ui.gather("critical", view.View)
with figures:
    seen = ui.ask_guess("critical", words.question(asked))
with numbers:
    for name, (value, more) in words.numbers(asked).items() if seen else ():
        st.metric(name, value, more, delta_color="off", delta_arrow="off")
with label:
    ui.label(
        "simulated", words.label(asked), words.MADE, published.KAPLAN_BATCH, published.MCCANDLISH
    )
if seen:
    with figures:
        domain = float(view.LOSSES[-1]), float(view.LOSSES[0])
        ui.figures(
            ui.Figure(charts.tradeoff(asked.tradeoff, asked.box),
                      view.ALT["tradeoff"], 3),
            ui.Figure(charts.growth(asked.growth, domain),
                      view.ALT["growth"], 2),
        )  # fmt: skip
        st.markdown(words.finding(asked))
        st.markdown(words.growing(asked))

live, money, why, table, slips = ui.sections("critical_about", view.TABS)
if live.open:
    with live:
        knobs, raced = st.columns([1, 3], gap="medium")
        with knobs.container(border=True):
            ui.slider("Seeds", 1, 8, 3, key="races_seeds")
            ui.span("Lowest loss to reach", view.LASTS, view.Asked.last, "races_last")
            ui.field("First seed", 0, 10**6, 0, key="races_seed")
            ui.pick("Device", devices.KINDS, "cpu", "races_device")
            plan = ui.gather("races", view.Asked).plan
            specs = ui.attempt(lambda: view.specs(plan))
            if specs and not corpus.ready():
                ui.prepare("Reading the source of Python's standard library", corpus.build())
                corpus.load()
            ui.run_button("races", specs, plan)
        shown = ui.result_source(
            "races", plan, CriticalBatchStudy.recorded, CriticalBatchStudy.PRESETS["recorded"]
        )
        with raced:
            ui.label(shown.kind, shown.about.describe(), words.made(shown), published.MCCANDLISH,
                     stale=shown.stale)  # fmt: skip
            ui.follow(
                words.plan(shown.about),
                shown,
                lambda rows, unfinished: view.ended(shown) if unfinished is None
                else view.gather(shown, rows, unfinished),
                lambda found: [
                    [
                        ui.Figure(
                            charts.races(found.drawn, "characters", view.RACED),
                            view.ALT["races"], 3,
                        ),
                        ui.Figure(
                            charts.scales(found.scales, view.SCALED),
                            view.ALT["scales"], 2,
                        ),
                    ],
                    words.race(found),
                    words.grown(found),
                    words.noise(found),
                ],
            )  # fmt: skip
        ui.export(view.rows(shown), "races", shown.about.command(), "races")
if money.open:
    with money:
        ui.label("simulated", "$T = S(B)\\,(sync + B/(n\\,r))$, cost $n\\,T$", words.MADE)
        hall = view.Hall()
        for place, (title, options, name) in zip(st.columns(3), view.ASKED, strict=True):
            with place:
                ui.span(title, options, getattr(hall, name), f"hall_{name}")
        hall = ui.gather("hall", view.Hall)
        ui.figures(
            ui.Figure(charts.clock(hall.clock(asked)), view.ALT["clock"]),
            ui.Figure(charts.choice(hall.choice(asked)), view.ALT["choice"]),
        )
        st.markdown(words.hall(asked, hall))
if why.open:
    with why:
        ui.label("simulated", words.QUADRATIC, "", published.MCCANDLISH)
        bowl = view.Bowl()
        for place, (title, options, name) in zip(st.columns(3), view.BOWLS, strict=True):
            with place:
                ui.span(title, options, getattr(bowl, name), f"bowl_{name}")
        bowl = ui.gather("bowl", view.Bowl)
        with ui.waiting("Racing twenty batches to the target ...", long=True):
            chart = charts.races(bowl.drawn, "examples")
        ui.figures(ui.Figure(chart, view.ALT["quadratic"]))
        st.markdown(words.quadratic(bowl))
if table.open:
    with table:
        found = ui.upload("own_steps", "Your runs, one a line, as CSV", csv_reader.sheet,
                          steps_table.guess, view.WANTED)  # fmt: skip
        if found is None:
            st.info(words.WELCOME, icon=":material/upload_file:")
            st.download_button("An example to fill in", view.example(), "steps.csv",
                               "text/csv", on_click="ignore")  # fmt: skip
        own = found and ui.attempt(
            lambda: steps_table.convert(found[0], steps_table.Columns(**found[1]))
        )
        if own is not None:
            fits = steps_table.fits(own)
            ui.label("recorded", words.OWN, "Fitted just now to your file.", published.MCCANDLISH)
            chart = charts.races(view.hyperbolas(own, fits), "examples")
            ui.figures(ui.Figure(chart, view.ALT["own"]))
            ui.table(words.own(fits))
            for doubt in words.doubts(fits):
                st.warning(doubt, icon=":material/warning:")
            ui.export(own, "steps", "python -m toylab critical-batch steps.csv", "runs",
                      "The same fit of the runs below, saved as steps.csv:")  # fmt: skip
if slips.open:
    with slips:
        ui.label("simulated", "Computed when the page is drawn", "", published.KAPLAN_BATCH,
                 published.ZHANG)  # fmt: skip
        ui.exercises(batch_slips.examples())

ui.try_this("critical", *words.EXPERIMENTS)
ui.constants(*view.LAWS)
ui.source_of(
    "toylab.laws.critical_batch.Tradeoff", "toylab.fits.critical_batch.fit", "toylab.experiments.steps_to_loss.run",
    "toylab.experiments.steps_to_loss.descend", "toylab.experiments.noise_scale.parts", "toylab.experiments.noise_scale.scale",
    "toylab.laws.wall_clock.Cluster", "toylab.simulation.noisy_quadratic.Quadratic",
)  # fmt: skip
ui.export(asked.table, "tradeoff", "python -m toylab laws kaplan-batch kaplan-opt-steps",
          "batches", "The constants behind it, in a terminal:")  # fmt: skip

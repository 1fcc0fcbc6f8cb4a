"""One surface for every run: the parametric fit, how far to believe it, and how to break it."""

import streamlit as st

import ui
from toylab.laws import published as laws
from toylab.tables import columns as headers
from toylab.tables import csv_reader, training_runs
from ui.concepts.parametric import charts, view
from ui.concepts.parametric import text as words
from ui.concepts.shared import charts as shared_charts
from ui.concepts.shared import loss_surface

ui.page(
    title="One surface for every run",
    claim="Five constants, fitted to all runs at once, say what any size on any amount of data "
    "would lose. How much of that do the runs really determine?",
)
label = st.container()
controls, figures = st.columns([1, 3], gap="medium")
first, wrong = view.View(), view.Chosen()

with controls.container(border=True):
    ui.pick("Runs", view.DATA, first.data, "parametric_data", view.SOURCES)
    source = st.session_state["parametric_data"]
    real = source != "simulated"
    ui.span("Noise, % of the loss", view.NOISES, first.noise, "parametric_noise", off=real)
    ui.slider("Spoiled runs", 0, 20, first.spoiled, off=real,
              key="parametric_spoiled")  # fmt: skip
    ui.slider("Leave out the highest losses", 0, 40, first.drop, key="parametric_drop")
    ui.span("Asked about, FLOPs", view.BUDGETS, first.at, "parametric_at")
    with ui.settings("parametric"):
        ui.pick("What is fitted", view.FORMS, first.fitted, "parametric_fitted")
        ui.field("E, where it is held", 0.0, 10.0, first.floor, 0.05, format="%g",
                        key="parametric_floor")  # fmt: skip
        choice = st.container()
        ui.numbers("parametric", loss_surface.LIMITS, first, off=real)
        ui.slider("Sizes at each budget", 3, 25, first.sizes, off=real,
                  key="parametric_sizes")  # fmt: skip
        ui.span("Grid: factor to either side", view.WIDTHS, first.width, "parametric_width",
                off=real)  # fmt: skip
        ui.field("Seed", 0, 9999, first.seed, off=real,
                        key="parametric_seed")  # fmt: skip

asked = ui.gather("parametric", view.View)
with choice:
    ui.presets(
        "parametric", loss_surface.SURFACES, asked.surface, loss_surface.SURFACE_NAMES, title="Law"
    )

answer = None
with figures:
    if source == "yours":
        runs = ui.upload(
            "own_runs", "Your finished runs, one a line, as CSV", csv_reader.sheet, headers.guess,
            view.WANTED,
        )  # fmt: skip
        if runs is None:
            st.info(view.WELCOME, icon=":material/upload_file:")
            st.download_button("An example to fill in", words.example(asked.simulated),
                               "runs.csv", "text/csv", on_click="ignore")  # fmt: skip
        else:
            found = ui.attempt(lambda: training_runs.convert(runs[0], headers.Columns(**runs[1])))
            answer = found and view.own(asked, found.points)
            for note in found.notes if found else ():
                st.info(note, icon=":material/info:")
    else:
        make = view.recorded if real else view.simulated
        answer = ui.attempt(lambda: make(asked))
    with ui.waiting("Fitting, and fitting resamples ...", long=bool(answer and answer.long)):
        fitted = answer and ui.attempt(lambda: answer.spread.fit)
    seen = ui.ask_guess("parametric", words.question(answer) if answer and fitted else None)
    if answer and fitted and seen:
        ui.figures(
            ui.Figure(charts.residuals(answer.residuals), view.ALT["residuals"], 3),
            ui.Figure(charts.cloud(answer.cloud), view.ALT["cloud"], 2),
        )
        ui.metrics(words.numbers(answer))
        st.markdown(words.finding(answer))
        for doubt in answer.doubts:
            st.warning(doubt, icon=":material/warning:")
kind, said, made = words.label(asked, answer)
with label:
    ui.label(kind, said, made, *([] if real else asked.sources), laws.HOFFMANN)

trust, breaks, three, where = ui.sections("parametric_about", view.TABS, seen=seen)
if trust.open and answer and fitted:
    with trust:
        ui.label(kind, "The fit above, and its resamples", made)
        ui.metrics(words.trust(answer), below=False)
        st.markdown(words.walks(answer))
        ui.table(words.constants(answer))
        st.markdown(words.sloppy(answer))
if breaks.open and answer and fitted:
    with breaks:
        ui.label(kind, "The runs above under other recipes", made)
        knobs, chart = st.columns([1, 3], gap="medium")
        with knobs:
            ui.span("Tolerance of L-BFGS", view.TOLERANCES, wrong.ftol, "breaks_ftol")
            ui.span("Huber delta, nats", view.DELTAS, wrong.delta, "breaks_delta")
            ui.span("Weight of runs above the fit", view.TILTS, wrong.tilt, "breaks_tilt")
            ui.slider("Left-out runs put back", 0, 40, wrong.restored,
                      key="breaks_restored")  # fmt: skip
        chosen = ui.gather("breaks", view.Chosen)
        with chart:
            broken = charts.breaks(answer.broken(chosen))
            ui.figures(ui.Figure(broken, view.ALT["breaks"]))
        st.markdown(words.broken(answer, chosen))
        ui.table(words.recipes(answer, chosen))
        ui.label("published", words.published(), "", laws.REFIT, laws.HOFFMANN_3)
        ui.label("recorded", *words.outliers(), laws.BESIROGLU)
if three.open and answer and fitted:
    with three:
        ui.label(kind, words.three(asked), view.THREE, laws.HOFFMANN)
        compared = shared_charts.approaches(answer.compared)
        ui.figures(ui.Figure(compared, view.ALT["approaches"]))
        ui.table(words.approaches(answer))
        st.markdown(words.agreement(answer))
if not (fitted or where.open):
    st.caption("There is no fit to look into yet.")
if where.open:
    with where:
        st.markdown(view.PLACES)

ui.try_this(
    "parametric",
    (
        "**Can it be trusted?** Four times the noise. Which constants come apart, and what "
        "happens to the best size?",
        view.Setup(noise="2", about="trust"),
    ),
    (
        "**Break the fit.** The same runs under other recipes. Which slips would you have "
        "noticed from the residuals alone?",
        view.Setup(about="variants"),
    ),
    (
        "**Spoiled runs.** Twelve runs ended too high and none is left out. Huber's loss "
        "forgives some of it; the row *another Huber delta*, at 1, is least squares.",
        view.Setup(spoiled=12, drop=0, about="variants"),
    ),
    (
        "**Real runs, and a floor that is not there.** The simplest learner has none, and "
        "theory knows its exponents. What does the fit say of E, and what do the residuals?",
        view.Setup(data="recorded", at="1e8", drop=0, about="trust"),
    ),
    (
        "**Is there a floor?** Hold E at zero, as a floor-free power law does, and look at the "
        "residuals.",
        view.Setup(fitted="floor", floor=0.0, about="trust"),
    ),
)
ui.constants(*laws.SURFACES)
ui.source_of(
    "toylab.fits.parametric.fit", "toylab.fits.gauss_newton.HuberObjective", "toylab.fits.gauss_newton.minimise",
    "toylab.fits.parametric.bootstrap", "toylab.fits.parametric_diagnostics.diagnose", "toylab.fits.lbfgs_baseline.minimise",
)  # fmt: skip
if answer:
    ui.export(answer.every.frame, "runs", words.command(answer), "runs",
              "The same fit of the runs below, saved as runs.csv:")  # fmt: skip

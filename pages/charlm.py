"""Your own Chinchilla: a real scaling study of language models, trained while you watch."""

import streamlit as st

import ui
from toylab import devices
from toylab.experiments import charlm, corpus
from toylab.experiments.charlm_study import RECORDED_STUDIES, CharlmStudy
from toylab.experiments.regression_study import RegressionStudy
from toylab.laws import published
from ui.concepts.charlm import known_answers, view
from ui.concepts.charlm import known_answers_text as answers
from ui.concepts.charlm import text as words
from ui.concepts.shared import charts

ui.page(
    title="Your own Chinchilla",
    claim="As Chinchilla's makers did: train language models of many sizes at several budgets "
    "of compute (FLOPs). Which size is best at each? Guess, then run.",
)
label = st.container()
controls, figures = st.columns([1, 3], gap="medium")
here = "python" if corpus.present() else "synthetic"
first = view.FIRST[here]

with controls.container(border=True):
    choice = st.container()
    guessing, launch = st.container(), st.container()
    with ui.settings("charlm"):
        languages = {name: kind.title for name, kind in charlm.LANGUAGES.items()}
        ui.pick("Language", languages, here, "charlm_language", view.FIRST)
        text = st.container()
        ui.span("Budgets, FLOPs, from and to", view.COMPUTE, first.span, "charlm_span")
        ui.span("Sizes: factor to either side", view.WIDTHS, first.width, "charlm_width")
        ui.slider("Seeds at the smallest budget", 1, 16, first.seeds, key="charlm_seeds")
        ui.pick("Seeds at the next budgets", view.SPREADS, first.spread, "charlm_spread")
        ui.span("Learning rate over the usual", view.RATES, first.rate, "charlm_rate")
        ui.field("First seed", 0, 10**6, 0, key="charlm_seed")
        ui.pick("Device", devices.KINDS, "cpu", "charlm_device")

asked = ui.gather("charlm", view.View)
study, large = asked.plan, RECORDED_STUDIES[asked.language]
with choice:
    presets = view.PRESETS[asked.language]
    ui.presets("charlm", presets, study.preset, view.NAMES, title="Study")
specs, about = ui.attempt(lambda: view.specs(study)), (study.language, study.highest)
ask = words.where(study)
if specs and asked.language == "python" and not corpus.ready():
    ui.prepare("Reading the source of Python's standard library", corpus.build())
    corpus.load()
text.caption(words.text(study))
with launch:
    ui.run_button("lm", specs, study, also=lambda: ui.commit_guess("guess", view.Guess, about, ask))
shown = ui.result_source("lm", study, CharlmStudy.recorded, large)
with guessing:
    asking = st.container()
    made, matter, hide = ui.guess_buttons("guess", view.Guess, about, shown.job is not None, ask)
fixed = bool(made) and matter == about
with asking:
    ui.span(ask, view.SIZES, view.Guess.best, "guess_best", off=fixed)
    ui.slider("Guess: a, if it grows as C^a", 0.0, 1.0, view.Guess.slope, 0.01, off=fixed,
              help=view.EXPONENT, key="guess_slope")  # fmt: skip
mine = made if matter == view.question(shown, study) else None
guess = mine or (ui.gather("guess", view.Guess) if hide else None)

with label:
    how = words.made(shown, shown.about)
    stale = shown.stale and not hide
    ui.label(shown.kind, words.label(shown, hide), how, published.HOFFMANN, stale=stale)
    if not corpus.present():
        st.info(words.FALLBACK, icon=":material/info:")
ended = None if shown.live else view.gather(shown, study, shown.rows, False, guess, hide)
with figures:
    ui.follow(
        words.label(shown, hide),
        shown,
        lambda rows, unfinished: ended or view.gather(
            shown, study, rows, unfinished is not None, guess, hide
        ),
        lambda found: [
            words.said(found, fixed),
            [
                ui.Figure(
                    charts.valleys(found.drawn, found.unit, found.sizes),
                    view.ALT["valleys"], 3,
                ),
                ui.Figure(
                    charts.growth(found.growth, view.BOTTOMS, found.box),
                    view.ALT["growth"], 2,
                ),
            ],
            words.counted(found.plan),
            *([] if found.live or hide else [
                words.numbers(found),
                words.score(found),
                *words.warnings(found),
                words.coincidence(found),
                [ui.Passage(*said) for said in words.written(found)],
            ]),
        ],
    )  # fmt: skip

beyond, three, sure = ui.sections("charlm_about", view.TABS)
found = None if hide else ended
if not found and (three.open or beyond.open):
    st.caption("This opens when the answer is no longer hidden and the runs have ended.")
if found and beyond.open:
    with beyond:
        locked = ui.attempt(lambda: view.lock(found, study))
        forecast = st.container()
        if locked:
            more = ui.attempt(lambda: view.specs(locked.plan))
            ui.run_button("next", more, locked, "Lock it in and run")
        after = ui.result_source("next", locked, lambda _: None, locked)
        if locked and (not after.job or after.stale):
            forecast.markdown(words.prediction(locked.said, found.unit))
        if after.job and (after.live or not after.stale):
            ui.label(after.kind, after.about.plan.describe(),
                     words.made(after, after.about.plan))  # fmt: skip
            ui.follow(
                charlm_study.describe(after.about.plan),
                after,
                lambda rows, unfinished: view.following(
                    after.about, found, rows, unfinished is not None
                ),
                lambda one: [words.BUSY] if after.stale else [
                    words.outcome(one),
                    [
                        ui.Figure(
                            charts.valleys(
                                one.drawn, one.found.unit, one.found.sizes, "forecast"
                            ),
                            view.ALT["next"],
                        )
                    ],
                ],
            )  # fmt: skip
if found and three.open:
    with three:
        ui.label(shown.kind, words.compared(found), how, published.HOFFMANN)
        with ui.waiting("Fitting surfaces, and their resamples ...", long=True):
            compared = found.compared
        if not compared["approaches"].empty:
            chart = charts.approaches(compared)
            ui.figures(ui.Figure(chart, view.ALT["approaches"]))
        ui.table(words.approaches(found))
        st.markdown(words.agreement(found))
        for doubt in found.doubts:
            st.warning(doubt, icon=":material/warning:")
if sure.open:
    with sure:
        st.header("A floor that is known", anchor=False)
        ui.label("recorded", RECORDED_STUDIES["synthetic"].describe(), answers.made())
        with ui.waiting("Fitting surfaces, and their resamples ...", long=True):
            ui.table(answers.table())
        st.markdown(answers.entropy())
        st.header("Exponents that are known", anchor=False)
        learner = RegressionStudy()
        st.markdown(answers.task(learner))
        ui.run_button("known", learner.specs(), learner)
        studied = ui.result_source("known", learner, RegressionStudy.recorded, learner)
        ui.label(studied.kind, studied.about.describe(), studied.made)
        ui.follow(
            regression.TITLE,
            studied,
            lambda rows, unfinished: known_answers.gather(studied, rows, unfinished is not None),
            lambda found: [
                answers.learner(found),
                [
                    ui.Figure(
                        charts.valleys(found.drawn, "squared error", known_answers.SIZES),
                        view.ALT["learner"],
                    )
                ],
            ],
        )

ui.try_this("charlm", *words.EXPERIMENTS, then=" and press Run")
ui.source_of(
    "toylab.experiments.charlm.run", "toylab.experiments.nets.ngram.gradient", "toylab.experiments.nets.training.train_adam",
    "toylab.experiments.nets.training.batches", "toylab.experiments.nets.adam.Adam", "toylab.fits.isoflop.fit",
    "toylab.fits.forecast.forecast",
)  # fmt: skip
ui.export(view.rows(shown), words.name(shown.about), shown.about.command())

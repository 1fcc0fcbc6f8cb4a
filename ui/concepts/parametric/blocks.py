"""Blocks of the parametric page: its figure, its tabs, its experiments."""

from collections.abc import Iterator
from typing import Any

from toylab.laws import published
from toylab.tables import columns, csv_reader
from ui.blocks import Caution, Download, ExplainedNumbers, Figure, Info, Table, Waiting
from ui.concepts.parametric import (
    approaches_text,
    charts,
    cloud,
    origin_text,
    outer,
    outer_text,
    plane,
    residuals,
    text,
    trust_text,
    variants_text,
    view,
)
from ui.concepts.parametric.view import Answer, Controls, Experiment, VariantControls
from ui.concepts.shared import charts as shared_charts
from ui.concepts.shared.runs_table import WANTED
from ui.guess import GuessState
from ui.label import Label, Source
from ui.remembered import remembered
from ui.row import Export
from ui.sections import Tab
from ui.sight import FirstSight

UPLOAD = (
    "own_runs",
    "Your finished runs, one a line, as CSV",
    csv_reader.parse,
    columns.guess,
    WANTED,
)


def welcome(controls: Controls) -> Iterator[Any]:
    """The invitation to bring a table, as long as there is none."""
    yield Info(origin_text.WELCOME, ":material/upload_file:")
    yield Download("An example to fill in", origin_text.example(controls.simulated), "runs.csv")


def figure(answer: Answer, guess: GuessState) -> Iterator[Any]:
    """The fit of the runs; what is made of a reader's own is not kept for anybody."""
    return (_sight if answer.controls.own else _remembered)(answer, guess)


def _sight(answer: Answer, guess: GuessState) -> Iterator[Any]:
    """The surface, its residuals and the cloud; first the one in which something is asked."""
    seen, low = guess.seen, answer.spread.intervals["B"].low
    question_open = bool(guess.questions)
    figures = {
        view.SURFACE: lambda: Figure(charts.plane(plane.tables(answer)), view.ALT["surface"]),
        view.RESIDUALS: lambda: Figure(
            charts.residuals(residuals.tables(answer)), view.ALT["residuals"]
        ),
    }
    last = {
        view.CLOUD: lambda: Figure(
            charts.cloud(cloud.tables(answer, question_open, seen)),
            view.ALT["cloud"],
            guess=guess.mark(y=lambda times: low * times),
        )
    }
    yield FirstSight(
        label(answer),
        last | figures if question_open else figures | last,
        text.finding(answer) if seen else text.ASKED,
        text.numbers(answer, seen),
        [text.fitted(answer), *answer.notes] if seen else answer.notes,
        open=not seen,
    )
    if seen:
        yield from map(Caution, answer.warnings)


_remembered = remembered(_sight)


def label(answer: Answer) -> Label:
    """The label of the figures: which kind they are, of what, and how made."""
    controls = answer.controls
    sources: list[Source] = [] if controls.data != "simulated" else [*controls.sources]
    settings, made = origin_text.settings(controls), origin_text.made(controls)
    return Label(controls.kind, settings, made, tuple(sources), (published.HOFFMANN,))


def trust(answer: Answer) -> Iterator[Any]:
    """The walks, the constants, and which of them are known together only."""
    yield _same_runs(answer, "The fit above, and its resamples")
    yield ExplainedNumbers(trust_text.trust(answer))
    yield trust_text.walks(answer)
    yield Table(trust_text.constants(answer))
    yield trust_text.sloppy(answer)


def variants(answer: Answer, chosen: VariantControls) -> Iterator[Any]:
    """The same runs under other recipes, and what such recipes did to published fits."""
    yield _same_runs(answer, "The runs above under other recipes")
    yield [Figure(charts.variants(answer.advised(chosen)), view.ALT["variants"])]
    yield variants_text.variants(answer, chosen)
    yield Table(variants_text.recipes(answer, chosen))
    refits = (published.REFIT, published.HOFFMANN_3)
    yield Label("simulated", variants_text.published_advice(), sources=refits)
    points = (published.HOFFMANN, published.BESIROGLU)
    yield Label("published", variants_text.OUTLIERS, variants_text.OUTLIERS_MADE, points)


def approaches(answer: Answer) -> Iterator[Any]:
    """Three approaches to the same runs, side by side."""
    controls = answer.controls
    settings, methods = approaches_text.three(controls), (published.HOFFMANN,)
    yield Label(controls.kind, settings, approaches_text.THREE, methods=methods)
    yield [Figure(shared_charts.approaches(answer.compared), view.ALT["approaches"])]
    yield Table(approaches_text.approaches(answer))
    yield approaches_text.agreement(answer)


def one_more(answer: Answer) -> Iterator[Any]:
    """The same runs with an outer exponent: residuals, advice and errors before and after."""
    settings, made = outer_text.SETTINGS, f"{origin_text.made(answer.controls)} {outer_text.MADE}"
    yield Label(answer.controls.kind, settings, made, methods=(published.BECK,))
    if len(answer.runs) > outer.LONG:
        yield Waiting(outer_text.FITTING, lambda: _compared(outer.compare(answer)))
    else:
        yield from _compared(outer.compare(answer))


def _compared(both: outer.Outer) -> Iterator[Any]:
    yield [Figure(charts.outer(both.tables), view.ALT["outer"])]
    yield f"{outer_text.finding(both)} {outer_text.advice(both)}"
    yield outer_text.errors(both)
    yield from (Caution(outer_text.caution(sentence)) for sentence in both.warnings)
    yield Table(outer_text.table(both))
    yield f"{outer_text.FORM} {outer_text.limits(both)}"


def data(_: Answer | None) -> Iterator[Any]:
    """Public sets of runs to try."""
    yield origin_text.PLACES


def _same_runs(answer: Answer, settings: str) -> Label:
    return Label(answer.controls.kind, settings, origin_text.made(answer.controls))


def export(answer: Answer) -> Export:
    """The rows behind the figure, to carry away."""
    return Export(
        answer.runs.frame,
        "runs",
        origin_text.command(answer),
        "runs",
        "The same fit of the runs below, saved as runs.csv:",
    )


TABS = {  # by their keys in the link
    "trust": Tab("Can it be trusted?", trust),
    "variants": Tab("Break the fit", variants, VariantControls, prefix="breaks", above=True),
    "approaches": Tab("Three approaches", approaches),
    "outer": Tab("One more exponent", one_more),
    "data": Tab("Find runs", data, always=True),
}
EXPERIMENTS = (
    (
        "Can it be trusted?",
        "Four times the noise. Which constants are no longer known?",
        Experiment(noise="2", about="trust", figure=view.CLOUD),
    ),
    (
        "Break the fit",
        "Which recipes would the residuals alone have shown you?",
        Experiment(about="variants"),
    ),
    (
        "Spoiled runs",
        "Twelve ended too high, and none is left out.",
        Experiment(spoiled=12, drop=0, about="variants"),
    ),
    (
        "Real runs, no floor",
        "Theory knows the exponents. What is E?",
        Experiment(data="recorded", at="1e8", drop=0, about="trust"),
    ),
    (
        "One more exponent",
        "Real models, on and off their valleys. Which residuals go, and does the advice change?",
        Experiment(data="language", at="1e12", drop=0, about="outer"),
    ),
    (
        "Is there a floor?",
        "Hold E at zero and see the residuals.",
        Experiment(fitted="floor", floor=0.0, about="trust"),
    ),
)
CODE = (
    "toylab.fits.parametric.fit",
    "toylab.fits.huber_objective.HuberObjective",
    "toylab.fits.gauss_newton.minimise",
    "toylab.fits.parametric.bootstrap",
    "toylab.fits.parametric_diagnostics.diagnose",
    "toylab.fits.lbfgs_baseline.minimise",
    "toylab.fits.outer_exponent.score_test",
)

"""Blocks of the parametric page: its figure, its tabs, its experiments."""

from collections.abc import Iterator
from typing import Any

from toylab.laws import published
from toylab.tables import columns, csv_reader
from ui.blocks import Caution, Download, ExplainedNumbers, Figure, Info, Label, Source, Table
from ui.concepts.parametric import charts, text, view
from ui.concepts.parametric.view import Answer, Controls, Experiment, OwnTable, VariantControls
from ui.concepts.shared import charts as shared_charts
from ui.row import Export
from ui.sections import Tab

UPLOAD = (
    "own_runs",
    "Your finished runs, one a line, as CSV",
    csv_reader.parse,
    columns.guess,
    view.WANTED,
)


def label(controls: Controls, answer: Answer | None) -> Label:
    """The label of the figures: which kind they are, of what, and how made."""
    sources: list[Source] = [] if controls.data != "simulated" else [*controls.sources]
    settings, made = text.settings(controls, answer), text.made(controls)
    return Label(controls.kind, settings, made, (*sources, published.HOFFMANN))


def remarks(controls: Controls, file: OwnTable | None, answer: Answer | None) -> Iterator[Any]:
    """A welcome as long as there is no file, then notes on the one that there is."""
    if controls.own and file is None:
        yield Info(text.WELCOME, ":material/upload_file:")
        yield Download("An example to fill in", text.example(controls.simulated), "runs.csv")
    if answer:
        yield from map(Info, answer.notes)


def figure(answer: Answer) -> Iterator[Any]:
    """Residuals, what might have been, the numbers, and what speaks against them."""
    yield [
        Figure(charts.residuals(answer.residuals), view.ALT["residuals"], 3),
        Figure(charts.cloud(answer.cloud), view.ALT["cloud"], 2),
    ]
    yield text.numbers(answer)
    yield text.finding(answer)
    yield from map(Caution, answer.warnings)


def trust(answer: Answer) -> Iterator[Any]:
    """The walks, the constants, and which of them are known together only."""
    yield _same_runs(answer, "The fit above, and its resamples")
    yield ExplainedNumbers(text.trust(answer))
    yield text.walks(answer)
    yield Table(text.constants(answer))
    yield text.sloppy(answer)


def variants(answer: Answer, chosen: VariantControls) -> Iterator[Any]:
    """The same runs under other recipes, and what such recipes did to published fits."""
    yield _same_runs(answer, "The runs above under other recipes")
    yield [Figure(charts.variants(answer.advised(chosen)), view.ALT["variants"])]
    yield text.variants(answer, chosen)
    yield Table(text.recipes(answer, chosen))
    refits = (published.REFIT, published.HOFFMANN_3)
    yield Label("published", text.published_advice(), sources=refits)
    yield Label("recorded", text.OUTLIERS, text.OUTLIERS_MADE, (published.BESIROGLU,))


def approaches(answer: Answer) -> Iterator[Any]:
    """Three approaches to the same runs, side by side."""
    controls = answer.controls
    yield Label(controls.kind, text.three(controls), text.THREE, (published.HOFFMANN,))
    yield [Figure(shared_charts.approaches(answer.compared), view.ALT["approaches"])]
    yield Table(text.approaches(answer))
    yield text.agreement(answer)


def data(_: Answer | None) -> Iterator[Any]:
    """Public sets of runs to try."""
    yield text.PLACES


def _same_runs(answer: Answer, settings: str) -> Label:
    return Label(answer.controls.kind, settings, text.made(answer.controls))


def export(answer: Answer) -> Export:
    """The rows behind the figure, to carry away."""
    return Export(
        answer.runs.frame,
        "runs",
        text.command(answer),
        "runs",
        "The same fit of the runs below, saved as runs.csv:",
    )


TABS = {  # by their keys in the link
    "trust": Tab("Can it be trusted?", trust),
    "variants": Tab("Break the fit", variants, VariantControls, prefix="breaks", above=True),
    "approaches": Tab("Three approaches, one study", approaches),
    "data": Tab("Where to find runs", data, always=True),
}
EXPERIMENTS = (
    (
        "**Can it be trusted?** Four times the noise. Which constants come apart, and what "
        "happens to the best size?",
        Experiment(noise="2", about="trust"),
    ),
    (
        "**Break the fit.** The same runs under other recipes. Which mistakes would you have "
        "noticed from the residuals alone?",
        Experiment(about="variants"),
    ),
    (
        "**Spoiled runs.** Twelve runs ended too high and none is left out. Huber's loss "
        "forgives some of it; the row *another Huber delta*, at 1, is least squares.",
        Experiment(spoiled=12, drop=0, about="variants"),
    ),
    (
        "**Real runs, and a floor that is not there.** The simplest learner has none, and "
        "theory knows its exponents. What does the fit say of E, and what do the residuals?",
        Experiment(data="recorded", at="1e8", drop=0, about="trust"),
    ),
    (
        "**Is there a floor?** Hold E at zero, as a floor-free power law does, and look at the "
        "residuals.",
        Experiment(fitted="floor", floor=0.0, about="trust"),
    ),
)
CODE = (
    "toylab.fits.parametric.fit",
    "toylab.fits.gauss_newton.HuberObjective",
    "toylab.fits.gauss_newton.minimise",
    "toylab.fits.parametric.bootstrap",
    "toylab.fits.parametric_diagnostics.diagnose",
    "toylab.fits.lbfgs_baseline.minimise",
)

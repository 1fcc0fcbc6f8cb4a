"""Blocks of the page on the reader's own runs: the answer first, then what it rests on."""

from collections.abc import Iterator, Mapping
from typing import Any

from toylab.laws import published
from toylab.quantities import format_scientific
from toylab.simulation.isoflop_study import SimulatedStudy, simulate
from toylab.tables import csv_reader
from toylab.tables.csv_reader import CsvTable
from toylab.tables.recognition import RUNS
from toylab.teaching.contents import PageLink
from ui.blocks import Caution, Download, Figure, Info, Link, Waiting
from ui.concepts.own_runs import curve, curve_text, groups, surface, text, view
from ui.concepts.own_runs.charts import loss_law
from ui.concepts.own_runs.curve import CurveAnswer
from ui.concepts.own_runs.surface import Answer
from ui.concepts.own_runs.view import Controls
from ui.concepts.shared import charts, steps_table
from ui.label import Label
from ui.markdown import safe
from ui.row import Export
from ui.sight import FirstSight

FILE = ("own", text.ASK, csv_reader.parse)
STEPS_EXAMPLE = "batch_tokens,steps\n" + "".join(
    f"{2**k},{round(4000 * (1 + 2**19 / 2**k) * wobble)}\n"
    for k, wobble in zip(range(15, 23), (1.01, 0.99, 1, 1.02, 0.98, 1.01, 1, 0.99), strict=True)
)


def welcome() -> Iterator[Any]:
    """The invitation to bring a table, and two examples to fill in."""
    yield Info(text.WELCOME, ":material/upload_file:")
    runs = simulate(published.REFIT.form, SimulatedStudy(noise=0.003)).frame
    table = runs[["params", "tokens", "loss"]].to_csv(index=False, float_format="%.6g")
    yield Download("An example of finished runs", table, "runs.csv")
    yield Download("An example of batches and steps", STEPS_EXAMPLE, "steps.csv")
    yield Link(PageLink("parametric", {"parametric_about": "data"}), "Public runs to try")


def answer(
    kind: str | None,
    tables: Mapping[str, CsvTable],
    chosen: dict[str, str | None],
    controls: Controls,
) -> Iterator[Any]:
    """The answer of a table, or of each group of its rows, by the kind of its runs."""
    if kind is None:
        yield Info(text.UNKNOWN)
        return
    if kind == RUNS and len(tables) > 1:
        yield Waiting(text.WAITING, lambda: groups.answer(tables, chosen, controls))
        return
    if kind == RUNS:
        (table,) = tables.values()
        yield Waiting(text.WAITING, lambda: _runs(view.answer(table, chosen, controls)))
        return
    for name, table in tables.items():
        yield from [f"### {safe(name)}"] if name else []
        yield from _steps(table, chosen)


def _steps(table: CsvTable, chosen: dict[str, str | None]) -> Iterator[Any]:
    yield from steps_table.answer(table, chosen)
    yield steps_table.export(table, chosen)
    more = "More: the law behind it, time against money, races that train here"
    yield Link(PageLink("critical_batch", {"critical_about": "table"}), more)


def _runs(answer: Answer | CurveAnswer) -> Iterator[Any]:
    yield from _curve(answer) if isinstance(answer, CurveAnswer) else _surface(answer)


def _surface(answer: Answer) -> Iterator[Any]:
    yield text.finding(answer)
    figures = {"Growth": Figure(charts.growth(answer.growth), surface.ALT["growth"])}
    if answer.valleys:
        figures["Valleys"] = Figure(charts.valleys(answer.valleys), surface.ALT["valleys"])
    methods = (published.HOFFMANN,)
    label = Label("yours", text.settings(answer), text.MADE, methods=methods)
    yield FirstSight(label, figures, text.checked(answer))
    yield from _rests_on(answer)
    yield from map(Caution, answer.warnings)
    C = format_scientific(answer.flops)
    command = f"python -m toylab fit runs.csv --at {C}"
    does = "The same fit of the runs below, saved as runs.csv:"
    yield Export(answer.runs.frame, "runs", command, "runs", does)
    own = {"parametric_data": "yours", "parametric_at": C, "parametric_drop": 0}
    yield Link(PageLink("parametric", own), "More: residuals, every constant, three approaches")
    laws = PageLink("allocation", {"allocation_budget": C, "allocation_about": "answers"})
    yield Link(laws, "What the published laws would do with this budget")


def _curve(answer: CurveAnswer) -> Iterator[Any]:
    yield curve_text.finding(answer)
    figure = Figure(loss_law(answer.tables, curve_text.title(answer)), curve.ALT)
    label = Label("yours", curve_text.settings(answer), curve_text.MADE)
    sentence = f"{answer.law.symbol}. {answer.law.diagnosis.sentence}"
    yield FirstSight(label, {"Loss": figure}, sentence, curve_text.numbers(answer))
    yield from _rests_on(answer)
    does = "The same fit of the runs below, saved as runs.csv:"
    yield Export(answer.frame, "runs", curve_text.command(answer), "runs", does)


def _rests_on(answer: Answer | CurveAnswer) -> Iterator[Any]:
    """What was read, and how well the fit fits."""
    yield Info(safe(answer.imported.summary))
    yield from map(Info, map(safe, answer.imported.notes))
    if answer.goodness:
        yield Info(answer.goodness.sentence(answer.imported.lines, answer.imported.counted))
    yield from map(Info, text.held_out(answer.score))


CODE = (
    "toylab.tables.columns.guess",
    "toylab.tables.training_runs.convert",
    "toylab.fits.parametric.fit",
    "toylab.fits.isoflop.fit",
    "toylab.fits.loss_law.fit",
    "toylab.fits.critical_batch.fit",
)

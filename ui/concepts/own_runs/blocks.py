"""Blocks of the page on the reader's own runs: the answer first, then what it rests on."""

from collections.abc import Iterator
from typing import Any

from toylab.laws import published
from toylab.quantities import format_scientific
from toylab.simulation.isoflop_study import SimulatedStudy, simulate
from toylab.tables import csv_reader
from toylab.tables.csv_reader import CsvTable
from toylab.tables.recognition import RUNS
from toylab.teaching.contents import PageLink
from ui.blocks import Caution, Download, Figure, Info, Link, Waiting
from ui.concepts.own_runs import text, view
from ui.concepts.own_runs.view import Answer, Controls
from ui.concepts.shared import charts, steps_table
from ui.label import Label
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
    kind: str | None, table: CsvTable, chosen: dict[str, str | None], controls: Controls
) -> Iterator[Any]:
    """The answer of a table, by the kind of its runs."""
    if kind is None:
        yield Info(text.UNKNOWN)
    elif kind == RUNS:
        yield Waiting(text.WAITING, lambda: _runs(view.answer(table, chosen, controls)))
    else:
        yield from steps_table.answer(table, chosen)
        yield steps_table.export(table, chosen)
        more = "More: the law behind it, time against money, races that train here"
        yield Link(PageLink("critical_batch", {"critical_about": "table"}), more)


def _runs(answer: Answer) -> Iterator[Any]:
    yield text.finding(answer)
    figures = {"Growth": Figure(charts.growth(answer.growth), view.ALT["growth"])}
    if answer.valleys:
        figures["Valleys"] = Figure(charts.valleys(answer.valleys), view.ALT["valleys"])
    methods = (published.HOFFMANN,)
    label = Label("yours", text.settings(answer), text.MADE, methods=methods)
    yield FirstSight(label, figures, text.checked(answer))
    yield Info(answer.read)
    yield from map(Info, answer.notes)
    yield from map(Caution, answer.warnings)
    C = format_scientific(answer.flops)
    command = f"python -m toylab fit runs.csv --at {C}"
    does = "The same fit of the runs below, saved as runs.csv:"
    yield Export(answer.runs.frame, "runs", command, "runs", does)
    own = {"parametric_data": "yours", "parametric_at": C, "parametric_drop": 0}
    yield Link(PageLink("parametric", own), "More: residuals, every constant, three approaches")
    laws = PageLink("allocation", {"allocation_budget": C, "allocation_about": "answers"})
    yield Link(laws, "What the published laws would do with this budget")


CODE = (
    "toylab.tables.columns.guess",
    "toylab.tables.training_runs.convert",
    "toylab.fits.parametric.fit",
    "toylab.fits.isoflop.fit",
    "toylab.fits.critical_batch.fit",
)

"""Answers of groups of the reader's runs, a row each: their laws side by side."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from toylab.fits.estimate import Estimate
from toylab.quantities import format_fixed, format_number
from toylab.tables.csv_reader import CsvTable
from ui.blocks import Caution, Info, Table
from ui.concepts.own_runs import view
from ui.concepts.own_runs.curve import CurveAnswer
from ui.concepts.own_runs.surface import Answer
from ui.concepts.own_runs.view import Controls
from ui.label import Label
from ui.markdown import safe

FINDING = "## Each group has its own law"
MADE = "Fitted just now, each group by itself; intervals are 95 %."
CHOOSE = "Choose one group to see its figure and its forecast."
NONE = "-"


def answer(
    tables: Mapping[str, CsvTable], chosen: dict[str, str | None], controls: Controls
) -> Iterator[Any]:
    """The table of the groups' laws, and what is odd about each."""
    rows, odd = [], []
    for name, table in tables.items():
        try:
            row, notes = _row(view.answer(table, chosen, controls))
        except ValueError as refusal:
            row, notes = {"law": safe(str(refusal))}, ()
        rows.append({"group": safe(name)} | row)
        odd += [safe(f"{name}: {note}") for note in notes]
    yield Label("yours", f"{len(tables)} groups of runs", MADE)
    yield FINDING
    yield Table(pd.DataFrame(rows).fillna(NONE))
    yield Info(CHOOSE)
    yield from map(Caution, odd)


def _row(answer: Answer | CurveAnswer) -> tuple[dict[str, str], tuple[str, ...]]:
    """The cells of a group, and the notes and warnings on it."""
    notes = answer.imported.notes
    if isinstance(answer, CurveAnswer):
        law = answer.law
        verdict = f"{law.symbol}: {law.diagnosis.kind}"
        cells = {"law": verdict, "exponent": _slope(law.exponent), "floor": _nats(law.floor)}
    elif isinstance(answer.spread, str):
        return {"law": safe(answer.spread), "runs": str(len(answer.runs))}, notes
    else:
        told = answer.spread.intervals
        cells = {
            "law": "L(N, D)",
            "exponent of the best size": _slope(told["exponent_params"]),
            "floor": _nats(told["E"]),
        }
        notes = (*notes, *answer.warnings)
    good = answer.goodness
    rms = f"{format_number(100 * good.rms, 2)} %" if good else NONE
    return {"runs": str(len(answer.runs))} | cells | {"rms error": rms}, notes


def _slope(estimate: Estimate | None) -> str:
    return estimate.text(lambda value: format_fixed(value, 3)) if estimate else NONE


def _nats(estimate: Estimate | None) -> str:
    return estimate.text(lambda value: format_number(value, 3)) if estimate else NONE

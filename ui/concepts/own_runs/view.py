"""Controls of the page on the reader's own runs, and the answer to them."""

from dataclasses import dataclass
from typing import Any

from toylab.tables import columns, recognition, step_columns
from toylab.tables.csv_reader import CsvTable
from toylab.tables.held_out import without_largest
from toylab.tables.imported_runs import ImportedLosses
from toylab.tables.training_runs import convert_any
from ui.concepts.own_runs.curve import CurveAnswer
from ui.concepts.own_runs.surface import Answer
from ui.concepts.shared import runs_table, steps_table
from ui.knobs import Values, knob

GUESSES: dict[str, Any] = {recognition.RUNS: columns.guess, recognition.STEPS: step_columns.guess}
WANTED = {recognition.RUNS: runs_table.WANTED, recognition.STEPS: steps_table.WANTED}


def _unless_typed(values: Values) -> str:
    return "" if values["budget"].strip() else "Empty: ten times your largest run."


@dataclass(frozen=True)
class Controls:
    """The reader's question to finished runs, and which of them to fit."""

    budget: str = knob(
        "",
        "Larger run to ask about",
        typed=True,
        note=_unless_typed,
        help="In FLOPs; in what its size column counts if your table has only one.",
    )
    best: bool = knob(False, "Only the lowest loss of equal runs", more=True)
    hold_out: bool = knob(False, "Hold out the largest tenth", more=True)


def answer(
    table: CsvTable, chosen: dict[str, str | None], controls: Controls
) -> Answer | CurveAnswer:
    """The answer of finished runs in these columns.

    Raises:
        ValueError: if a column is missing or a number is unclear; it names line and column.
    """
    imported = convert_any(table, columns.Columns(**chosen), best=controls.best)
    if controls.hold_out:
        imported = without_largest(imported)
    if isinstance(imported, ImportedLosses):
        return CurveAnswer(imported, controls.budget)
    return Answer(imported, controls.budget)

"""Training runs from anybody's CSV: points that a law can be fitted to.

`csv_reader` finds the cells, `columns` which is which, `column_numbers` reads the numbers,
`pooling` keeps the finished runs of one study, and `convert` makes the runs. What is unclear is
refused with its line, column and remedy; what may be right is a note. Units: N parameters, D
tokens, C FLOPs and L nats per token, or what the name of a column says.
"""

import os
from dataclasses import replace
from typing import Any

import pandas as pd

from toylab.fits.loss_runs import LossRuns, in_one_variable
from toylab.fits.runs import Array, Runs, make_runs
from toylab.laws.forms import FLOPS
from toylab.refusals import positive
from toylab.tables import csv_reader, loss_units
from toylab.tables.column_numbers import comma_meaning
from toylab.tables.column_products import columns_of, in_words, read_product
from toylab.tables.columns import Columns, guess, refuse_columns
from toylab.tables.csv_reader import CsvTable
from toylab.tables.imported_runs import ImportedLosses, ImportedRuns, Reading, in_their_variable
from toylab.tables.lines import counted
from toylab.tables.loss_units import VOCABULARY, high_notes, refuse_losses
from toylab.tables.plausible_units import SIZES, refuse_sizes, size_notes
from toylab.tables.pool import SEED, Pool
from toylab.tables.pooling import unpool
from toylab.tables.reading_notes import (
    as_sentence,
    count_notes,
    repeat_notes,
    summarise,
    unit_notes,
)
from toylab.tables.run_ends import finished, run_column
from toylab.tables.stacking import refuse_other_headers


def read(path: str | os.PathLike[str]) -> ImportedRuns:
    """The runs of a CSV on disk, its columns guessed.

    Raises:
        ValueError: if it cannot be read, is no table of runs, or has a cell that is unclear.
    """
    table = csv_reader.read(path)
    return convert(table, guess(table))


def read_runs(path: str | os.PathLike[str]) -> Runs:
    """The runs of a CSV on disk, its columns guessed; `read` also gives the notes on them.

    Raises:
        ValueError: as `read` does.
    """
    return read(path).runs


def convert(table: CsvTable, columns: Columns, *, best: bool = False) -> ImportedRuns:
    """The runs in these columns; exact repeats of a row count once.

    Args:
        table: the cells.
        columns: which of them hold what.
        best: keep the lowest loss of each size and length.

    Raises:
        ValueError: if a column is missing, or a number is unclear or of the wrong size.
    """
    refuse_columns(table.cells, columns)
    numbers, pool, reading = sort_out(table, columns, best=best)
    runs = _runs(numbers)
    refuse_sizes(numbers, runs, columns)
    notes = map(as_sentence, size_notes(numbers, runs, columns))
    reading = replace(reading, notes=(*reading.notes, *notes))
    held_out = None if pool.held_out is None else _runs(pool.held_out)
    return ImportedRuns(**vars(reading), runs=runs, held_out=held_out)


def convert_losses(table: CsvTable, columns: Columns, *, best: bool = False) -> ImportedLosses:
    """The runs in a column of losses and one other, or in two others of which one varies.

    Raises:
        ValueError: as `convert` does, or if size and data both vary.
    """
    if columns.sizes > 1:
        return in_their_variable(convert(table, columns, best=best))
    refuse_columns(table.cells, columns, fewest=1)
    numbers, pool, reading = sort_out(table, columns, best=best)
    held_out = None if pool.held_out is None else _losses(pool.held_out)
    return ImportedLosses(**vars(reading), runs=_losses(numbers), held_out=held_out)


def convert_any(
    table: CsvTable, columns: Columns, *, best: bool = False
) -> ImportedRuns | ImportedLosses:
    """The runs in these columns, in one variable where they have or vary only one.

    Raises:
        ValueError: as `convert` does.
    """
    if columns.sizes <= 1:
        return convert_losses(table, columns, best=best)
    imported = convert(table, columns, best=best)
    varies_one = in_one_variable(imported.runs) is not None
    return in_their_variable(imported) if varies_one else imported


def sort_out(
    table: CsvTable, columns: Columns, *, best: bool
) -> tuple[pd.DataFrame, Pool, Reading]:
    """The numbers of one study's finished runs, by quantity and line, and notes on the rest."""
    names = list(map(str, table.cells.columns))
    parts = {choice: columns_of(choice, names) for choice in columns.chosen.values()}
    used = list(dict.fromkeys(name for part in parts.values() for name in part))
    refuse_other_headers(table.cells, used)
    run_name = run_column(table.cells, used)
    ended, notes = finished(table.cells, used, parts.get(columns.params or "", []), run_name)
    if ended.any():  # else the first row is refused, with its remedy
        table = replace(table, cells=table.cells[ended])
    comma = comma_meaning(table, used, columns.loss)
    others = table.cells.drop(columns=list(columns.chosen.values()), errors="ignore")
    pool = unpool(read_quantities(table.cells, columns, comma), others, run_name, best=best)
    repeated = pool.frame.assign(seed=pool.named(SEED)).duplicated()
    numbers = pool.frame[~repeated]
    vocabulary = _vocabulary(pool, numbers.index)
    losses = numbers["loss"].to_numpy()
    refuse_losses(losses, str(columns.loss), vocabulary)
    not_used = tuple(name for name in names if name and name not in used)
    notes = [
        loss_units.note(str(columns.loss)),
        *unit_notes(columns.chosen, parts, comma),
        *count_notes(columns.params, not_used, table.cells),
        *notes,
        *pool.notes,
        *repeat_notes(pool.frame.index[repeated]),
        *high_notes(losses),
    ]
    reading = Reading(
        columns,
        summarise(_sources(columns, names), not_used),
        tuple(as_sentence(note) for note in notes if note),
        not_used,
        tuple(numbers.index.tolist()),
        counted(numbers.index),
    )
    return numbers, pool, reading


def read_quantities(cells: pd.DataFrame, columns: Columns, comma: str) -> pd.DataFrame:
    """The numbers of the chosen columns, by quantity and line."""
    sizes = {
        quantity: read_product(quantity, choice, cells, comma)
        for quantity, choice in columns.chosen.items()
        if quantity != "loss"
    }
    loss = loss_units.read_loss(cells[columns.loss], comma)
    return pd.DataFrame({**sizes, "loss": loss}, index=cells.index)


def _vocabulary(pool: Pool, index: "pd.Index[Any]") -> Array | None:
    """The size of each run's vocabulary, where the file has it."""
    cells = pool.named(VOCABULARY)
    if cells is None:
        return None
    sizes = pd.to_numeric(cells[index], errors="coerce").to_numpy(dtype=float)
    return sizes if (sizes > 1).all() else None


def _sources(columns: Columns, names: list[str]) -> list[str]:
    """The column of each quantity, in words."""
    read = [f"{quantity} from {in_words(of, names)}" for quantity, of in columns.chosen.items()]
    if columns.sizes > 1:
        read += [f"{size} from C = {FLOPS}ND" for size in SIZES if size not in columns.chosen]
    return read


def _runs(numbers: pd.DataFrame) -> Runs:
    """The runs of a table of numbers, whose columns are quantities."""
    return make_runs(**{str(quantity): numbers[quantity].to_numpy() for quantity in numbers})


def _losses(numbers: pd.DataFrame) -> LossRuns:
    """The runs of a table of numbers that has the losses and one size."""
    quantity = next(str(name) for name in numbers if name != "loss")
    values = positive(quantity, numbers[quantity]), positive("loss", numbers["loss"])
    return LossRuns(quantity, *values)

"""Training runs from anybody's CSV: points that a law can be fitted to.

`csv_reader` finds the cells, `columns` which is which, `cell_numbers` reads the numbers, and
`convert` makes the runs. What is unclear is refused with its line, column and remedy; what is
merely odd is a note. Units: N parameters, D tokens, C FLOPs and L nats per token, or what the
name of a column says.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import pandas as pd

from toylab.fits.runs import Array, LossRuns, Runs, in_one_variable, in_quantity, make_runs
from toylab.laws.forms import FLOPS
from toylab.quantities import format_count, positive
from toylab.tables import csv_reader, loss_units
from toylab.tables.cell_numbers import comma_meaning
from toylab.tables.columns import Columns, guess, refuse_columns
from toylab.tables.csv_reader import CsvTable
from toylab.tables.derived_columns import columns_of, in_words, read_product, role
from toylab.tables.lines import join_names, lines, quote
from toylab.tables.plausible_units import (
    SAID,
    SIZES,
    VOCABULARY,
    refuse_losses,
    refuse_sizes,
    size_notes,
)  # fmt: skip
from toylab.tables.pool import SEED, Pool
from toylab.tables.pooling import unpool
from toylab.tables.run_ends import finished, run_column
from toylab.tables.spellings import name_rank, normalise, split_unit
from toylab.tables.stacking import refuse_other_headers


@dataclass(frozen=True, eq=False)
class Reading:
    """The columns in which runs stood in a file, and what is odd about them."""

    columns: Columns
    summary: str  # a sentence: what each quantity was read from, and the columns not used
    notes: tuple[str, ...]  # a sentence each
    not_used: tuple[str, ...] = ()  # the other columns
    lines: tuple[int | str, ...] = ()  # of the file, one a run


@dataclass(frozen=True, eq=False)
class Imported(Reading):
    """The runs of a file."""

    runs: Runs | LossRuns = field(kw_only=True)
    held_out: Runs | LossRuns | None = field(kw_only=True, default=None)  # not for fitting


@dataclass(frozen=True, eq=False)
class ImportedRuns(Imported):
    """The runs of a file that tells size and data."""

    runs: Runs = field(kw_only=True)
    held_out: Runs | None = field(kw_only=True, default=None)


@dataclass(frozen=True, eq=False)
class ImportedLosses(Imported):
    """The runs of a file that tells, or varies, only one of params, tokens and flops."""

    runs: LossRuns = field(kw_only=True)
    held_out: LossRuns | None = field(kw_only=True, default=None)


def read(path: str | os.PathLike[str]) -> ImportedRuns:
    """The runs of a CSV on disk, its columns guessed.

    Raises:
        ValueError: if it cannot be read, is no table of runs, or has a cell that is unclear.
    """
    table = csv_reader.read(path)
    return convert(table, guess(table))


def read_runs(path: str | os.PathLike[str]) -> Runs:
    """The runs of a CSV on disk, its columns guessed; `read` also tells what is odd about them.

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
    given, pool, told = sort_out(table, columns, best=best)
    runs = runs_in(given)
    refuse_sizes(given, runs, columns)
    odd = map(as_sentence, size_notes(given, runs, columns))
    told = replace(told, notes=(*told.notes, *odd))
    held_out = None if pool.held_out is None else runs_in(pool.held_out)
    return ImportedRuns(**vars(told), runs=runs, held_out=held_out)


def convert_losses(table: CsvTable, columns: Columns, *, best: bool = False) -> ImportedLosses:
    """The runs in a column of losses and one other, or in two others of which one varies.

    Raises:
        ValueError: as `convert` does, or if size and data both vary.
    """
    if columns.sizes > 1:
        return lone(convert(table, columns, best=best))
    refuse_columns(table.cells, columns, fewest=1)
    given, pool, told = sort_out(table, columns, best=best)
    held_out = None if pool.held_out is None else losses_in(pool.held_out)
    return ImportedLosses(**vars(told), runs=losses_in(given), held_out=held_out)


def convert_any(
    table: CsvTable, columns: Columns, *, best: bool = False
) -> ImportedRuns | ImportedLosses:
    """The runs in these columns, in one variable where they tell or vary only one.

    Raises:
        ValueError: as `convert` does.
    """
    if columns.sizes == 1:
        return convert_losses(table, columns, best=best)
    imported = convert(table, columns, best=best)
    return imported if in_one_variable(imported.runs) is None else lone(imported)


def sort_out(
    table: CsvTable, columns: Columns, *, best: bool
) -> tuple[pd.DataFrame, Pool, Reading]:
    """The numbers of one study's finished runs, by quantity and line, and notes on the rest."""
    names = list(map(str, table.cells.columns))
    parts = {choice: columns_of(choice, names) for choice in columns.chosen.values()}
    used = list(dict.fromkeys(name for part in parts.values() for name in part))
    refuse_other_headers(table.cells, used)
    sizes = parts.get(columns.params or "", [])
    run_name = run_column(table.cells, used)
    kept, unfinished = finished(table.cells, used, sizes, run_name)
    if kept.any():  # else the first of them is refused, with its remedy
        table = replace(table, cells=table.cells[kept])
    comma = comma_meaning(table, used, columns.loss)
    pool = unpool(
        read_quantities(table.cells, columns, comma),
        table.cells.drop(columns=list(columns.chosen.values()), errors="ignore"),
        run_name,
        best=best,
    )
    repeated = pool.frame.assign(seed=pool.named(SEED)).duplicated()
    given = pool.frame[~repeated]
    losses = given["loss"].to_numpy()
    refuse_losses(losses, str(columns.loss), _vocabulary(pool, given.index))
    notes = [
        loss_units.note(str(columns.loss)),
        *unit_notes(columns.chosen, parts, comma),
        *unfinished,
        *pool.notes,
        *repeat_notes(pool.frame.index[repeated]),
    ]
    not_used = tuple(name for name in names if name not in used)
    told = Reading(
        columns,
        summary(columns, names, not_used),
        tuple(as_sentence(note) for note in notes if note),
        not_used,
        tuple(given.index.tolist()),
    )
    return given, pool, told


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


def summary(columns: Columns, names: list[str], not_used: Sequence[str]) -> str:
    """A sentence on the columns: what each quantity was read from, and those not used."""
    read = [f"{quantity} from {in_words(of, names)}" for quantity, of in columns.chosen.items()]
    if columns.sizes > 1:
        read += [f"{size} from C = {FLOPS}ND" for size in SIZES if size not in columns.chosen]
    return summarise(read, not_used)


def summarise(read: list[str], not_used: Sequence[str]) -> str:
    """A sentence on what was read from which column, and one on the others."""
    rest = f" Not used: {join_names([quote(name) for name in not_used])}." if not_used else ""
    return f"Read: {join_names(read)}.{rest}"


def runs_in(frame: pd.DataFrame) -> Runs:
    """The runs of a table of numbers, whose columns are quantities."""
    return make_runs(**{str(quantity): frame[quantity].to_numpy() for quantity in frame})


def losses_in(frame: pd.DataFrame) -> LossRuns:
    """The runs of a table of numbers that has the losses and one size."""
    quantity = next(str(name) for name in frame if name != "loss")
    values = positive(quantity, frame[quantity]), positive("loss", frame["loss"])
    return LossRuns(quantity, *values)


def lone(imported: ImportedRuns) -> ImportedLosses:
    """The runs in the one quantity that they vary.

    Raises:
        ValueError: if they vary size and data.
    """
    runs = in_one_variable(imported.runs)
    if runs is None:
        raise ValueError("size and data both vary in these runs: no law in one of them is theirs")
    held = imported.held_out
    held_out = None if held is None else in_quantity(held, runs.quantity)
    rest = {f.name: getattr(imported, f.name) for f in fields(Reading)}
    return ImportedLosses(**rest, runs=runs, held_out=held_out)


def unit_notes(
    chosen: Mapping[str, str], parts: Mapping[str, list[str]], comma: str
) -> Iterator[str]:
    """Notes on numbers that were not read as they stand."""
    if comma:
        yield "the commas in its numbers were read as decimal marks"
    for quantity, choice in chosen.items():
        for name in parts[choice]:
            counts = quantity if name == choice else role(name)
            stem, size = split_unit(counts, name)
            if size != 1:
                yield f"the numbers of column {quote(name)} were multiplied by {format_count(size)}"
            elif SAID.search(name) and stem == normalise(name) and name_rank(counts, name) is None:
                yield f"the unit of column {quote(name)} is unknown: its numbers stay"


def repeat_notes(index: "pd.Index[Any]") -> Iterator[str]:
    """A note on the rows that repeat an earlier one."""
    if len(index):
        yield f"rows that repeat an earlier one exactly were left out, on {lines(index)}"


def as_sentence(note: str) -> str:
    """The note with its capital and its full stop."""
    return note[0].upper() + note[1:] + ("" if note.endswith("?") else ".")

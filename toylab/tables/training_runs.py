"""Training runs from anybody's CSV: points that a law can be fitted to.

`csv_reader` finds the cells, `columns` which is which, `cell_numbers` reads the numbers, and
`convert` makes the runs. What is unclear is refused with its line, column and remedy; what is
merely odd is a note. Units: N parameters, D tokens, C FLOPs and L nats per token, or what the
name of a column says.
"""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toylab.fits.runs import Array, Runs, make_runs
from toylab.laws.forms import FLOPS
from toylab.quantities import format_count, format_scientific
from toylab.tables import csv_reader
from toylab.tables.cell_numbers import (
    MOST,
    comma_meaning,
    has_no_result,
    join_names,
    quote,
    read_numbers,
)  # fmt: skip
from toylab.tables.columns import Columns, guess
from toylab.tables.csv_reader import CsvTable
from toylab.tables.pooling import SEED, unpool
from toylab.tables.spellings import NOT_PER_TOKEN, normalise, spelling_rank, split_unit

STATE, UNFINISHED = ("state", "status"), ("crashed", "failed", "killed", "running", "diverged")
SMALL, MOST_TOKENS_A_PARAM = (
    1e5,
    3e6,
)  # more is a mistaken unit, unless the name of the column has one
UNIT = re.compile(r"[(\[]")


@dataclass(frozen=True, eq=False)
class ImportedRuns:
    """The runs of a file, the columns they stood in, and what is odd about them."""

    runs: Runs
    columns: Columns
    notes: tuple[str, ...]  # a sentence each
    not_used: tuple[str, ...] = ()  # the other columns
    lines: tuple[int, ...] = ()  # of the file, one a run
    held_out: Runs | None = None  # the runs of a split that is not for fitting

    @property
    def summary(self) -> str:
        """A sentence on the columns: what each was read as, and those not used."""
        read = [f"{quantity} from {quote(name)}" for quantity, name in self.columns.chosen.items()]
        sizes = ("params", "tokens", "flops")
        read += [f"{size} from C = {FLOPS}ND" for size in sizes if size not in self.columns.chosen]
        return summarise(read, self.not_used)


def summarise(read: list[str], not_used: Sequence[str]) -> str:
    """A sentence on what was read from which column, and one on the others."""
    rest = f" Not used: {join_names([quote(name) for name in not_used])}." if not_used else ""
    return f"Read: {join_names(read)}.{rest}"


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


def convert(table: CsvTable, columns: Columns) -> ImportedRuns:
    """The runs in these columns; exact repeats of a row count once.

    Raises:
        ValueError: if a column is missing, or a number is unclear or of the wrong size.
    """
    refuse_columns(table.cells, columns)
    void = without_result(table.cells, columns)
    if not void.all():  # else the first of them is refused, with its remedy
        table = replace(table, cells=table.cells[~void])
    comma = comma_meaning(table, columns.chosen)
    arrays = {
        quantity: read_numbers(quantity, table.cells[name], comma)
        for quantity, name in columns.chosen.items()
    }
    others = table.cells.drop(columns=list(columns.chosen.values()))
    pool = unpool(pd.DataFrame(arrays, index=table.cells.index), others)
    frame = pool.frame
    repeated = frame.assign(seed=pool.named(SEED)).duplicated()
    given = frame[~repeated]
    runs = runs_in(given)
    refuse_sizes(given, runs, columns)
    notes = [
        *unit_notes(columns, comma),
        *void_notes(void),
        *pool.notes,
        *repeat_notes(frame.index[repeated].tolist()),
        *size_notes(given, runs),
    ]
    return ImportedRuns(
        runs,
        columns,
        tuple(map(as_sentence, notes)),
        tuple(map(str, others.columns)),
        tuple(given.index.tolist()),
        None if pool.held_out is None else runs_in(pool.held_out),
    )


def runs_in(frame: pd.DataFrame) -> Runs:
    """The runs of a table of numbers, whose columns are quantities."""
    return make_runs(**{str(quantity): frame[quantity].to_numpy() for quantity in frame})


def without_result(cells: pd.DataFrame, columns: Columns) -> "pd.Series[bool]":
    """Which rows are no finished run: a number is missing, or the run's state says so."""
    void = np.zeros(len(cells), dtype=bool)
    for name in columns.chosen.values():
        void |= np.array([has_no_result(name, cell) for cell in cells[name]], dtype=bool)
    for name in cells.columns:
        if normalise(str(name)) in STATE and list(cells.columns).count(name) == 1:
            void |= cells[name].str.lower().isin(UNFINISHED).to_numpy()
    return pd.Series(void, index=cells.index, dtype=bool)


def void_notes(void: "pd.Series[bool]") -> Iterator[str]:
    """A note on the rows that are no finished run."""
    lines = join_names([str(line) for line in void.index[void]])
    if void.any() and not void.all():
        yield f"rows without a result were left out, on lines {lines}"


def refuse_columns(cells: pd.DataFrame, columns: Columns) -> None:
    """Refuse a choice of columns that makes no runs of this file."""
    chosen, names = list(columns.chosen.values()), list(cells.columns)
    has = f"the file has the columns {join_names([quote(name) for name in names])}"
    if columns.loss is None:
        raise ValueError(f"no column holds the loss: {has}; name one 'loss' or choose it")
    if len(chosen) < 3:
        raise ValueError(f"two of params, tokens and flops are needed besides the loss: {has}")
    refuse_twice(cells, chosen)
    if NOT_PER_TOKEN.search(normalise(columns.loss)):
        raise ValueError(
            f"column {quote(columns.loss)} is no loss per token: give nats per token, "
            "which is the natural logarithm of a perplexity"
        )
    if cells.empty:
        raise ValueError("the file has a header and no rows: add a line per finished run")


def refuse_twice(cells: pd.DataFrame, chosen: list[str]) -> None:
    """Refuse columns that the file has not or has twice, or that are used twice."""
    names = list(cells.columns)
    has = f"the file has the columns {join_names([quote(name) for name in names])}"
    for name in chosen:
        if names.count(name) != 1:
            times = f"there {names.count(name)} times" if name in names else "not in the file"
            raise ValueError(f"column {quote(name)} is {times}: {has}")
        if chosen.count(name) > 1:
            raise ValueError(f"column {quote(name)} is used twice: choose another for one use")


def refuse_sizes(given: pd.DataFrame, runs: Runs, columns: Columns) -> None:
    """Refuse runs whose columns cannot all be in the units assumed."""
    for quantity, array in (("params", runs.params), ("tokens", runs.tokens)):
        odd = (array < 1) | (array > MOST[quantity])
        if odd.any():
            raise ValueError(
                f"line {given.index[odd][0]}: the other columns imply "
                f"{format_scientific(array[odd][0])} {quantity}: is one of them in "
                "billions or PF-days? Say so in its name"
            )
    much, sized = float(np.median(runs.tokens / runs.params)), str(columns.params)
    small = "flops" not in given and runs.params.max() < SMALL
    if small and much > MOST_TOKENS_A_PARAM and not UNIT.search(sized):
        raise ValueError(
            f"the runs read {format_count(much)} tokens a parameter: is column {quote(sized)} in "
            "millions? Name it 'params (M)', or 'params (n)' if it is not"
        )
    if (runs.loss > 50).all():
        raise ValueError(
            f"every number of column {quote(str(columns.loss))} is above 50, so it is a "
            "perplexity or a sum: give nats per token, the logarithm of a perplexity"
        )
    typical = float(np.exp(np.median(np.log(flops_ratio(runs)))))
    if not 1 / 30 < typical < 30:
        raise ValueError(
            f"column {quote(str(columns.flops))} is typically {format_count(typical)} times "
            "6 x params x tokens: is a column in billions or PF-days? Say so in its name"
        )


def flops_ratio(runs: Runs) -> Array:
    """The FLOPs that a file gives over 6 N D, one a run."""
    return runs.flops / (FLOPS * runs.params * runs.tokens)


def unit_notes(columns: Columns, comma: str) -> Iterator[str]:
    """Notes on numbers that were not read as they stand."""
    if comma:
        yield "the commas in its numbers were read as decimal marks"
    for quantity, name in columns.chosen.items():
        stem, size = split_unit(quantity, name)
        if size != 1:
            yield f"the numbers of column {quote(name)} were multiplied by {format_count(size)}"
        elif (
            re.search(r"[(\[]", name)
            and stem == normalise(name)
            and spelling_rank(quantity, stem) is None
        ):
            yield f"the unit of column {quote(name)} is unknown: its numbers stay"


def repeat_notes(lines: list[int]) -> Iterator[str]:
    """A note on the rows that repeat an earlier one."""
    if lines:
        numbers = join_names([str(line) for line in lines])
        yield f"rows that repeat an earlier one exactly were left out, on lines {numbers}"


def size_notes(given: pd.DataFrame, runs: Runs) -> Iterator[str]:
    """Notes on sizes of numbers that are odd, and may be right."""
    high = int((runs.loss > 20).sum())
    if high:
        yield (
            f"{high} of {len(runs)} losses are above 20, where an untrained model of a large "
            "vocabulary has about 11 nats per token: is it a perplexity or a sum?"
        )
    for quantity in ("params", "tokens"):
        if quantity in given and given[quantity].max() < 1000:
            yield (
                f"no run has 1,000 {quantity}: are its {quantity} counted in millions or billions?"
            )
    if {"params", "tokens"} <= set(given) and (runs.params > runs.tokens).all():
        yield "every run has more params than tokens: are the two columns swapped?"
    ratio = flops_ratio(runs)
    if ratio.max() > 1.5 or ratio.min() < 1 / 1.5:
        yield (
            f"the flops given are {ratio.min():.3g} to {ratio.max():.3g} times 6 x params x tokens"
        )


def as_sentence(note: str) -> str:
    """The note with its capital and its full stop."""
    return note[0].upper() + note[1:] + ("" if note.endswith("?") else ".")

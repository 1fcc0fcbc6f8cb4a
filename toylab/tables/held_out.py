"""Runs of a table that are not fitted: of highest loss, or held out to score a fit by."""

from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from toylab.fits.loss_runs import in_quantity
from toylab.fits.prediction import largest
from toylab.fits.runs import highest
from toylab.quantities import plural
from toylab.tables.columns import Columns
from toylab.tables.csv_reader import CsvTable
from toylab.tables.imported_runs import Imported, ImportedLosses, ImportedRuns
from toylab.tables.training_runs import convert, convert_losses

FEWEST = 4  # runs, for any law
T = TypeVar("T", bound=Imported)


def without_largest(imported: T) -> T:
    """The runs without the largest, which are held out.

    Raises:
        ValueError: if that leaves too few for any law.
    """
    top = largest(imported.runs.scale)
    if (left := int((~top).sum())) < FEWEST:
        raise ValueError(
            f"of {plural(len(top), 'run')} the largest {top.sum()} would be held out and {left} "
            f"left to fit: a law takes {FEWEST} at least"
        )
    return replace(_take(imported, ~top), held_out=imported.runs.take(top))


def without_highest(imported: T, how_many: int) -> T:
    """The runs without so many of the highest losses.

    Raises:
        ValueError: if that leaves none.
    """
    return _take(imported, ~highest(imported.runs.loss, how_many))


def _take(imported: T, kept: NDArray[np.bool_]) -> T:
    lines = tuple(line for line, keep in zip(imported.lines, kept, strict=True) if keep)
    return replace(imported, runs=imported.runs.take(kept), lines=lines)


def hold_out(
    imported: ImportedRuns | ImportedLosses, table: CsvTable, columns: Columns, *, best: bool
) -> ImportedRuns | ImportedLosses:
    """The runs, and those of other rows of the file that are held out.

    Raises:
        ValueError: as `training_runs.convert` does, of the other rows.
    """
    if isinstance(imported, ImportedRuns):
        return replace(imported, held_out=convert(table, columns, best=best).runs)
    read = convert_losses if columns.sizes == 1 else convert
    held = in_quantity(read(table, columns, best=best).runs, imported.runs.quantity)
    return replace(imported, held_out=held)

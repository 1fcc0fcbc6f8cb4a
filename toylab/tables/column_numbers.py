"""Numbers of a column, by its commas and its unit; an unclear cell is refused with its line."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toylab.fits.runs import Array
from toylab.tables.cell_numbers import (
    FRACTIONS,
    GROUPED,
    MOST,
    is_missing,
    parse_cell,
    plausible,
    raise_to,
    refuse_cell,
    replace_comma,
    tidy,
)
from toylab.tables.column_names import normalise
from toylab.tables.column_units import log_base, split_unit
from toylab.tables.csv_reader import NUMBER, CsvTable
from toylab.tables.lines import place, quote


def comma_meaning(table: CsvTable, names: Iterable[str], loss: str | None = None) -> str:
    """The text that the commas of a file stand for: "." where they are decimal marks, else "".

    Args:
        table: the cells.
        names: of the columns that hold numbers.
        loss: of the one that holds no counts.
    """
    chosen = table.cells[list(names)]
    cells = [
        (line, str(name), cell)
        for name in chosen
        for line, cell in chosen[name].items()
        if "," in cell
    ]
    if table.separator == "," or not cells:
        return ""
    if any(name == loss or not GROUPED.fullmatch(cell) for _, name, cell in cells):
        return "."
    if any(cell.count(",") > 1 or "." in cell for *_, cell in cells):
        return ""
    line, name, cell = cells[0]
    raise ValueError(
        f"{place(chosen[name], line)}: {quote(cell)} may have a decimal comma or "
        "a thousands separator: write it without the comma"
    )


def read_numbers(quantity: str, cells: "pd.Series[str]", comma: str) -> Array:
    """The numbers of a column, in plain counts or nats per token; (rows,).

    Args:
        quantity: what the column holds.
        cells: the column, with its name.
        comma: as `comma_meaning` gives it.
    """
    name = str(cells.name)
    size, base = split_unit(quantity, name)[1], log_base(name)
    if not (comma or base) and (plain := _plain_numbers(quantity, cells, size)) is not None:
        return plain
    values = []
    for line, cell in cells.items():
        try:
            refuse_cell(name, cell)
            text = replace_comma(quantity, tidy(cell), comma)
            number = parse_cell(quantity, text, 1.0 if base else size)
            values.append(plausible(quantity, raise_to(base, number) * size if base else number))
        except ValueError as error:
            raise ValueError(f"{place(cells, line)}: {error}") from None
    return np.array(values)


def _plain_numbers(quantity: str, cells: "pd.Series[str]", size: float) -> Array | None:
    """The numbers of a column where each is plain and of a size that can be; else None.

    A log of a hundred thousand rows is read thirty times as quickly so.
    """
    text = "".join(cells)
    if "_" in text or not text.isascii():
        return None
    try:
        values = size * np.fromiter(map(float, cells), float, len(cells))
    except ValueError:
        return None
    least = 0.0 if quantity in FRACTIONS else 1.0
    can_be = (values >= least) & (values > 0) & (values <= MOST[quantity])
    return values if can_be.all() else None


def without_number(cells: "pd.Series[str]") -> NDArray[np.bool_]:
    """True for the cells of blank, diverged or footer rows, and of headers repeated; (rows,)."""
    title = normalise(str(cells.name))
    words = {cell for cell in cells.unique() if not NUMBER.fullmatch(cell)}
    none = [w for w in words if not w or is_missing(w) or normalise(w) == title]
    return np.asarray(cells.isin(none), dtype=bool)

"""Selection of rows: those with one value in a column, such as one corpus of several."""

from dataclasses import replace

import pandas as pd

from toylab.tables.csv_reader import CsvTable
from toylab.tables.lines import join_names, quote

MOST_VALUES = 30  # of a column that rows are chosen by


def recurs(cells: "pd.Series[str]") -> bool:
    """True where a column has several values, and each stands in several rows on average."""
    return 1 < cells.nunique() <= min(MOST_VALUES, len(cells) // 2)


def selectable(table: CsvTable) -> dict[str, list[str]]:
    """The columns whose values recur, each with its values in the file's order."""
    columns = {}
    for name in dict.fromkeys(table.cells.columns):
        cells = table.cells[name]
        if cells.ndim == 1 and recurs(cells):
            columns[str(name)] = [str(value) for value in cells.unique()]
    return columns


def where(table: CsvTable, column: str, value: str) -> CsvTable:
    """The rows with this value in this column.

    Raises:
        ValueError: if there is no such column, or no such row; it names those that are.
    """
    kept = _column(table, column) == value
    if not kept.any():
        values = join_names([quote(str(cell)) for cell in table.cells[column].unique()])
        raise ValueError(f"no row has {quote(value)} in column {quote(column)}: it has {values}")
    return replace(table, cells=table.cells[kept])


def without(table: CsvTable, column: str, value: str) -> CsvTable:
    """The rows with another value in this column.

    Raises:
        ValueError: if there is no such column, or no other row.
    """
    kept = _column(table, column) != value
    if not kept.any():
        raise ValueError(f"every row has {quote(value)} in column {quote(column)}: none is left")
    return replace(table, cells=table.cells[kept])


def by(table: CsvTable, column: str) -> dict[str, CsvTable]:
    """The table of each value of a column, in the file's order.

    Raises:
        ValueError: if there is no such column, or it has too many values to fit each.
    """
    values = [str(value) for value in _column(table, column).unique()]
    if len(values) > MOST_VALUES:
        raise ValueError(
            f"column {quote(column)} has {len(values)} values; at most {MOST_VALUES} are fitted"
        )
    return {value: where(table, column, value) for value in values}


def _column(table: CsvTable, column: str) -> "pd.Series[str]":
    names = list(map(str, table.cells.columns))
    if names.count(column) != 1:
        has = join_names([quote(name) for name in names])
        raise ValueError(f"there is no one column {quote(column)}: the file has {has}")
    return table.cells[column]

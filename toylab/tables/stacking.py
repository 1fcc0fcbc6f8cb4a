"""Several files as one table, whose column `file` tells where each row is from.

Rows keep their lines: "3 of b.csv".
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import pandas as pd

from toylab.tables.csv_reader import MOST_ROWS, CsvTable
from toylab.tables.lines import counted, quote

FILE = "file"  # as `_stack` assigns it
File = TypeVar("File")


def read_files(files: Sequence[tuple[str, File]], read: Callable[[File], CsvTable]) -> CsvTable:
    """The table of a file, or of several below each other.

    Args:
        files: with their names.
        read: from one of them to its table.

    Raises:
        ValueError: if one is refused, which is then named, or names or columns are not told apart.
    """
    if len(files) == 1:
        return read(files[0][1])
    tables: dict[str, CsvTable] = {}
    for name, file in files:
        if name in tables:
            raise ValueError(f"two files are named {name}: take one away, or rename it")
        try:
            tables[name] = read(file)
            _refuse_columns(tables[name].cells)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    return _stack(tables)


def _refuse_columns(cells: pd.DataFrame) -> None:
    names = list(map(str, cells.columns))
    if FILE in names:
        raise ValueError(
            f"column {quote(FILE)} is in the way, as it tells several files apart: rename it"
        )
    if twice := [name for name in names if names.count(name) > 1]:
        raise ValueError(f"column {quote(twice[0])} is there twice: rename one of them")


def _stack(tables: Mapping[str, CsvTable]) -> CsvTable:
    parts = []
    for name, table in tables.items():
        lines = [f"{line} of {name}" for line in table.cells.index]
        noun = counted(table.cells.index)
        parts.append(table.cells.set_axis(pd.Index(lines, name=noun)).assign(file=name))
    cells = pd.concat(parts).fillna("").astype(str)
    if len(cells) > MOST_ROWS:
        raise ValueError(
            f"the files have {len(cells):,} rows together and the limit is {MOST_ROWS:,}: keep "
            "the last row of each run"
        )
    nouns = {part.index.name for part in parts}
    cells.index.name = nouns.pop() if len(nouns) == 1 else "row"
    separators = sorted({table.separator for table in tables.values()} - {","})
    return CsvTable(cells, separators[0] if separators else ",")


def refuse_other_headers(cells: pd.DataFrame, used: list[str]) -> None:
    """Refuse files of which one has nothing in a column that is used: its header is another."""
    if FILE not in cells.columns or FILE in used:
        return
    for file, rows in cells.groupby(FILE):
        for name in used:
            if (rows[name] == "").all() and (cells[name] != "").any():
                raise ValueError(
                    f"{file} has nothing in column {quote(name)}: give all files the same header"
                )

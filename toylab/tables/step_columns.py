"""Columns of a table of batches and steps, by their names and by what they explain."""

from dataclasses import dataclass, replace

import pandas as pd

from toylab.tables.column_units import batch_unit
from toylab.tables.columns import refuse_twice
from toylab.tables.csv_reader import CsvTable
from toylab.tables.lines import join_names, quote
from toylab.tables.spellings import likeliest, name_rank
from toylab.tables.step_groups import SURE, grouping
from toylab.tables.step_rows import arrived, step_numbers


@dataclass(frozen=True)
class Columns:
    """The name of the column of each quantity; None where there is none."""

    batch: str | None
    steps: str | None
    group: str | None
    examples: str | None = None  # to the loss, where there are no steps

    @property
    def chosen(self) -> dict[str, str]:
        """The names of the columns with numbers, by their quantity."""
        length = ("steps", self.steps) if self.steps is not None else ("examples", self.examples)
        return {quantity: name for quantity, name in (("batch", self.batch), length) if name}

    @property
    def unit(self) -> str:
        """The unit of a batch, where the name of its column says so; else nothing."""
        return batch_unit(self.batch or "")


def guess(table: CsvTable) -> Columns:
    """The likeliest column of each quantity, by its name; of groups also by what they explain."""
    cells = table.cells
    batch, steps, group = (likeliest(name, cells) for name in ("batch", "steps", "group"))
    columns = Columns(batch, steps, group, None if steps else likeliest("examples", cells))
    sure = group is not None and name_rank("group", group) in SURE
    numbers = [name for name in cells if name in columns.chosen.values()]
    if sure or len(cells) < 2 or len(numbers) != 2:  # fewer are missing, more are there twice
        return columns
    table, _ = arrived(table, columns.chosen)
    try:
        groups = grouping(step_numbers(table, columns.chosen), others(table, columns))
    except ValueError:  # said once the columns are chosen
        groups = []
    return replace(columns, group=next(iter(groups), None))


def refuse_columns(cells: pd.DataFrame, columns: Columns) -> None:
    """Refuse a choice of columns that makes no runs of this file."""
    names = join_names([quote(str(name)) for name in cells.columns])
    needed = {"batch": columns.batch, "steps": columns.steps or columns.examples}
    for quantity, name in needed.items():
        if name is None:
            raise ValueError(
                f"no column holds the {quantity}: the file has the columns {names}; name one "
                f"'{quantity}' or choose it"
            )
    refuse_twice(cells, [*columns.chosen.values(), *([columns.group] if columns.group else [])])
    if cells.empty:
        raise ValueError("the file has a header and no rows: add a line per run")


def others(table: CsvTable, columns: Columns) -> pd.DataFrame:
    """The cells of the other columns, by line."""
    cells = table.cells.drop(columns=list(columns.chosen.values()))
    return cells.loc[:, ~cells.columns.duplicated()]

"""Steps to a loss at several batch sizes from anybody's CSV, and their hyperbolas.

A line is one run: the batch, the steps it took to reach a loss, and, where the table has
several losses or models, a group. What is unclear is refused with its line, as in
`training_runs`.
"""

import os
from dataclasses import dataclass, fields, replace

import pandas as pd

from toylab.fits.critical_batch import Fit, fit
from toylab.tables import csv_reader
from toylab.tables.cell_numbers import comma_meaning, read_numbers
from toylab.tables.columns import refuse_twice
from toylab.tables.csv_reader import CsvTable
from toylab.tables.lines import join_names, quote
from toylab.tables.spellings import EXAMPLES, likeliest, normalise, spelling_rank

SURE = (0, 1)  # ranks of names that say that they are of groups
ALL = "all"  # the group of a table that has none


@dataclass(frozen=True)
class Columns:
    """The name of the column of each quantity; None where there is none."""

    batch: str | None
    steps: str | None
    group: str | None

    @property
    def chosen(self) -> dict[str, str]:
        """The names of the columns with numbers, by their quantity."""
        pairs = {"batch": self.batch, "steps": self.steps}
        return {quantity: name for quantity, name in pairs.items() if name is not None}


def guess(table: CsvTable) -> Columns:
    """The likeliest column of each quantity, by its name; a group has several lines."""
    cells = table.cells
    columns = Columns(*(likeliest(field.name, cells) for field in fields(Columns)))
    while (
        columns.group is not None and spelling_rank("group", normalise(columns.group)) not in SURE
    ):
        if cells[[columns.group]].duplicated().any() or len(cells) < 2:
            break
        cells = cells.drop(columns=columns.group)
        columns = replace(columns, group=likeliest("group", cells))
    return columns


def unit(columns: Columns) -> str:
    """The unit of a batch, where the name of its column says so; else nothing."""
    name = normalise(columns.batch or "").lower()
    return next((unit for unit in EXAMPLES if unit[:-1] in name), "")


def read(path: str | os.PathLike[str]) -> pd.DataFrame:
    """The runs of a CSV on disk, its columns guessed.

    Raises:
        ValueError: if it cannot be read, or as `convert` does.
    """
    table = csv_reader.read(path)
    return convert(table, guess(table))


def convert(table: CsvTable, columns: Columns) -> pd.DataFrame:
    """The runs of a file: columns group, batch and steps, in the file's order.

    Raises:
        ValueError: if a column is missing, or a number is unclear or not positive.
    """
    cells, chosen = table.cells, columns.chosen
    names = join_names([quote(str(name)) for name in cells.columns])
    for quantity in ("batch", "steps"):
        if quantity not in chosen:
            raise ValueError(
                f"no column holds the {quantity}: the file has the columns {names}; name one "
                f"'{quantity}' or choose it"
            )
    group = [columns.group] if columns.group is not None else []
    refuse_twice(cells, [*chosen.values(), *group])
    if cells.empty:
        raise ValueError("the file has a header and no rows: add a line per run")
    comma = comma_meaning(table, chosen.values())
    frame = pd.DataFrame(
        {quantity: read_numbers(quantity, cells[name], comma) for quantity, name in chosen.items()}
    )
    frame.insert(0, "group", cells[columns.group].to_list() if group else ALL)
    return frame


def fits(frame: pd.DataFrame) -> dict[str, Fit | str]:
    """The hyperbola of each group, or the reason that it has none; groups in the file's order."""
    results: dict[str, Fit | str] = {}
    for group, runs in frame.groupby("group", sort=False):
        try:
            seed = runs["seed"].to_list() if "seed" in runs else None
            results[str(group)] = fit(runs["batch"].to_numpy(), runs["steps"].to_numpy(), seed)
        except ValueError as refusal:
            results[str(group)] = str(refusal)
    return results

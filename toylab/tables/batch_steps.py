"""What did somebody's table of batch sizes and steps say? Their CSV, as hyperbolas.

A line is one run: the batch, the steps it took to reach a loss, and, where the table has
several losses or models, a group. What is unclear is refused with its line, as in `intake`.
"""

import os
from dataclasses import dataclass, fields, replace

import pandas as pd

from toylab.fits.critical_batch import Fit, fit
from toylab.tables.columns import likeliest, plain, rank_of
from toylab.tables.csv_reader import Sheet
from toylab.tables.training_runs import comma, listed, numbers, opened, refuse_twice, said

SURE = (0, 1)  # ranks of names that say that they are of groups
ALL = "all"  # the group of a table that has none


@dataclass(frozen=True)
class Columns:
    """Which column of a file is which; None where there is none."""

    batch: str | None
    steps: str | None
    group: str | None

    @property
    def chosen(self) -> dict[str, str]:
        """The names of those with numbers, by what they hold."""
        pairs = {"batch": self.batch, "steps": self.steps}
        return {kind: name for kind, name in pairs.items() if name is not None}


def guess(sheet: Sheet) -> Columns:
    """The likeliest column of each kind, by its name; a group has several lines."""
    found = Columns(*(likeliest(kind.name, sheet.cells) for kind in fields(Columns)))
    cells = sheet.cells
    while found.group is not None and rank_of("group", plain(found.group)) not in SURE:
        if cells[[found.group]].duplicated().any() or len(cells) < 2:
            break
        cells = cells.drop(columns=found.group)
        found = replace(found, group=likeliest("group", cells))
    return found


def read(path: str | os.PathLike[str]) -> pd.DataFrame:
    """`convert` of a CSV on disk, its columns guessed. Refuses what it cannot read."""
    found = opened(path)
    return convert(found, guess(found))


def convert(sheet: Sheet, columns: Columns) -> pd.DataFrame:
    """The runs of a file: columns group, batch and steps, in the file's order.

    Raises:
        ValueError: if a column is missing, or a number is unclear or not positive.
    """
    cells, chosen = sheet.cells, columns.chosen
    names = listed([said(str(name)) for name in cells.columns])
    for kind in ("batch", "steps"):
        if kind not in chosen:
            raise ValueError(
                f"no column holds the {kind}: the file has the columns {names}; name one "
                f"'{kind}' or choose it"
            )
    group = [columns.group] if columns.group is not None else []
    refuse_twice(cells, [*chosen.values(), *group])
    if cells.empty:
        raise ValueError("the file has a header and no rows: add a line per run")
    mark = comma(sheet, chosen)
    frame = pd.DataFrame({kind: numbers(kind, cells[name], mark) for kind, name in chosen.items()})
    frame.insert(0, "group", cells[columns.group].to_list() if group else ALL)
    return frame


def fits(frame: pd.DataFrame) -> dict[str, Fit | str]:
    """The hyperbola of each group, or why it has none; groups in the file's order."""
    found: dict[str, Fit | str] = {}
    for group, runs in frame.groupby("group", sort=False):
        try:
            found[str(group)] = fit(runs["batch"].to_numpy(), runs["steps"].to_numpy())
        except ValueError as refusal:
            found[str(group)] = str(refusal)
    return found

"""Columns of a table of runs: which one holds which quantity."""

import re
from dataclasses import asdict, dataclass, fields, replace

import pandas as pd

from toylab.tables.csv_reader import CsvTable
from toylab.tables.spellings import likeliest, normalise

WEAK = {  # names that are as often of something else: taken where there is no better one
    "params": "n", "tokens": "d|t", "flops": "c|budget|(target|achieved|model)flops?",
    "loss": "logloss",
}  # fmt: skip


@dataclass(frozen=True)
class Columns:
    """The name of the column of each quantity; None where there is none."""

    params: str | None
    tokens: str | None
    flops: str | None
    loss: str | None

    @property
    def chosen(self) -> dict[str, str]:
        """The name of each column there is, by its quantity."""
        return {quantity: name for quantity, name in asdict(self).items() if name is not None}


def guess(table: CsvTable) -> Columns:
    """The likeliest column of each quantity, by its name; units in the name are understood."""
    columns = Columns(*(likeliest(field.name, table.cells) for field in fields(Columns)))
    for quantity in ("params", "tokens", "flops", "loss"):
        sizes = len(columns.chosen) - (columns.loss is not None)
        if getattr(columns, quantity) is None and (quantity == "loss" or sizes < 2):
            columns = replace(columns, **{quantity: _weakest(quantity, table.cells)})
    return columns


def _weakest(quantity: str, cells: pd.DataFrame) -> str | None:
    """The first column with a name that may be this quantity's, or something else's."""
    names = (str(name) for name in cells.columns)
    return next((n for n in names if re.fullmatch(WEAK[quantity], normalise(n))), None)

"""Columns of a table of runs: which one, or which product of some, holds which quantity."""

import re
from dataclasses import asdict, dataclass, fields, replace

import pandas as pd

from toylab.tables.column_products import columns_of
from toylab.tables.column_units import split_unit
from toylab.tables.csv_reader import CsvTable
from toylab.tables.derived_columns import by_ratio, question, tokens_read
from toylab.tables.lines import join_names, quote
from toylab.tables.spellings import likeliest

WEAK = {  # names that are as often of something else: taken where there is no better one
    "params": "n",
    "tokens": "d|t",
    "flops": "c|budget|(target|achieved|model)(flops?|compute)|"
    "([gtpez]|giga|tera|peta|exa|zetta)flops?",  # perhaps a second's
    "loss": "logloss",
}


@dataclass(frozen=True)
class Columns:
    """The column of each quantity, or the product of several; None where there is none."""

    params: str | None
    tokens: str | None
    flops: str | None
    loss: str | None

    @property
    def chosen(self) -> dict[str, str]:
        """The column or the product of each quantity that has one."""
        return {quantity: name for quantity, name in asdict(self).items() if name is not None}

    @property
    def sizes(self) -> int:
        """The number of params, tokens and flops that have a column."""
        return len(self.chosen) - (self.loss is not None)


def guess(table: CsvTable) -> Columns:
    """The likeliest column of each quantity, by its name; units in the name are understood.

    Tokens or params without a column are made of others where the names say how.
    """
    cells = table.cells
    columns = Columns(*(likeliest(field.name, cells) for field in fields(Columns)))
    columns = replace(columns, tokens=tokens_read(columns.tokens, cells) or columns.tokens)
    for doubtful in (("params", "loss"), ("tokens", "flops")):
        for quantity in doubtful:
            if getattr(columns, quantity) is None and (quantity == "loss" or columns.sizes < 2):
                columns = replace(columns, **{quantity: _weakest(quantity, cells)})
        made = by_ratio(columns.params, columns.tokens, columns.flops, cells)
        columns = replace(columns, **made)
    return columns


def _weakest(quantity: str, cells: pd.DataFrame) -> str | None:
    """The first column with a name that may be this quantity's, or something else's."""
    names = map(str, cells.columns)
    stems = ((name, split_unit(quantity, name)[0]) for name in names)
    return next((name for name, stem in stems if re.fullmatch(WEAK[quantity], stem)), None)


def refuse_columns(cells: pd.DataFrame, columns: Columns, fewest: int = 2) -> None:
    """Refuse a choice of columns that makes no runs of this file.

    Args:
        cells: the table.
        columns: the choice.
        fewest: how many of params, tokens and flops it takes: two for a surface, one for a curve.
    """
    has = _has(cells)
    if columns.loss is None:
        raise ValueError(f"no column holds the loss: {has}; name one 'loss' or choose it")
    ask = question(cells) if columns.tokens is None and columns.sizes < 2 else ""
    if columns.sizes < fewest or ask:
        wanted = "one or two" if columns.sizes < fewest == 1 else "two"
        raise ValueError(
            f"{wanted} of params, tokens and flops are needed besides the loss: {has}"
            + (f"; {ask}" if ask else "")
        )
    refuse_twice(cells, list(columns.chosen.values()))
    if cells.empty:
        raise ValueError("the file has a header and no rows: add a line per finished run")


def refuse_twice(cells: pd.DataFrame, chosen: list[str]) -> None:
    """Refuse columns that the file has not or has twice, or that are used twice."""
    names = list(map(str, cells.columns))
    for choice in chosen:
        for name in columns_of(choice, names):
            if names.count(name) != 1:
                times = f"there {names.count(name)} times" if name in names else "not in the file"
                raise ValueError(f"column {quote(name)} is {times}: {_has(cells)}")
        if chosen.count(choice) > 1:
            raise ValueError(f"column {quote(choice)} is used twice: choose another for one use")


def _has(cells: pd.DataFrame) -> str:
    names = join_names([quote(str(name)) for name in cells.columns])
    return f"the file has the columns {names}"

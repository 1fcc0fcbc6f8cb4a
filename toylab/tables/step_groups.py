"""Groups in a table of batches and steps: the columns that say why steps at one batch differ.

A column's name may say that it is one (model size, target, dataset); else the steps do. Rows of
one model and loss follow S = S_min + E_min / B, so a column that splits them into groups which
follow it much better than all together is one, by an F test at the batches that groups share.
"""

import re
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toylab.tables.column_names import leaf
from toylab.tables.pool import SEED, TUNED
from toylab.tables.selection import recurs
from toylab.tables.spellings import name_rank

SURE, KINDS, WEAK = (0, 1), 2, 3  # ranks of the names of groups
LEVEL = 1e-3  # chance of so much better a fit if the groups were alike
ALIKE = 0.02  # groups whose steps differ by a smaller share need not be told apart
ROUNDED = 1e-3  # steps are no more exact than this share
ENOUGH = 3  # rows of a group, on average, if no batch is shared that could tell


def is_tuned(name: str) -> bool:
    """True for a name of what is tuned for each run, such as its learning rate."""
    return re.fullmatch(TUNED, leaf(name)) is not None


def is_seed(name: str) -> bool:
    """True for the name of seeds and repeats."""
    return re.fullmatch(SEED, leaf(name)) is not None


def grouping(rows: pd.DataFrame, others: pd.DataFrame, first: str | None = None) -> list[str]:
    """The columns that groups are told by, in the file's order but for the first.

    Args:
        rows: columns batch and steps, by line.
        others: the cells of the other columns, by line.
        first: one that is among them in any case.
    """
    candidates = [
        name
        for name in map(str, others.columns)
        if name != first and recurs(others[name]) and not (is_tuned(name) or is_seed(name))
    ]
    least = _least(rows, others, [first] if first else [], candidates)
    chosen = [first] if first else []
    for name in candidates:
        if name_rank("group", name) in (*SURE, KINDS) and _splits(least, chosen, name):
            chosen.append(name)
    unsure = [name for name in candidates if name not in chosen]
    while columns := _explaining(least, chosen, unsure):
        chosen += columns
        unsure = [name for name in unsure if name not in columns]
    weak = [name for name in unsure if name_rank("group", name) == WEAK]
    if not chosen:
        chosen = [name for name in weak if _untold(least, name)][:1]
    return chosen


def _least(
    rows: pd.DataFrame, others: pd.DataFrame, first: list[str], candidates: list[str]
) -> pd.DataFrame:
    """The rows, of a sweep the least steps: else it would hide how groups differ."""
    names = [*first, *candidates]
    table = rows[["batch", "steps"]].join(others[names])
    if not any(map(is_tuned, map(str, others.columns))):
        return table
    seeds = [others[name] for name in others if is_seed(str(name))]
    keys = [table["batch"], *(table[name] for name in names), *seeds]
    return table.loc[table.groupby(keys)["steps"].idxmin()]


def _splits(table: pd.DataFrame, chosen: list[str], name: str) -> bool:
    """True where a column splits groups further: it is no other name of the same."""
    before = len(table[chosen].drop_duplicates()) if chosen else 1
    return len(table[[*chosen, name]].drop_duplicates()) > before


def _explaining(table: pd.DataFrame, chosen: list[str], unsure: list[str]) -> list[str]:
    """The column, or else the pair, that explains best how steps at one batch differ."""
    for size in (1, 2):
        chances = {
            names: _chance(table, chosen, list(names)) for names in combinations(unsure, size)
        }
        names = min(chances, key=chances.__getitem__, default=())
        if names and chances[names] < LEVEL:
            return list(names)
    return []


def _chance(table: pd.DataFrame, chosen: list[str], names: list[str]) -> float:
    """The chance of so much better a fit by groups if they were alike; 1 where nothing tells."""
    from scipy.stats import f

    shared = table[_shared(table, chosen, names)]
    apart, many = _squares(shared, [*chosen, *names])
    together, few = _squares(shared, chosen)
    spare = len(shared) - many
    if spare < 1 or many <= few or together <= len(shared) * ALIKE**2:
        return 1.0
    noise = (apart + len(shared) * ROUNDED**2) / spare
    return float(f.sf((together - apart) / (many - few) / noise, many - few, spare))


def _shared(table: pd.DataFrame, chosen: list[str], names: list[str]) -> "pd.Series[bool]":
    """The rows at batches that several of the groups by `names` have."""
    keys = table.groupby(["batch", *chosen]).ngroup()
    values = table.groupby(names).ngroup()
    return values.groupby(keys).transform("nunique") > 1


def _untold(table: pd.DataFrame, name: str) -> bool:
    """True where no batch is shared between the groups of a column, and they are no few rows."""
    few = len(table) < ENOUGH * table[name].nunique()
    return not few and not _shared(table, [], [name]).any()


def _squares(table: pd.DataFrame, names: list[str]) -> tuple[float, int]:
    """The squares of steps, as shares, off S_min + E_min / B of each group; the parameters."""
    parts = [part for _, part in table.groupby(names)] if names else [table]
    squares, parameters = 0.0, 0
    for part in parts:
        if len(part):
            left, rank = _misfit(part["batch"].to_numpy(), part["steps"].to_numpy())
            squares, parameters = squares + left, parameters + rank
    return squares, parameters


def _misfit(B: NDArray[np.float64], S: NDArray[np.float64]) -> tuple[float, int]:
    """Least squares of (S_min + E_min / B) / S - 1, and the parameters that the batches tell."""
    A = np.stack([1 / S, B.min() / (B * S)], axis=1)
    A = A if len(np.unique(B)) > 1 else A[:, :1]
    p = np.linalg.lstsq(A, np.ones(len(S)), rcond=None)[0]
    return float(np.square(A @ p - 1).sum()), A.shape[1]

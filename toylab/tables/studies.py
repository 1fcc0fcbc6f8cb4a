"""Several studies or metrics in one file, told apart by a column: no one law is theirs.

A column of words, or of codes such as dataset_id 0 and 1, tells studies apart where it explains
by what equal runs differ. Each of its values is judged by its lowest loss in each cell, so that
a sweep beside it does not hide it.
"""

import re

import numpy as np
import pandas as pd

from toylab.quantities import format_share
from toylab.tables.column_names import normalise
from toylab.tables.lines import join_names, quote
from toylab.tables.pool import DIFFER, Pool
from toylab.tables.run_ends import RUN
from toylab.tables.selection import recurs
from toylab.tables.spellings import name_rank

EXPLAINED = 0.9  # of the differences, by a column that tells studies apart
EXPLAINED_IN_ORDER = 0.7  # where each value is above, or below, the others in every cell
MANY = 8  # cells: by chance the order is the same in all of them once in 128 columns
STUDY = (
    "data(set)?(name)?|corpus|experiment|study|source|paper|arch(itecture)?|family|tokeni[sz]er|"
    "metric|language|domain|task|file"
)
FEW_RUNS = 5  # of each study, at least
FEWEST = 3  # cells in which codes are compared: in fewer a number explains much by chance


def refuse_several(pool: Pool) -> None:
    """Refuse several studies or metrics; the sentence names the column and its values."""
    if pool.spread[1] <= DIFFER:
        return
    swept = pool.swept
    for name in pool.varying:
        values = pool.others[name]
        number = _is_number(values)
        if name in swept or (number and not _may_be_codes(pool, name, swept)):
            continue
        gaps = _gaps(pool, values)
        if gaps is not None and gaps.max() > DIFFER and not (number and len(gaps) < FEWEST):
            low, high = format_share(gaps.min()), format_share(gaps.max())
            words = join_names([quote(str(value)) for value in values.unique()])
            raise ValueError(
                f"runs of equal size and length differ in loss by {low} to {high}, and column "
                f"{quote(name)} tells them apart ({words}): no one law is theirs; choose the rows "
                f"of one {quote(name)}"
            )


def note_pooled(pool: Pool) -> None:
    """Note what may be several studies, where no runs are equal by which they could be told."""
    for name in map(str, pool.others.columns):
        values = pool.others[name]
        counts = values.value_counts()
        if re.fullmatch(STUDY, normalise(name)) and recurs(values) and counts.min() >= FEW_RUNS:
            pool.notes.append(
                f"the rows of {len(counts)} values of column {quote(name)} are fitted together: "
                f"if they are several studies, choose the rows of one {quote(name)}"
            )
            return


def _gaps(pool: Pool, values: "pd.Series[str]") -> "pd.Series[float] | None":
    """The shares by which the lowest losses of the values differ, a cell each, if explained."""
    word = values.rename("word")
    lowest = pool.frame["loss"].groupby([pool.cells.rename("cell"), word]).min()
    lowest = lowest[lowest.groupby("cell").transform("size") > 1]  # the others compare nothing
    apart = np.log(lowest) - np.log(lowest).groupby("cell").transform("mean")
    left = apart - apart.groupby("word").transform("mean")
    cells = lowest.groupby("cell")
    in_order = np.sign(apart).groupby("word").nunique().max() == 1 and len(cells) >= MANY
    enough = EXPLAINED_IN_ORDER if in_order else EXPLAINED
    if np.square(left).sum() > (1 - enough) * np.square(apart).sum():
        return None
    return cells.max() / cells.min() - 1


def _may_be_codes(pool: Pool, name: str, swept: list[str]) -> bool:
    """False for numbers that count steps or runs, or say in other words what is swept."""
    if name_rank("steps", name) is not None or re.fullmatch(RUN, normalise(name)):
        return False
    by_value = pool.others.groupby(name)
    return not any(by_value[one].nunique().max() == 1 for one in swept)


def _is_number(cells: "pd.Series[str]") -> bool:
    return bool(pd.to_numeric(cells, errors="coerce").notna().all())

"""Ends of runs: a checkpoint is no run that ends there, and a run that diverged has no end.

A log has many rows a run. The last of each is its end, unless its loss is missing from there on:
then the run diverged or was stopped, and its last good row is no end either. A loss that is
logged at some rows only is missing at fewer in a row than between two that have it.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toylab.quantities import plural
from toylab.tables.column_names import named
from toylab.tables.column_numbers import without_number
from toylab.tables.lines import join_names, lines, quote
from toylab.tables.pool import Pool
from toylab.tables.spellings import name_rank
from toylab.tables.stacking import FILE

RUN = "(wandb)?run(id|name)?|runid|id|wandbid|trial(id)?"
STATE = "state|status"
UNFINISHED = ("crashed", "failed", "killed", "running", "diverged", "preempted", "oom")
SAME_SIZE = 0.02  # sizes within one run differ by a smaller share
MOST_NAMED = 10
FEWEST = 5  # rows of a log

Rows = NDArray[np.bool_]  # (rows,)


def run_column(cells: pd.DataFrame, used: list[str]) -> str | None:
    """The name of the column that tells runs apart; that of files, if they log steps.

    Args:
        cells: the table.
        used: the names of the columns that hold numbers of runs.
    """
    others = cells.drop(columns=used)
    run = named(others, RUN)
    if run is None and any(name_rank("steps", str(name)) is not None for name in cells):
        run = named(others, FILE)
    return None if run is None else str(run.name)


def finished(
    cells: pd.DataFrame, used: list[str], sizes: list[str], run_name: str | None
) -> tuple[Rows, list[str]]:
    """The rows that have a result and are of a run that ended with one, and notes on others.

    Args:
        cells: the table.
        used: the names of the columns that hold numbers.
        sizes: the names of those of a run's size.
        run_name: the name of the column that tells runs apart, if any.
    """
    stopped = np.zeros(len(cells), dtype=bool)
    if (state := named(cells, STATE)) is not None:
        stopped = state.str.lower().isin(UNFINISHED).to_numpy(dtype=bool)
    good = ~np.any([stopped, *(without_number(cells[name]) for name in used)], axis=0)
    lost, of_lost = [], np.zeros(len(cells), dtype=bool)
    if run_name is not None and sizes and good.any():
        apart = cells[good].groupby(run_name)[sizes].nunique().max(axis=1)
        without = _without_end(cells[run_name], good, stopped)
        lost = [run for run in without if apart[run] == 1]  # else it is no one run
        of_lost = cells[run_name].isin(lost).to_numpy(dtype=bool)
    notes = []
    if lost:
        names = [*map(quote, lost[:MOST_NAMED]), *(["..."] if len(lost) > MOST_NAMED else [])]
        notes.append(
            f"{plural(len(lost), 'run')} stopped or diverged, with no loss at the end, and "
            f"{'is' if len(lost) == 1 else 'are'} left out: {join_names(names)}"
        )
    rest = cells.index[~good & ~of_lost]
    if len(rest) and good.any():
        notes.append(f"rows without a result were left out, on {lines(rest)}")
    return good & ~of_lost, notes


def _without_end(run: "pd.Series[str]", good: Rows, stopped: Rows) -> list[str]:
    """The runs that have results, and none at their end; none where most runs look so."""
    rows = pd.DataFrame({"run": run, "good": good, "stopped": stopped})
    rows["at"] = rows.groupby("run").cumcount() + 1
    results = rows[rows["good"]]
    last = results.groupby("run")["at"].last()
    gap = results["at"] - results.groupby("run")["at"].shift(fill_value=0)
    usual = gap.groupby(results["run"]).max()
    ends = rows.groupby("run")[["at", "stopped"]].last().loc[last.index]
    beyond = ends["at"] - last
    without = ends["stopped"] | ((beyond > 0) & (beyond >= usual))
    return [] if without.mean() > 0.5 else [str(name) for name in last.index[without]]


def keep_last(pool: Pool) -> None:
    """Keep the last row of each run."""
    run = pool.run
    if run is None or not run.duplicated().any():
        return
    length = next((name for name in ("tokens", "flops", "params") if name in pool.frame), "loss")
    params = pool.frame[["params"]] if "params" in pool.frame else pool.frame[[]]
    if params.empty and {"flops", "tokens"} <= set(pool.frame):
        params = (pool.frame["flops"] / pool.frame["tokens"]).to_frame()
    sizes = np.log(params.mean(axis=1)).fillna(0.0).groupby(run)
    several = sizes.transform("max") - sizes.transform("min") > SAME_SIZE  # so it is no one run
    last = pool.frame[length] == pool.frame.groupby(run)[length].transform("max")
    last &= ~pool.frame.assign(run=run).duplicated(["run", length], keep="last")
    if not several.all():
        last |= several
        pool.keep(
            last,
            f"only the last row of each run in column {quote(str(run.name))} was used, "
            f"{int(last.sum())} of {len(last)}: a checkpoint is no run that ends there",
        )


def note_one_log(pool: Pool) -> None:
    """Note rows that look like the log of one run: of one size, with steps that only grow."""
    length = next((name for name in ("tokens", "flops") if name in pool.frame), None)
    steps = next((name for name in pool.others if name_rank("steps", str(name)) is not None), None)
    if pool.run_name is not None or length is None or steps is None or len(pool.frame) < FEWEST:
        return
    sizes = pool.frame["params"] if "params" in pool.frame else pd.Series([1.0])
    counted = pd.to_numeric(pool.others[steps], errors="coerce")
    grow = (counted.diff()[1:] > 0).all() and (pool.frame[length].diff()[1:] > 0).all()
    if grow and sizes.max() / sizes.min() - 1 < SAME_SIZE:
        pool.notes.append(
            f"column {quote(str(steps))} grows from row to row, and no column tells runs apart: if "
            "these rows are the log of one run, no law of finished runs is theirs, as a checkpoint "
            "is no run that ends there"
        )

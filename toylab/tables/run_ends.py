"""Ends of runs: a checkpoint is no run that ends there, and a run that diverged has no end.

A log has many rows a run. The last of each is its end, unless its loss is missing from there on:
then the run diverged or was stopped, and its last good row is no end either. A loss that is
logged at some rows only is missing at fewer in a row than between two that have it.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toylab.quantities import plural
from toylab.tables.cell_numbers import without_number
from toylab.tables.lines import join_names, lines, quote
from toylab.tables.pool import Pool, named
from toylab.tables.spellings import name_rank

RUN = "(wandb)?run(id|name)?|runid|id|wandbid|trial(id)?"
FILE = "file"  # the column that tells several files apart
STATE = "state|status"
UNFINISHED = ("crashed", "failed", "killed", "running", "diverged", "preempted", "oom")
SAME_SIZE = 0.02  # sizes within one run differ by a smaller share
MOST_NAMED = 10

Rows = NDArray[np.bool_]  # (rows,)


def finished(cells: pd.DataFrame, used: list[str]) -> tuple[Rows, list[str]]:
    """The rows that have a result and are of a run that ended with one, and notes on others.

    Args:
        cells: the table.
        used: the names of the columns that hold numbers.
    """
    state, run = named(cells, STATE), named(cells.drop(columns=used), RUN)
    void = np.any([without_number(cells[name]) for name in used], axis=0)
    stopped = np.zeros(len(cells), dtype=bool)
    if state is not None:
        stopped = state.str.lower().isin(UNFINISHED).to_numpy(dtype=bool)
    good, lost, notes = ~(void | stopped), np.zeros(len(cells), dtype=bool), []
    if run is not None and good.any():
        endless = _endless(run, good, stopped)
        lost = run.isin(endless).to_numpy(dtype=bool)
        if endless:
            names = [quote(name) for name in endless[:MOST_NAMED]] + ["..."] * (
                len(endless) > MOST_NAMED
            )
            notes.append(
                f"{plural(len(endless), 'run')} stopped or diverged, with no loss at the end, and "
                f"{'is' if len(endless) == 1 else 'are'} left out: {join_names(names)}"
            )
    if (rest := cells.index[~good & ~lost]).size and good.any():
        notes.append(f"rows without a result were left out, on {lines(rest)}")
    return good & ~lost, notes


def _endless(run: "pd.Series[str]", good: Rows, stopped: Rows) -> list[str]:
    """The runs that have results, and none at their end; none where most runs look so."""
    rows = pd.DataFrame({"run": run, "good": good, "stopped": stopped})
    rows["at"] = rows.groupby("run").cumcount() + 1
    results = rows[rows["good"]]
    last = results.groupby("run")["at"].last()
    gap = results["at"] - results.groupby("run")["at"].shift(fill_value=0)
    usual = gap.groupby(results["run"]).max()
    ends = rows.groupby("run")[["at", "stopped"]].last().loc[last.index]
    beyond = ends["at"] - last
    endless = ends["stopped"] | ((beyond > 0) & (beyond >= usual))
    return [] if endless.mean() > 0.5 else [str(name) for name in last.index[endless]]


def keep_last(pool: Pool) -> None:
    """Keep the last row of each run."""
    run, length = run_column(pool), "tokens" if "tokens" in pool.frame else "flops"
    if run is None or not run.duplicated().any():
        return
    several = _sizes_apart(pool, run)
    last = pool.frame[length] == pool.frame.groupby(run)[length].transform("max")
    last &= ~pool.frame.assign(run=run).duplicated(["run", length], keep="last")
    if not several.all():
        last |= several
        pool.keep(
            last,
            f"only the last row of each run in column {quote(str(run.name))} was used, "
            f"{int(last.sum())} of {len(last)}: a checkpoint is no run that ends there",
        )


def run_column(pool: Pool) -> "pd.Series[str] | None":
    """The column that tells runs apart; that of files, where each is the log of one run."""
    run, file = pool.named(RUN), pool.named(FILE)
    if run is not None or file is None:
        return run
    logs = any(name_rank("steps", str(name)) is not None for name in pool.others)
    return file if logs and not _sizes_apart(pool, file).any() else None


def _sizes_apart(pool: Pool, run: "pd.Series[str]") -> "pd.Series[bool]":
    """True for the rows whose run has several sizes, so that it is no one run."""
    length = "tokens" if "tokens" in pool.frame else "flops"
    params = pool.frame.get("params", pool.frame.get("flops", 1.0) / pool.frame[length])
    sizes = np.log(params).groupby(run)
    return sizes.transform("max") - sizes.transform("min") > SAME_SIZE

"""Pooled tables: a file that holds more than the finished runs of one study.

Rows of a split, checkpoints of a run, a sweep over hyperparameters and runs that read their text
again are told by the columns that are not used otherwise. What can be set right is, with a note;
several studies or metrics are refused, as no one law is theirs.
"""

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toylab.quantities import format_share, plural
from toylab.tables.cell_numbers import join_names, quote
from toylab.tables.selection import recurs
from toylab.tables.spellings import normalise

SPLIT = "split|subset|fold|part"
TRAIN, HELD_OUT = {"train", "training", "fit"}, {
    "test", "holdout", "heldout", "val", "valid", "validation", "eval", "extrapolation"
}  # fmt: skip
RUN = "(wandb)?run(id|name)?|runid|id|wandbid|trial(id)?"
SEED = r"\w*seed|replica(te)?s?|repeats?|rep"
TUNED = (  # for each run anew
    "(peak|max|base|initial)?(lr|learningrate)|rate|wd|weightdecay|warmup(steps)?|beta[12s]?|"
    "dropout|schedule(r)?|momentum|clip|eps|init(scale|std)?"
)
SWEPT = f"{TUNED}|(global)?batch(size)?|bs|gbs|optimi[sz]er|depth|(n|num)?(layers|heads)|width"
EPOCHS, UNIQUE = "(n|num)?epochs?|passes", "unique(tokens|data)?|(n|num)uniquetokens"
CELL = 0.01  # sizes and lengths that differ by a smaller share are equal
SAME_SIZE = 0.02  # sizes within one run differ by a smaller share
DIFFER = 0.01  # losses of equal runs that differ by a smaller share agree,
UNSAID = 0.1  # and by a smaller one may be seeds that nobody named
EXPLAINED = 0.9  # studies are told apart by a column that explains this share of differences
AGAIN = 1.01  # epochs: more is text read again
ENOUGH = 8  # runs of one epoch, to be fitted alone


@dataclass
class Pool:
    """The rows of a file while they are sorted out."""

    frame: pd.DataFrame  # the numbers of the chosen columns, by line
    others: pd.DataFrame  # the cells of the other columns
    notes: list[str] = field(default_factory=list)
    held_out: pd.DataFrame | None = None  # the numbers of a split that is not for fitting

    def named(self, names: str) -> "pd.Series[str] | None":
        """The first other column that is named so."""
        matching = (name for name in self.others if re.fullmatch(names, normalise(str(name))))
        name = next(matching, None)
        return None if name is None else self.others[name]

    def keep(self, rows: "pd.Series[bool]", note: str) -> None:
        """Keep these rows, with a note if there are others."""
        if not rows.all():
            self.frame, self.others = self.frame[rows], self.others[rows]
            self.notes.append(note)

    @property
    def cells(self) -> "pd.Series[int]":
        """The number of each row's cell: of runs of equal size and length, to about 1 %."""
        sizes = self.frame.drop(columns="loss")
        return sizes.apply(np.log).div(CELL).round().groupby(list(sizes.columns)).ngroup()


def unpool(frame: pd.DataFrame, others: pd.DataFrame) -> Pool:
    """The finished runs of one study among rows of numbers, and notes on what was left out.

    Args:
        frame: columns loss and two or three of params, tokens and flops, by line.
        others: the cells of the other columns, by line.

    Raises:
        ValueError: if several studies or metrics are in one file.
    """
    pool = Pool(frame, others.loc[:, ~others.columns.duplicated()])
    for step in (_splits, _checkpoints, _epochs, _studies, _sweeps):
        step(pool)
    return pool


def _splits(pool: Pool) -> None:
    """Fit the rows of the training split."""
    split = pool.named(SPLIT)
    if split is None:
        return
    words = split.map(normalise)
    if words.isin(TRAIN).any() and words.isin(HELD_OUT).any():
        if set(pool.cells[words.isin(TRAIN)]) == set(pool.cells[~words.isin(TRAIN)]):
            raise ValueError(
                f"column {quote(str(split.name))} gives the loss of each run on several splits: "
                "choose the rows of one"
            )
        held = plural(int((~words.isin(TRAIN)).sum()), "row")
        column = quote(str(split.name))
        pool.held_out = pool.frame[words.isin(HELD_OUT)]
        pool.keep(words.isin(TRAIN), f"{held} held out by column {column} were not fitted")


def _checkpoints(pool: Pool) -> None:
    """Keep the last row of each run."""
    run, length = pool.named(RUN), "tokens" if "tokens" in pool.frame else "flops"
    if run is None or not run.duplicated().any():
        return
    params = pool.frame.get("params", pool.frame.get("flops", 1.0) / pool.frame[length])
    sizes = np.log(params).groupby(run)
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


def _epochs(pool: Pool) -> None:
    """Keep the runs that read no text twice, if they are enough; else say so."""
    epochs, unique = pool.named(EPOCHS), pool.named(UNIQUE)
    if epochs is not None:
        times, name = pd.to_numeric(epochs, errors="coerce"), str(epochs.name)
    elif unique is not None and "tokens" in pool.frame:
        amount = pd.to_numeric(unique, errors="coerce")
        times, name = pool.frame["tokens"] / amount, str(unique.name)
    else:
        return
    again = times > AGAIN
    if not again.any():
        return
    runs = plural(int(again.sum()), "run")
    told = f"{runs} read text more than once, as column {quote(name)} says"
    if (~again).sum() >= ENOUGH:
        pool.keep(~again, f"{told}, and are left out: a law of fresh text is not theirs")
    else:
        pool.notes.append(f"{told}: a law of fresh text is not theirs")


def _studies(pool: Pool) -> None:
    """Refuse several studies or metrics: a column of words explains how equal runs differ.

    Each word is judged by its lowest loss in each cell, so that a sweep beside it does not hide it.
    """
    if _spread(pool)[1] <= DIFFER:
        return
    for name in _varying(pool):
        if _is_number(pool.others[name]) or re.fullmatch(SWEPT, normalise(name)):
            continue
        words = pool.others[name].rename("word")
        lowest = pool.frame["loss"].groupby([pool.cells.rename("cell"), words]).min()
        apart = np.log(lowest) - np.log(lowest).groupby("cell").transform("mean")
        left = apart - apart.groupby("word").transform("mean")
        cells = lowest.groupby("cell")
        gaps = (cells.max() / cells.min() - 1)[cells.size() > 1]
        explains = np.square(left).sum() <= (1 - EXPLAINED) * np.square(apart).sum()
        if explains and gaps.max() > DIFFER:
            low, high = format_share(gaps.min()), format_share(gaps.max())
            values = join_names([quote(str(value)) for value in words.unique()])
            raise ValueError(
                f"runs of equal size and length differ in loss by {low} to {high}, and column "
                f"{quote(name)} tells them apart ({values}): no one law is theirs; choose the "
                f"rows of one {quote(name)}"
            )


def _sweeps(pool: Pool) -> None:
    """Keep the lowest loss of each cell of a sweep; say where equal runs differ unexplained."""
    low, high = _spread(pool)
    if high <= DIFFER:
        return
    swept = [name for name in _varying(pool) if re.fullmatch(SWEPT, normalise(name))]
    if swept:
        lowest = pool.frame["loss"] == pool.frame.groupby(pool.cells)["loss"].transform("min")
        pool.keep(
            lowest,
            f"only the lowest loss of each size and length was used, {int(lowest.sum())} of "
            f"{len(lowest)}: column {quote(swept[0])} is a sweep",
        )
    elif high > UNSAID and pool.named(SEED) is None:
        pool.notes.append(
            f"runs of equal size and length differ in loss by {format_share(low)} to "
            f"{format_share(high)}, and no column says why"
        )


def _spread(pool: Pool) -> tuple[float, float]:
    """The least and the largest share by which losses of equal runs differ; zero without any."""
    losses = pool.frame.groupby(pool.cells)["loss"]
    shares = (losses.max() / losses.min() - 1)[losses.size() > 1]
    return (float(shares.min()), float(shares.max())) if len(shares) else (0.0, 0.0)


def _varying(pool: Pool) -> list[str]:
    """The other columns that differ between equal runs, and whose values recur: no row's number."""
    varying = []
    for name in map(str, pool.others.columns):
        values = pool.others[name]
        differ = recurs(values) and values.groupby(pool.cells).nunique().max() > 1
        if differ and not re.fullmatch(SEED, normalise(name)):
            varying.append(name)
    return varying


def _is_number(cells: "pd.Series[str]") -> bool:
    return bool(pd.to_numeric(cells, errors="coerce").notna().all())

"""Pooled tables: a file that holds more than the finished runs of one study.

Rows of a split, checkpoints of a run, a sweep over hyperparameters and runs that read their text
again are told by the columns that are not used otherwise. What can be set right is, with a note;
several studies or metrics are refused, as no one law is theirs.
"""

import pandas as pd

from toylab.quantities import format_share, plural
from toylab.tables.column_names import normalise
from toylab.tables.lines import quote
from toylab.tables.pool import DIFFER, SEED, Pool
from toylab.tables.run_ends import keep_last, note_one_log
from toylab.tables.spellings import SPELLINGS
from toylab.tables.studies import note_pooled, refuse_several

SPLIT = "split|subset|fold|part"
TRAIN, HELD_OUT = {"train", "training", "fit"}, {
    "test", "holdout", "heldout", "val", "valid", "validation", "eval", "extrapolation"
}  # fmt: skip
(EPOCHS,), (UNIQUE,) = SPELLINGS["epochs"], SPELLINGS["unique"]
UNSAID = 0.1  # losses of equal runs that differ by less may be of seeds that nobody named
MOST_RUNS = 2000
AGAIN = 1.01  # epochs: more is text read again
ENOUGH = 8  # runs of one epoch, to be fitted alone


def unpool(
    frame: pd.DataFrame, others: pd.DataFrame, run_name: str | None, *, best: bool = False
) -> Pool:
    """The finished runs of one study among rows of numbers, and notes on what was left out.

    Args:
        frame: columns loss and two or three of params, tokens and flops, by line.
        others: the cells of the other columns, by line.
        run_name: the name of the one that tells runs apart, if any.
        best: keep the lowest loss of each size and length, whatever the others differ in.

    Raises:
        ValueError: if several studies or metrics are in one file.
    """
    pool = Pool(frame, others.loc[:, ~others.columns.duplicated()], run_name)
    for step in (_splits, keep_last, refuse_many, note_one_log, _epochs):
        step(pool)
    if best:
        _keep_lowest(pool)
    else:
        refuse_several(pool)
        _sweeps(pool)
        note_pooled(pool)
    return pool


def refuse_many(pool: Pool) -> None:
    """Refuse more runs than any study has: they are rows of logs."""
    if len(pool.frame) <= MOST_RUNS:
        return
    tells = "no column, such as run_id, tells whose rows they are"
    if pool.run_name is not None:
        tells = f"column {quote(pool.run_name)} does not say which are the last of their runs"
    raise ValueError(
        f"the file has {len(pool.frame):,} rows with a result, more than {MOST_RUNS:,} finished "
        f"runs, and {tells}: keep the last row of each run"
    )


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
    reread = f"{runs} read text more than once, as column {quote(name)} says"
    if (~again).sum() >= ENOUGH:
        pool.keep(~again, f"{reread}, and are left out: a law of fresh text is not theirs")
    else:
        pool.notes.append(f"{reread}: a law of fresh text is not theirs")


def _sweeps(pool: Pool) -> None:
    """Keep the lowest loss of each cell of a sweep; say where equal runs differ unexplained."""
    low, high = pool.spread
    if high <= DIFFER:
        return
    if swept := pool.swept:
        _keep_lowest(pool, f": column {quote(swept[0])} is a sweep")
    elif high > UNSAID and pool.named(SEED) is None:
        pool.notes.append(
            f"runs of equal size and length differ in loss by {format_share(low)} to "
            f"{format_share(high)}, and no column says why"
        )


def _keep_lowest(pool: Pool, why: str = "") -> None:
    lowest = pool.frame["loss"] == pool.frame.groupby(pool.cells)["loss"].transform("min")
    pool.keep(
        lowest,
        f"only the lowest loss of each size and length was used, {int(lowest.sum())} of "
        f"{len(lowest)}{why}",
    )

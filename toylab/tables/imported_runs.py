"""Records of the runs that a file holds: the runs, their columns, and notes on what was read."""

from dataclasses import dataclass, field, fields

from toylab.fits.loss_runs import LossRuns, in_one_variable, in_quantity
from toylab.fits.runs import Runs
from toylab.tables.columns import Columns


@dataclass(frozen=True, eq=False)
class Reading:
    """The columns in which runs stood in a file, and notes on them."""

    columns: Columns
    summary: str  # a sentence: what each quantity was read from, and the columns not used
    notes: tuple[str, ...]  # a sentence each
    not_used: tuple[str, ...] = ()  # the other columns
    lines: tuple[int | str, ...] = ()  # of the file, one a run
    counted: str = "line"  # what lines are: records in JSON


@dataclass(frozen=True, eq=False)
class Imported(Reading):
    """The runs of a file."""

    runs: Runs | LossRuns = field(kw_only=True)
    held_out: Runs | LossRuns | None = field(kw_only=True, default=None)  # not for fitting


@dataclass(frozen=True, eq=False)
class ImportedRuns(Imported):
    """The runs of a file with size and data."""

    runs: Runs = field(kw_only=True)
    held_out: Runs | None = field(kw_only=True, default=None)


@dataclass(frozen=True, eq=False)
class ImportedLosses(Imported):
    """The runs of a file with only one of params, tokens and flops, or of which only one varies."""

    runs: LossRuns = field(kw_only=True)
    held_out: LossRuns | None = field(kw_only=True, default=None)


WHY = {  # a law in this quantity alone
    "params": "All runs read equally many tokens, so the law is one of their size alone.",
    "tokens": "All runs have one size, so the law is one of their tokens alone.",
    "flops": "Size and tokens grow in step in these runs, so the law is one of their FLOPs. "
    "Runs with other tokens a parameter would tell what each does, and the best split of a budget.",
}


def in_their_variable(imported: ImportedRuns) -> ImportedLosses:
    """The runs in the one quantity that they vary.

    Raises:
        ValueError: if they vary size and data.
    """
    runs = in_one_variable(imported.runs)
    if runs is None:
        raise ValueError(
            "size and data both vary in these runs: fit a law in both, or choose the rows of one "
            "size or of one amount of data"
        )
    held = imported.held_out
    held_out = None if held is None else in_quantity(held, runs.quantity)
    reading = {f.name: getattr(imported, f.name) for f in fields(Reading)}
    reading["notes"] = (*imported.notes, WHY[runs.quantity])
    return ImportedLosses(**reading, runs=runs, held_out=held_out)

"""Steps to a loss at several batch sizes from anybody's table, and their hyperbolas.

A line is one run: the batch, and the steps or examples that it took to reach a loss. Groups, such
as models or losses, are told by `step_groups`; of a sweep over learning rates the least steps
count; runs that never came to the loss are left out. What is unclear is refused with its line,
as in `training_runs`.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from toylab.fits.critical_batch import Fit, fit
from toylab.tables import csv_reader
from toylab.tables.column_numbers import comma_meaning
from toylab.tables.column_units import batch_unit
from toylab.tables.csv_reader import CsvTable
from toylab.tables.lines import quote
from toylab.tables.reading_notes import as_sentence, summarise, unit_notes
from toylab.tables.step_columns import Columns, guess, others, refuse_columns
from toylab.tables.step_groups import grouping, is_seed, is_tuned
from toylab.tables.step_rows import arrived, least_steps, step_numbers, swept_notes

ALL = "all"  # the group of a table that has none


@dataclass(frozen=True, eq=False)
class ImportedSteps:
    """The runs of a table, the columns they stood in, and what was done to it."""

    frame: pd.DataFrame  # group, batch and steps, and where known seed; in the file's order
    chosen: dict[str, str]  # the columns of numbers, by quantity
    groups: tuple[str, ...]  # the columns that groups are told by
    seed: str | None
    tuned: tuple[str, ...]  # columns over which the least steps were taken
    notes: tuple[str, ...]  # a sentence each
    not_used: tuple[str, ...]  # the other columns

    @property
    def columns(self) -> dict[str, str | list[str]]:
        """The names of the columns that were used, by their use."""
        several = {"groups": list(self.groups), "least_over": list(self.tuned)}
        seed = {"seed": self.seed} if self.seed else {}
        return {**self.chosen, **seed, **{use: names for use, names in several.items() if names}}

    @property
    def summary(self) -> str:
        """A sentence on the columns: what each was read as, and those not used."""
        read = [f"{quantity} from {quote(name)}" for quantity, name in self.chosen.items()]
        if "examples" in self.chosen:
            read.append("steps from examples / batch")
        if self.groups:
            read.append(f"groups by {' and '.join(map(quote, self.groups))}")
        if self.seed:
            read.append(f"seeds from {quote(self.seed)}")
        return summarise(read, self.not_used)


def read(path: str | os.PathLike[str]) -> ImportedSteps:
    """The runs of a file on disk, its columns guessed.

    Raises:
        ValueError: if it cannot be read, or as `convert` does.
    """
    table = csv_reader.read(path)
    return convert(table, guess(table))


def convert(table: CsvTable, columns: Columns) -> ImportedSteps:
    """The runs in these columns.

    Raises:
        ValueError: if a column is missing, or a number is unclear or not positive.
    """
    refuse_columns(table.cells, columns)
    chosen = columns.chosen
    table, left_out = arrived(table, chosen)
    rows, rest = step_numbers(table, chosen), others(table, columns)
    groups = grouping(rows, rest, columns.group)
    seed = next((str(name) for name in rest if is_seed(str(name))), None)
    rows.insert(0, "group", _names(rest[groups]) if groups else ALL)
    if seed:
        rows["seed"] = rest[seed]
    kept, swept = least_steps(rows, rest[[name for name in rest if is_tuned(str(name))]])
    used = list(chosen.values())
    notes = [
        *unit_notes(chosen, {name: [name] for name in used}, comma_meaning(table, used)),
        *left_out,
        *_length_notes(chosen),
        *swept_notes(swept, len(kept), len(rows)),
    ]
    return ImportedSteps(
        kept.reset_index(drop=True), chosen, tuple(groups), seed, tuple(swept),
        tuple(map(as_sentence, notes)),
        tuple(str(name) for name in rest if name not in {*groups, *swept, seed}),
    )  # fmt: skip


def fits(frame: pd.DataFrame) -> dict[str, Fit | str]:
    """The hyperbola of each group, or the reason that it has none; groups in the file's order."""
    results: dict[str, Fit | str] = {}
    for group, runs in frame.groupby("group", sort=False):
        seed = runs["seed"].to_list() if "seed" in runs else None
        try:
            results[str(group)] = fit(runs["batch"].to_numpy(), runs["steps"].to_numpy(), seed)
        except ValueError as refusal:
            results[str(group)] = str(refusal)
    return results


def _names(cells: pd.DataFrame) -> list[str]:
    """The name of each row's group: a value, or several with their columns."""
    if cells.shape[1] == 1:
        return cells.iloc[:, 0].to_list()
    rows = cells.itertuples(index=False, name=None)
    return [", ".join(f"{n}={v}" for n, v in zip(cells, row, strict=True)) for row in rows]


def _length_notes(chosen: dict[str, str]) -> Iterator[str]:
    """A note where batches and examples are not counted in the same unit."""
    units = [batch_unit(chosen[name]) for name in ("batch", "examples") if name in chosen]
    if len(units) > 1 and all(units) and "tokens" in units and len(set(units)) > 1:
        yield (
            f"batches are in {units[0]} and lengths in {units[1]}: the steps are all off by one "
            "factor, and B_crit is not"
        )

"""Rows of a file while they are sorted out: their numbers, their other cells, their notes."""

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toylab.tables.column_names import named, normalise
from toylab.tables.selection import recurs
from toylab.tables.spellings import name_rank

SEED = r"\w*seed|replica(te)?s?|repeats?|rep"
TUNED = (  # for each run anew
    "(peak|max|base|initial|min|final)?(lr|learningrate)|rate|wd|weightdecay|warmup(steps)?|"
    "beta[12s]?|dropout|schedule(r)?|momentum|(grad)?clip(grad)?(norm)?|eps|init(scale|std)?"
)
SWEPT = f"{TUNED}|optimi[sz]er|depth|(n|num)?(layers|heads)|width"  # besides the batch
DIFFER = 0.01  # losses of equal runs that differ by a smaller share agree
CELL = 0.01  # sizes and lengths that differ by a smaller share are equal


@dataclass
class Pool:
    """The rows of a file while they are sorted out."""

    frame: pd.DataFrame  # the numbers of the chosen columns, by line
    others: pd.DataFrame  # the cells of the other columns
    run_name: str | None  # of the column among them that tells runs apart
    notes: list[str] = field(default_factory=list)
    held_out: pd.DataFrame | None = None  # the numbers of a split that is not for fitting

    def named(self, names: str) -> "pd.Series[str] | None":
        """The first other column that is named so."""
        return named(self.others, names)

    @property
    def run(self) -> "pd.Series[str] | None":
        """The column that tells runs apart."""
        return None if self.run_name is None else self.others[self.run_name]

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

    @property
    def spread(self) -> tuple[float, float]:
        """The least and the largest share by which losses of equal runs differ; zero without."""
        losses = self.frame.groupby(self.cells)["loss"]
        shares = (losses.max() / losses.min() - 1)[losses.size() > 1]
        return (float(shares.min()), float(shares.max())) if len(shares) else (0.0, 0.0)

    @property
    def varying(self) -> list[str]:
        """The other columns that differ between equal runs, and whose values recur."""
        return [
            name
            for name in map(str, self.others.columns)
            if recurs(self.others[name])
            and self.others[name].groupby(self.cells).nunique().max() > 1
            and not re.fullmatch(SEED, normalise(name))
        ]

    @property
    def swept(self) -> list[str]:
        """Those of the varying columns that are a sweep's: rates, batches, shapes."""
        return [
            name
            for name in self.varying
            if re.fullmatch(SWEPT, normalise(name)) or name_rank("batch", name) is not None
        ]

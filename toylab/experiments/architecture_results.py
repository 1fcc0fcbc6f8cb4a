"""Results of a comparison of designs: best losses, their lines, what a design costs in compute.

At each budget a design's loss is that of its best size by the mean over seeds; its spread is that
size's over seeds. A design that diverged, or that has no second seed, has no line.
"""

import contextlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from toylab.experiments.architecture_study import RECORDED_STUDIES, ArchitectureStudy
from toylab.fits import compute_ratio
from toylab.fits.compute_ratio import LossLine
from toylab.fits.contrasts import quantile
from toylab.fits.estimate import Array, Estimate

KEYS = ["design", "budget", "size"]
LEVEL = 0.05  # share of studies in which flat valleys are said to fall beyond their sizes


@dataclass(frozen=True, eq=False)
class ArchitectureResults:
    """The tables of a comparison, however many runs there are so far."""

    study: ArchitectureStudy
    frame: pd.DataFrame  # all finished runs, as `ArchitectureStudy.table` makes it
    live: bool = False

    @cached_property
    def runs(self) -> pd.DataFrame:
        """The runs that ended well."""
        return self.frame[~self.frame["diverged"]]

    @cached_property
    def sizes(self) -> pd.DataFrame:
        """The mean loss of each size: columns design, budget, size, params, loss, sd, seeds."""
        groups = self.runs.groupby(KEYS)
        means = groups.agg(
            params=("params", "first"),
            loss=("loss", "mean"),
            sd=("loss", "std"),
            seeds=("loss", "size"),
        )
        return means.reset_index()

    @cached_property
    def best(self) -> pd.DataFrame:
        """The best size of each design at each budget: a row of `sizes` each, and `edge`.

        `edge` is true where it is the smallest or largest, and better than the next by more than
        seeds explain (Student's t, 5 % for all together): a size beyond may be better still.
        """
        cells = [cell for _, cell in self.sizes.groupby(["design", "budget"])]
        edges = [
            at_edge(*cell[["loss", "sd", "seeds"]].to_numpy(float).T, level=LEVEL / 2 / len(cells))
            for cell in cells
        ]
        best = self.sizes.loc[[cell["loss"].idxmin() for cell in cells]]
        return best.assign(edge=np.array(edges, dtype=bool)).reset_index(drop=True)

    @cached_property
    def at_best(self) -> pd.DataFrame:
        """The runs at the best sizes, one row a seed."""
        return self.runs.merge(self.best[KEYS], on=KEYS)

    def losses(self, name: str) -> pd.DataFrame:
        """The losses of a design at its best sizes: a row a seed, a column a budget."""
        mine = self.at_best[self.at_best["design"] == name]
        return mine.pivot(index="seed", columns="budget", values="loss")

    @cached_property
    def lines(self) -> Mapping[str, LossLine]:
        """The lines of the designs that have one, by name."""
        known = {}
        for name in self.study.designs:
            table = self.losses(name)
            with contextlib.suppress(ValueError):
                known[name] = compute_ratio.fit(table.columns.to_numpy(float), table)
        return known

    @cached_property
    def gaps(self) -> Mapping[tuple[str, str], LossLine]:
        """The lines of the ratio of two designs' losses, seed by seed, by pairs of names."""
        known = {}
        for first, second in combinations(self.lines, 2):
            table, other = self.losses(first).align(self.losses(second), join="inner")
            with contextlib.suppress(ValueError):
                known[first, second] = compute_ratio.fit_gap(
                    table.columns.to_numpy(float), other, table
                )
        return known

    @property
    def others(self) -> list[str]:
        """The designs with a line but for the baseline; none where that has none."""
        base = self.study.baseline
        return [name for name in self.lines if name != base] if base in self.lines else []

    @property
    def asked(self) -> str | None:
        """The design that a reader is asked about, the last one; None as long as it has no line."""
        last = list(self.study.designs)[-1]
        return last if last in self.others else None

    @property
    def middle(self) -> float:
        """The budget in the middle, FLOPs: there lines are known best."""
        return self.study.budgets[len(self.study.budgets) // 2]

    def compute_ratio(self, name: str, flops: float) -> Estimate | None:
        """The compute ratio of a design over the baseline at a compute."""
        gap = self.gaps.get((self.study.baseline, name))
        return compute_ratio.ratio(gap, self.lines[name], flops) if gap else None

    def slope_difference(self, name: str, other: str) -> Estimate | None:
        """By how much the slope of a design is above that of another, seed by seed."""
        if gap := self.gaps.get((other, name)):
            return gap.slope
        if gap := self.gaps.get((name, other)):
            return Estimate(-gap.slope.value, -gap.slope.high, -gap.slope.low)
        return None

    @cached_property
    def crossings(self) -> Mapping[tuple[str, str], Estimate]:
        """The crossings that the data hold, by pairs of names."""
        places = {pair: compute_ratio.crossing(gap) for pair, gap in self.gaps.items()}
        return {pair: at for pair, at in places.items() if at}

    @property
    def lost(self) -> int:
        """The number of runs that diverged."""
        return int(self.frame["diverged"].sum())

    @property
    def records(self) -> dict[str, dict[str, Any]]:
        """For each design its slope with interval, and its best loss by budget; plain numbers."""
        best = self.best.set_index(["design", "budget"])["loss"]
        return {
            name: {
                "slope": line.slope.value,
                "interval": [line.slope.low, line.slope.high],
                "best": {f"{C:g}": float(best[name, C]) for C in line.flops},
                "compute_ratio": {
                    f"{C:g}": None if m is None else [m.value, m.low, m.high]
                    for C in line.flops
                    for m in [self.compute_ratio(name, C) if name in self.others else None]
                },
            }
            for name, line in self.lines.items()
        }


@cache
def recorded(name: str) -> ArchitectureResults:
    """The results of a recorded study by its name: nets or optimizers."""
    study = RECORDED_STUDIES[name]
    known = study.recorded()
    assert known is not None, "its runs are in the file"
    return ArchitectureResults(study, study.table(known.rows))


def at_edge(loss: Array, sd: Array, seeds: Array, *, level: float) -> bool:
    """True where losses, (sizes,), by ascending size, fall at an end by more than seeds explain.

    Args:
        loss: means over seeds.
        sd: over seeds; nan where there is one.
        seeds: how many.
        level: of the one-sided test of each end.
    """
    best = int(loss.argmin())
    if len(loss) < 2 or best not in (0, len(loss) - 1):
        return False
    pair = [best, 1 if best == 0 else best - 1]
    df = int((seeds[pair] - 1).sum())
    if df < 1 or np.isnan(sd[pair]).any():
        return False
    pooled = float(((seeds[pair] - 1) * sd[pair] ** 2).sum()) / df
    error = math.sqrt(pooled * float((1 / seeds[pair]).sum()))
    return bool(loss[pair[0]] + quantile(1 - level, df) * error < loss[pair[1]])

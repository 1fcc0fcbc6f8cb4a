"""Results of a comparison of designs: best losses, their lines, what a design costs in compute.

At each budget a design's loss is that of its best size by the mean over seeds; its spread is that
size's over seeds. A design that diverged, or that has no second seed, has no line.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import pandas as pd

from toylab.experiments.architecture_study import ArchitectureStudy
from toylab.fits import compute_multiplier
from toylab.fits.compute_multiplier import LossLine
from toylab.fits.estimate import Estimate

KEYS = ["design", "budget", "size"]


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
        """The mean loss of each size: columns design, budget, size, params, loss, seeds."""
        groups = self.runs.groupby(KEYS)
        means = groups.agg(
            params=("params", "first"), loss=("loss", "mean"), seeds=("loss", "size")
        )
        return means.reset_index()

    @cached_property
    def best(self) -> pd.DataFrame:
        """The best size of each design at each budget: as `sizes`, and `edge`.

        `edge` is true where a lower loss may lie beyond the sizes that were trained, 3 or more.
        """
        table = self.sizes
        at = table.groupby(["design", "budget"])
        best = table.loc[at["loss"].idxmin()]
        ends = at["size"].agg(["min", "max", "size"])
        ends = ends.loc[list(zip(best["design"], best["budget"], strict=True))]
        size = best["size"].to_numpy()
        edge = (size == ends["min"].to_numpy()) | (size == ends["max"].to_numpy())
        return best.assign(edge=edge & (ends["size"].to_numpy() >= 3)).reset_index(drop=True)

    @cached_property
    def at_best(self) -> pd.DataFrame:
        """The runs at the best sizes, one row a seed."""
        return self.runs.merge(self.best[KEYS], on=KEYS)

    @cached_property
    def lines(self) -> Mapping[str, LossLine]:
        """The lines of the designs that have one, by name."""
        known = {}
        for name in self.study.designs:
            mine = self.at_best[self.at_best["design"] == name]
            table = mine.pivot(index="seed", columns="budget", values="loss")
            try:
                known[name] = compute_multiplier.fit(table.columns.to_numpy(float), table)
            except ValueError:
                continue
        return known

    @property
    def others(self) -> list[str]:
        """The designs with a line but for the baseline; none where that has none."""
        base = self.study.baseline
        return [name for name in self.lines if name != base] if base in self.lines else []

    def multiplier(self, name: str, flops: float) -> Estimate | None:
        """The compute multiplier of a design over the baseline at a compute."""
        return compute_multiplier.multiplier(
            self.lines[name], self.lines[self.study.baseline], flops
        )

    def crossing(self, name: str, other: str) -> Estimate | None:
        """The compute at which two designs cross; None where the data do not hold one."""
        return compute_multiplier.crossing(self.lines[name], self.lines[other])

    @cached_property
    def crossings(self) -> Mapping[tuple[str, str], Estimate]:
        """The crossings that the data hold, by pairs of names."""
        pairs = {pair: self.crossing(*pair) for pair in combinations(self.lines, 2)}
        return {pair: at for pair, at in pairs.items() if at}

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
                "multiplier": {
                    f"{C:g}": None if m is None else [m.value, m.low, m.high]
                    for C in line.flops
                    for m in [self.multiplier(name, C) if name in self.others else None]
                },
            }
            for name, line in self.lines.items()
        }

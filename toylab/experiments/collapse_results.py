"""Results on the collapse of loss curves: normalised ones, their spread, and seeds' noise.

    l(t/T) = (L(t) - L0) / (L(T) - L0),    with L0 = 0 unless it is said

    spread     standard deviation over budgets of ln l, means over seeds
    noise      that over the seeds of one network
    distance   of a family's mean ln l from the valley's

each the root of a mean square over the looks before `LAST`: at the end l is 1 by construction.
Source: Qiu et al. 2025 (supercollapse), arXiv:2507.02119.
"""

import math
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import pandas as pd

from toylab.experiments.charlm import LOOKS
from toylab.experiments.collapse_study import FAMILIES, RECORDED_STUDY, CollapseStudy
from toylab.fits.estimate import Array

FIRST, LAST = 2, 7  # looks of ten that count
VALLEY = "valley"


@dataclass(frozen=True, eq=False)
class CollapseResults:
    """The table of one study's runs, however many there are so far."""

    study: CollapseStudy
    frame: pd.DataFrame  # a row a look, as `CollapseStudy.table` makes it
    live: bool = False

    @property
    def trained(self) -> int:
        """The number of networks trained so far."""
        return len(self.frame.groupby(["family", "budget", "seed"]))

    @cached_property
    def curves(self) -> pd.DataFrame:
        """Losses of runs that ended well: a row a family, budget and seed, a column a look."""
        runs = self.frame[~self.frame["diverged"]]
        return runs.pivot(
            index=["family", "budget", "seed"], columns="look", values="loss"
        ).dropna()

    def logs(self, family: str, floor: float = 0.0) -> pd.DataFrame:
        """ln l of each run of a family: a row a budget and seed, a column a look."""
        mine = self.curves[self.curves.index.get_level_values("family") == family] - floor
        if mine.empty:
            return pd.DataFrame(index=mine.index, columns=range(1, LOOKS + 1), dtype=float)
        logs = pd.DataFrame(np.log(mine.to_numpy()), index=mine.index)
        logs.columns = pd.Index(range(1, logs.shape[1] + 1))
        return logs.sub(logs.iloc[:, -1], axis=0)

    def means(self, family: str, floor: float = 0.0) -> pd.DataFrame:
        """Means over seeds of ln l: a row a budget, a column a look."""
        return self.logs(family, floor).groupby(level="budget").mean()

    def spread(self, family: str = VALLEY, floor: float = 0.0) -> float:
        """Spread of the budgets; nan as long as there are not all of them."""
        means = self.means(family, floor)
        if len(means) < len(self.study.budgets):
            return math.nan
        return _rms(means.loc[:, FIRST:LAST].std(ddof=1).to_numpy())

    def raw_spread(self, family: str = VALLEY) -> float:
        """That of the losses as they are."""
        mine = self.curves[self.curves.index.get_level_values("family") == family]
        if mine.empty:
            return math.nan
        logs = pd.DataFrame(np.log(mine.to_numpy()), index=mine.index)
        means = logs.groupby(level="budget").mean()
        return _rms(means.iloc[:, FIRST - 1 : LAST].std(ddof=1).to_numpy())

    def noise(self, family: str = VALLEY, floor: float = 0.0) -> float:
        """The noise of one seed, of all budgets together."""
        within = self.logs(family, floor).groupby(level="budget").std(ddof=1)
        return _rms(within.loc[:, FIRST:LAST].to_numpy())

    def distance(self, family: str, floor: float = 0.0) -> float:
        """The distance of a family from the valley."""
        mine, valley = (
            self.means(name, floor).loc[:, FIRST:LAST].mean() for name in (family, VALLEY)
        )
        return _rms((mine - valley).to_numpy())

    @cached_property
    def whole(self) -> bool:
        """True once every network of the study has ended well."""
        return len(self.curves) == self.study.networks

    @property
    def records(self) -> dict[str, Any]:
        """Normalised curves, and their spread, as plain numbers."""
        rows = [
            {"family": family, "budget": float(str(budget)), "look": k + 1, "loss": math.exp(log)}
            for family in FAMILIES
            for budget, row in self.means(family).iterrows()
            for k, log in enumerate(row)
        ]  # fmt: skip
        spread = {
            family: {
                "spread": self.spread(family),
                "noise": self.noise(family),
                "distance": self.distance(family),
            }
            for family in FAMILIES
        }
        return {"rows": rows, "spread": spread}

    @property
    def done(self) -> Array:
        """t/T of the looks."""
        return np.arange(1, LOOKS + 1) / LOOKS


@cache
def recorded() -> CollapseResults:
    """The results of the recorded study."""
    known = RECORDED_STUDY.recorded()
    assert known is not None, "its runs are in the file"
    return CollapseResults(RECORDED_STUDY, RECORDED_STUDY.table(known.rows))


def _rms(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(np.sqrt((known**2).mean())) if known.size else math.nan

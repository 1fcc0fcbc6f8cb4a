"""Results of a stable run with branches against cosines: steps spent, losses, and the gap.

    gap       loss of the branch less that of the cosine of the same length and seed
    tuned     each at the rate with its lowest mean loss at this length, of as many tried

The mean gap over lengths has one value a seed, and Student's t over these.
"""

import math
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import pandas as pd

from toylab.experiments.wsd_study import RATES, RECORDED_STUDY, WsdStudy
from toylab.fits.contrasts import TWO_SIDED, quantile
from toylab.fits.estimate import Estimate

KINDS = ("wsd", "cosine")
TUNED = "tuned"


@dataclass(frozen=True, eq=False)
class WsdResults:
    """The table of one study's runs, however many there are so far."""

    study: WsdStudy
    frame: pd.DataFrame  # all finished runs, as `WsdStudy.table` makes it
    live: bool = False

    @cached_property
    def losses(self) -> pd.DataFrame:
        """The losses of runs that ended well: a row a seed, columns kind, rate and steps."""
        runs = self.frame[~self.frame["diverged"]]
        return runs.pivot(index="seed", columns=["kind", "rate", "steps"], values="loss")

    @property
    def lost(self) -> int:
        """The number of runs that diverged."""
        return int(self.frame["diverged"].sum())

    @cached_property
    def best(self) -> dict[tuple[str, int], float]:
        """The rate with the lowest mean loss, of each kind at each length that all rates have."""
        means = self.losses.mean()
        return {
            (kind, steps): min(RATES, key=lambda rate: means[kind, rate, steps])
            for kind in KINDS
            for steps in self.study.tree.steps
            if all((kind, rate, steps) in means for rate in RATES)
        }

    @property
    def at_the_edge(self) -> list[int]:
        """Lengths at which a kind's best rate is the lowest or highest tried."""
        ends = (RATES[0], RATES[-1])
        return sorted({steps for (_, steps), rate in self.best.items() if rate in ends})

    def curve(self, kind: str, rate: float | str) -> pd.DataFrame:
        """The losses of a kind at a rate, or tuned: a row a seed, a column a length."""
        columns = {
            steps: self.losses[at]
            for steps in self.study.tree.steps
            if (at := (kind, self.best.get((kind, steps)) if rate == TUNED else rate, steps))
            in self.losses
        }
        return pd.DataFrame(columns, index=self.losses.index)

    def gaps(self, rate: float | str) -> pd.DataFrame:
        """Branch less cosine: a row a seed, a column a length."""
        wsd, cosine = (self.curve(kind, rate) for kind in KINDS)
        both = [steps for steps in wsd if steps in cosine]
        return (wsd[both] - cosine[both]).dropna()

    def mean_gap(self, rate: float | str) -> Estimate | None:
        """The gap over all lengths; None as long as not two seeds have all of them."""
        gaps = self.gaps(rate)
        if len(gaps) < 2 or gaps.shape[1] < self.study.lengths:
            return None
        means = gaps.mean(axis=1)
        n, value = len(means), float(means.mean())
        wide = quantile(TWO_SIDED, n - 1) * float(means.std(ddof=1)) / math.sqrt(n)
        return Estimate(value, value - wide, value + wide)

    def largest_gap(self, rate: float | str) -> tuple[int, float] | None:
        """The length at which the mean gap is largest, and that gap, with its sign."""
        gaps = self.gaps(rate).mean()
        if gaps.empty:
            return None
        at = int(gaps.abs().to_numpy().argmax())
        return int(gaps.index[at]), float(gaps.iloc[at])

    @property
    def share(self) -> float:
        """Steps of the stable run and its branches over those of the cosines."""
        spent = self.study.steps
        return spent["wsd"] / spent["cosine"]

    @property
    def records(self) -> list[dict[str, Any]]:
        """Mean losses and gaps as plain numbers."""
        rows = []
        for rate in (*RATES, TUNED):
            wsd, cosine, gap = (
                table.mean() for table in (*(self.curve(k, rate) for k in KINDS), self.gaps(rate))
            )
            rows += [
                {"rate": rate, "steps": int(steps), "wsd": float(wsd[steps]),
                 "cosine": float(cosine[steps]), "gap": float(gap[steps])}
                for steps in gap.index
            ]  # fmt: skip
        return rows


@cache
def recorded() -> WsdResults:
    """The results of the recorded study."""
    known = RECORDED_STUDY.recorded()
    assert known is not None, "its runs are in the file"
    return WsdResults(RECORDED_STUDY, RECORDED_STUDY.table(known.rows))

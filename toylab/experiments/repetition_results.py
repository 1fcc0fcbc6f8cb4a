"""Results of reading a text again and again: curves, lowest losses, what repeats are worth.

    effective data  D_eff: so many fresh characters give the same network this loss
    worth of a character, on average   D_eff / (U E)

by inverting the fresh curve, straight lines between its lengths on log axes. The lowest loss lies
at one of the lengths that a comparison with the best, seed by seed, does not tell from the lowest.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import pandas as pd

from toylab.experiments.repetition_study import (
    AGAINST,
    DECAYED,
    PLAIN,
    RECORDED_STUDIES,
    RepetitionStudy,
)
from toylab.fits.best_comparison import compare_with_best
from toylab.fits.contrasts import EXACT, TWO_SIDED, quantile
from toylab.fits.estimate import Array, Estimate
from toylab.fits.seed_means import seed_means

MEANS = ["curve", "epochs", "tokens", "loss", "low", "high", "pool_loss"]


@dataclass(frozen=True)
class Lowest:
    """The number of epochs with the lowest mean loss, and those that seeds do not tell from it."""

    epochs: int
    loss: float
    first: int  # fewest epochs that may be as good
    last: int  # most
    open: bool  # the longest run may be as good: it may fall on


@dataclass(frozen=True, eq=False)
class RepetitionResults:
    """The tables of one study's runs, however many there are so far."""

    study: RepetitionStudy
    frame: pd.DataFrame  # all finished runs, as `RepetitionStudy.table` makes it
    live: bool = False

    @cached_property
    def runs(self) -> pd.DataFrame:
        """The runs that ended well."""
        return self.frame[~self.frame["diverged"]]

    @property
    def lost(self) -> int:
        """The number of runs that diverged."""
        return int(self.frame["diverged"].sum())

    @cached_property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The losses of each curve: a row a seed, a column a number of epochs."""
        return {
            name: self.runs[self.runs["curve"] == name].pivot(
                index="seed", columns="epochs", values="loss"
            )
            for name in self.study.curves
        }

    @cached_property
    def means(self) -> pd.DataFrame:
        """Geometric means over seeds with 95 % intervals, which are nan where there is one seed.

        Columns curve, epochs, tokens, loss, low, high, pool_loss.
        """
        parts = []
        for curve, table in self.tables.items():
            mine = self.runs[self.runs["curve"] == curve].groupby("epochs")
            part = seed_means(table).join(mine[["tokens", "pool_loss"]].mean())
            parts.append(part.rename_axis("epochs").reset_index().assign(curve=curve))
        return pd.concat(parts, ignore_index=True)[MEANS]

    def lowest(self, curve: str) -> Lowest | None:
        """The lowest point of a curve; None as long as not two seeds have all its lengths."""
        table = self.tables[curve].reindex(columns=self.study.lengths).dropna()
        if len(table) < 2:
            return None
        compared, lengths = compare_with_best(table.to_numpy().T), self.study.lengths
        best, alike = int(compared.means.argmin()), np.flatnonzero(compared.may_be_best)
        return Lowest(
            epochs=lengths[best],
            loss=math.exp(compared.means[best]),
            first=lengths[alike[0]],
            last=lengths[alike[-1]],
            open=bool(alike[-1] == len(lengths) - 1),
        )

    @property
    def fresh(self) -> pd.Series:
        """The mean loss on fresh text by characters; empty where text with noise is beside it."""
        mine = self.means[self.means["curve"] == AGAINST["fresh"]]
        return mine.set_index("tokens")["loss"].sort_index()

    def worth(self, curve: str) -> pd.DataFrame:
        """The worth of a character of the pool: columns epochs, effective, worth.

        nan where the loss is above that of one epoch of fresh text: it is worse than less text.
        """
        fresh, mine = self.fresh, self.means[self.means["curve"] == curve].sort_values("epochs")
        if len(fresh) < 2:
            return pd.DataFrame(columns=["epochs", "effective", "worth"], dtype=float)
        effective = _inverse(fresh, mine["loss"].to_numpy())
        return pd.DataFrame({
            "epochs": mine["epochs"].to_numpy(),
            "effective": effective,
            "worth": effective / mine["tokens"].to_numpy(),
        })  # fmt: skip

    def gaps(self, curve: str) -> Array:
        """The loss of a curve less that of the text beside it: a row a seed, a column a length."""
        gaps = self.tables[curve] - self.tables[AGAINST[self.study.against]]
        return gaps.reindex(columns=self.study.lengths).dropna().to_numpy()

    def crossing(self, curve: str) -> Estimate | None:
        """The epochs from which text with noise is better than the pool; None if none is shown.

        On log axes between lengths, for each seed; the interval is Student's t over them.
        """
        if not self.study.dirty:
            return None  # fresh text is better from the second epoch on
        gaps = self.gaps(curve)
        places = [_crosses(np.log(self.study.lengths), gap) for gap in gaps]
        known = np.array([place for place in places if place is not None])
        if len(known) < max(2, len(places)):
            return None
        n, mean = len(known), float(known.mean())
        wide = quantile(TWO_SIDED, n - 1) * float(known.std(ddof=1)) / math.sqrt(n)
        return Estimate(math.exp(mean), math.exp(mean - wide), math.exp(mean + wide))

    @property
    def records(self) -> dict[str, Any]:
        """The curves and the lowest points as plain numbers."""
        means = self.means.set_index(["curve", "epochs"])["loss"]
        other = AGAINST[self.study.against]
        decays = {PLAIN: 0.0, DECAYED: self.study.decay}
        curves = [
            {
                "decay": decay,
                "epochs": epochs,
                "loss": float(means[name, epochs]),
                self.study.against: means.get((other, epochs)),  # None where all diverged
            }
            for name, decay in decays.items()
            for epochs in self.study.lengths
            if (name, epochs) in means
        ]
        lowest = {f"{decay:g}": self.lowest(name) for name, decay in decays.items()}
        return {
            "curves": curves,
            "lowest_at": {decay: point.epochs for decay, point in lowest.items() if point},
        }


@cache
def recorded(name: str) -> RepetitionResults:
    """The results of a recorded study by its name."""
    study = RECORDED_STUDIES[name]
    known = study.recorded()
    assert known is not None, "its runs are in the file"
    return RepetitionResults(study, study.table(known.rows))


def _inverse(fresh: pd.Series, losses: Array) -> Array:
    """Fresh characters for each loss; nan above the loss of the fewest."""
    x, y = np.log(fresh.index.to_numpy(dtype=float)), np.log(fresh.to_numpy())
    order = np.argsort(y)
    at = np.interp(np.log(losses), y[order], x[order])
    return np.where(np.log(losses) <= y.max() + EXACT, np.exp(at), math.nan)


def _crosses(x: Array, gap: Array) -> float | None:
    """The place where a gap first turns from below zero to above; None where it never does."""
    for k in range(len(gap) - 1):
        if gap[k] <= 0 < gap[k + 1]:
            return float(x[k] - gap[k] * (x[k + 1] - x[k]) / (gap[k + 1] - gap[k]))
    return None

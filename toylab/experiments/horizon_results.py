"""Results of decays that are planned too long: their cost at each rate, and with a tuned one.

    excess    loss at a horizon less that at 1 with the same rate, or of the usual one
    tuned     at each horizon the rate with the lowest mean loss

Seeds are paired, see `paired`.
"""

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import pandas as pd

from toylab.experiments.horizon_study import HORIZONS, RATES, RECORDED_STUDIES, HorizonStudy
from toylab.experiments.paired import Paired
from toylab.fits.estimate import Estimate

TUNED = "tuned"
USUAL = (1.0, 1.0)  # rate and horizon that all are compared with


@dataclass(frozen=True, eq=False)
class HorizonResults:
    """The table of one study's runs, however many there are so far."""

    study: HorizonStudy
    frame: pd.DataFrame  # all finished runs, as `HorizonStudy.table` makes it
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
    def losses(self) -> pd.DataFrame:
        """The losses: a row a seed, a column a pair of rate and horizon."""
        return self.runs.pivot(index="seed", columns=["rate", "horizon"], values="loss")

    @cached_property
    def best(self) -> dict[float, float]:
        """The rate with the lowest mean loss at each horizon that all rates have."""
        means = self.losses.mean()
        return {
            h: min(RATES, key=lambda rate: means[rate, h])
            for h in HORIZONS
            if all((rate, h) in means for rate in RATES)
        }

    @property
    def at_the_edge(self) -> list[float]:
        """Horizons whose best rate is the lowest or highest tried: a better one may lie beyond."""
        return [h for h, rate in self.best.items() if rate in (RATES[0], RATES[-1])]

    def paired(self, rate: float | str) -> Paired:
        """The losses of a rate, or of the tuned one, by horizons; with the usual run as USUAL."""
        columns = {
            h: self.losses[at]
            for h in HORIZONS
            if (at := ((self.best.get(h) if rate == TUNED else rate), h)) in self.losses
        }
        if rate not in (TUNED, USUAL[0]) and USUAL in self.losses:
            columns = {0.0: self.losses[USUAL], **columns}  # no horizon: the usual run
        return Paired(pd.DataFrame(columns))

    def cost(self, horizon: float, rate: float | str = 1.0) -> Estimate | None:
        """The loss at a horizon above that at 1 with the same rate; None where not known."""
        pairs = self.paired(rate)
        if not {1.0, horizon} <= set(pairs.table):
            return None
        return pairs.difference(horizon, 1.0)

    @cached_property
    def excess(self) -> pd.DataFrame:
        """Losses above that of the usual run: columns rate, horizon, excess, low, high."""
        rows = []
        for rate in RATES:
            pairs = self.paired(rate)
            usual = 1.0 if rate == 1 else 0.0
            for h in (h for h in HORIZONS if h in pairs.table):
                if usual in pairs.table:
                    found = pairs.difference(h, usual)
                    mean = float((pairs.table[h] - pairs.table[usual]).mean())
                    ends = (found.low, found.high) if found and usual != h else (mean, mean)
                    rows.append((rate, h, mean, *ends))
        columns = ["rate", "horizon", "excess", "low", "high"]
        return pd.DataFrame(rows, columns=columns).dropna()

    @property
    def seeds(self) -> pd.DataFrame:
        """Each seed's losses above its usual run: columns rate, horizon, seed, excess."""
        if USUAL not in self.losses:
            return pd.DataFrame(columns=["rate", "horizon", "seed", "excess"], dtype=float)
        gaps = self.losses.sub(self.losses[USUAL], axis=0)
        table = gaps.melt(ignore_index=False, value_name="excess").reset_index()
        return table.dropna()[["rate", "horizon", "seed", "excess"]]

    @property
    def records(self) -> list[dict[str, Any]]:
        """Mean losses, and the excess over the usual run, as plain numbers."""
        means = self.losses.mean()
        return [
            {"rate": row["rate"], "horizon": row["horizon"],
             "loss": float(means[row["rate"], row["horizon"]]),
             "excess": row["excess"], "low": row["low"], "high": row["high"]}
            for row in self.excess.to_dict("records")
        ]  # fmt: skip


@cache
def recorded(name: str) -> HorizonResults:
    """The results of a recorded study by its name."""
    study = RECORDED_STUDIES[name]
    known = study.recorded()
    assert known is not None, "its runs are in the file"
    return HorizonResults(study, study.table(known.rows))

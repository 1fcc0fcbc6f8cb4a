"""Results of learning rates at several widths: losses, their minima, and how far these move.

A minimum stands where all rates and seeds of its width have ended, and so does what is made of
minima. A rate at which a seed diverged has no loss.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import pandas as pd

from toylab.experiments.parametrization import SCALINGS
from toylab.experiments.transfer_study import RECORDED_STUDIES, TransferStudy
from toylab.fits import rate_minimum
from toylab.fits.contrasts import TWO_SIDED, quantile
from toylab.fits.estimate import Estimate
from toylab.fits.rate_minimum import Drift, Minimum, Pooled


@dataclass(frozen=True, eq=False)
class TransferResults:
    """The tables of one study's runs, however many there are so far."""

    study: TransferStudy
    frame: pd.DataFrame  # all finished runs, as `TransferStudy.table` makes it
    live: bool = False

    @cached_property
    def runs(self) -> pd.DataFrame:
        """The runs that ended well; those at the base stand for both parametrisations."""
        good = self.frame[~self.frame["diverged"]]
        base = good[(good["width"] == self.study.base) & (good["scaling"] == SCALINGS[0])]
        both = [good, base.assign(scaling=SCALINGS[1])]
        return pd.concat(both, ignore_index=True) if len(base) else good

    @property
    def lost(self) -> int:
        """The number of runs that diverged."""
        return int(self.frame["diverged"].sum())

    def losses(self, scaling: str, width: int) -> pd.DataFrame:
        """The losses of a width: a row a seed, a column a rate; nan where a run has none."""
        mine = self.runs[(self.runs["scaling"] == scaling) & (self.runs["width"] == width)]
        table = mine.assign(octave=np.log2(mine["lr"]).round(3)).pivot(
            index="seed", columns="octave", values="loss"
        )
        seeds = range(self.study.seed, self.study.seed + self.study.seeds)
        return table.reindex(index=seeds, columns=list(map(float, self.study.octaves)))

    @cached_property
    def means(self) -> pd.DataFrame:
        """Geometric means over seeds: columns scaling, width, params, lr, loss, low, high, seeds.

        The 95 % intervals are those of a seed's scatter at a width, all rates together; nan where
        there is one seed.
        """
        keys, cell = ["scaling", "width", "params", "lr"], ["scaling", "width"]
        logs = self.runs.assign(log=np.log(self.runs["loss"]))
        table = logs.groupby(keys)["log"].agg(["mean", "var", "size"]).reset_index()
        table["df"] = table["size"] - 1
        table["squares"] = table["var"].fillna(0) * table["df"]
        pooled = table.groupby(cell)[["df", "squares"]].transform("sum")
        wide = np.sqrt(pooled["squares"] / pooled["df"].where(pooled["df"] > 0) / table["size"])
        wide *= pooled["df"].map(lambda df: quantile(TWO_SIDED, df) if df else np.nan)
        ends = {"loss": table["mean"], "low": table["mean"] - wide, "high": table["mean"] + wide}
        table = table.assign(seeds=table["size"], **{name: np.exp(x) for name, x in ends.items()})
        return table[[*keys, "loss", "low", "high", "seeds"]]

    @cached_property
    def ended(self) -> set[tuple[str, int]]:
        """The parametrisations and widths whose runs have all ended."""
        base = self.frame[self.frame["width"] == self.study.base].assign(scaling=SCALINGS[1])
        every = pd.concat([self.frame, base]).groupby(["scaling", "width"]).size()
        whole = self.study.seeds * len(self.study.octaves)
        return {(str(scaling), int(width)) for scaling, width in every[every >= whole].index}

    @cached_property
    def minima(self) -> Mapping[tuple[str, int], Minimum]:
        """The lowest loss of each parametrisation and width whose runs have ended."""
        octaves = np.array(self.study.octaves, dtype=float)
        found = {
            (scaling, width): rate_minimum.locate(octaves, self.losses(scaling, width).to_numpy())
            for scaling in SCALINGS
            for width in self.study.widths
            if (scaling, width) in self.ended
        }
        return {key: minimum for key, minimum in found.items() if minimum}

    @cached_property
    def pooled(self) -> Pooled | None:
        """The curvature of the valleys, and the scatter of seeds' best rates."""
        base = (SCALINGS[1], self.study.base)  # the same networks twice
        return rate_minimum.pool([one for key, one in self.minima.items() if key != base])

    def place(self, scaling: str, width: int) -> Estimate | None:
        """log2 of the best rate with its interval.

        None at an edge of the ladder, before all have ended, or where seeds disagree too much.
        """
        minimum = self.minima.get((scaling, width))
        return rate_minimum.interval(minimum, self.pooled) if minimum and self.pooled else None

    @cached_property
    def drifts(self) -> Mapping[str, Drift]:
        """The drift of the best rate from the base to the widest, where that can be said."""
        found = {}
        upward = [width for width in self.study.widths if width >= self.study.base]
        for scaling in SCALINGS:
            minima = {w: self.minima[scaling, w] for w in upward if (scaling, w) in self.minima}
            if self.pooled and len(minima) == len(upward):
                found[scaling] = rate_minimum.drift(minima, self.pooled)
        return {scaling: drift for scaling, drift in found.items() if drift}

    @property
    def edges(self) -> list[tuple[str, int]]:
        """The parametrisations and widths whose lowest loss lies at the ladder's end."""
        return [key for key, minimum in self.minima.items() if minimum.edge]

    @property
    def records(self) -> dict[str, Any]:
        """The rows of each parametrisation, minima and drifts as plain numbers."""
        table = {
            scaling: self.means[self.means["scaling"] == scaling][["width", "lr", "loss"]]
            for scaling in SCALINGS
        }
        minima = [
            {
                "scaling": scaling,
                "width": width,
                "lr": 2.0 ** (place.value if place else minimum.octave),
                "interval": None if place is None else [2.0**place.low, 2.0**place.high],
                "edge": minimum.edge,
                "loss": minimum.loss,
            }
            for (scaling, width), minimum in self.minima.items()
            for place in [self.place(scaling, width)]
        ]
        drifts = {
            scaling: [drift.slope.value, drift.slope.low, drift.slope.high]
            for scaling, drift in self.drifts.items()
        }
        rows = {scaling: part.to_dict("records") for scaling, part in table.items()}
        return {**rows, "minima": minima, "octaves_a_doubling": drifts}


@cache
def recorded(name: str) -> TransferResults:
    """The results of a recorded study by its name."""
    study = RECORDED_STUDIES[name]
    known = study.recorded()
    assert known is not None, "its runs are in the file"
    return TransferResults(study, study.table(known.rows))

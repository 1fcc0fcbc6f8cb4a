"""Results of a sweep on the sine curve: medians, fit and theory, as tidy tables.

Each is a frame of a few columns, one row a mark, that a chart draws as it is.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toylab.experiments.sine_convergence import check_convergence
from toylab.experiments.sine_study import SWEEPS, SineStudy
from toylab.fits.power_law_diagnostics import Diagnosis, diagnose

Rows = Sequence[Mapping[str, Any]]
QUARTILES = {"low": 0.25, "error": 0.5, "high": 0.75}
ABLE = 4  # neurons a layer: fewer cannot bend with a sine
FINE = 60  # points along a fitted line
UNITS = {"samples": "training samples", "width": "neurons a layer"}


def gather(
    study: SineStudy,
    rows: Rows,
    unfinished: Rows | None,
) -> "SineResults":
    """The results of rows as `sine.run` yields them."""
    on_their_way = None if unfinished is None else study.table(unfinished)
    return SineResults(study, study.table(rows), on_their_way)


@dataclass(frozen=True, eq=False)
class SineResults:
    """The tables of one study's runs, however many there are so far."""

    study: SineStudy
    trained: pd.DataFrame  # all finished runs, as `SineStudy.table` makes it
    unfinished: pd.DataFrame | None = None  # of runs on their way, likewise; None at the end

    @property
    def live(self) -> bool:
        """True while runs are on their way."""
        return self.unfinished is not None

    @property
    def column(self) -> str:
        """The column that the sweep changes: samples or width."""
        return SWEEPS[self.study.sweep]

    @cached_property
    def runs(self) -> pd.DataFrame:
        """The finished runs of the study's steps, without those that trained longer."""
        return self.trained[self.trained["steps"] <= self.study.steps]

    @cached_property
    def long_runs(self) -> pd.DataFrame:
        """The finished runs that trained longer."""
        return self.trained[self.trained["steps"] > self.study.steps]

    @property
    def longer(self) -> pd.DataFrame:
        """Their medians over the seeds: columns size, error."""
        medians = self.long_runs.groupby(self.column)["error"].median()
        return medians.rename_axis("size").reset_index()

    @property
    def good(self) -> pd.DataFrame:
        """Runs with an error to show; its column `size` is what the sweep changes."""
        return self.runs.dropna(subset="error").assign(size=lambda f: f[self.column])

    @cached_property
    def points(self) -> pd.DataFrame:
        """The median and quartiles over the seeds: columns size, error, low, high, seeds."""
        groups = self.good.groupby("size")["error"]
        quartiles = {name: groups.quantile(q) for name, q in QUARTILES.items()}
        return pd.DataFrame(quartiles | {"seeds": groups.count()}).reset_index()

    @cached_property
    def diagnosis(self) -> Diagnosis | None:
        """The diagnosis, once every run has ended; None if there is nothing to judge."""
        if self.live:
            return None
        errors = self.runs.pivot(index="seed", columns=self.column, values="error")
        longer = self.long_runs.pivot(index="seed", columns=self.column, values="error")
        tables = [table.reindex_like(errors).to_numpy(float) for table in (errors, longer)]
        times = 1 if longer.empty else self.study.longer
        try:
            return _diagnosed(
                tuple(errors.columns), *(t.tobytes() for t in tables), times, self.column
            )
        except ValueError:
            return None

    @property
    def fitted(self) -> pd.DataFrame:
        """The fit and its 95 % band: size, error, low, high; empty if there is none."""
        curve, x = self.diagnosis.curve if self.diagnosis else None, self.fine
        if curve is None:
            return pd.DataFrame({"size": [], "error": [], "low": [], "high": []})
        low, high = curve.band(x)
        return pd.DataFrame({"size": x, "error": curve(x), "low": low, "high": high})

    @property
    def fine(self) -> NDArray[np.float64]:
        """Sizes along the measured range, close enough to draw a curve through."""
        return np.geomspace(self.study.grid[0], self.study.grid[-1], FINE)

    @property
    def theory(self) -> pd.DataFrame:
        """The error that theory knows beforehand: size, error; empty where it knows none.

        Estimating p parameters from D noisy labels costs noise^2 p / D against the clean curve:
        slope -1. The network's effective p is not known beforehand, so the height is the
        measured one. Against noisy labels the noise's variance is a floor.
        """
        study = self.study
        if study.noise and study.score == "labels":
            return pd.DataFrame({"size": self.fine, "error": study.noise**2})
        if not self.estimates:
            return pd.DataFrame({"size": [], "error": []})
        return pd.DataFrame({"size": self.fine, "error": self.height / self.fine})

    @property
    def estimates(self) -> bool:
        """True where theory says slope -1: noise to average away, a net that can hold sin x."""
        study = self.study
        simple = (study.target, study.frequency, study.sweep) == ("sine", 1, "data")
        falls = self.diagnosis is not None and self.diagnosis.line.slope.value < -0.5
        return simple and study.width >= ABLE and study.noise > 0 and falls

    @property
    def height(self) -> float:
        """The geometric mean of error times size: what an error of slope -1 is at size 1."""
        return math.exp(np.log(self.points["error"] * self.points["size"]).mean())

    def unbeaten(self, cost: str) -> pd.DataFrame:
        """Sizes that no cheaper size beats, by medians over seeds: cost, error, size."""
        medians = self.good.groupby("size")[[cost, "error"]].median().sort_values([cost, "error"])
        best = medians[medians["error"] == medians["error"].cummin()]
        return best.drop_duplicates("error").reset_index()


@lru_cache(maxsize=64)
def _diagnosed(
    sizes: tuple[int, ...], errors: bytes, longer: bytes, times: int, of: str
) -> Diagnosis:
    """The diagnosis of errors (seeds, sizes), kept: a page asks for it at every rerun."""
    x = np.array(sizes, dtype=float)
    table, after = (np.frombuffer(t).reshape(-1, len(sizes)) for t in (errors, longer))
    diagnosis = diagnose(x, table, of=of)
    return (
        diagnosis
        if times == 1
        else check_convergence(diagnosis, x, table, after, times=times, of=of)
    )

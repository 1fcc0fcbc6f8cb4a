"""Tables of the first page: a line through small runs, continued, and checked."""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pandas as pd

from toylab.experiments import sine_results
from toylab.experiments.sine_results import SineResults
from toylab.experiments.sine_study import SineStudy
from toylab.fits import power_law
from toylab.fits.power_law import Line

SEEN = 4  # of the sizes; the others are kept back
FINE = 60
SHOWN = ["size", "error", "low", "high"]


@dataclass(frozen=True)
class Story:
    """The recorded noisy sweep, its smallest sizes shown first."""

    result: SineResults
    made: str  # the command that trained it

    @property
    def study(self) -> SineStudy:
        """The study that was trained."""
        return self.result.study

    @property
    def seen(self) -> int:
        """The largest size that is shown at once."""
        return self.study.grid[SEEN - 1]

    @property
    def last(self) -> int:
        """The size whose error is forecast."""
        return self.study.grid[-1]

    @property
    def measured(self) -> float:
        """The median error of the networks at that size."""
        return float(self.result.points.set_index("size")["error"].loc[self.last])

    @cached_property
    def line(self) -> Line:
        """Through the sizes that are shown, and no others."""
        errors = self.result.runs.pivot(index="seed", columns="samples", values="error")
        small = errors.loc[:, : self.seen]
        return power_law.line(power_law.sample(small.columns.to_numpy(float), small.to_numpy()))

    @property
    def forecast(self) -> tuple[float, float, float]:
        """The error that the line forecasts for that size, and its 95 % band there."""
        at = np.array([float(self.last)])
        low, high = self.line.band(at)
        return float(self.line(at)[0]), float(low[0]), float(high[0])

    def drawn(self, guess: float | None, *, hide: bool) -> dict[str, pd.DataFrame]:
        """The tables of the forecast's chart; if `hide`, without the sizes that are forecast."""
        most = self.seen if hide else self.last
        x = np.geomspace(self.study.grid[0], self.last, FINE)
        low, high = self.line.band(x)
        line = pd.DataFrame({"size": x, "error": self.line(x), "low": low, "high": high})
        points = self.result.points
        points = points[points["size"] <= most].assign(kept_back=points["size"] > self.seen)
        runs = self.result.good
        return {
            "runs": runs.loc[runs["size"] <= most, ["size", "error"]],
            "points": points[[*SHOWN, "kept_back"]],
            "line": line.iloc[:0] if hide else line,
            "guess": pd.DataFrame(
                {"size": [self.last], "error": [guess]} if guess else {"size": [], "error": []}
            ),
        }


@cache
def story() -> Story:
    """The story, from our own recorded runs."""
    study = SineStudy.PRESETS["noise"]
    recorded = study.recorded()
    if recorded is None:
        raise ValueError("the recorded runs of the first figure are missing")
    return Story(sine_results.gather(study, recorded.rows, None), recorded.made)

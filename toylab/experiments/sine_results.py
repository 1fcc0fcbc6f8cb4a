"""What did a sweep find? The tables behind its figures.

Each is a tidy frame of a few columns, one row a mark, that a chart draws as it is.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toylab.experiments import sine
from toylab.experiments.sine_study import SWEEPS, SineStudy
from toylab.fits.power_law_diagnostics import Diagnosis, diagnose

Rows = Sequence[Mapping[str, Any]]
EXAMPLES = 48  # training points drawn in a panel, of as many as there are
CURVES = 3  # learned curves drawn at each size
LABELLED = 1.8  # the height of a panel's label, above its curve
QUARTILES = {"low": 0.25, "error": 0.5, "high": 0.75}
ABLE = 4  # neurons a layer: fewer cannot bend with a sine
FINE = 60  # points along a fitted line
COSTS = {"seconds": "Seconds of training, one run", "flops": "Training FLOPs, one run"}
ERRORS = {
    "clean": "Mean squared error, clean curve",
    "labels": "Expected squared error, new labels",
}
KNOWN = {"clean": "theory: slope \N{MINUS SIGN}1", "labels": "theory: noise\u00b2"}
LABELS = {"samples": "{:,} samples", "width": "width {:,}"}
UNITS = {"samples": "training samples", "width": "neurons a layer"}


def gather(
    study: SineStudy,
    rows: Rows,
    unfinished: Rows | None,
    judge: Callable[..., Diagnosis] = diagnose,
) -> "SineResults":
    """The findings from rows as `sine.run` yields them."""
    on_their_way = None if unfinished is None else study.table(unfinished)
    return SineResults(study, study.table(rows), on_their_way, judge)


@dataclass(frozen=True, eq=False)
class SineResults:
    """The tables of one study's runs, however many there are so far."""

    study: SineStudy
    runs: pd.DataFrame  # of finished runs, as `SineStudy.table` makes it
    unfinished: pd.DataFrame | None = None  # of runs on their way, likewise; None at the end
    judge: Callable[..., Diagnosis] = diagnose

    @property
    def live(self) -> bool:
        """Whether runs are still on their way."""
        return self.unfinished is not None

    @property
    def column(self) -> str:
        """What the sweep changes: samples or width."""
        return SWEEPS[self.study.sweep]

    @property
    def scaling(self) -> dict[str, Any]:
        """What `charts.sweep.scaling` draws."""
        return {
            "runs": self.good,
            "points": self.points,
            "fitted": self.fitted,
            "theory": self.theory,
            "sizes": self.study.grid,
            "unit": UNITS[self.column],
            "error": ERRORS[self.study.score],
            "known": KNOWN[self.study.score] if self.foreseen else "",
        }

    @property
    def panels(self) -> dict[str, Any]:
        """What `charts.sweep.curves` draws: one small panel a size, in reading order."""
        return {"learned": self._place(self.curves), **_scenery(self.study)}

    def _place(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Move each size's x and y to its panel; cut off what would reach into another."""
        grid = self.study.grid
        columns = 2 if len(grid) <= 8 else 3
        index = frame["size"].map({size: k for k, size in enumerate(grid)})
        return frame.assign(
            panel=frame["size"],
            across=frame["x"] + index % columns * 2.25 * math.pi,
            down=frame["y"].where(frame["y"].abs() < LABELLED + 0.1) - index // columns * 4.0,
        )

    def frontier(self, cost: str) -> dict[str, Any]:
        """What `charts.sweep.frontier` draws; `cost` is flops or seconds."""
        return {
            "runs": self.good,
            "best": self.unbeaten(cost),
            "cost": cost,
            "title": COSTS[cost],
            "unit": UNITS[self.column],
        }

    @property
    def good(self) -> pd.DataFrame:
        """Runs with an error to show; its column `size` is what the sweep changes."""
        return self.runs.dropna(subset="error").assign(size=lambda f: f[self.column])

    @cached_property
    def points(self) -> pd.DataFrame:
        """Over the seeds of each size, median and quartiles: size, error, low, high, seeds."""
        groups = self.good.groupby("size")["error"]
        quartiles = {name: groups.quantile(q) for name, q in QUARTILES.items()}
        return pd.DataFrame(quartiles | {"seeds": groups.count()}).reset_index()

    @cached_property
    def verdict(self) -> Diagnosis | None:
        """What to think of it, once every run has ended; None if there is nothing to judge."""
        if self.live:
            return None
        errors = self.runs.pivot(index="seed", columns=self.column, values="error")
        try:
            return self.judge(
                errors.columns.to_numpy(float), errors.to_numpy(float), of=self.column
            )
        except ValueError:
            return None

    @property
    def fitted(self) -> pd.DataFrame:
        """The fit and its 95 % band: size, error, low, high; empty if there is none."""
        curve, x = self.verdict.curve if self.verdict else None, self.fine
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
        """What is known beforehand: size, error; empty where nothing is.

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
    def foreseen(self) -> bool:
        """Whether theory has anything to say about such a study."""
        study = self.study
        return study.noise > 0 and (study.score == "labels" or study.sweep == "data")

    @property
    def estimates(self) -> bool:
        """Whether theory says slope -1: noise to average away, a net that can hold sin x."""
        study = self.study
        simple = (study.target, study.frequency, study.sweep) == ("sine", 1, "data")
        falls = self.verdict is not None and self.verdict.line.slope.value < -0.5
        return simple and study.width >= ABLE and study.noise > 0 and falls

    @property
    def height(self) -> float:
        """The geometric mean of error times size: what an error of slope -1 is at size 1."""
        return math.exp(np.log(self.points["error"] * self.points["size"]).mean())

    @property
    def curves(self) -> pd.DataFrame:
        """The first seeds' networks, finished or not: size, seed, x, y."""
        seen = pd.concat(
            [self.runs, self.unfinished] if self.unfinished is not None else [self.runs]
        ).dropna(subset="curve")
        seen = seen[seen["seed"] < self.study.seed + CURVES]
        long = seen[[self.column, "seed", "curve"]].explode("curve")
        x = np.tile(sine.GRID[sine.DRAWN], len(seen))
        return long.assign(x=x, y=long["curve"].astype(float), size=long[self.column])[
            ["size", "seed", "x", "y"]
        ]

    @property
    def target(self) -> pd.DataFrame:
        """The clean curve at every size of the study: size, x, y."""
        x = sine.GRID[::2]
        y = sine.clean(self.study.target, self.study.frequency, x)
        one = pd.DataFrame({"x": x, "y": y})
        return pd.concat([one.assign(size=size) for size in self.study.grid])

    @property
    def examples(self) -> pd.DataFrame:
        """Some of the points that the first seed learns from: size, x, y."""
        drawn = []
        for size in self.study.grid:
            samples = size if self.column == "samples" else self.study.samples
            one = sine.SineSpec(1, min(samples, EXAMPLES), **self.study.task, seed=self.study.seed)
            x, y = sine.examples(one)
            drawn.append(pd.DataFrame({"x": x[0], "y": y[0], "size": size}))
        return pd.concat(drawn)

    def unbeaten(self, cost: str) -> pd.DataFrame:
        """Sizes that no cheaper size beats, by medians over seeds: cost, error, size."""
        medians = self.good.groupby("size")[[cost, "error"]].median().sort_values([cost, "error"])
        best = medians[medians["error"] == medians["error"].cummin()]
        return best.drop_duplicates("error").reset_index()


@lru_cache(maxsize=32)
def _scenery(study: SineStudy) -> dict[str, pd.DataFrame]:
    """What stays in the panels while a study trains: targets, examples and labels."""
    still, grid = SineResults(study, study.table([])), study.grid
    labels = pd.DataFrame({"size": grid, "x": -math.pi, "y": LABELLED})
    said = [LABELS[still.column].format(size) for size in grid]
    return {
        "target": still._place(still.target),
        "examples": still._place(still.examples),
        "labels": still._place(labels).assign(label=said),
    }

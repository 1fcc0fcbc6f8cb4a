"""Results of the tasks: shares by size and by step, thresholds, and exact match against p^k.

Each table is tidy, one row a mark, for a chart to draw as it is. A run without a finite loss
counts as one that has nothing right, and in no mean of losses; means count them as `diverged`.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import Any

import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

from toylab.experiments.task_studies import AdditionStudy, CopyStudy
from toylab.experiments.tasks import EXAM, LETTERS, TASKS
from toylab.fits import independence, plateau
from toylab.fits.plateau import Plateau

Rows = Sequence[Mapping[str, Any]]
HALF = 0.5  # of the answers are right: the ability counts as there
WORST = 3.2  # nats/symbol: a network whose loss ends above it, or is no number, has diverged
CHANCE = math.log(LETTERS)  # nats/symbol, of a network that knows the letters and nothing else
MEANS = ("loss", "accuracy", "exact")


@dataclass(frozen=True)
class Threshold:
    """The smallest size, or the first step, at which half of the answers are right."""

    seeds: tuple[float, ...]  # of each seed, ascending; infinite where it never is

    @property
    def median(self) -> float:
        """That by which half of the seeds are there; infinite if fewer ever are."""
        return self.seeds[(len(self.seeds) - 1) // 2] if self.seeds else math.inf

    @property
    def low(self) -> float:
        """The earliest."""
        return min(self.seeds, default=math.inf)

    @property
    def high(self) -> float:
        """The latest."""
        return max(self.seeds, default=math.inf)


@dataclass(frozen=True, eq=False)
class CopyResults:
    """Networks that learned to copy, however many there are so far."""

    study: CopyStudy
    trained: pd.DataFrame  # as `CopyStudy.table` makes it
    live: bool = False

    @cached_property
    def seeds(self) -> Callable[[int], pd.DataFrame]:
        """Each network's exam, by k: params, seed, loss, accuracy, and exact match; made once."""
        return cache(partial(_exams, self.trained))

    @cached_property
    def means(self) -> Callable[[int], pd.DataFrame]:
        """Means over seeds by k, with the lowest and the highest: params, seeds, loss, ..."""
        return cache(lambda symbols: _means(self.seeds(symbols), "params"))

    def threshold(self, symbols: int) -> Threshold:
        """The smallest N at which half of the answers are right, seed by seed."""
        return _threshold(self.seeds(symbols), "params")

    @property
    def lost(self) -> int:
        """The number of networks that diverged."""
        return int((self.trained["diverged"] | ~(self.trained["loss"] <= WORST)).sum())

    @property
    def plateau(self) -> Plateau | None:
        """The sizes whose loss is near that of pure chance, and the fall behind them."""
        exams = self.seeds(1)
        sizes = sorted(set(exams["params"]))
        losses = {N: exams.loc[exams["params"] == N, "loss"].to_numpy() for N in sizes}
        return plateau.find(losses, CHANCE)

    def independence(self, symbols: int) -> pd.DataFrame:
        """Seed by seed, exact match beside p^k: `seeds` and those of `_compared`, by_place, places.

        `by_place` is what independent errors would make of each place's own accuracy. True in
        `places`: it explains the exact match, and p^k does not; some places are harder.
        """
        by_place = self.trained[[f"right_{place}" for place in _places("copy")]].to_numpy()
        rows = sliding_window_view(by_place, symbols, axis=1).prod(-1).mean(-1)
        table = _compared(self.seeds(symbols), symbols, "copy").assign(by_place=rows)
        near = (table["exact"] - table["by_place"]).abs() <= table["tolerance"]
        return table.assign(places=near & ~table["agrees"])


@dataclass(frozen=True, eq=False)
class AdditionResults:
    """Networks that learn to add, as far as they have come."""

    study: AdditionStudy
    trained: pd.DataFrame  # as `AdditionStudy.table` makes it
    live: bool = False

    def seeds(self, symbols: int = TASKS["addition"].asked) -> pd.DataFrame:
        """Each look's exam: step, seed, loss, accuracy, and the exact match of k digits."""
        return _exams(self.trained, symbols)

    def means(self, symbols: int = TASKS["addition"].asked) -> pd.DataFrame:
        """Means over seeds, with the lowest and the highest: step, seeds, loss, loss_low, ..."""
        return _means(self.seeds(symbols), "step")

    @property
    def threshold(self) -> Threshold:
        """The first step at which half of the sums are right, seed by seed."""
        return _threshold(self.seeds(), "step")

    @property
    def middle_seed(self) -> int | None:
        """The seed that is the middle one to get half of the sums right, of two the earlier."""
        first = _first(self.seeds(), "step").sort_values(kind="stable")
        return int(first.index[(len(first) - 1) // 2]) if len(first) else None

    @property
    def independence(self) -> pd.DataFrame:
        """Look by look, exact match beside p^3: `seeds` and those of `_compared`."""
        asked = TASKS["addition"].asked
        return _compared(self.seeds(asked), asked, "addition")


def _places(task: str) -> range:
    return range(1, TASKS[task].asked + 1)


def _exams(frame: pd.DataFrame, symbols: int) -> pd.DataFrame:
    kept = frame[["width", "params", "step", "seed", "loss", "accuracy", "diverged"]]
    exams = kept.assign(exact=frame[f"exact_{symbols}"])
    shares = ["accuracy", "exact"]
    exams[shares] = exams[shares].mask(exams["diverged"], 0.0)
    return exams


def _means(exams: pd.DataFrame, by: str) -> pd.DataFrame:
    groups = exams.groupby(by)
    table = groups.size().rename("seeds").to_frame()
    table["diverged"] = groups["diverged"].sum()
    for name in MEANS:
        values = groups[name]
        table[name] = values.mean()
        table[f"{name}_low"], table[f"{name}_high"] = values.min(), values.max()
    return table.reset_index()


def _threshold(exams: pd.DataFrame, by: str) -> Threshold:
    return Threshold(tuple(sorted(_first(exams, by))))


def _first(exams: pd.DataFrame, by: str) -> "pd.Series[float]":
    """The first size or step with half of the answers right, by seed; infinite where none has."""
    able = exams[exams["exact"] >= HALF].groupby("seed")[by].min().astype(float)
    return able.reindex(sorted(set(exams["seed"])), fill_value=math.inf)


def _compared(exams: pd.DataFrame, symbols: int, task: str) -> pd.DataFrame:
    """Exams with the columns of `independence`: expected, tolerance, agrees, informative."""
    comparison = independence.compare(
        exams["accuracy"], exams["exact"], symbols, TASKS[task].asked, EXAM
    )  # fmt: skip
    told = ("expected", "tolerance", "agrees", "informative")
    return exams.assign(**{name: getattr(comparison, name) for name in told})

"""Results of the tasks: shares by size and by step, thresholds, and exact match against p^k.

Each table is tidy, one row a mark, for a chart to draw as it is. A run without a finite loss
counts as one that has nothing right.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

from toylab.experiments.task_studies import AdditionStudy, CopyStudy
from toylab.experiments.tasks import EXAM, LETTERS, TASKS
from toylab.fits import independence

Rows = Sequence[Mapping[str, Any]]
HALF = 0.5  # of the answers are right: the ability counts as there
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

    def seeds(self, symbols: int) -> pd.DataFrame:
        """Each network's exam: params, seed, loss, accuracy, and the exact match of k symbols."""
        return _exams(self.trained, symbols)

    def means(self, symbols: int) -> pd.DataFrame:
        """Means over seeds, with the lowest and the highest: params, seeds, loss, loss_low, ..."""
        return _means(self.seeds(symbols), "params")

    def threshold(self, symbols: int) -> Threshold:
        """The smallest N from which half of the answers are right, seed by seed."""
        return _threshold(self.seeds(symbols), "params")

    def independence(self, symbols: int) -> pd.DataFrame:
        """Seed by seed, exact match beside p^k: `seeds` and expected, tolerance, agrees; by_place.

        That is what independent errors would make of each place's own accuracy: where it holds and
        p^k does not, some places are harder than others.
        """
        by_place = self.trained[[f"right_{place}" for place in _places("copy")]].to_numpy()
        rows = sliding_window_view(by_place, symbols, axis=1).prod(-1).mean(-1)
        return _compared(self.seeds(symbols), symbols, "copy").assign(by_place=rows)

    @cached_property
    def complete(self) -> bool:
        """True once every size has all its seeds."""
        return len(self.trained) == len(self.study.grid) * self.study.seeds


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
    def independence(self) -> pd.DataFrame:
        """Look by look, exact match beside p^3: `seeds` and expected, tolerance, agrees."""
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
    for name in MEANS:
        values = groups[name]
        table[name] = values.mean()
        table[f"{name}_low"], table[f"{name}_high"] = values.min(), values.max()
    return table.reset_index()


def _threshold(exams: pd.DataFrame, by: str) -> Threshold:
    able = exams[exams["exact"] >= HALF].groupby("seed")[by].min().astype(float)
    first = able.reindex(sorted(set(exams["seed"])), fill_value=math.inf)
    return Threshold(tuple(sorted(first)))


def _compared(exams: pd.DataFrame, symbols: int, task: str) -> pd.DataFrame:
    found = independence.compare(
        exams["accuracy"], exams["exact"], symbols, TASKS[task].asked, EXAM
    )  # fmt: skip
    return exams.assign(expected=found.expected, tolerance=found.tolerance, agrees=found.agrees)

"""CopyStudy and AdditionStudy: small transformers on tasks whose answers are right or wrong.

Copying over sizes, each network asked once, at its end; addition over steps, one size asked on
the way. What they tell is in `task_results`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pandas as pd

from toylab.data.recorded import DATA, Recorded
from toylab.experiments.study import (
    as_table,
    find_recorded,
    in_seeds,
    preset_of,
    shell_line,
    stacks,
)
from toylab.experiments.tasks import MEMORY, TASKS, TaskSpec

WIDTHS = (2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 24)
STACKED = 4  # seeds side by side on a processor: more are no quicker
RECORDED = DATA / "tasks.csv"  # both tasks, with a column `study`


@dataclass(frozen=True)
class CopyStudy:
    """Networks of several widths that learn to copy twelve symbols."""

    PRESETS: ClassVar[Mapping[str, "CopyStudy"]]

    widths: tuple[int, int] = (2, 12)  # smallest and largest
    steps: int = 300
    seeds: int = 4
    rate: float = 1.0  # learning rate over the usual one
    seed: int = 0  # the first
    device: str = "cpu"

    def __post_init__(self) -> None:
        _checked(self.seeds)
        if len(self.widths) != 2 or not 1 <= self.widths[0] <= self.widths[1] or not self.grid:
            raise ValueError(
                f"widths must be two numbers, from and to, with one of "
                f"{', '.join(map(str, WIDTHS))} between, got {self.widths}"
            )

    @property
    def grid(self) -> list[int]:
        """The widths, ascending."""
        low, high = self.widths
        return [width for width in WIDTHS if low <= width <= high]

    @property
    def sizes(self) -> list[int]:
        """N of each width."""
        return [TaskSpec("copy", width, self.steps).params for width in self.grid]

    def specs(self) -> list[TaskSpec]:
        """The runs in the order to train them: widths ascending."""
        return [
            spec
            for width in self.grid
            for spec in _stacks(
                TaskSpec("copy", width, self.steps, self.rate, device=self.device), self
            )
        ]

    @property
    def preset(self) -> str | None:
        """The name of the preset that it is, whichever its seed and device, or None."""
        return preset_of(self)

    def table(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """The rows of `tasks.run` as a table, one row a width and seed."""
        return _table("copy", rows)

    def describe(self) -> str:
        """The settings in a line."""
        low, high = self.grid[0], self.grid[-1]
        width = f"width {low}" if low == high else f"widths {low} to {high}"
        return (
            f"Copying 12 of 16 symbols; transformers of one block, {width}; "
            f"{self.steps:,} steps, {in_seeds(self)}"
        )

    def command(self) -> str:
        """The shell line that repeats it."""
        return shell_line("copy", self, self.PRESETS)

    def recorded(self) -> Recorded | None:
        """The recorded runs of exactly this study; None if there are none."""
        return find_recorded(self, RECORDED, STUDIES)


@dataclass(frozen=True)
class AdditionStudy:
    """One network that learns to add two-digit numbers, asked on the way."""

    PRESETS: ClassVar[Mapping[str, "AdditionStudy"]]

    width: int = 16
    steps: int = 2500
    looks: int = 50
    seeds: int = 4
    rate: float = 1.0  # learning rate over the usual one
    seed: int = 0  # the first
    device: str = "cpu"

    def __post_init__(self) -> None:
        _checked(self.seeds)

    @property
    def params(self) -> int:
        """N."""
        return TaskSpec("addition", self.width, self.steps).params

    def specs(self) -> list[TaskSpec]:
        """The runs: its seeds, on a processor half of them on each of two cores."""
        one = TaskSpec(
            "addition", self.width, self.steps, self.rate, self.looks, device=self.device
        )  # fmt: skip
        return _stacks(one, self, at_once=2)

    @property
    def preset(self) -> str | None:
        """The name of the preset that it is, whichever its seed and device, or None."""
        return preset_of(self)

    def table(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """The rows of `tasks.run` as a table, one row a look and seed."""
        return _table("addition", rows)

    def describe(self) -> str:
        """The settings in a line."""
        return (
            f"Adding two numbers below 100; a transformer of one block, width {self.width}, "
            f"N = {self.params:,}; {self.steps:,} steps, {in_seeds(self)}"
        )

    def command(self) -> str:
        """The shell line that repeats it."""
        return shell_line("addition", self, self.PRESETS)

    def recorded(self) -> Recorded | None:
        """The recorded runs of exactly this study; None if there are none."""
        return find_recorded(self, RECORDED, STUDIES)


def _checked(seeds: int) -> None:
    """Refuse too few or too many seeds."""
    if not 1 <= seeds <= 100:
        raise ValueError(f"seeds must be between 1 and 100, got {seeds}")


def _stacks(
    one: TaskSpec, study: CopyStudy | AdditionStudy, at_once: int = STACKED
) -> list[TaskSpec]:
    """All seeds of a study, side by side where that is quick or fits."""
    most = at_once if study.device == "cpu" else MEMORY / one.memory
    return stacks(replace(one, seed=study.seed), study.seeds, most)


def columns(task: str) -> dict[str, str]:
    """The columns of a task's table, and their types."""
    places = range(1, TASKS[task].asked + 1)
    whole = ("width", "params", "steps", "step", "seed")
    return {
        "task": "str", **dict.fromkeys(whole, "int64"), "loss": "float64", "accuracy": "float64",
        **{f"right_{k}": "float64" for k in places}, **{f"exact_{k}": "float64" for k in places},
        "seconds": "float64", "device": "str", "diverged": "bool",
    }  # fmt: skip


def _table(task: str, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    return as_table(rows, columns(task), ["params", "seed", "step"])


CopyStudy.PRESETS = {
    "usual": CopyStudy(),
    "longer": CopyStudy(steps=1000),
    "small": CopyStudy(widths=(4, 8), seeds=2),
    "recorded": CopyStudy(seeds=12, seed=1000),  # what the page shows before anything is run
}
AdditionStudy.PRESETS = {
    "usual": AdditionStudy(),
    "small": AdditionStudy(seeds=2, looks=25),
    "recorded": AdditionStudy(seeds=12, seed=1000),
}
STUDIES: dict[str, CopyStudy | AdditionStudy] = {  # recorded, by their file's column `study`
    "copy": CopyStudy.PRESETS["recorded"],
    "copy, longer": replace(CopyStudy.PRESETS["recorded"], steps=1000),
    "addition": AdditionStudy.PRESETS["recorded"],
}

"""Live grids of the page on batch and learning rate."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from toylab import devices
from toylab.experiments import batch_lr_results, batch_lr_study
from toylab.experiments.batch_lr_results import Valley
from toylab.experiments.batch_lr_study import BatchLrStudy
from toylab.live.result_source import ResultSource
from toylab.quantities import format_count, format_scientific
from ui.concepts.batch_lr.view import cells, place
from ui.knobs import knob
from ui.live import Rows


@dataclass(frozen=True)
class LiveControls:
    """The controls of the live grid, as the link has them."""

    budgets: int = knob(2, "Budgets", (1, len(batch_lr_study.TOKENS)))
    seeds: int = knob(3, "Seeds", (1, 8))
    seed: int = knob(0, "First seed", (0, 10**6), typed=True)
    device: str = knob("cpu", "Device", devices.KINDS)

    @property
    def study(self) -> BatchLrStudy:
        """The study that they stand for."""
        return BatchLrStudy(self.budgets, self.seeds, self.seed, self.device)


@dataclass(frozen=True, eq=False)
class LiveGrids:
    """The grids of a study, however much of them is trained."""

    study: BatchLrStudy
    frame: pd.DataFrame  # as the study's `table` makes it
    live: bool

    @cached_property
    def valleys(self) -> list[Valley]:
        """The grids of the study, by compute, the untrained ones empty."""
        trained = {valley.tokens: valley for valley in batch_lr_results.valleys(self.frame)}
        return [
            trained.get(D, batch_lr_results.untrained(D))
            for D in batch_lr_study.TOKENS[: self.study.budgets]
        ]

    @property
    def trusted(self) -> list[Valley]:
        """The grids whose bottom is to be trusted."""
        return [valley for valley in self.valleys if not valley.warning]

    def tables(self, valley: Valley) -> dict[str, pd.DataFrame]:
        """The tables of the chart of a valley."""
        tables = {"cells": cells(batch_lr_study.GRID, valley.mean)}
        tables |= {"seeds": place([]), "lowest": place([]), "fitted": place([])}
        if valley.warning:
            return tables
        bottom = valley.bottom
        each = zip(bottom.batch[1:], bottom.lr[1:], strict=True)
        return tables | {
            "lowest": place([valley.lowest.first]),
            "fitted": place([bottom.first]),
            "seeds": place(each).dropna(),
        }


def gather(source: ResultSource, rows: Rows, unfinished: Rows | None) -> LiveGrids:
    """The grids of the rows so far."""
    return LiveGrids(source.about, source.about.table(rows), unfinished is not None)


def title(valley: Valley) -> str:
    """The title of a valley's chart."""
    return f"{format_scientific(valley.flops, 2)} FLOPs"


def budget(valley: Valley) -> str:
    """The budget of a valley in words."""
    return f"{format_scientific(valley.flops, 2)} FLOPs, {format_count(valley.tokens)} characters"

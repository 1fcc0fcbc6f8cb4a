"""CriticalBatchStudy: steps to a loss at many batches, and the noise scale beside them.

Races at many batch sizes, several seeds each, to three targets (`race`); one hyperbola for each
target (`critical_batch`). Beside them the noise scale along runs at one batch, at about the
best learning rate and at a fifth of it (`noise_scale`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from toylab.data import recorded as runs
from toylab.experiments.noise_scale import TUNED, NoiseScaleSpec, hasty, scale
from toylab.experiments.steps_to_loss import PARAMS, TARGETS, StepsToLossSpec
from toylab.experiments.study import preset_of, shell_line
from toylab.fits.critical_batch import Fit, fit
from toylab.fits.estimate import Estimate

BATCHES = tuple(2**k for k in range(3, 11))  # characters
RATES = (TUNED, TUNED / 5)  # learning rates of the paths
NEAR = 0.1  # nats/character
PATHS = 3  # seeds of each, at most
RECORDED, RECORDED_PATHS = runs.DATA / "batch_steps.csv", runs.DATA / "noise_scale.csv"
RACES = {
    "target": "float64", "batch": "int64", "seed": "int64", "steps": "float64",
    "lr": "float64", "edge": "bool",
}  # fmt: skip
PAIRS = {
    "lr": "float64", "seed": "int64", "step": "int64", "loss": "float64", "small": "float64",
    "big": "float64",
}  # fmt: skip


@dataclass(frozen=True)
class CriticalBatchStudy:
    """Races at many batches, and paths along which the noise scale is measured."""

    PRESETS: ClassVar[Mapping[str, "CriticalBatchStudy"]]

    seeds: int = 3
    last: float = TARGETS[-1]  # nats/character: the lowest target
    size: int = 32  # hidden units
    seed: int = 0  # the first
    device: str = "cpu"

    def __post_init__(self) -> None:
        if not 1 <= self.seeds <= 100:
            raise ValueError(f"seeds must be between 1 and 100, got {self.seeds}")
        if not 2.3 <= self.last < TARGETS[1]:
            raise ValueError(f"last must be at least 2.3 and below {TARGETS[1]}, got {self.last}")

    @property
    def targets(self) -> tuple[float, ...]:
        """Losses to reach, descending."""
        return (*TARGETS[:-1], self.last)

    def specs(self) -> list[StepsToLossSpec | NoiseScaleSpec]:
        """Its runs in the order to train them: races first, in each seed by batch."""
        return list(_specs(self))

    @property
    def preset(self) -> str | None:
        """The preset that it is, whichever its seed and device."""
        return preset_of(self)

    def table(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """Those rows that are of races, one a batch, seed and target; nan steps: not reached."""
        chosen = [row for row in rows if row.get("target", 0) > 0]
        frame = pd.DataFrame(chosen, columns=list(RACES)).astype(RACES)
        frame = frame.sort_values(["target", "batch", "seed"], ascending=[False, True, True])
        return frame.assign(examples=frame["batch"] * frame["steps"]).reset_index(drop=True)

    def noise_table(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """Those rows that are of paths, one a pair of batches."""
        chosen = [row for row in rows if row.get("small", 0) > 0]
        frame = pd.DataFrame(chosen, columns=list(PAIRS)).astype(PAIRS)
        return frame.sort_values(["lr", "seed", "step"], ascending=[False, True, True])

    def describe(self) -> str:
        """Its settings in a line."""
        seeds = "seed" if self.seeds == 1 else "seeds"
        targets = ", ".join(f"{loss:g}" for loss in self.targets)
        return (
            f"Characters of Python's library; {PARAMS:,} parameters, plain SGD, a rate tuned for "
            f"each batch; to losses {targets}; {self.seeds} {seeds}"
        )

    def command(self) -> str:
        """The shell line that repeats it."""
        return shell_line("batch-steps", self)

    def recorded(self) -> runs.Recorded | None:
        """The recorded rows of exactly this study, races and paths; None if there are none."""
        if self != self.PRESETS["recorded"]:
            return None
        return _together(runs.read(RECORDED), runs.read(RECORDED_PATHS))


@lru_cache(maxsize=32)
def _specs(plan: CriticalBatchStudy) -> tuple[StepsToLossSpec | NoiseScaleSpec, ...]:
    seeds = range(plan.seed, plan.seed + plan.seeds)
    races = [
        StepsToLossSpec(batch, seed, plan.size, plan.targets, plan.device)
        for seed in seeds
        for batch in BATCHES
    ]
    paths = [
        NoiseScaleSpec(lr, plan.last, seed, plan.size, plan.device)
        for seed in seeds[:PATHS]
        for lr in RATES
    ]
    return *races, *paths


CriticalBatchStudy.PRESETS = {
    "usual": CriticalBatchStudy(),
    "recorded": CriticalBatchStudy(seeds=12),  # what the page shows before anything is run
}


@lru_cache(maxsize=4)
def _together(races: runs.Recorded, paths: runs.Recorded) -> runs.Recorded:
    return runs.Recorded(pd.concat([races.frame, paths.frame]), races.made)


def near(path: pd.DataFrame, target: float) -> pd.DataFrame:
    """Of a path's pairs those whose loss is near a target."""
    return path[(path["loss"] - target).abs() <= NEAR]


@dataclass(frozen=True)
class Scales:
    """The noise scale near a loss, in characters."""

    pooled: float  # of all seeds
    alone: tuple[float, ...]  # of each
    hasty: float  # the average of each pair's ratio instead: biased


def scales(path: pd.DataFrame, target: float) -> Scales | None:
    """The noise scale near a target; None where no seed has a positive one."""
    pairs = near(path, target)
    alone = [scale(one["small"], one["big"]) for _, one in pairs.groupby("seed")]
    good = tuple(value for value in alone if 0 < value < np.inf)
    pooled = scale(pairs["small"], pairs["big"]) if good else np.inf
    if not 0 < pooled < np.inf:
        return None
    return Scales(pooled, good, hasty(pairs["small"], pairs["big"]))


def hyperbola(frame: pd.DataFrame, target: float) -> Fit:
    """The curve through the races to one target.

    Raises:
        ValueError: if fewer than three batches came to it.
    """
    mine = frame[(frame["target"] == target) & frame["steps"].notna()]
    return fit(mine["batch"].to_numpy(float), mine["steps"].to_numpy(float))


def grown(frame: pd.DataFrame, first: float, last: float) -> Estimate | None:
    """B_crit at the last target over that at the first, with its interval over seeds.

    Both are of the same races, so a seed's ratio is compared with other seeds' ratios. None
    where fewer than three seeds have both.
    """
    logs = []
    for _, one in frame.groupby("seed"):
        try:
            pair = [hyperbola(one, target).B_crit.value for target in (last, first)]
        except ValueError:
            continue
        logs.append(np.log(pair[0] / pair[1]))
    if len(logs) < 3:
        return None
    found = Estimate.mean(logs)
    return Estimate(*(float(np.exp(x)) for x in (found.value, found.low, found.high)))


@lru_cache(maxsize=1)
def alone() -> dict[float, list[float]]:
    """B_crit of each recorded seed, fitted alone, by target: what one seed tells."""
    study = CriticalBatchStudy.PRESETS["recorded"]
    frame = study.table(runs.read(RECORDED).rows)
    return {
        target: [
            hyperbola(frame[frame["seed"] == seed], target).B_crit.value
            for seed in frame["seed"].unique()
        ]
        for target in study.targets
    }

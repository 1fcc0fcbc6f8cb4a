"""CriticalBatchStudy: steps to a loss at many batches, and the noise scale beside them.

Races at many batch sizes, several seeds each, to three targets (`steps_to_loss`). Beside them the
noise scale along runs at one batch, at about the best learning rate and at a fifth of it
(`noise_scale`). What they tell is in `critical_batch_results`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import pandas as pd

from toylab.data.recorded import DATA, Recorded, read
from toylab.experiments.noise_scale import TUNED, NoiseScaleSpec
from toylab.experiments.steps_to_loss import PARAMS, TARGETS, StepsToLossSpec
from toylab.experiments.study import preset_of, shell_line

BATCHES = tuple(2**k for k in range(3, 11))  # characters
RATES = (TUNED, TUNED / 5)  # learning rates of the paths
PATHS = 3  # seeds of each, at most
RECORDED, RECORDED_PATHS = DATA / "batch_steps.csv", DATA / "noise_scale.csv"
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
        """The losses to reach, descending."""
        return (*TARGETS[:-1], self.last)

    def specs(self) -> list[StepsToLossSpec | NoiseScaleSpec]:
        """The runs in the order to train them: races first, in each seed by batch."""
        return list(_specs(self))

    @property
    def preset(self) -> str | None:
        """The name of the preset that it is, whichever its seed and device, or None."""
        return preset_of(self)

    def table(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """The rows of races, one a batch, seed and target; nan steps: not reached."""
        chosen = [row for row in rows if row.get("target", 0) > 0]
        frame = pd.DataFrame(chosen, columns=list(RACES)).astype(RACES)
        frame = frame.sort_values(["target", "batch", "seed"], ascending=[False, True, True])
        return frame.assign(examples=frame["batch"] * frame["steps"]).reset_index(drop=True)

    def noise_table(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """The rows of paths, one a pair of batches."""
        chosen = [row for row in rows if row.get("small", 0) > 0]
        frame = pd.DataFrame(chosen, columns=list(PAIRS)).astype(PAIRS)
        return frame.sort_values(["lr", "seed", "step"], ascending=[False, True, True])

    def describe(self) -> str:
        """The settings in a line."""
        seeds = "seed" if self.seeds == 1 else "seeds"
        targets = ", ".join(f"{loss:g}" for loss in self.targets)
        return (
            f"Characters of Python's library; {PARAMS:,} parameters, plain SGD, a rate tuned for "
            f"each batch; to losses {targets}; {self.seeds} {seeds}"
        )

    def command(self) -> str:
        """The shell line that repeats it."""
        return shell_line("batch-steps", self)

    def recorded(self) -> Recorded | None:
        """The recorded rows of exactly this study, races and paths; None if there are none."""
        if self != self.PRESETS["recorded"]:
            return None
        return _together(read(RECORDED), read(RECORDED_PATHS))


@lru_cache(maxsize=32)
def _specs(study: CriticalBatchStudy) -> tuple[StepsToLossSpec | NoiseScaleSpec, ...]:
    seeds = range(study.seed, study.seed + study.seeds)
    races = [
        StepsToLossSpec(batch, seed, study.size, study.targets, study.device)
        for seed in seeds
        for batch in BATCHES
    ]
    paths = [
        NoiseScaleSpec(lr, study.last, seed, study.size, study.device)
        for seed in seeds[:PATHS]
        for lr in RATES
    ]
    return *races, *paths


CriticalBatchStudy.PRESETS = {
    "usual": CriticalBatchStudy(),
    "recorded": CriticalBatchStudy(seeds=12),  # what the page shows before anything is run
}


@lru_cache(maxsize=4)
def _together(races: Recorded, paths: Recorded) -> Recorded:
    return Recorded(pd.concat([races.frame, paths.frame]), races.made)

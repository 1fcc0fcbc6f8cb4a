"""Which runs make a sweep, and what table do they leave?

A data sweep holds the width and doubles the samples; a width sweep holds the samples and
doubles the width. Every size is trained from the same seeds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import pandas as pd

from toylab import sine, verdict
from toylab.verdict import Verdict

SWEEPS = {"data": "samples", "width": "width"}  # the column that a sweep changes
SCORES = {"clean": "the clean curve", "labels": "fresh noisy labels"}
COLUMNS = (
    "sweep", "width", "params", "samples", "seed", "steps", "test_mse", "train_mse", "flops",
    "seconds", "device", "diverged",
)  # fmt: skip
STACK_COST = 0.5  # seconds: seeds train side by side in stacks of about this cost
STACK_RUNS = 8


@dataclass(frozen=True)
class Study:
    """Everything that defines a sweep; two equal studies train the same networks."""

    sweep: str = "data"
    width: int = 64  # held in a data sweep
    samples: int = 2048  # held in a width sweep
    widths: tuple[int, int] = (2, 256)  # smallest and largest, doubling between
    sizes: tuple[int, int] = (64, 4096)  # smallest and largest number of samples, likewise
    steps: int = 500
    lr: float = 0.01
    schedule: str = "constant"
    noise: float = 0.0
    target: str = "sine"
    frequency: int = 1
    seed: int = 0  # the first
    seeds: int = 10
    score: str = "clean"  # the error is against the clean curve, or against fresh noisy labels
    device: str = "cpu"

    def __post_init__(self) -> None:
        for name, known in ("sweep", SWEEPS), ("score", SCORES):
            if getattr(self, name) not in known:
                raise ValueError(
                    f"{name} must be one of {', '.join(known)}, got {getattr(self, name)}"
                )
        for name in ("widths", "sizes"):
            low, high = getattr(self, name)
            if not 1 <= low <= high:
                raise ValueError(f"{name} must run from 1 or more upwards, got {low} to {high}")
        if self.seeds < 1:
            raise ValueError(f"seeds must be at least 1, got {self.seeds}")

    @property
    def grid(self) -> list[int]:
        """The sizes of the sweep, by doubling."""
        low, high = self.sizes if self.sweep == "data" else self.widths
        return [low * 2**k for k in range((high // low).bit_length())]

    def specs(self) -> list[sine.Runs]:
        """Its runs, in the order to train them: the first seeds of every size before the next.

        Seeds are stacked where that is quicker. Within a round the longest goes first, so that
        no core idles at the end.
        """
        shared = {
            name: getattr(self, name)
            for name in ("steps", "lr", "schedule", "noise", "target", "frequency", "device")
        }
        stacks = []
        for size in self.grid:
            width, samples = (self.width, size) if self.sweep == "data" else (size, self.samples)
            one = sine.Runs(width, samples, **shared)
            most = max(1, min(STACK_RUNS, int(STACK_COST / one.cost)))
            for first in range(0, self.seeds, most):
                runs = min(most, self.seeds - first)
                stacks.append(replace(one, seed=self.seed + first, runs=runs))
        return sorted(stacks, key=lambda spec: (spec.seed, -spec.cost))


# As the laptop article ran it; and two that do show what data buys (width 8 holds the curve).
PRESETS = {
    "article": Study(seeds=20),
    "noise": Study(
        width=8, samples=512, widths=(2, 64), sizes=(32, 2048), steps=1000, schedule="cosine",
        noise=0.3, seeds=24,
    ),
    "floor": Study(
        width=8, samples=512, widths=(2, 64), sizes=(16, 2048), steps=1000, schedule="cosine",
        noise=0.1, seeds=24, score="labels",
    ),
}  # fmt: skip


def command(study: Study) -> str:
    """The shell line that repeats a study: the preset it is nearest to, and what differs."""
    lines = []
    for name, preset in PRESETS.items():
        line = f"python -m toylab sine --preset {name}"
        for knob in fields(Study):
            value = getattr(study, knob.name)
            if value != getattr(preset, knob.name):
                words = " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
                line += f" --{knob.name} {words}"
        lines.append(line)
    return min(lines, key=len)


def table(study: Study, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows of `sine.run` as a table: COLUMNS, and `error`, the one that the study asks about.

    Against fresh noisy labels the expected error is the clean one plus the noise's variance.
    """
    frame = pd.DataFrame(list(rows), columns=[*COLUMNS[1:], "curve"])
    frame.insert(0, "sweep", study.sweep)
    floor = study.noise**2 if study.score == "labels" else 0.0
    frame["error"] = (frame["test_mse"] + floor).where(~frame["diverged"].astype(bool))
    return frame.sort_values([SWEEPS[study.sweep], "seed"], ignore_index=True)


def judge(study: Study, frame: pd.DataFrame) -> Verdict:
    """The verdict on a table of runs.

    Raises:
        ValueError: if fewer than two sizes can be used.
    """
    column = SWEEPS[study.sweep]
    errors = frame.pivot(index="seed", columns=column, values="error")
    return verdict.judge(errors.columns.to_numpy(), errors.to_numpy(), of=column)

"""SineStudy: a sweep of small networks on a sine curve, over the samples or over the width.

A data sweep holds the width and doubles the samples; a width sweep holds the samples and
doubles the width. Every size is trained from the same seeds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, ClassVar

import pandas as pd

from toylab.data.recorded import DATA, Recorded, read
from toylab.experiments import sine
from toylab.experiments.study import preset_of, shell_line, stacks
from toylab.quantities import plural

SWEEPS = {"data": "samples", "width": "width"}  # the column that a sweep changes
NAMES = {
    "noise": "with noise",
    "article": "as the article ran it",
    "floor": "a noise floor",
    "custom": "custom",
}
SCORES = {
    "clean": "the clean curve",
    "labels": "fresh noisy labels: that of the clean curve, and the noise's variance",
}
COLUMNS = {
    "sweep": "str", "width": "int64", "params": "int64", "samples": "int64", "seed": "int64",
    "steps": "int64", "test_mse": "float64", "train_mse": "float64", "flops": "float64",
    "seconds": "float64", "device": "str", "diverged": "bool",
}  # fmt: skip
MOST_SEEDS = 10_000
STACK_COST, STACK_RUNS = 0.5, 8  # a processor's stack of seeds: seconds at most, runs at most
RECORDED = DATA / "sine.csv"  # both sweeps of every preset, and the first page's study


@dataclass(frozen=True)
class SineStudy:
    """A sweep: the sizes to train at, how, and against which error."""

    PRESETS: ClassVar[Mapping[str, "SineStudy"]]

    sweep: str = "data"
    width: int = 64  # held in a data sweep
    samples: int = 2048  # held in a width sweep
    widths: tuple[int, int] = (2, 256)  # smallest and largest, doubling between
    sizes: tuple[int, int] = (64, 4096)  # smallest and largest number of samples, likewise
    steps: int = 500
    longer: int = 1  # train every network also so many times as long; 1: do not
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
            ends = getattr(self, name)
            if len(ends) != 2:
                raise ValueError(f"{name} must be two numbers, from and to, got {ends}")
            low, high = ends
            if not 1 <= low <= high:
                raise ValueError(f"{name} must run from 1 or more upwards, got {low} to {high}")
        for name in ("seeds", "width", "samples", "longer"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        if self.seeds > MOST_SEEDS:
            raise ValueError(f"seeds must be at most {MOST_SEEDS}, got {self.seeds}")

    @property
    def grid(self) -> list[int]:
        """The sizes of the sweep, by doubling."""
        low, high = self.sizes if self.sweep == "data" else self.widths
        return [low * 2**k for k in range((high // low).bit_length())]

    @property
    def networks(self) -> int:
        """The number of networks that it trains."""
        return len(self.grid) * self.seeds * (1 if self.longer == 1 else 2)

    @property
    def task(self) -> dict[str, Any]:
        """The fields of `SineSpec` that say what is to be learned."""
        return {"noise": self.noise, "target": self.target, "frequency": self.frequency}

    def specs(self) -> list[sine.SineSpec]:
        """The runs, in the order to train them: the first seeds of every size before the next.

        Seeds are stacked where that is quicker. Within a round the longest goes first, so that
        no core idles at the end. What trains longer comes after all the others.
        """
        how = {name: getattr(self, name) for name in ("lr", "schedule", "device")}
        specs: list[sine.SineSpec] = []
        for steps, size in product(sorted({self.steps, self.steps * self.longer}), self.grid):
            width, samples = (self.width, size) if self.sweep == "data" else (size, self.samples)
            one = sine.SineSpec(width, samples, steps, **self.task, seed=self.seed, **how)
            specs += stacks(one, self.seeds, _most(one))
        return sorted(specs, key=lambda spec: (spec.steps, spec.seed, -spec.cost))

    @property
    def preset(self) -> str | None:
        """The name of the preset that it is, whichever its sweep, seeds and device, or None."""
        return preset_of(self, ("sweep", "seed", "seeds", "device"))

    def table(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """The rows of `sine.run` as a table: COLUMNS, `curve`, and the `error` that is asked about.

        Against fresh noisy labels the expected error is the clean one plus the noise's variance.
        """
        frame = pd.DataFrame(list(rows), columns=[*COLUMNS, "curve"])
        frame = frame.assign(sweep=self.sweep).astype(COLUMNS)
        floor = self.noise**2 if self.score == "labels" else 0.0
        frame["error"] = (frame["test_mse"] + floor).where(~frame["diverged"])
        return frame.sort_values([SWEEPS[self.sweep], "seed", "steps"], ignore_index=True)

    def describe(self) -> str:
        """The settings in a line."""
        target = f"sin {'' if self.frequency == 1 else self.frequency}x"
        target = target if self.target == "sine" else "a Fourier sum"
        longer = "" if self.longer == 1 else f" and {self.longer} times as many"
        held = f"width {self.width}" if self.sweep == "data" else f"{self.samples:,} samples"
        noise = f"noise {self.noise:g}" if self.noise else "no noise"
        return (
            f"{target}, {noise}, {held}, {self.steps:,} steps{longer}, learning rate "
            f"{self.lr:g} {self.schedule}, {plural(self.seeds, 'seed')}"
        )

    def command(self) -> str:
        """The shell line that repeats it."""
        return shell_line("sine", self, self.PRESETS)

    def recorded(self) -> Recorded | None:
        """The recorded runs of exactly this study; None if there are none."""
        name = next((name for name, study in STUDIES if study == self), None)
        return read(RECORDED).where(preset=name, sweep=self.sweep) if name else None


# As the laptop article ran it; and two that do show what data buys (width 8 holds the curve).
SineStudy.PRESETS = {
    "noise": SineStudy(
        width=8, samples=512, widths=(2, 64), sizes=(32, 2048), steps=1000, schedule="cosine",
        noise=0.3, seeds=24,
    ),
    "article": SineStudy(seeds=20),
    "floor": SineStudy(
        width=8, samples=512, widths=(2, 64), sizes=(16, 2048), steps=1000, schedule="cosine",
        noise=0.1, seeds=24, score="labels",
    ),
}  # fmt: skip
# The first page's: from 128 samples on the error falls about as 1 / D; below that it falls faster.
FIRST = replace(SineStudy.PRESETS["noise"], sizes=(128, 4096), seeds=32)
STUDIES = [  # that are recorded, with their names there
    *((name, replace(one, sweep=kind)) for name, one in SineStudy.PRESETS.items()
      for kind in SWEEPS),
    ("first", FIRST),
]  # fmt: skip


def _most(one: sine.SineSpec) -> float:
    """The seeds of a run to stack, at most: by seconds on a processor, by memory on a GPU."""
    if one.device == "cpu":
        return min(STACK_RUNS, STACK_COST / one.cost)
    return sine.MEMORY / one.memory

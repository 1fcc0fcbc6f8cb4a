"""RepetitionStudy: one text read again and again, beside as much fresh text, or text with noise.

At 1, 2, 4, ... epochs of a pool: without weight decay, with it, and once more on what stands
against it, a fresh or a noisy stream of as many characters, without decay. All from the same seeds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar

import pandas as pd

from toylab.data.recorded import DATA, Recorded
from toylab.experiments.repetition import RepetitionSpec
from toylab.experiments.study import (
    as_table,
    find_recorded,
    in_seeds,
    preset_of,
    shell_line,
    stacks,
)
from toylab.quantities import format_count, format_share
from toylab.refusals import refuse

AGAINST = {"fresh": "fresh text", "noisy": "text with noise"}
PLAIN, DECAYED = "no weight decay", "weight decay"  # curves; the third is named by AGAINST
EPOCHS = [2**k for k in range(8)]
STACK_COST = 2.0  # seconds that seeds trained side by side may take at most
COLUMNS = {
    "curve": "str", "text": "str", "unique": "int64", "epochs": "int64", "tokens": "int64",
    "size": "int64", "params": "int64", "decay": "float64", "dirty": "float64", "kind": "str",
    "rate": "float64", "loss": "float64", "pool_loss": "float64", "seed": "int64",
    "batch": "int64", "steps": "int64", "seconds": "float64", "device": "str", "diverged": "bool",
}  # fmt: skip
RECORDED = DATA / "repetition.csv"


@dataclass(frozen=True)
class RepetitionStudy:
    """A pool of text and a network, and how often it is read."""

    PRESETS: ClassVar[Mapping[str, "RepetitionStudy"]]

    unique: int = 10_240  # characters of the pool
    epochs: int = 64  # at most
    size: int = 32  # hidden units
    decay: float = 0.3  # weight decay of the curve that has it
    dirty: float = 0.0  # share of noise in the text beside the pool; 0: that is fresh
    kind: str = "passages"  # what is noise
    rate: float = 1.0  # peak learning rate over the usual one
    seeds: int = 2
    seed: int = 0  # the first
    device: str = "cpu"

    def __post_init__(self) -> None:
        rules = {
            f"epochs must be one of {', '.join(map(str, EPOCHS[1:]))}, got {self.epochs}": (
                self.epochs in EPOCHS[1:]
            ),
            f"decay must be above 0 and at most 10, got {self.decay}": 0 < self.decay <= 10,
            f"seeds must be between 2 and 50, as one shows no spread, got {self.seeds}": (
                2 <= self.seeds <= 50
            ),
        }
        refuse(rules)
        _ = self.curves  # refuses the rest

    @property
    def against(self) -> str:
        """The text that the pool is compared with: fresh, or noisy."""
        return "noisy" if self.dirty else "fresh"

    @property
    def lengths(self) -> list[int]:
        """Epochs, ascending."""
        return [epochs for epochs in EPOCHS if epochs <= self.epochs]

    @property
    def curves(self) -> dict[str, RepetitionSpec]:
        """One run of each curve by its name, one epoch long."""
        pool = RepetitionSpec(
            unique=self.unique, size=self.size, rate=self.rate, seed=self.seed, device=self.device
        )
        other = replace(pool, text=self.against, dirty=self.dirty, kind=self.kind)
        return {PLAIN: pool, DECAYED: replace(pool, decay=self.decay), AGAINST[self.against]: other}

    @property
    def networks(self) -> int:
        """The number of networks it trains."""
        return len(self.curves) * len(self.lengths) * self.seeds

    def specs(self) -> list[RepetitionSpec]:
        """Its runs in the order to train them: short ones first."""
        return list(_specs(self))

    def table(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """The rows of `repetition.run` as a table, with the curve of each."""
        names = {(one.text, one.decay): name for name, one in self.curves.items()}
        named = [
            dict(row) | {"curve": names[str(row["text"]), float(row["decay"])]} for row in rows
        ]
        return as_table(named, COLUMNS, ["curve", "epochs", "seed"])

    @property
    def preset(self) -> str | None:
        """The preset that it is, whichever its seed, seeds and device."""
        return preset_of(self, ("seed", "seeds", "device"))

    def describe(self) -> str:
        """Its settings in a line."""
        noise = f", {format_share(self.dirty)} of its {self.kind}" if self.dirty else ""
        return (
            f"{format_count(self.unique)} characters of Python's library read up to {self.epochs} "
            f"times by an n-gram network of {self.curves[PLAIN].params:,} parameters, weight decay "
            f"0 and {self.decay:g}; {AGAINST[self.against]}{noise} beside it; "
            f"{in_seeds(self)}"
        )

    def command(self) -> str:
        """The shell line that repeats it."""
        return shell_line("repetition", self, self.PRESETS)

    def recorded(self) -> Recorded | None:
        """The recorded runs of exactly this study; None if there are none."""
        return find_recorded(self, RECORDED, RECORDED_STUDIES)


@lru_cache(maxsize=64)
def _specs(study: RepetitionStudy) -> tuple[RepetitionSpec, ...]:
    specs: list[RepetitionSpec] = []
    for epochs in study.lengths:
        for curve in study.curves.values():
            one = replace(curve, epochs=epochs)
            specs += stacks(one, study.seeds, STACK_COST / one.cost)
    return tuple(sorted(specs, key=lambda spec: (spec.epochs, -spec.cost)))


RepetitionStudy.PRESETS = {
    "usual": RepetitionStudy(),
    "small-net": RepetitionStudy(size=8),
    "large-net": RepetitionStudy(size=128, epochs=16),
    "more-text": RepetitionStudy(unique=40_960, epochs=32),
    "quarter-rate": RepetitionStudy(rate=0.25),
    "filter-or-mix": RepetitionStudy(dirty=0.3),
}
NAMES = {
    "usual": "ten seconds", "small-net": "a small net", "large-net": "a large net",
    "more-text": "four times the text",
    "quarter-rate": "a quarter of the rate", "filter-or-mix": "noise beside it", "custom": "custom",
}  # fmt: skip
RECORDED_STUDIES = {  # by the column `study` of their file
    name: replace(study, seeds=6, seed=1000) for name, study in RepetitionStudy.PRESETS.items()
}

"""SizesStudy: networks of several sizes that read one pool equally often: bigger, or smaller?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, ClassVar

import pandas as pd

from toylab.data.recorded import DATA, Recorded, read
from toylab.experiments.repetition import RepetitionSpec
from toylab.experiments.repetition_study import COLUMNS, DECAYED, PLAIN
from toylab.experiments.study import as_table, in_seeds, preset_of, shell_line
from toylab.fits.seed_means import seed_means
from toylab.quantities import format_count

SIZES = (4, 8, 16, 32, 64, 128)  # hidden units
RECORDED = DATA / "repetition_sizes.csv"
MEANS = ["curve", "size", "params", "loss", "low", "high", "pool_loss"]


@dataclass(frozen=True)
class SizesStudy:
    """Sizes that read the same number of characters as often, without weight decay and with it."""

    PRESETS: ClassVar[Mapping[str, "SizesStudy"]]

    unique: int = 10_240  # characters of the pool
    epochs: int = 16
    decay: float = 0.3
    seeds: int = 2
    seed: int = 0  # the first
    device: str = "cpu"

    def __post_init__(self) -> None:
        if not 0 < self.decay <= 10:
            raise ValueError(f"decay must be above 0 and at most 10, got {self.decay}")
        if not 2 <= self.seeds <= 50:
            raise ValueError(
                f"seeds must be between 2 and 50, as one shows no spread, got {self.seeds}"
            )
        self.specs()  # refuses the rest

    @property
    def networks(self) -> int:
        """The number of networks it trains."""
        return 2 * len(SIZES) * self.seeds

    def specs(self) -> list[RepetitionSpec]:
        """Its runs, small ones first; the seeds of each side by side."""
        one = RepetitionSpec(
            unique=self.unique, epochs=self.epochs, seed=self.seed, runs=self.seeds,
            device=self.device,
        )  # fmt: skip
        return [replace(one, size=n, decay=decay) for n in SIZES for decay in (0.0, self.decay)]

    def table(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """The rows of `repetition.run` as a table, with the curve of each."""
        named = [dict(row) | {"curve": DECAYED if row["decay"] else PLAIN} for row in rows]
        return as_table(named, COLUMNS, ["curve", "size", "seed"])

    @property
    def preset(self) -> str | None:
        """The preset that it is, whichever its seed, seeds and device."""
        return preset_of(self, ("seed", "seeds", "device"))

    def describe(self) -> str:
        """Its settings in a line."""
        return (
            f"{format_count(self.unique)} characters read {self.epochs} times by n-gram networks "
            f"of {len(SIZES)} sizes, weight decay 0 and {self.decay:g}, "
            f"{in_seeds(self)}"
        )

    def command(self) -> str:
        """The shell line that repeats it."""
        return shell_line("repetition-sizes", self, self.PRESETS)

    def recorded(self) -> Recorded | None:
        """The recorded runs of exactly this study; None if there are none."""
        return read(RECORDED) if self == RECORDED_STUDY else None


SizesStudy.PRESETS = {"usual": SizesStudy()}
RECORDED_STUDY = SizesStudy(seeds=6, seed=1000)


@cache
def recorded_losses() -> dict[tuple[str, int], float]:
    """The mean losses of the recorded study by curve and parameters, small networks first."""
    known = RECORDED_STUDY.recorded()
    assert known is not None, "its runs are in the file"
    rows = means(RECORDED_STUDY.table(known.rows)).to_dict("records")
    return {(str(row["curve"]), int(row["params"])): float(row["loss"]) for row in rows}


def means(frame: pd.DataFrame) -> pd.DataFrame:
    """Geometric means over seeds, with 95 % intervals: columns MEANS."""
    parts, cell = [], ["size", "params"]
    for curve, mine in frame[~frame["diverged"]].groupby("curve", sort=False):
        losses = seed_means(mine.pivot(index="seed", columns=cell, values="loss"))
        part = losses.join(mine.groupby(cell)["pool_loss"].mean())
        parts.append(part.reset_index().assign(curve=curve))
    return pd.concat(parts, ignore_index=True)[MEANS] if parts else pd.DataFrame(columns=MEANS)

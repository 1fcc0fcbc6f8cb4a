"""OtherTextsStudy: networks of several sizes and lengths of training, examined on other texts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from toylab.data.recorded import DATA, Recorded, read
from toylab.experiments.other_texts import TEXTS, OtherTextsSpec
from toylab.experiments.study import as_table, in_seeds, preset_of, shell_line
from toylab.quantities import format_count
from toylab.refusals import refuse

SIZES = (6, 16, 32, 64, 128, 256)  # hidden units
LENGTHS = (40_960, 163_840, 655_360)  # characters read
ALONG = 32  # the size that has exams on its way, at the longest length
COLUMNS = {
    "size": "int64", "params": "int64", "tokens": "int64", "done": "float64", "loss": "float64",
    **dict.fromkeys(TEXTS, "float64"), "seed": "int64", "batch": "int64", "steps": "int64",
    "seconds": "float64", "device": "str", "diverged": "bool",
}  # fmt: skip
RECORDED = DATA / "other_texts.csv"


@dataclass(frozen=True)
class OtherTextsStudy:
    """All sizes and lengths up to the largest and the longest."""

    PRESETS: ClassVar[Mapping[str, "OtherTextsStudy"]]

    largest: int = 128  # hidden units
    longest: int = 655_360  # characters read
    seeds: int = 1
    seed: int = 0  # the first
    device: str = "cpu"

    def __post_init__(self) -> None:
        rules = {
            f"largest must be one of {_listed(SIZES[2:])}, got {self.largest}": (
                self.largest in SIZES[2:]
            ),
            f"longest must be one of {_listed(LENGTHS[1:])}, got {self.longest}": (
                self.longest in LENGTHS[1:]
            ),
            f"seeds must be between 1 and 50, got {self.seeds}": 1 <= self.seeds <= 50,
        }
        refuse(rules)
        self.specs()  # refuses the rest

    @property
    def sizes(self) -> list[int]:
        """Hidden units, ascending."""
        return [size for size in SIZES if size <= self.largest]

    @property
    def lengths(self) -> list[int]:
        """Characters read, ascending."""
        return [tokens for tokens in LENGTHS if tokens <= self.longest]

    @property
    def networks(self) -> int:
        """The number of networks it trains."""
        return len(self.sizes) * len(self.lengths) * self.seeds

    def specs(self) -> list[OtherTextsSpec]:
        """Its runs, cheap ones first; the seeds of each side by side."""
        specs = [
            OtherTextsSpec(
                size, tokens, self.seed, self.seeds, self.device,
                along=(size, tokens) == (ALONG, self.longest),
            )
            for tokens in self.lengths for size in self.sizes
        ]  # fmt: skip
        return sorted(specs, key=lambda spec: spec.cost)

    def table(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """The rows of `other_texts.run` as a table; `done` is below 1 on a run's way."""
        return as_table(rows, COLUMNS, ["size", "tokens", "seed", "done"])

    @property
    def preset(self) -> str | None:
        """The preset that it is, whichever its seed, seeds and device."""
        return preset_of(self, ("seed", "seeds", "device"))

    def describe(self) -> str:
        """Its settings in a line."""
        lengths = ", ".join(map(format_count, self.lengths))
        return (
            f"n-gram networks of {self.sizes[0]} to {self.largest} hidden units trained on "
            f"{lengths} characters of Python's library without its file of help topics, "
            f"{in_seeds(self)}"
        )

    def command(self) -> str:
        """The shell line that repeats it."""
        return shell_line("other-texts", self, self.PRESETS)

    def recorded(self) -> Recorded | None:
        """The recorded runs of exactly this study; None if there are none."""
        return read(RECORDED) if self == RECORDED_STUDY else None


def _listed(values: Iterable[int]) -> str:
    return ", ".join(f"{value:,}" for value in values)


OtherTextsStudy.PRESETS = {"usual": OtherTextsStudy(), "wide": OtherTextsStudy(largest=256)}
RECORDED_STUDY = OtherTextsStudy(largest=256, seeds=3, seed=1000)

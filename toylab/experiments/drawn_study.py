"""DrawnStudy: a schedule of the reader's own beside a cosine that ends with the run.

Both from the same seeds on the same characters, with looks at the loss all along, so that it
can be seen where the losses part, and what a law of one schedule says of the other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pandas as pd

from toylab.data.recorded import DATA, Recorded
from toylab.experiments.learning_rates import FALLS, WARM, Schedule
from toylab.experiments.schedules import ScheduleSpec
from toylab.experiments.study import (
    as_table,
    find_recorded,
    in_seeds,
    preset_of,
    shell_line,
    stacks,
)
from toylab.quantities import format_share
from toylab.refusals import refuse

LOOKS = 20
DRAWN, COSINE = "yours", "cosine"
COLUMNS = {
    "which": "str", "warm": "float64", "decay": "float64", "shape": "str", "end": "float64",
    "rate": "float64", "done": "int64", "steps": "int64", "loss": "float64", "seed": "int64",
    "seconds": "float64", "device": "str", "diverged": "bool",
}  # fmt: skip
RECORDED = DATA / "drawn.csv"


@dataclass(frozen=True)
class DrawnStudy:
    """A schedule."""

    PRESETS: ClassVar[Mapping[str, "DrawnStudy"]]

    warm: float = WARM  # share of the steps
    decay: float = 0.2  # share of the steps
    shape: str = "1-sqrt"
    end: float = 0.0  # share of the peak
    rate: float = 1.0  # peak learning rate over the usual one, of both
    size: int = 32  # hidden units
    tokens: int = 163_840  # characters to read
    seeds: int = 3
    seed: int = 0  # the first
    device: str = "cpu"

    def __post_init__(self) -> None:
        refuse({
            f"shape must be one of {', '.join(FALLS)}, got {self.shape}": self.shape in FALLS,
            f"seeds must be between 2 and 32, as one shows no spread, got {self.seeds}": (
                2 <= self.seeds <= 32
            ),
        })  # fmt: skip
        _ = self.curves  # refuses the rest

    @property
    def curves(self) -> dict[str, ScheduleSpec]:
        """One run of each schedule by its name."""
        drawn = ScheduleSpec(
            self.size, self.tokens, self.warm, self.decay, self.shape, self.end, rate=self.rate,
            looks=LOOKS, seed=self.seed, device=self.device,
        )  # fmt: skip
        usual = Schedule(shape="cosine")
        cosine = replace(
            drawn, warm=usual.warm, decay=usual.decay, shape=usual.shape, end=usual.end
        )
        return {DRAWN: drawn, COSINE: cosine}

    def specs(self) -> list[ScheduleSpec]:
        """Its runs in the order to train them."""
        several = dict.fromkeys(self.curves.values())  # one, where the cosine itself is drawn
        return [spec for one in several for spec in stacks(one, self.seeds, 4)]

    @property
    def networks(self) -> int:
        """The number of networks it trains."""
        return sum(spec.runs for spec in self.specs())

    def table(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """The rows of `schedules.run` as a table; a cosine of the usual kind is no other's."""
        cosine = self.curves[COSINE].schedule
        named = []
        for row in rows:
            how = Schedule(row["warm"], row["decay"], row["shape"], row["end"])
            named.append({"which": COSINE if how == cosine else DRAWN} | dict(row))
        return as_table(named, COLUMNS, ["which", "seed", "done"])

    @property
    def preset(self) -> str | None:
        """The preset that it is, whichever its seed, seeds and device."""
        return preset_of(self, ("seed", "seeds", "device"))

    def describe(self) -> str:
        """Its settings in a line."""
        plain = self.curves[DRAWN].plain
        end = f"{format_share(self.end)} of the peak" if self.end else "zero"
        falls = f"{self.shape} decay of the last {format_share(self.decay)} to {end}"
        how = falls if self.decay else "a rate that stays"
        return (
            f"n-gram networks of {plain.params:,} parameters, {self.tokens:,} characters of "
            f"Python's library in {plain.steps:,} steps; {format_share(self.warm)} warm-up, {how}, "
            f"and a cosine to zero beside it; {in_seeds(self)}"
        )

    def command(self) -> str:
        """The shell line that repeats it."""
        return shell_line("draw-schedule", self, self.PRESETS)

    def recorded(self) -> Recorded | None:
        """The recorded runs of exactly this study; None if there are none."""
        return find_recorded(self, RECORDED, RECORDED_STUDIES)


DrawnStudy.PRESETS = {
    "wsd": DrawnStudy(),
    "line": DrawnStudy(decay=1.0, shape="linear"),
    "constant": DrawnStudy(decay=0.0),
    "wsd-half-rate": DrawnStudy(rate=0.5),
}
NAMES = {
    "wsd": "late decay (WSD)", "line": "a line to zero", "constant": "no decay",
    "wsd-half-rate": "WSD, half the rate", "custom": "custom",
}  # fmt: skip
RECORDED_STUDIES = {  # by the column `study` of their file
    name: replace(study, seeds=6, seed=1000) for name, study in DrawnStudy.PRESETS.items()
}

"""HorizonStudy: a decay that is planned for longer than the run, at three peak rates.

The decay of the learning rate is planned for 1 to 4 times the steps that are run, so that the
run ends on its way down. Each at half, once and twice the usual peak rate, all from the same
seeds on the same characters.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pandas as pd

from toylab.data.recorded import DATA, Recorded
from toylab.experiments.learning_rates import FALLS
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

HORIZONS = (1.0, 1.25, 1.5, 2.0, 3.0, 4.0)  # steps planned for over steps run
RATES = (0.5, 1.0, 2.0)  # peak learning rate over the usual one
STACK_COST = 1.5  # seconds that seeds trained side by side may take at most
SHAPES = tuple(shape for shape in FALLS if shape != "1-sqrt")  # that decay all the way
COLUMNS = {
    "rate": "float64", "horizon": "float64", "shape": "str", "end": "float64", "size": "int64",
    "params": "int64", "tokens": "int64", "batch": "int64", "steps": "int64", "loss": "float64",
    "seed": "int64", "seconds": "float64", "device": "str", "diverged": "bool",
}  # fmt: skip
RECORDED = DATA / "horizons.csv"


@dataclass(frozen=True)
class HorizonStudy:
    """A network, a length and a decay that is planned too long."""

    PRESETS: ClassVar[Mapping[str, "HorizonStudy"]]

    size: int = 32  # hidden units
    tokens: int = 163_840  # characters to read
    shape: str = "cosine"  # of the decay
    end: float = 0.0  # share of the peak
    seeds: int = 3
    seed: int = 0  # the first
    device: str = "cpu"

    def __post_init__(self) -> None:
        refuse({
            f"shape must be one of {', '.join(SHAPES)}, got {self.shape}": self.shape in SHAPES,
            f"seeds must be between 2 and 32, as one shows no spread, got {self.seeds}": (
                2 <= self.seeds <= 32
            ),
        })  # fmt: skip
        _ = self.usual  # refuses the rest

    @property
    def usual(self) -> ScheduleSpec:
        """A run at the usual rate whose decay ends with it."""
        return ScheduleSpec(
            self.size, self.tokens, shape=self.shape, end=self.end, seed=self.seed,
            device=self.device,
        )  # fmt: skip

    def specs(self) -> list[ScheduleSpec]:
        """Its runs in the order to train them: all horizons of the usual rate first."""
        rates = sorted(RATES, key=lambda rate: rate != 1)
        most = STACK_COST / self.usual.cost if self.device == "cpu" else self.seeds
        return [
            spec
            for rate in rates
            for horizon in HORIZONS
            for spec in stacks(replace(self.usual, rate=rate, horizon=horizon), self.seeds, most)
        ]

    @property
    def networks(self) -> int:
        """The number of networks it trains."""
        return len(RATES) * len(HORIZONS) * self.seeds

    def table(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """The rows of `schedules.run` as a table."""
        return as_table(rows, COLUMNS, ["rate", "horizon", "seed"])

    @property
    def preset(self) -> str | None:
        """The preset that it is, whichever its seed, seeds and device."""
        return preset_of(self, ("seed", "seeds", "device"))

    def describe(self) -> str:
        """Its settings in a line."""
        end = f"{format_share(self.end)} of the peak" if self.end else "zero"
        return (
            f"n-gram networks of {self.usual.plain.params:,} parameters, {self.tokens:,} "
            f"characters of Python's library in {self.usual.plain.steps:,} steps, a {self.shape} "
            f"decay to {end} planned for up to {HORIZONS[-1]:g} times as many; {in_seeds(self)}"
        )

    def command(self) -> str:
        """The shell line that repeats it."""
        return shell_line("schedules", self, self.PRESETS)

    def recorded(self) -> Recorded | None:
        """The recorded runs of exactly this study; None if there are none."""
        return find_recorded(self, RECORDED, RECORDED_STUDIES)


HorizonStudy.PRESETS = {
    "usual": HorizonStudy(),
    "to-a-tenth": HorizonStudy(end=0.1),
    "linear": HorizonStudy(shape="linear"),
    "large-net": HorizonStudy(size=128, tokens=81_920),
}
NAMES = {
    "usual": "cosine to zero",
    "to-a-tenth": "cosine to 10 %",
    "linear": "a line to zero",
    "large-net": "a larger net",
    "custom": "custom",
}
RECORDED_STUDIES = {  # by the column `study` of their file
    name: replace(study, seeds=6, seed=1000) for name, study in HorizonStudy.PRESETS.items()
}

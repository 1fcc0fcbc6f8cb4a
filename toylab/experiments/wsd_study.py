"""WsdStudy: one stable run with branches against a cosine for every length, at three rates.

Both reach the same lengths, on the same characters from the same seeds, with as many warm-up
steps and at the same peak rates, so that each can also be compared at the best of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pandas as pd

from toylab.data.recorded import DATA, Recorded, read
from toylab.experiments.schedules import ScheduleSpec
from toylab.experiments.study import as_table, in_seeds, preset_of, shell_line, stacks
from toylab.experiments.wsd import WsdSpec
from toylab.quantities import format_share
from toylab.refusals import refuse

RATES = (0.5, 1.0, 2.0)  # peak learning rate over the usual one
STACK_COST = 3.0  # seconds that seeds trained side by side may take at most
COLUMNS = {
    "kind": "str", "rate": "float64", "steps": "int64", "tokens": "int64", "size": "int64",
    "decay": "float64", "shape": "str", "loss": "float64", "seed": "int64", "seconds": "float64",
    "device": "str", "diverged": "bool",
}  # fmt: skip
RECORDED = DATA / "wsd.csv"


@dataclass(frozen=True)
class WsdStudy:
    """A network, the lengths of its runs, and the decay of its branches."""

    PRESETS: ClassVar[Mapping[str, "WsdStudy"]]

    size: int = 32  # hidden units
    longest: int = 4000  # steps; the shortest run has an eighth
    lengths: int = 6
    decay: float = 0.2  # share of the steps of a branch
    shape: str = "1-sqrt"
    seeds: int = 3
    seed: int = 0  # the first
    device: str = "cpu"

    def __post_init__(self) -> None:
        refuse({
            f"seeds must be between 2 and 32, as one shows no spread, got {self.seeds}": (
                2 <= self.seeds <= 32
            ),
        })  # fmt: skip
        _ = self.tree  # refuses the rest

    @property
    def tree(self) -> WsdSpec:
        """The stable run and its branches, at the usual rate."""
        return WsdSpec(
            self.size, round(self.longest / 8), self.longest, self.lengths, self.decay,
            self.shape, seed=self.seed, device=self.device,
        )  # fmt: skip

    def specs(self) -> list[WsdSpec | ScheduleSpec]:
        """Its runs in the order to train them: at the usual rate first."""
        made: list[WsdSpec | ScheduleSpec] = []
        for rate in sorted(RATES, key=lambda rate: rate != 1):
            tree = replace(self.tree, rate=rate)
            several: list[WsdSpec | ScheduleSpec] = [tree, *reversed(tree.cosines)]
            for one in several:
                most = STACK_COST / one.cost if self.device == "cpu" else self.seeds
                made += stacks(one, self.seeds, most)
        return made

    @property
    def networks(self) -> int:
        """The number of losses that it measures."""
        return 2 * len(RATES) * self.lengths * self.seeds

    @property
    def steps(self) -> dict[str, int]:
        """Steps at one rate and seed of the stable run with its branches, and of the cosines."""
        return {"wsd": self.tree.spent, "cosine": sum(self.tree.steps)}

    def table(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """The rows of `wsd.run` and of `schedules.run` as a table."""
        named = ({"kind": "cosine"} | dict(row) for row in rows)
        return as_table(named, COLUMNS, ["kind", "rate", "steps", "seed"])

    @property
    def preset(self) -> str | None:
        """The preset that it is, whichever its seed, seeds and device."""
        return preset_of(self, ("seed", "seeds", "device"))

    def describe(self) -> str:
        """Its settings in a line."""
        tree = self.tree
        return (
            f"n-gram networks of {tree.branches[0].plain.params:,} parameters, {self.lengths} "
            f"lengths from {tree.shortest:,} to {self.longest:,} steps of {tree.batch} characters; "
            f"a stable run whose branches decay for {format_share(self.decay)} of their steps, "
            f"and as many cosines; {in_seeds(self)}"
        )

    def command(self) -> str:
        """The shell line that repeats it."""
        return shell_line("wsd", self, self.PRESETS)

    def recorded(self) -> Recorded | None:
        """The recorded runs of exactly this study; None if there are none."""
        return read(RECORDED) if self == RECORDED_STUDY else None


WsdStudy.PRESETS = {
    "usual": WsdStudy(),
    "short-decay": WsdStudy(decay=0.05),
    "long-decay": WsdStudy(decay=0.4),
}
RECORDED_STUDY = WsdStudy(seeds=6, seed=1000)

"""CollapseStudy: losses on the way of networks of the valley, and of sizes off it.

At each budget the size near the bottom of the recorded valley, and four times as many and a
quarter of the parameters; the runs of the study of language models, whose losses at ten looks
are what is compared.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from toylab.data.recorded import DATA, Recorded, read
from toylab.experiments.charlm import LOOKS, CharlmSpec
from toylab.experiments.charlm_study import BUDGETS, LABELS
from toylab.experiments.languages import BASE
from toylab.experiments.study import as_table, in_seeds, preset_of, shell_line, stacks
from toylab.quantities import format_scientific, plural
from toylab.refusals import refuse

BOTTOM = (14.3, 0.51)  # hidden units at 1e9 FLOPs, and how they grow: as the recorded valley
FAMILIES = {"valley": 1.0, "larger": 4.0, "smaller": 0.25}  # parameters over the valley's
STACK_COST = 1.5  # seconds that seeds trained side by side may take at most
COLUMNS = {
    "family": "str", "budget": "float64", "size": "int64", "params": "int64", "tokens": "int64",
    "steps": "int64", "look": "int64", "loss": "float64", "seed": "int64", "seconds": "float64",
    "device": "str", "diverged": "bool",
}  # fmt: skip
RECORDED = DATA / "collapse.csv"


@dataclass(frozen=True)
class CollapseStudy:
    """Budgets, and the sizes at each of them."""

    PRESETS: ClassVar[Mapping[str, "CollapseStudy"]]

    lowest: float = 1e9  # FLOPs
    highest: float = 1e10
    seeds: int = 3
    seed: int = 0  # the first
    device: str = "cpu"

    def __post_init__(self) -> None:
        refuse({
            f"budgets must be two of {', '.join(LABELS)} FLOPs, the smaller first, got "
            f"{self.lowest:g} and {self.highest:g}": (
                self.lowest in BUDGETS and self.highest in BUDGETS and self.lowest < self.highest
            ),
            f"seeds must be between 2 and 32, as one shows no spread, got {self.seeds}": (
                2 <= self.seeds <= 32
            ),
        })  # fmt: skip

    @property
    def budgets(self) -> list[float]:
        """FLOPs, ascending."""
        return [C for C in BUDGETS if self.lowest <= C <= self.highest]

    @property
    def runs(self) -> dict[tuple[str, float], CharlmSpec]:
        """One run of each family at each budget."""
        units, growth = BOTTOM
        return {
            (family, C): CharlmSpec(
                max(2, round(share * units * (C / BASE) ** growth)), C, seed=self.seed,
                device=self.device, looks=True,
            )
            for family, share in FAMILIES.items()
            for C in self.budgets
        }  # fmt: skip

    def specs(self) -> list[CharlmSpec]:
        """Its runs in the order to train them: the valley first."""
        made: list[CharlmSpec] = []
        for one in self.runs.values():
            most = STACK_COST / one.cost if self.device == "cpu" else self.seeds
            made += stacks(one, self.seeds, most)
        return made

    @property
    def networks(self) -> int:
        """The number of networks it trains."""
        return len(self.runs) * self.seeds

    def table(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """The rows of `charlm.run` as a table, one row a look."""
        names = {one.size: (family, C) for (family, C), one in self.runs.items()}
        several: list[dict[str, Any]] = []
        for row in rows:
            family, budget = names[int(row["size"])]
            about = dict(row) | {"family": family, "budget": budget}
            looks = enumerate(about.get("curve") or [about["loss"]], 1)
            several += [{"look": look, **about, "loss": loss} if "curve" in about else about
                        for look, loss in looks]  # fmt: skip
        return as_table(several, COLUMNS, ["family", "budget", "seed", "look"])

    @property
    def preset(self) -> str | None:
        """The preset that it is, whichever its seed, seeds and device."""
        return preset_of(self, ("seed", "seeds", "device"))

    def describe(self) -> str:
        """Its settings in a line."""
        return (
            f"n-gram networks at {plural(len(self.budgets), 'budget')}, "
            f"{format_scientific(self.lowest)} to {format_scientific(self.highest)} FLOPs: near "
            f"the bottom of the valley, four times and a quarter of that size, {LOOKS} looks a "
            f"run; {in_seeds(self)}"
        )

    def command(self) -> str:
        """The shell line that repeats it."""
        return shell_line("collapse", self, self.PRESETS)

    def recorded(self) -> Recorded | None:
        """The recorded runs of exactly this study; None if there are none."""
        return read(RECORDED) if self == RECORDED_STUDY else None


CollapseStudy.PRESETS = {"usual": CollapseStudy(), "wide": CollapseStudy(highest=3e10)}
RECORDED_STUDY = CollapseStudy(highest=3e10, seeds=5, seed=1000)

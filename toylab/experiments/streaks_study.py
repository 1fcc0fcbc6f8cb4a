"""StreaksStudy: the exam of k characters in a row over budgets of compute, several seeds each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import pandas as pd

from toylab.data.recorded import DATA, Recorded, read
from toylab.experiments.streaks import StreaksSpec
from toylab.experiments.study import as_table, in_seeds, preset_of, shell_line, stacks
from toylab.quantities import format_scientific, ladder

BUDGETS = ladder(8, 11, (1, 3))[:-1]  # FLOPs: 1e8 .. 3e10
STACK_COST = 1.0  # seconds that seeds trained side by side may take at most
COLUMNS = {
    "budget": "float64", "seed": "int64", "symbols": "int64", "exact": "float64",
    "exact_blank": "float64", "exact_beside_blanks": "float64", "loss": "float64",
    "size": "int64", "params": "int64", "tokens": "int64", "device": "str", "diverged": "bool",
    "seconds": "float64",
}  # fmt: skip
RECORDED = DATA / "streaks.csv"


@dataclass(frozen=True)
class StreaksStudy:
    """The best language model at each budget, from several seeds."""

    PRESETS: ClassVar[Mapping[str, "StreaksStudy"]]

    seeds: int = 3
    seed: int = 0  # the first
    device: str = "cpu"

    def __post_init__(self) -> None:
        if not 3 <= self.seeds <= 100:  # fewer have no interval
            raise ValueError(f"seeds must be between 3 and 100, got {self.seeds}")

    def specs(self) -> list[StreaksSpec]:
        """Its runs in the order to train them: budgets ascending."""
        return list(_specs(self))

    @property
    def preset(self) -> str | None:
        """The name of the preset that it is, whichever its seed and device, or None."""
        return preset_of(self)

    def table(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """Rows of `streaks.run`, one a budget, seed and number of symbols."""
        return as_table(rows, COLUMNS, ["budget", "seed", "symbols"])

    def describe(self) -> str:
        """Its settings in a line."""
        return (
            f"Characters of Python's library, n-gram networks of the best size; "
            f"{len(BUDGETS)} budgets, {format_scientific(BUDGETS[0])} to "
            f"{format_scientific(BUDGETS[-1])} FLOPs, {in_seeds(self)}"
        )

    def command(self) -> str:
        """The shell line that repeats it."""
        return shell_line("streaks", self)

    def recorded(self) -> Recorded | None:
        """The recorded runs of exactly this study; None if there are none."""
        return read(RECORDED) if self == self.PRESETS["recorded"] else None


@lru_cache(maxsize=32)
def _specs(study: StreaksStudy) -> tuple[StreaksSpec, ...]:
    specs: list[StreaksSpec] = []
    for C in BUDGETS:
        one = StreaksSpec(C, study.seed, device=study.device)
        most = STACK_COST / one.cost if study.device == "cpu" else study.seeds
        specs += stacks(one, study.seeds, most)
    return tuple(specs)


StreaksStudy.PRESETS = {
    "usual": StreaksStudy(),
    "recorded": StreaksStudy(seeds=8, seed=1000),  # what the page shows before anything is run
}

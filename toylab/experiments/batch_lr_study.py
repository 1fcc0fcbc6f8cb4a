"""BatchLrStudy: grids of batch and learning rate for a small language model at fixed compute.

    C = 6 N D,   D / B steps:   every cell of a grid sees the same tokens, so a larger batch
                                takes fewer steps, and all cells cost the same

The character model of `charlm` at one size, trained by Adam with a warm-up of 2 % and a linear
decay to zero, at 7 batches and 6 peak learning rates, several seeds each. More compute here is
more data: the size stays.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import pandas as pd

from toylab.data.recorded import DATA, Recorded, read
from toylab.experiments.charlm import CharlmSpec
from toylab.experiments.languages import NGRAM
from toylab.experiments.study import as_table, preset_of, shell_line
from toylab.fits.grid_optimum import Grid
from toylab.laws.forms import FLOPS
from toylab.quantities import plural

SIZE = 24  # hidden units
PARAMS = NGRAM.params(SIZE)
BATCHES = tuple(float(2**k) for k in range(4, 11))  # tokens: characters
LRS = tuple(2.0**k for k in range(-8, -2))
TOKENS = (20_480, 81_920, 327_680)  # whole numbers of the largest batch
GRID = Grid(BATCHES, LRS)
RECORDED = DATA / "lm_grid.csv"
COLUMNS = {
    "tokens": "int64", "flops": "float64", "batch": "int64", "lr": "float64", "seed": "int64",
    "steps": "int64", "loss": "float64", "diverged": "bool", "seconds": "float64",
}  # fmt: skip


@dataclass(frozen=True)
class BatchLrStudy:
    """Grids at some budgets, several seeds a cell."""

    PRESETS: ClassVar[Mapping[str, "BatchLrStudy"]]

    budgets: int = 2  # of TOKENS, from the smallest
    seeds: int = 3
    seed: int = 0  # the first
    device: str = "cpu"

    def __post_init__(self) -> None:
        if not 1 <= self.budgets <= len(TOKENS):
            raise ValueError(f"budgets must be 1 to {len(TOKENS)}, got {self.budgets}")
        if not 1 <= self.seeds <= 100:
            raise ValueError(f"seeds must be between 1 and 100, got {self.seeds}")

    def specs(self) -> list[CharlmSpec]:
        """The runs in the order to train them: budgets ascending, in each the longest first."""
        return list(_specs(self))

    @property
    def networks(self) -> int:
        """The number of networks that it trains."""
        return self.budgets * len(BATCHES) * len(LRS) * self.seeds

    @property
    def preset(self) -> str | None:
        """The name of the preset that it is, whichever its seed and device, or None."""
        return preset_of(self)

    def table(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """The rows of `charlm.run` as a table, one a network."""
        return as_table(rows, COLUMNS, ["flops", "batch", "lr", "seed"])

    def describe(self) -> str:
        """The settings in a line."""
        return (
            f"Characters of Python's library; {PARAMS:,} parameters, Adam; "
            f"{len(BATCHES)}\N{MULTIPLICATION SIGN}{len(LRS)} settings, "
            f"{plural(self.budgets, 'budget')}, {plural(self.seeds, 'seed')}"
        )

    def command(self) -> str:
        """The shell line that repeats it."""
        return shell_line("lm-grid", self)

    def recorded(self) -> Recorded | None:
        """The recorded runs of exactly this study; None if there are none."""
        return read(RECORDED) if self == self.PRESETS["recorded"] else None


@lru_cache(maxsize=16)
def _specs(study: BatchLrStudy) -> tuple[CharlmSpec, ...]:
    specs = [
        CharlmSpec(
            SIZE, FLOPS * PARAMS * D, rate=lr / NGRAM.lr, seed=study.seed, runs=study.seeds,
            device=study.device, held=int(batch),
        )
        for D in TOKENS[: study.budgets] for batch in BATCHES for lr in LRS
    ]  # fmt: skip
    return tuple(sorted(specs, key=lambda spec: (spec.flops, -spec.cost)))


BatchLrStudy.PRESETS = {
    "usual": BatchLrStudy(),
    "recorded": BatchLrStudy(budgets=3, seeds=5),  # what the page shows before anything is run
}

"""RegressionStudy: sizes at budgets of the regression whose law theory knows.

What N features leave to be seen falls as N^-alpha, alpha = 2a + 2b - 1 (`regression`). After D
samples the features with D j^-2a above some constant are learned, so without a limit on size the
rest falls as D^-beta, beta = alpha / 2a. Hence N_opt ~ C^(1 / (1 + 2a)), and no floor. The sum
of two powers is not exactly the loss: unseen features disturb the learning of those that are
seen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from toylab.data.recorded import DATA, Recorded, read
from toylab.experiments.regression import BATCH, SIZES, RegressionSpec
from toylab.experiments.study import preset_of, shell_line
from toylab.laws.forms import FLOPS
from toylab.refusals import refuse

TITLE = "SGD on linear regressions with a power-law spectrum; the loss is a squared error"
RECORDED = DATA / "regression.csv"
COLUMNS = {
    "params": "int64", "tokens": "int64", "flops": "float64", "loss": "float64", "seed": "int64",
}  # fmt: skip


@dataclass(frozen=True)
class RegressionStudy:
    """Sizes at budgets; one run of each size and seed passes all of its budgets."""

    PRESETS: ClassVar[Mapping[str, "RegressionStudy"]]

    spectrum: float = 0.75  # a: how fast the features' scale falls
    target: float = 0.25  # b: how fast the weights to learn fall
    lowest: float = 5e4  # FLOPs
    highest: float = 1.2e7
    budgets: int = 9
    width: float = 5.0  # sizes within this factor of the theory's line at each budget
    seeds: int = 8
    seed: int = 0  # the first

    def __post_init__(self) -> None:
        least = FLOPS * SIZES[0] * BATCH
        rules = {
            f"spectrum must be above 0.5 and at most 5, got {self.spectrum}": (
                0.5 < self.spectrum <= 5
            ),
            f"target must be between 0 and 5, got {self.target}": 0 <= self.target <= 5,
            f"budgets must rise from at least {least} to at most 1e9 FLOPs, got "
            f"{self.lowest:g} to {self.highest:g}": least <= self.lowest < self.highest <= 1e9,
            f"budgets must be at least 2, got {self.budgets}": self.budgets >= 2,
            f"width must be above 1, got {self.width}": self.width > 1,
            f"seeds must be between 1 and 1000, got {self.seeds}": 1 <= self.seeds <= 1000,
            f"seed must be 0 or more, got {self.seed}": self.seed >= 0,
        }
        refuse(rules)

    @property
    def theory(self) -> dict[str, float]:
        """The constants of theory's additive surface: E, alpha and beta, exponents a and b."""
        alpha = 2 * (self.spectrum + self.target) - 1
        beta, a = alpha / (2 * self.spectrum), self.exponent
        return {"E": 0.0, "alpha": alpha, "beta": beta, "a": a, "b": 1 - a}

    @property
    def exponent(self) -> float:
        """The exponent of N_opt by theory."""
        return 1 / (1 + 2 * self.spectrum)

    def specs(self) -> list[RegressionSpec]:
        """The runs, a seed at a time."""
        runs = tuple(self.runs)
        return [
            RegressionSpec(self.spectrum, self.target, runs, self.seed + k)
            for k in range(self.seeds)
        ]

    @property
    def runs(self) -> list[tuple[float, int]]:
        """FLOPs and weights of each run of a seed."""
        middle = np.sqrt(SIZES[0] * SIZES[-1])
        centre = np.sqrt(self.lowest * self.highest)
        runs: list[tuple[float, int]] = []
        for C in np.geomspace(self.lowest, self.highest, self.budgets):
            line = middle * (C / centre) ** self.exponent
            runs += [(float(C), N) for N in SIZES if abs(np.log(N / line)) <= np.log(self.width)]
        return runs

    @property
    def preset(self) -> str | None:
        """The name of the preset that it is, whichever its seed, or None."""
        return preset_of(self)

    def table(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """The rows of `regression.run` as a table, one a size, budget and seed."""
        return pd.DataFrame(list(rows), columns=list(COLUMNS)).astype(COLUMNS)

    def describe(self) -> str:
        """The title of the study, in a line."""
        return TITLE

    def command(self) -> str:
        """The shell line that repeats it."""
        return shell_line("regression", self)

    def recorded(self) -> Recorded | None:
        """The recorded runs of exactly this study; None if there are none."""
        return read(RECORDED) if self == self.PRESETS["recorded"] else None


RegressionStudy.PRESETS = {"recorded": RegressionStudy()}

"""ShapesStudy: depth against width at a held number of parameters, plain and with skips.

One to six hidden layers, as wide as the parameters allow; with one layer there is nothing to
skip, so that the plain network stands at the head of both rows. Every shape is trained from the
same seeds, on the same characters, at the same learning rate.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pandas as pd

from toylab.data.recorded import DATA, Recorded
from toylab.experiments.shapes import DEPTHS, SIZES, TOKENS, ShapeSpec
from toylab.experiments.study import (
    as_table,
    find_recorded,
    in_seeds,
    preset_of,
    shell_line,
    stacks,
)

LENGTHS = (TOKENS, 4 * TOKENS)  # D
STACK_COST = 1.0  # seconds that seeds trained side by side may take at most
COLUMNS = {
    "skips": "bool", "depth": "int64", "width": "int64", "params": "int64", "tokens": "int64",
    "flops": "float64", "loss": "float64", "seed": "int64", "lr": "float64",
    "seconds": "float64", "device": "str", "diverged": "bool",
}  # fmt: skip
RECORDED = DATA / "shapes.csv"
SHAPES = [(skips, depth) for skips in (False, True) for depth in DEPTHS if depth > 1 or not skips]


@dataclass(frozen=True)
class ShapesStudy:
    """Shapes of networks of one size."""

    PRESETS: ClassVar[Mapping[str, "ShapesStudy"]]

    params: int = SIZES[0]  # N of every shape, to 2 %
    rate: float = 1.0  # peak learning rate over the usual one
    tokens: int = TOKENS  # D
    seeds: int = 3
    seed: int = 0  # the first
    device: str = "cpu"

    def __post_init__(self) -> None:
        if self.params not in SIZES:
            sizes = " or ".join(map(str, SIZES))
            raise ValueError(f"params must be {sizes}, got {self.params}")
        if self.tokens not in LENGTHS:
            lengths = " or ".join(map(str, LENGTHS))
            raise ValueError(f"tokens must be {lengths}, got {self.tokens}")
        if not 2 <= self.seeds <= 32:
            raise ValueError(f"seeds must be between 2 and 32, got {self.seeds}")

    def specs(self) -> list[ShapeSpec]:
        """Its runs in the order to train them: the longest first."""
        specs = [spec for skips, depth in SHAPES for spec in self._stacks(skips, depth)]
        return sorted(specs, key=lambda spec: -spec.cost)

    def _stacks(self, skips: bool, depth: int) -> list[ShapeSpec]:
        """The seeds of a shape, side by side where that is quicker."""
        how = (self.params, self.rate, self.tokens, self.seed)
        one = ShapeSpec(depth, skips, *how, device=self.device)
        most = STACK_COST / one.cost if self.device == "cpu" else self.seeds
        return stacks(one, self.seeds, most)

    @property
    def networks(self) -> int:
        """The number of networks it trains."""
        return len(SHAPES) * self.seeds

    @property
    def preset(self) -> str | None:
        """The preset that it is, whichever its seed and device."""
        return preset_of(self)

    def table(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """Rows of `shapes.run` as a table."""
        return as_table(rows, COLUMNS, ["skips", "depth", "seed"])

    def describe(self) -> str:
        """Its settings in a line."""
        return (
            f"n-gram networks of {self.params:,} parameters, {DEPTHS[0]} to {DEPTHS[-1]} hidden "
            f"layers, {self.tokens:,} characters of Python's library, "
            f"{in_seeds(self)}"
        )

    def command(self) -> str:
        """The shell line that repeats it."""
        return shell_line("shapes", self, self.PRESETS)

    def recorded(self) -> Recorded | None:
        """The recorded runs of exactly this study; None if there are none."""
        return find_recorded(self, RECORDED, RECORDED_STUDIES)


ShapesStudy.PRESETS = {
    "small": ShapesStudy(),
    "large": ShapesStudy(SIZES[1]),
    "recorded": ShapesStudy(seeds=8, seed=1000),
}
RECORDED_STUDIES = {  # by the column `study` of their file
    f"{params}, rate {rate:g}, {tokens} characters": replace(
        ShapesStudy.PRESETS["recorded"], params=params, rate=rate, tokens=tokens
    )
    for params, tokens in ((SIZES[0], TOKENS), (SIZES[1], TOKENS), (SIZES[0], LENGTHS[1]))
    for rate in (1.0, 0.5)
}


def recorded_study(params: int, rate: float = 1.0, tokens: int = TOKENS) -> ShapesStudy | None:
    """The study that was recorded with these settings; None if there is none."""
    return RECORDED_STUDIES.get(f"{params}, rate {rate:g}, {tokens} characters")

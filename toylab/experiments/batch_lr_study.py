"""BatchLrStudy: grids of batch and learning rate for a small language model at fixed compute.

    C = 6 N D,   D / B steps:   every cell of a grid sees the same tokens, so a larger batch
                                takes fewer steps, and all cells cost the same

The character model of `charlm` at one size, trained by Adam with a warm-up of 2 % and a linear
decay to zero, at 7 batches and 6 peak learning rates, several seeds each. More compute here is
more data: the size stays.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from toylab.data import recorded as runs
from toylab.experiments.charlm import LANGUAGES, CharlmSpec
from toylab.experiments.study import preset_of, shell_line
from toylab.fits.estimate import Estimate
from toylab.fits.grid_optimum import Array, Grid, Optima, lowest, quadratic
from toylab.fits.optimal_scaling import fit_line
from toylab.laws.forms import FLOPS

LANGUAGE = LANGUAGES["python"]
SIZE = 24  # hidden units
PARAMS = LANGUAGE.weights * SIZE
BATCHES = tuple(float(2**k) for k in range(4, 11))  # tokens: characters
LRS = tuple(2.0**k for k in range(-8, -2))
TOKENS = (20_480, 81_920, 327_680)  # whole numbers of the largest batch
GRID = Grid(BATCHES, LRS)
CUTS = (0.06, 0.08, 0.1, 0.15)  # what else could count as near
WITHIN = 0.08  # cells whose loss is above the lowest by at most this share lie on a quadratic
RECORDED = runs.DATA / "lm_grid.csv"
COLUMNS = {
    "tokens": "int64", "flops": "float64", "batch": "int64", "lr": "float64", "seed": "int64",
    "steps": "int64", "loss": "float64", "diverged": "bool", "seconds": "float64",
}  # fmt: skip


@dataclass(frozen=True)
class BatchLrStudy:
    """A grid at each of some budgets, several seeds a cell."""

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
        """Its runs in the order to train them: budgets ascending, in each the longest first."""
        return list(_specs(self))

    @property
    def networks(self) -> int:
        """How many networks it trains."""
        return self.budgets * len(BATCHES) * len(LRS) * self.seeds

    @property
    def preset(self) -> str | None:
        """The preset that it is, whichever its seed and device."""
        return preset_of(self)

    def table(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """Rows of `charlm.run` as a table, one a network."""
        usual = {"diverged": False}  # what recorded rows leave out
        frame = pd.DataFrame([usual | dict(row) for row in rows], columns=list(COLUMNS))
        return frame.astype(COLUMNS).sort_values(
            ["flops", "batch", "lr", "seed"], ignore_index=True
        )

    def describe(self) -> str:
        """Its settings in a line."""
        seeds = "seed" if self.seeds == 1 else "seeds"
        return (
            f"Characters of Python's library; {PARAMS:,} parameters, Adam; "
            f"{len(BATCHES)}\N{MULTIPLICATION SIGN}{len(LRS)} settings, "
            f"{self.budgets} budget{'s' * (self.budgets > 1)}, {self.seeds} {seeds}"
        )

    def command(self) -> str:
        """The shell line that repeats it."""
        return shell_line("lm-grid", self)

    def recorded(self) -> runs.Recorded | None:
        """The recorded runs of exactly this study; None if there are none."""
        return runs.read(RECORDED) if self == self.PRESETS["recorded"] else None


@lru_cache(maxsize=16)
def _specs(plan: BatchLrStudy) -> tuple[CharlmSpec, ...]:
    found = [
        CharlmSpec(
            SIZE, FLOPS * PARAMS * D, rate=lr / LANGUAGE.lr, seed=plan.seed, runs=plan.seeds,
            device=plan.device, held=int(batch),
        )
        for D in TOKENS[: plan.budgets] for batch in BATCHES for lr in LRS
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda spec: (spec.flops, -spec.cost)))


BatchLrStudy.PRESETS = {
    "usual": BatchLrStudy(),
    "recorded": BatchLrStudy(budgets=3, seeds=5),  # what the page shows before anything is run
}


@dataclass(frozen=True, eq=False)
class Valley:
    """The grid at one budget, however much of it is trained, and its bottom."""

    tokens: int
    flops: float
    # (seeds, batches * rates) nats/character; inf if it diverged, nan where there is none yet
    losses: Array

    @property
    def whole(self) -> bool:
        """Whether every cell was trained by every seed."""
        return not np.isnan(self.mean).any()

    @cached_property
    def mean(self) -> Array:
        """Over the seeds, (batches * rates,); nan where one is missing, inf if one diverged."""
        return np.asarray(self.losses.mean(axis=0))

    @cached_property
    def lowest(self) -> Optima:
        """The lowest cell of the mean over seeds, and then of each seed."""
        return lowest(GRID, self._each)

    @cached_property
    def bottom(self) -> Optima:
        """The bottom of the quadratic through the mean over seeds, and then through each.

        Raises:
            ValueError: if too few cells lie near the lowest one.
        """
        return quadratic(GRID, self._each, WITHIN)

    @cached_property
    def others(self) -> tuple[float, float]:
        """The least and the largest best batch if more cells or fewer count as near."""
        found = [float(self.bottom.batch[0])]
        for within in CUTS:
            try:
                other = quadratic(GRID, self.mean[None], within)
            except ValueError:  # too few cells
                continue
            found += other.batch[other.inside].tolist()
        return min(found), max(found)

    @property
    def _each(self) -> Array:
        return np.vstack([self.mean, self.losses])

    @cached_property
    def trouble(self) -> str:
        """Why its bottom is not to be trusted; empty if it is."""
        if not self.whole:
            return "not all of its cells are trained"
        try:
            found = self.bottom
        except ValueError as refusal:
            return str(refusal)
        if not self.lowest.inside[0]:
            return "the lowest cell lies at the edge of the grid"
        if not found.inside[0]:
            return "the quadratic has no lowest point inside the grid"
        return ""


def valleys(frame: pd.DataFrame) -> list[Valley]:
    """The grids in a table, by compute."""
    found = []
    for tokens, group in frame.groupby("tokens"):
        seeds = {seed: k for k, seed in enumerate(sorted(group["seed"].unique()))}
        losses = np.full((len(seeds), *GRID.shape), np.nan)
        i = np.log2(group["batch"] / BATCHES[0]).round().astype(int)
        j = np.log2(group["lr"] / LRS[0]).round().astype(int)
        losses[group["seed"].map(seeds), i, j] = group["loss"].where(~group["diverged"], np.inf)
        flops = float(group["flops"].iloc[0])
        found.append(Valley(int(str(tokens)), flops, losses.reshape(len(seeds), -1)))
    return found


def growth(valleys: list[Valley], what: str) -> Estimate | None:
    """The exponent of the best batch or rate through the bottoms, by compute.

    Its interval is over seeds, each fitted alone; None where fewer than three tell. It does
    not hold what another choice of cells would change: see `Valley.others`.
    """
    fits = [valley.bottom for valley in valleys]
    seeds = min((len(fit.batch) for fit in fits), default=0)
    if len(fits) < 2:
        return None
    values = np.log([getattr(fit, what)[1:seeds] for fit in fits]).T
    values = values[np.isfinite(values).all(axis=1)]
    if len(values) < 3:
        return None
    return Estimate.mean(fit_line(np.log([v.flops for v in valleys]), values).lines[:, 1])


def nothing(tokens: int) -> Valley:
    """A grid of which nothing is trained yet."""
    return Valley(tokens, float(FLOPS * PARAMS * tokens), np.full((1, len(GRID.cells[0])), np.nan))

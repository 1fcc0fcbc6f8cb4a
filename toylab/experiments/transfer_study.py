"""TransferStudy: learning rates at several widths, in the standard parametrisation and in muP.

A ladder of rates at widths 32, 64, ... up to the widest. At the base width both are the same
networks, which are trained once. All from the same seeds, on the same characters.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar

import pandas as pd

from toylab.data.recorded import DATA, Recorded
from toylab.experiments.parametrization import SCALINGS
from toylab.experiments.study import as_table, find_recorded, in_seeds, preset_of, shell_line
from toylab.experiments.transfer import BATCH, TransferSpec
from toylab.quantities import plural
from toylab.refusals import refuse

WIDTHS = (32, 64, 128, 256, 512, 1024)
STEPS = (100, 200, 400, 800)
STACK_COST = 1.0  # seconds that rates trained side by side may take at most
COLUMNS = {
    "scaling": "str", "width": "int64", "depth": "int64", "params": "int64", "lr": "float64",
    "loss": "float64", "seed": "int64", "steps": "int64", "flops": "float64", "first": "float64",
    "last": "float64", "logits": "float64", "seconds": "float64", "device": "str",
    "diverged": "bool",
}  # fmt: skip
RECORDED = DATA / "transfer.csv"


@dataclass(frozen=True)
class TransferStudy:
    """Widths, a network, and a ladder of learning rates."""

    PRESETS: ClassVar[Mapping[str, "TransferStudy"]]

    widest: int = 512
    base: int = 64  # the width at which both parametrisations are one
    steps: int = 200
    depth: int = 2  # hidden layers
    branch: str = "none"  # skips: none, or what a branch beside one counts
    decay: float = 0.0  # weight decay
    independent: bool = False  # of muP's division of the rate
    lowest: int = -9  # log2 of the lowest peak learning rate
    highest: int = -3
    seeds: int = 2
    seed: int = 0  # the first
    device: str = "cpu"

    def __post_init__(self) -> None:
        widths = ", ".join(map(str, WIDTHS))
        rules = {
            f"widest must be one of {widths[4:]}, got {self.widest}": self.widest in WIDTHS[1:],
            f"base must be one of the widths below the widest, got {self.base}": (
                self.base in WIDTHS and self.base < self.widest
            ),
            f"highest must be at least 2 octaves above lowest, got {self.lowest} and "
            f"{self.highest}": self.highest - self.lowest >= 2,
            f"branch must be none with one hidden layer, got {self.branch}": (
                self.depth > 1 or self.branch == "none"
            ),
            f"seeds must be between 2 and 32, as one shows no spread, got {self.seeds}": (
                2 <= self.seeds <= 32
            ),
        }
        refuse(rules)
        _ = self.specs()  # refuses the rest

    @property
    def widths(self) -> list[int]:
        """Widths, ascending."""
        return [width for width in WIDTHS if width <= self.widest]

    @property
    def octaves(self) -> list[int]:
        """log2 of the peak learning rates, ascending."""
        return list(range(self.lowest, self.highest + 1))

    def spec(self, width: int, scaling: str = "standard") -> TransferSpec:
        """The run of its first seed at a width, at all rates."""
        how = (self.base, self.depth, self.branch, self.steps, self.decay, self.independent)
        ends = (float(self.lowest), float(self.highest))
        return TransferSpec(width, scaling, *how, *ends, 1.0, self.seed, self.device)

    @property
    def networks(self) -> int:
        """The number of networks it trains."""
        return (2 * len(self.widths) - 1) * len(self.octaves) * self.seeds

    def specs(self) -> list[TransferSpec]:
        """Its runs in the order to train them: narrow ones first, seed by seed."""
        return list(_specs(self))

    def table(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """Rows of `transfer.run` as a table."""
        return as_table(rows, COLUMNS, ["scaling", "width", "seed", "lr"])

    @property
    def preset(self) -> str | None:
        """The preset that it is, whichever its seed, seeds and device."""
        return preset_of(self, ("seed", "seeds", "device"))

    def describe(self) -> str:
        """Its settings in a line."""
        skips = {"none": "", "1": ", skips", "1/L": ", skips with branches of 1/L"}[self.branch]
        which = "independent" if self.independent else "coupled"
        decay = f", weight decay {self.decay:g} ({which})" if self.decay else ""
        return (
            f"n-gram networks of {plural(self.depth, 'hidden layer')}{skips}, "
            f"{self.widths[0]} to {self.widest} wide, base {self.base}; {self.steps} steps of "
            f"{BATCH} characters of Python's library by Adam, learning rates 2^{self.lowest} to "
            f"2^{self.highest}{decay}; {in_seeds(self)}"
        )

    def command(self) -> str:
        """The shell line that repeats it."""
        return shell_line("transfer", self, self.PRESETS)

    def recorded(self) -> Recorded | None:
        """The recorded runs of exactly this study; None if there are none."""
        return find_recorded(self, RECORDED, RECORDED_STUDIES)


@lru_cache(maxsize=64)
def _specs(study: TransferStudy) -> tuple[TransferSpec, ...]:
    seeds = range(study.seed, study.seed + study.seeds)
    return tuple(
        replace(part, seed=seed)
        for width in study.widths
        for scaling in (SCALINGS if width != study.base else SCALINGS[:1])
        for seed in seeds
        for part in _parts(study, study.spec(width, scaling))
    )


def _parts(study: TransferStudy, whole: TransferSpec) -> list[TransferSpec]:
    """The ladder of a run, in pieces that take no longer than STACK_COST."""
    rates = study.octaves
    most = len(rates) if study.device != "cpu" else int(STACK_COST / whole.cost * len(rates))
    pieces = [rates[k : k + max(1, most)] for k in range(0, len(rates), max(1, most))]
    return [replace(whole, lowest=float(one[0]), highest=float(one[-1])) for one in pieces]


USUAL = TransferStudy()
TransferStudy.PRESETS = {
    "usual": USUAL,
    "one-layer": replace(USUAL, depth=1),
    "four-layers": replace(USUAL, depth=4, widest=256),
    "long": replace(USUAL, steps=400, widest=256),
    "decay": replace(USUAL, decay=1.0),
    "independent-decay": replace(USUAL, decay=1.0, independent=True),
    "wide": replace(USUAL, widest=1024),
}
NAMES = {
    "usual": "fifteen seconds", "one-layer": "one hidden layer", "four-layers": "four layers",
    "long": "twice the steps", "decay": "weight decay",
    "independent-decay": "independent decay", "wide": "up to 1024", "custom": "custom",
}  # fmt: skip
RECORDED_STUDIES = {  # by the column `study` of their file
    name: replace(study, seeds=4, seed=1000) for name, study in TransferStudy.PRESETS.items()
}

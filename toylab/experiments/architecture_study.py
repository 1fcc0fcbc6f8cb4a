"""ArchitectureStudy: designs of a language model compared at equal training FLOPs.

Each design trains at every budget at the size, or the few sizes, nearest to its own best one, as
recorded studies have it (`charlm_nets.csv`), from the same seeds; its loss at a budget is that of
the best of these. All are tested on the same held-out characters.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar

import pandas as pd

from toylab.data.recorded import DATA, Recorded
from toylab.experiments.charlm import CharlmSpec
from toylab.experiments.languages import recipe
from toylab.experiments.study import (
    as_table,
    find_recorded,
    in_seeds,
    preset_of,
    shell_line,
    stacks,
)
from toylab.quantities import format_scientific, plural
from toylab.refusals import refuse

LOWEST = 1e9  # FLOPs
BUDGETS = (1e9, 3e9, 1e10, 3e10, 1e11)
BEST = {  # N of the best size at 1e9 FLOPs, and the exponent of its growth: the bottoms recorded
    "ngram": (3600.0, 0.51),
    "transformer": (3600.0, 0.30),
    "lstm": (3800.0, 0.60),
}
STACKED = ("ngram", "transformer")  # seeds side by side are quicker; an LSTM's kernel takes one
MOST_SIZES, MOST_SEEDS = 5, 20
COLUMNS = {
    "design": "str", "budget": "float64", "net": "str", "optimizer": "str", "size": "int64",
    "params": "int64", "tokens": "int64", "flops": "float64", "loss": "float64", "seed": "int64",
    "batch": "int64", "lr": "float64", "steps": "int64", "seconds": "float64", "device": "str",
    "diverged": "bool", "text": "str",
}  # fmt: skip
RECORDED = DATA / "architecture.csv"


@dataclass(frozen=True)
class Design:
    """A network and the way it is trained."""

    title: str
    net: str = "ngram"
    optimizer: str = "adam"
    rate: float = 1.0  # peak learning rate over the tuned one
    tuned: tuple[int, ...] = ()  # sizes at which its rate was tuned, a budget each; these are best

    def spec(self, size: int, flops: float) -> CharlmSpec:
        """One run of it."""
        return CharlmSpec(size, flops, net=self.net, optimizer=self.optimizer, rate=self.rate)

    def sizes(self, flops: float, many: int) -> list[int]:
        """The sizes nearest to the best one at a budget, ascending."""
        how, (params, growth) = recipe("python", self.net), BEST[self.net]
        best, sizes = params * (flops / LOWEST) ** growth, {*how.sizes}
        if (k := BUDGETS.index(flops)) < len(self.tuned):
            best = how.params(self.tuned[k])
            sizes.add(self.tuned[k])
        near = sorted(sizes, key=lambda size: abs(math.log(how.params(size) / best)))
        return sorted(near[:many])


NETS = {
    "ngram": Design("n-gram network"),
    "lstm": Design("LSTM", "lstm"),
    "transformer": Design("transformer", "transformer"),
}
TUNED = (16, 24, 48, 80)  # hidden units at which no optimizer's batch or rate is far off
OPTIMIZERS = {
    "adam": Design("Adam", tuned=TUNED),
    "momentum": Design("SGD with momentum", optimizer="momentum", tuned=TUNED),
    "sgd": Design("SGD", optimizer="sgd", tuned=TUNED),
    "untuned": Design("untuned SGD", optimizer="sgd", rate=1 / 8, tuned=TUNED),
}
COMPARISONS = {"nets": NETS, "optimizers": OPTIMIZERS}  # the first of each is the baseline


@dataclass(frozen=True)
class ArchitectureStudy:
    """A comparison of designs over budgets from 1e9 FLOPs on."""

    PRESETS: ClassVar[Mapping[str, "ArchitectureStudy"]]

    compare: str = "nets"
    highest: float = 1e10  # FLOPs of the largest budget
    sizes: int = 1  # of each design at each budget
    seeds: int = 2
    seed: int = 0  # the first
    device: str = "cpu"

    def __post_init__(self) -> None:
        budgets = ", ".join(format_scientific(C) for C in BUDGETS[1:])
        rules = {
            f"compare must be one of {', '.join(COMPARISONS)}, got {self.compare}": (
                self.compare in COMPARISONS
            ),
            f"highest must be one of {budgets} FLOPs, got {self.highest:g}": (
                self.highest in BUDGETS[1:]
            ),
            f"sizes must be between 1 and {MOST_SIZES}, got {self.sizes}": (
                1 <= self.sizes <= MOST_SIZES
            ),
            f"seeds must be between 2 and {MOST_SEEDS}, as one shows no spread, got {self.seeds}": (
                2 <= self.seeds <= MOST_SEEDS
            ),
        }
        refuse(rules)

    @property
    def designs(self) -> Mapping[str, Design]:
        """The designs that are compared, by name; the baseline first."""
        return COMPARISONS[self.compare]

    @property
    def baseline(self) -> str:
        """The name of the design that others are measured by."""
        return next(iter(self.designs))

    @property
    def budgets(self) -> list[float]:
        """FLOPs, ascending."""
        return [C for C in BUDGETS if self.highest >= C]

    @property
    def networks(self) -> int:
        """The number of networks that it trains."""
        return sum(spec.runs for spec in self.specs())

    def specs(self) -> list[CharlmSpec]:
        """Its runs in the order to train them: budgets ascending, in each the longest first."""
        return list(_specs(self))

    def table(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """The rows of `charlm.run` as a table, with the design and the budget of each."""
        known = _designs(self)
        named = [
            dict(row)
            | {
                "design": known[row["net"], row["optimizer"], row["size"], f"{row['lr']:.4g}"],
                "budget": min(BUDGETS, key=lambda C: abs(math.log(row["flops"] / C))),
            }
            for row in rows
        ]
        return as_table(named, COLUMNS, ["budget", "design", "size", "seed"])

    @property
    def preset(self) -> str | None:
        """The preset that it is, whichever its seed and device."""
        return preset_of(self)

    def describe(self) -> str:
        """Its settings in a line."""
        designs = ", ".join(design.title for design in self.designs.values())
        return (
            f"{designs}; {plural(len(self.budgets), 'budget')}, {format_scientific(LOWEST)} to "
            f"{format_scientific(self.highest)} FLOPs, {plural(self.sizes, 'size')} each, "
            f"{in_seeds(self)}"
        )

    def command(self) -> str:
        """The shell line that repeats it."""
        return shell_line("architecture", self, self.PRESETS)

    def recorded(self) -> Recorded | None:
        """The recorded runs of exactly this study; None if there are none."""
        return find_recorded(self, RECORDED, RECORDED_STUDIES)


@lru_cache(maxsize=64)
def _specs(study: ArchitectureStudy) -> tuple[CharlmSpec, ...]:
    specs: list[CharlmSpec] = []
    for C in study.budgets:
        for design in study.designs.values():
            for size in design.sizes(C, study.sizes):
                one = replace(design.spec(size, C), seed=study.seed, device=study.device)
                many = study.seeds if design.net in STACKED else 1
                specs += stacks(one, study.seeds, many)
    return tuple(sorted(specs, key=lambda spec: (spec.flops, -spec.cost)))


@lru_cache(maxsize=64)
def _designs(study: ArchitectureStudy) -> dict[tuple[str, str, int, str], str]:
    """The name of the design that a row is of, by its network, optimizer, size and rate."""
    return {
        (design.net, design.optimizer, size, f"{design.spec(size, C).lr:.4g}"): name
        for C in study.budgets
        for name, design in study.designs.items()
        for size in design.sizes(C, MOST_SIZES)
    }


ArchitectureStudy.PRESETS = {
    "half-minute": ArchitectureStudy(),
    "thorough": ArchitectureStudy(highest=3e10, sizes=3, seeds=5),
    "optimizers": ArchitectureStudy("optimizers", highest=3e10, sizes=1, seeds=3),
}
NAMES = {"half-minute": "half a minute", "thorough": "thorough", "custom": "custom"}  # on pages
RECORDED_STUDIES = {  # by the column `study` of their file
    "nets": replace(ArchitectureStudy.PRESETS["thorough"], seed=1000),
    "optimizers": replace(ArchitectureStudy.PRESETS["optimizers"], seeds=5, seed=1000),
}


def kept(study: ArchitectureStudy, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """The rows of a recorded study; of texts only those of the first seed stay."""
    frame = study.table(rows)
    frame = frame.assign(text=frame["text"].where(frame["seed"] == study.seed, ""))
    return frame.drop(columns=["design", "budget", "device", "diverged"])

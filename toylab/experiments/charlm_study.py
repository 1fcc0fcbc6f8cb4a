"""CharlmStudy: a scaling study of real, small language models at several budgets.

At each budget sizes within a factor of the middle one, which grows as a power of C; at the
smallest budget several seeds, because its valley is the shallowest beside its noise, and at
each next one half as many.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar

import pandas as pd

from toylab.data.recorded import DATA, Recorded, read
from toylab.experiments.charlm import MEMORY, CharlmSpec
from toylab.experiments.languages import LANGUAGES, Language, Recipe, recipe
from toylab.experiments.study import as_table, preset_of, shell_line, stacks
from toylab.quantities import format_scientific, ladder, plural
from toylab.refusals import refuse

BUDGETS = ladder(8, 13, (1, 3))[:-1]  # FLOPs; pages offer all but the last
LABELS = [format_scientific(C) for C in BUDGETS]
WIDTH = 5.0
FEWEST_STEPS = 100  # shorter runs are no training
STACK_COST = 1.0  # seconds that seeds trained side by side may take at most
COLUMNS = {
    "language": "str", "net": "str", "size": "int64", "params": "int64", "tokens": "int64",
    "flops": "float64", "loss": "float64", "seed": "int64", "batch": "int64", "steps": "int64",
    "seconds": "float64", "device": "str", "diverged": "bool", "text": "str",
}  # fmt: skip
RECORDED = DATA / "charlm.csv"
RECORDED_NETS = DATA / "charlm_nets.csv"


@dataclass(frozen=True)
class CharlmStudy:
    """Sizes at budgets, several seeds each, of one language."""

    PRESETS: ClassVar[Mapping[str, "CharlmStudy"]]

    language: str = "python"
    lowest: float = 1e9  # FLOPs
    highest: float = 3e10
    width: float = WIDTH  # sizes within this factor of the middle one at each budget
    seeds: int = 3  # at the smallest budget
    halving: bool = True  # half as many seeds at each next one; else as many
    rate: float = 1.0  # peak learning rate over the language's usual one
    seed: int = 0  # the first
    device: str = "cpu"
    net: str = "ngram"
    scaled: bool = True  # a learning rate that falls with the width, where the network has one

    def __post_init__(self) -> None:
        how = recipe(self.language, self.net)
        rules = {
            f"the rate of the {how.title} does not fall with its size: scaled must be true": (
                self.scaled or how.width > 0
            ),
            f"budgets must be two of {', '.join(LABELS)} FLOPs, the smaller first, got "
            f"{self.lowest:g} and {self.highest:g}": (
                self.lowest in BUDGETS and self.highest in BUDGETS and self.lowest <= self.highest
            ),
            f"width must be between 1 and 100, got {self.width}": 1 <= self.width <= 100,
            f"seeds must be between 1 and 100, got {self.seeds}": 1 <= self.seeds <= 100,
        }
        refuse(rules)

    @property
    def kind(self) -> Language:
        """The language that is learned."""
        return LANGUAGES[self.language]

    @property
    def recipe(self) -> Recipe:
        """The network that learns it, and how it is trained."""
        return recipe(self.language, self.net)

    @property
    def budgets(self) -> list[float]:
        """FLOPs, ascending."""
        return [C for C in BUDGETS if self.lowest <= C <= self.highest]

    @property
    def next(self) -> "CharlmStudy":
        """The one budget about three times beyond the largest, with one seed.

        Raises:
            ValueError: at the largest budget that there is.
        """
        beyond = [C for C in BUDGETS if self.highest < C]
        if not beyond:
            raise ValueError(f"there is no budget beyond {LABELS[-1]} FLOPs")
        return replace(self, lowest=beyond[0], highest=beyond[0], seeds=1)

    def specs(self) -> list[CharlmSpec]:
        """Its runs in the order to train them: budgets ascending, in each the longest first."""
        return list(_specs(self))

    def sizes(self, flops: float) -> list[int]:
        """The sizes at a budget, but for those whose run would be too short or too long."""
        how = self.recipe
        middle, least = how.centre(flops), flops / how.longest
        return [
            size
            for size in how.sizes
            if middle / self.width <= how.params(size) <= middle * self.width
            and how.flops(size) >= least
            and self._one(size, flops).steps >= FEWEST_STEPS
        ]

    def _one(self, size: int, flops: float) -> CharlmSpec:
        return CharlmSpec(
            size, flops, self.language, self.rate, self.seed, device=self.device,
            net=self.net, scaled=self.scaled, looks=self.net == "ngram",
        )  # fmt: skip

    def stacks(self, size: int, flops: float, seeds: int) -> list[CharlmSpec]:
        """The seeds of one size and budget, side by side where that is quick or fits."""
        one = self._one(size, flops)
        most = MEMORY / one.memory if self.device != "cpu" else STACK_COST / one.cost
        return stacks(one, seeds, most)

    @property
    def networks(self) -> int:
        """The number of networks it trains."""
        return sum(spec.runs for spec in self.specs())

    @property
    def preset(self) -> str | None:
        """The preset that it is, whichever its network, seed and device."""
        return preset_of(replace(self, net="ngram")) if self.scaled else None

    def table(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """Rows of `charlm.run` as a table."""
        named = [{"net": "ngram"} | dict(row) for row in rows]  # which recorded rows leave out
        return as_table(named, COLUMNS, ["flops", "size", "seed"])

    def describe(self) -> str:
        """Its settings in a line: all that is not usual."""
        few = len(self.budgets)
        budgets = f"{plural(few, 'budget')}, {format_scientific(self.lowest)}"
        if few > 1:
            budgets += f" to {format_scientific(self.highest)}"
        seeds = "seed" if self.seeds == 1 else "seeds"
        fewer = " at the smallest" if self.halving and few > 1 and self.seeds > 1 else ""
        rate = "" if self.rate == 1 else f", {self.rate:g} times the usual learning rate"
        first = f" from seed {self.seed}" if self.seed else ""
        width = "" if self.width == WIDTH else f", sizes within a factor {self.width:g}"
        net = "" if len(self.kind.nets) == 1 else f", {self.recipe.title}"
        one = "" if self.scaled else ", one rate for all widths"
        return (
            f"{self.kind.title}{net}; {budgets} FLOPs{width}, {self.seeds} "
            f"{seeds}{fewer}{first}{rate}{one}"
        )

    def command(self) -> str:
        """The shell line that repeats it."""
        same = {k: known for k, known in self.PRESETS.items() if known.language == self.language}
        return shell_line("lm", self, same, "plan")

    def recorded(self) -> Recorded | None:
        """The recorded runs of exactly this study; None if there are none."""
        for path, studies in ((RECORDED, RECORDED_STUDIES), (RECORDED_NETS, NET_STUDIES)):
            for name, known in studies.items():
                if known == self:
                    return read(path).where(study=name)
        return None


@lru_cache(maxsize=64)
def _specs(plan: CharlmStudy) -> tuple[CharlmSpec, ...]:
    specs: list[CharlmSpec] = []
    for k, C in enumerate(plan.budgets):
        seeds = math.ceil(plan.seeds / 2**k) if plan.halving else plan.seeds
        specs += [run for size in plan.sizes(C) for run in plan.stacks(size, C, seeds)]
    if not specs:
        raise ValueError("no size fits these budgets: widen the grid")
    return tuple(sorted(specs, key=lambda spec: (spec.flops, -spec.cost)))


CharlmStudy.PRESETS = {
    "ten-seconds": CharlmStudy(highest=1e10, width=4),
    "half-minute": CharlmStudy(),
    "thorough": CharlmStudy(highest=1e11, seeds=8),
    "synthetic-ten-seconds": CharlmStudy("synthetic", 3e8, 3e9, seeds=4),
    "synthetic-half-minute": CharlmStudy("synthetic", 3e8, 1e10, seeds=4),
    "synthetic-thorough": CharlmStudy("synthetic", 1e8, 3e10, seeds=8),
}
USUAL = "half-minute"
NAMES = {  # as a page says them
    "ten-seconds": "ten seconds",
    "half-minute": "half a minute",
    "thorough": "thorough",
    "synthetic-ten-seconds": "ten seconds",
    "synthetic-half-minute": "half a minute",
    "synthetic-thorough": "thorough",
}
RECORDED_STUDIES = {  # what pages show before anything is run, by the file's column `study`
    "python": CharlmStudy(highest=1e12, seeds=5, halving=False),
    "python, off the valley": CharlmStudy(highest=1e11, width=20, seeds=1),
    "synthetic": CharlmStudy("synthetic", 1e8, 1e11, seeds=5, halving=False),
}
NET_STUDIES = {  # the same plan for each network, by the column `study` of their file
    name: replace(CharlmStudy.PRESETS["ten-seconds"], net=net, scaled=scaled, seed=1000)
    for name, net, scaled in (
        ("ngram", "ngram", True),
        ("transformer", "transformer", True),
        ("transformer, one rate", "transformer", False),
        ("lstm", "lstm", True),
    )
}
REPEATED = [
    CharlmStudy.PRESETS[name]
    for name in ("ten-seconds", "half-minute", "thorough", "synthetic-half-minute")
]


def in_language(preset: str, language: str) -> str:
    """The name of a preset's counterpart in a language."""
    name = preset.removeprefix("synthetic-")
    return f"synthetic-{name}" if language == "synthetic" else name


def kept(frame: pd.DataFrame) -> pd.DataFrame:
    """The recorded runs of `RECORDED_STUDIES`, one after the other with a column study.

    A run that two of them have counts once; of texts only those of the best and the worst run
    at each budget stay.
    """
    frame = frame.drop_duplicates(["language", "size", "tokens", "seed"])
    at = frame.groupby(["study", frame["flops"].map(lambda C: format_scientific(C, 2))])["loss"]
    ends = (frame["loss"] == at.transform("min")) | (frame["loss"] == at.transform("max"))
    frame = frame.assign(text=frame["text"].where(ends, ""))
    return frame.drop(columns=["net", "device", "diverged"])

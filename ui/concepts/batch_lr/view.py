"""Which batch, which learning rate: what the page of that name asks, answered."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from toylab.experiments import batch_lr_study, corpus
from toylab.experiments.batch_lr_study import BatchLrStudy, Valley
from toylab.experiments.charlm import CharlmSpec
from toylab.fits.grid_optimum import Grid, Optima
from toylab.fits.optimal_scaling import OptimalScaling
from toylab.laws import batch_lr as tuning
from toylab.laws import published
from toylab.live.result_source import ResultSource
from toylab.quantities import format_count, format_scientific, ladder, parse_number
from toylab.simulation import batch_lr_grids
from toylab.simulation.batch_lr_bowl import Bowl
from toylab.simulation.batch_lr_grids import OptimalSettings, SimulatedGrids

EVERY = tuple(float(f"1e{k}") for k in range(16, 26))
BUDGETS = [format_scientific(C) for C in EVERY]
NOISES = ["0", "0.05", "0.1", "0.2", "0.5", "1", "2", "5"]  # % of the loss
BATCHES = [format_count(2.0**k) for k in range(11, 28)]
RATES = [format_scientific(r, 2) for r in ladder(-6, -1, (1, 1.4, 2, 3, 4, 5, 7))]
SIZES = [format_count(n) for n in ladder(7, 12, (1, 2, 5))]
DATA = [format_count(n) for n in ladder(9, 14, (1, 2, 5))]
CONTEXTS = [512, 1024, 2048, 4096, 8192]
RINGS = (0.0025, 0.01, 0.03)  # of the floor: DeepSeek's near-optimal band, and wider ones
SPANS = ["3", "4", "8", "16"]
FINDERS = {"fit": "the bottom of a quadratic", "lowest": "the run of lowest loss"}
RULES = {name: rule.title for name, rule in tuning.RULES.items()}
TABS = {  # by their keys in the link
    "live": "Live: a real grid",
    "trust": "Which answer to trust?",
    "laws": "The laws side by side",
    "mistakes": "Usual slips",
}
LIMITS = {  # least, most, step, meaning
    "along": (0.0005, 1.0, 0.005, "Nats that the square of ln(batch / best) costs."),
    "across": (0.0005, 1.0, 0.01, "Nats that the square of ln(rate / best) costs."),
    "tilt": (0.0, 1.0, 0.1, "The best rate grows as the batch to this power: 0.5 for Adam, "
             "1 for plain SGD."),
}  # fmt: skip
LEGEND = (
    ("data", "found"),
    ("optimum", "their line"),
    ("theory", "law"),
    ("budget", "real models"),
)
TITLES = {"batch": ("Best batch, tokens", LEGEND), "lr": ("Best peak rate", ())}
BATCH, RATE = "Batch, tokens", "Peak learning rate"
ASKED = (
    ("Parameters", SIZES, "params"), ("Tokens", DATA, "tokens"),
    ("Tokens a sequence", CONTEXTS, "context"),
)  # fmt: skip
LAWS = (
    published.DEEPSEEK_BATCH, published.DEEPSEEK_LR, published.STEP_BATCH, published.STEP_LR, published.MINICPM_BATCH,
    published.KAPLAN_BATCH, published.REFIT,
)  # fmt: skip
CURVES = ((1e15, 1e26), {"batch": (5e3, 3e8), "lr": (3e-5, 1e-2)})
ALT = {  # constant: a chart whose text changes is drawn anew; the sentences below it change
    "valley": "Loss over batch and peak learning rate on log axes, stronger where lower: a "
    "valley around one best setting. Where the lowest run and the bottom of the quadratic lie "
    "is shown once you have guessed; the text says what each costs.",
    "batch": "Best batch against training FLOPs on log axes: by the law it rises as a "
    "straight line, and the triangles are DeepSeek's two models. The text says what the "
    "grids' own line has.",
    "lr": "Best peak learning rate against training FLOPs on log axes: by the law it falls, "
    "and more slowly than the best batch rises. The text says what the grids' own line has.",
    "landings": "Where the lowest run and the bottom of the quadratic land in 200 studies "
    "that differ only by their noise: noise scatters the first over many cells, the second "
    "much less while the grid still shows a valley. The text counts.",
    "advice_batch": "The batch that each law advises for your model, on a log axis: they "
    "differ, though none is wrong for its own recipe; Kaplan's is critical and not best. The "
    "text says by which factor.",
    "advice_lr": "The peak learning rate that each law advises, on a log axis: only two laws "
    "give one, and they need not agree. The text says by which factor they differ.",
    "grid": "Loss over batch and peak learning rate at one budget of the small language "
    "model, stronger where lower: a tilted valley, in which larger batches want higher rates. "
    "The text says where its bottom lies.",
}


@dataclass(frozen=True)
class Shape:
    """How steep the valley is, and how it is searched."""

    along: float = Bowl.along
    across: float = Bowl.across
    tilt: float = Bowl.tilt
    cells: int = 9
    span: str = "8"


SHAPES = {
    "toy": Shape(),
    "flat": Shape(along=0.005, across=0.01),
    "steep": Shape(along=0.1, across=0.5, tilt=0.0, cells=10, span="4"),
}
SHAPE_NAMES = {
    "toy": "as our own grids are",
    "flat": "flat, as large models' seem",
    "steep": "steep, as exercises have it",
    "custom": "your own",
}


@dataclass(frozen=True)
class Guess:
    """What the reader commits to before the answer is shown."""

    batch: str = "524k"
    lr: str = "1e-3"

    @property
    def place(self) -> tuple[float, float]:
        """Tokens, and the peak learning rate."""
        first = BATCHES.index(Guess.batch)
        at = BATCHES.index(self.batch) if self.batch in BATCHES else first
        return 2.0 ** (11 + at), parse_number(self.lr)


@dataclass(frozen=True)
class View(Shape):
    """The page's controls, as the link has them."""

    budget: str = "1e20"
    noise: str = "0.5"
    rule: str = "deepseek"
    finder: str = "fit"
    seed: int = 0

    @cached_property
    def study(self) -> SimulatedGrids:
        """A grid at each budget. Refuses what makes none."""
        return SimulatedGrids(
            self.rule, float(self.noise) / 100, self.cells, float(self.span), self.along,
            self.across, self.tilt, self.finder, self.seed,
        )  # fmt: skip

    @property
    def flops(self) -> float:
        """The budget as a number."""
        return parse_number(self.budget)

    @cached_property
    def bowl(self) -> Bowl:
        """The truth at the budget."""
        return self.study.bowl(self.flops)

    @cached_property
    def grid(self) -> Grid:
        """What is tried at the budget."""
        return self.study.grid(self.flops)

    @cached_property
    def trained(self) -> pd.DataFrame:
        """The runs of this study at the budget."""
        return cells(self.grid, self.study.losses(self.flops, 1)[0])

    @cached_property
    def found(self) -> dict[str, Optima]:
        """Where each way finds the best setting, in this study's draw and in others."""
        return {finder: self.study.found(self.flops, finder) for finder in FINDERS}

    @property
    def question(self) -> tuple[SimulatedGrids, float]:
        """What a guess is about."""
        return replace(self.study, finder=SimulatedGrids.finder), self.flops

    @property
    def sources(self) -> tuple[published.Law[Any], ...]:
        """Who published the best settings."""
        return tuning.RULES[self.rule].sources

    @property
    def shape(self) -> str | None:
        """The name of the shape, if it has one."""
        mine = {name: getattr(self, name) for name in asdict(Shape())}
        return next((name for name, shape in SHAPES.items() if asdict(shape) == mine), None)

    @cached_property
    def travel(self) -> OptimalSettings:
        """How the best settings move. Refuses where some budget has none."""
        return batch_lr_grids.optimal_settings(self.study, EVERY)

    @property
    def exponents(self) -> tuple[float, float]:
        """What the rule itself has for batch and rate."""
        rule, ends = tuning.RULES[self.rule], (EVERY[0], EVERY[-1])
        decades = np.log(ends[1] / ends[0])
        batch, lr = (float(np.log(f(ends[1]) / f(ends[0])) / decades)
                     for f in (rule.batch, rule.lr))  # fmt: skip
        return batch, lr

    def excess(self, batch: float, lr: float) -> float:
        """By which share of the floor a setting's true loss is above it."""
        return float(self.bowl.loss(batch, lr)) / self.bowl.floor - 1

    @property
    def step(self) -> float:
        """The factor from one cell to the next."""
        return float(float(self.span) ** (2 / (self.cells - 1)))

    # --- figures ----------------------------------------------------------------------------

    @property
    def box(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """What the axes of the valley span."""
        return box(self.grid)

    def valley(self, guess: Guess, hide: bool) -> dict[str, pd.DataFrame]:
        """What `charts.batch_lr.valley` draws."""
        tables = {
            "cells": self.trained,
            "guess": place([guess.place]),
        }
        if hide:
            return tables
        truth = place([(self.bowl.batch, self.bowl.lr)])
        best = {finder: optima.first for finder, optima in self.found.items()}
        return tables | {
            "lowest": place([best["lowest"]]), "fitted": place([best["fit"]]), "truth": truth,
            "contours": rings(self.bowl),
        }  # fmt: skip

    def moving(self, what: str, hide: bool) -> dict[str, pd.DataFrame]:
        """What `charts.batch_lr.moving` draws; `what` is batch or lr."""
        rule = tuning.RULES[self.rule]
        function = rule.batch if what == "batch" else rule.lr
        law = pd.DataFrame({"flops": EVERY, "value": [function(C) for C in EVERY]})
        used = pd.DataFrame(
            [(m.flops, float(getattr(m, what)), m.name) for m in tuning.TRAINED],
            columns=["flops", "value", "name"],
        )
        at = pd.DataFrame({"flops": [self.flops], "value": [function(self.flops)]})
        tables = {
            "law": law, "used": used, "here": at, "dots": law[:0],
            "line": pd.DataFrame(columns=["flops", "value", "low", "high"], dtype=float),
        }  # fmt: skip
        gone = {"here": at[:0], "law": law[:0]} if hide else {}
        try:
            travel = self.travel
        except ValueError:
            return tables | gone
        dots = pd.DataFrame({"flops": travel.flops, "value": getattr(travel, what)})
        if hide:  # what other budgets say is a hint, and no answer
            return tables | gone | {"dots": dots[dots["flops"] != self.flops]}
        trend = travel.by_batch if what == "batch" else travel.by_lr
        return tables | {"dots": dots, "line": band(trend)}

    @property
    def landings(self) -> dict[str, pd.DataFrame]:
        """What `charts.batch_lr.landings` draws."""
        cells, fit = self.found["lowest"], self.found["fit"]
        share = pd.DataFrame({"batch": cells.batch, "lr": cells.lr}).value_counts(normalize=True)
        frame = share.rename("share").reset_index()
        fits = pd.DataFrame({"batch": fit.batch, "lr": fit.lr}).dropna()
        return {
            "cells": frame, "fits": fits, "truth": place([(self.bowl.batch, self.bowl.lr)])
        }  # fmt: skip

    @property
    def table(self) -> pd.DataFrame:
        """The runs of the grid, to carry away."""
        return self.trained[["batch", "lr", "loss"]].assign(flops=self.flops)


@dataclass(frozen=True)
class Model:
    """What the laws are asked about."""

    params: str = "1B"
    tokens: str = "100B"
    context: int = 4096

    @cached_property
    def advice(self) -> list[tuning.Advice]:
        """What each law says."""
        return tuning.advice(parse_number(self.params), parse_number(self.tokens))

    @property
    def advised(self) -> pd.DataFrame:
        """What `charts.batch_lr.advice` draws."""
        return pd.DataFrame(
            [(one.law, one.critical, one.batch, one.lr) for one in self.advice],
            columns=["law", "critical", "batch", "lr"],
        ).astype({"lr": float})


@dataclass(frozen=True)
class Setup(Shape):
    """All that an experiment sets."""

    budget: str = "1e20"
    noise: str = "0.5"
    finder: str = "fit"
    seed: int = 0
    about: str = "live"


def band(trend: OptimalScaling) -> pd.DataFrame:
    """A line over all budgets with where 95 % of other draws' lines lie."""
    said = trend.along(np.array(EVERY))
    low, high = np.percentile(said[1:], [2.5, 97.5], axis=0)
    return pd.DataFrame({"flops": EVERY, "value": said[0], "low": low, "high": high})


def place(pairs: Iterable[tuple[float, float]]) -> pd.DataFrame:
    """Settings as a table."""
    return pd.DataFrame(list(pairs), columns=["batch", "lr"], dtype=np.float64)


def rings(bowl: Bowl) -> pd.DataFrame:
    """Settings whose loss is above the best one by the same share: closed curves."""
    found = []
    for level in RINGS:
        batch, lr = bowl.contour(level * bowl.floor)
        found.append(pd.DataFrame({"batch": batch, "lr": lr, "level": level}))
    return pd.concat(found)


def box(grid: Grid) -> tuple[tuple[float, float], tuple[float, float]]:
    """What the edges of a grid's cells span."""
    across, up = edges(grid.batches), edges(grid.lrs)
    return (float(across[0]), float(across[-1])), (float(up[0]), float(up[-1]))


def edges(values: tuple[float, ...]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Half way, on a log axis, between neighbours, and as far beyond the ends."""
    logs = np.log(values)
    middle = (logs[1:] + logs[:-1]) / 2
    return np.exp([2 * logs[0] - middle[0], *middle, 2 * logs[-1] - middle[-1]])


def cells(grid: Grid, losses: np.ndarray[Any, np.dtype[np.float64]]) -> pd.DataFrame:
    """The cells that have a loss, their edges, and how far each is above the lowest.

    `losses` (batches * rates,) in nats.
    """
    across, up = edges(grid.batches), edges(grid.lrs)
    i, j = (index.ravel() for index in np.indices(grid.shape))
    frame = pd.DataFrame(
        {
            "batch": np.array(grid.batches)[i], "lr": np.array(grid.lrs)[j],
            "left": across[i], "right": across[i + 1], "bottom": up[j], "top": up[j + 1],
            "loss": losses,
        }
    )  # fmt: skip
    frame = frame[np.isfinite(frame["loss"])]
    least = frame["loss"].min()
    return frame.assign(above=frame["loss"] / least - 1)


# --- the live grid --------------------------------------------------------------------------
@dataclass(frozen=True, eq=False)
class Live:
    """The grids of a plan, however much of them is trained."""

    plan: BatchLrStudy
    frame: pd.DataFrame  # as `lm_grid.table` makes it
    live: bool

    @cached_property
    def valleys(self) -> list[Valley]:
        """The grids of the plan, by compute, the untrained ones empty."""
        found = {valley.tokens: valley for valley in batch_lr_study.valleys(self.frame)}
        return [
            found.get(D, batch_lr_study.nothing(D))
            for D in batch_lr_study.TOKENS[: self.plan.budgets]
        ]

    @property
    def trusted(self) -> list[Valley]:
        """Those whose bottom is."""
        return [valley for valley in self.valleys if not valley.trouble]

    def tables(self, valley: Valley) -> dict[str, pd.DataFrame]:
        """What `charts.batch_lr.valley` draws."""
        tables = {"cells": cells(batch_lr_study.GRID, valley.mean)}
        tables |= {"seeds": place([]), "lowest": place([]), "fitted": place([])}
        if valley.trouble:
            return tables
        bottom = valley.bottom
        each = zip(bottom.batch[1:], bottom.lr[1:], strict=True)
        return tables | {
            "lowest": place([valley.lowest.first]),
            "fitted": place([bottom.first]),
            "seeds": place(each).dropna(),
        }


def gather(shown: ResultSource, rows: Iterable[Mapping[str, Any]], live: bool) -> Live:
    """The grids of the rows so far."""
    return Live(shown.about, shown.about.table(rows), live)


@lru_cache(maxsize=8)
def ended(shown: ResultSource) -> Live:
    """Of what moves no more: kept from one rerun to the next."""
    return gather(shown, shown.rows, False)


def specs(plan: BatchLrStudy) -> list[CharlmSpec]:
    """What a plan trains. Refuses where this Python has nothing to learn from."""
    corpus.check()
    return plan.specs()


def rows(shown: ResultSource) -> pd.DataFrame:
    """What there is to carry away."""
    return shown.about.table(shown.rows)


def title(valley: Valley) -> str:
    """Of its chart."""
    return f"{format_scientific(valley.flops, 2)} FLOPs"


def budget(valley: Valley) -> str:
    """A budget in words."""
    return f"{format_scientific(valley.flops, 2)} FLOPs, {format_count(valley.tokens)} characters"

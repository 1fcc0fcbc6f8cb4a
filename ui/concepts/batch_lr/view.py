"""Controls of the page on batch and learning rate, and the tables of its simulated grids."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from toylab.fits.grid_optimum import Grid, Optima
from toylab.laws import batch_lr, published
from toylab.laws.law import Law
from toylab.quantities import format_count, format_scientific, ladder, parse_number
from toylab.simulation import batch_lr_grids
from toylab.simulation.batch_lr_bowl import Bowl
from toylab.simulation.batch_lr_grids import OptimalSettings, SimulatedGrids
from ui.controls import Presets
from ui.knobs import knob
from ui.labels import Axes, Labels

Setting: TypeAlias = tuple[float, float]  # a batch in tokens, and a peak learning rate
EVERY = tuple(float(f"1e{k}") for k in range(16, 26))
BUDGETS = [format_scientific(C) for C in EVERY]
NOISES = ["0", "0.05", "0.1", "0.2", "0.5", "1", "2", "5"]  # % of the loss
BATCHES = tuple(2.0**k for k in range(11, 28))
RATES = tuple(ladder(-6, -1, (1, 1.4, 2, 3, 4, 5, 7)))
SIZES = [format_count(n) for n in ladder(7, 12, (1, 2, 5))]
DATA = [format_count(n) for n in ladder(9, 14, (1, 2, 5))]
CONTEXTS = [512, 1024, 2048, 4096, 8192]
RINGS = (0.0025, 0.01, 0.03)  # of the floor: DeepSeek's near-optimal band, and wider ones
SPANS = ["3", "4", "8", "16"]
FINDERS = {"fit": "the bottom of a quadratic", "lowest": "the run of lowest loss"}
RULES = {name: rule.title for name, rule in batch_lr.RULES.items()}
TITLES = {"batch": "Best batch, tokens", "lr": "Best peak rate"}
SWITCH = {"batch": "Best batch", "lr": "Best rate"}
BATCH, RATE = "Batch, tokens", "Peak learning rate"
LAWS = (
    published.DEEPSEEK_BATCH,
    published.DEEPSEEK_LR,
    published.STEP_BATCH,
    published.STEP_LR,
    published.MINICPM_BATCH,
    published.KAPLAN_BATCH,
    published.REFIT,
)
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
    "landings": "Where the lowest run and the bottom of the quadratic land in "
    f"{batch_lr_grids.DRAWS} studies that differ only by their noise: noise scatters the first "
    "over many cells, the second much less while the grid still shows a valley. The text counts.",
    "advice_batch": "The batch that each law advises for your model, on a log axis: they "
    "differ, though none is wrong for its own recipe; Kaplan's is critical and not best. The "
    "text says by which factor.",
    "advice_lr": "The peak learning rate that each law advises, on a log axis: only two laws "
    "give one, and they need not agree. The text says by which factor they differ.",
    "grid": "Loss over batch and peak learning rate at one budget of the small language "
    "model, stronger where lower: a tilted valley, in which larger batches want higher rates. "
    "The text says where its bottom lies.",
}


def _shape(name: str, limits: tuple[float, float, float], meaning: str) -> Any:
    return knob(getattr(Bowl, name), name, limits, more=True, typed=True, help=meaning)


@dataclass(frozen=True)
class Shape:
    """The steepness of the valley, and the grid that searches it."""

    along: float = _shape(
        "along", (0.0005, 1.0, 0.005), "Nats that the square of ln(batch / best) costs."
    )
    across: float = _shape(
        "across", (0.0005, 1.0, 0.01), "Nats that the square of ln(rate / best) costs."
    )
    tilt: float = _shape(
        "tilt",
        (0.0, 1.0, 0.1),
        "The best rate grows as the batch to this power: 0.5 for Adam, 1 for plain SGD.",
    )
    cells: int = knob(9, "Cells a side", (4, 16), more=True)
    span: str = knob("8", "Grid: factor to either side", SPANS, more=True)


SHAPES = {
    "toy": Shape(),
    "flat": Shape(along=0.005, across=0.01),
    "steep": Shape(along=0.1, across=0.5, tilt=0.0, cells=10, span="4"),
}
SHAPE_NAMES = {
    "toy": "as our own grids are",
    "flat": "flat: a wrong setting costs little",
    "steep": "steep, as exercises have it",
    "custom": "your own",
}


@dataclass(frozen=True)
class Controls(Shape):
    """The page's controls, as the link has them."""

    budget: str = knob("1e20", "Budget, FLOPs", BUDGETS)
    noise: str = knob("0.5", "Noise, % of the loss", NOISES)
    rule: str = knob("deepseek", "The best settings follow", RULES, more=True)
    finder: str = knob("fit", "The curves go through", FINDERS, more=True)
    seed: int = knob(0, "Seed", (0, 9999), more=True, typed=True)

    @cached_property
    def study(self) -> SimulatedGrids:
        """A grid at each budget. Refuses what makes none."""
        return SimulatedGrids(
            rule=self.rule,
            noise=float(self.noise) / 100,
            cells=self.cells,
            span=float(self.span),
            along=self.along,
            across=self.across,
            tilt=self.tilt,
            finder=self.finder,
            seed=self.seed,
        )

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
        """The settings that are tried at the budget."""
        return self.study.grid(self.flops)

    @cached_property
    def runs(self) -> pd.DataFrame:
        """The runs of this study at the budget."""
        return cells(self.grid, self.study.losses(self.flops, 1)[0])

    @cached_property
    def optima(self) -> dict[str, Optima]:
        """The best setting as each way finds it, in this study's draw and in others."""
        return {finder: self.study.found(self.flops, finder) for finder in FINDERS}

    @property
    def sources(self) -> tuple[Law[Any], ...]:
        """The laws that the best settings follow."""
        return batch_lr.RULES[self.rule].sources

    @property
    def shape(self) -> str | None:
        """The name of the shape, if it has one."""
        mine = {name: getattr(self, name) for name in asdict(Shape())}
        return next((name for name, shape in SHAPES.items() if asdict(shape) == mine), None)

    @cached_property
    def optimal_settings(self) -> OptimalSettings:
        """The best settings against compute, fitted. Refuses where some budget has none."""
        return batch_lr_grids.optimal_settings(self.study, EVERY)

    @property
    def exponents(self) -> tuple[float, float]:
        """The exponents of batch and rate that the rule itself has."""
        rule, ends = batch_lr.RULES[self.rule], (EVERY[0], EVERY[-1])
        decades = np.log(ends[1] / ends[0])
        batch, lr = (
            float(np.log(f(ends[1]) / f(ends[0])) / decades) for f in (rule.batch, rule.lr)
        )
        return batch, lr

    def excess(self, batch: float, lr: float) -> float:
        """The share of the floor by which a setting's true loss is above it."""
        return float(self.bowl.loss(batch, lr)) / self.bowl.floor - 1

    @property
    def step(self) -> float:
        """The factor from one cell to the next."""
        return float(float(self.span) ** (2 / (self.cells - 1)))

    @property
    def box(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The ends of the valley's axes."""
        return box(self.grid)

    def valley(self, guess: Setting | None, seen: bool) -> dict[str, pd.DataFrame]:
        """The tables of the chart of the valley; until it is `seen`, without what would tell."""
        labels = Labels(Axes(*self.box))
        tables = {"cells": self.runs, "contours": contours(self.bowl)}
        if not seen:
            rings = tables["contours"][:0]
            return tables | {"contours": rings, "names": labels.table} | dict.fromkeys(
                ("lowest", "fitted", "truth"), place([])
            )  # fmt: skip
        points = {
            "lowest run": self.optima["lowest"].first,
            "bottom of the fit": self.optima["fit"].first,
            "the law": (self.bowl.batch, self.bowl.lr),
        }
        points = {name: at for name, at in points.items() if np.isfinite(at).all()}
        if guess:
            labels.keep_guess(guess)
        for _, ring in tables["contours"].groupby("level"):
            labels.keep_off(list(zip(ring["batch"], ring["lr"], strict=True)))
        labels.name_points(points, list(points), list(points))
        marks = {"lowest": "lowest run", "fitted": "bottom of the fit", "truth": "the law"}
        return tables | {"names": labels.table} | {
            table: place([points[name]] if name in points else [])
            for table, name in marks.items()
        }  # fmt: skip

    def moving(self, what: str) -> dict[str, pd.DataFrame]:
        """The tables of the chart of a best setting against compute: of `what`, batch or lr."""
        rule = batch_lr.RULES[self.rule]
        function = rule.batch if what == "batch" else rule.lr
        law = pd.DataFrame({"flops": EVERY, "value": [function(C) for C in EVERY]})
        used = pd.DataFrame(
            [(m.flops, float(getattr(m, what)), m.name) for m in batch_lr.TRAINED],
            columns=["flops", "value", "name"],
        )
        at = pd.DataFrame({"flops": [self.flops], "value": [function(self.flops)]})
        dots, line = law[:0], pd.DataFrame(columns=["flops", "value", "low", "high"], dtype=float)
        try:
            optimal = self.optimal_settings
        except ValueError:
            pass
        else:
            dots = pd.DataFrame({"flops": optimal.flops, "value": getattr(optimal, what)})
            trend = optimal.by_batch if what == "batch" else optimal.by_lr
            line = trend.band(np.array(EVERY))
        return {
            "law": law, "used": used, "here": at, "dots": dots, "line": line,
            "names": _curve_names(what, law, line, dots, used),
        }  # fmt: skip

    @property
    def landings(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart of where many draws' answers land."""
        cells, fit = self.optima["lowest"], self.optima["fit"]
        share = pd.DataFrame({"batch": cells.batch, "lr": cells.lr}).value_counts(normalize=True)
        frame = share.rename("share").reset_index()
        fits = pd.DataFrame({"batch": fit.batch, "lr": fit.lr}).dropna()
        return {
            "cells": frame, "fits": fits, "truth": place([(self.bowl.batch, self.bowl.lr)])
        }  # fmt: skip

    @property
    def table(self) -> pd.DataFrame:
        """The runs of the grid, to carry away."""
        return self.runs[["batch", "lr", "loss"]].assign(flops=self.flops)


@dataclass(frozen=True)
class ModelControls:
    """The model that the laws are asked about."""

    params: str = knob("1B", "Parameters", SIZES)
    tokens: str = knob("100B", "Tokens", DATA)
    context: int = knob(4096, "Tokens a sequence", CONTEXTS)

    @cached_property
    def advice(self) -> list[batch_lr.Advice]:
        """The advice of each law."""
        return batch_lr.advice(parse_number(self.params), parse_number(self.tokens))

    @property
    def advised(self) -> pd.DataFrame:
        """The table of the charts of advice."""
        return pd.DataFrame(
            [(one.law, one.critical, one.batch, one.lr) for one in self.advice],
            columns=["law", "critical", "batch", "lr"],
        ).astype({"lr": float})


@dataclass(frozen=True)
class Experiment(Shape):
    """All that an experiment sets."""

    budget: str = "1e20"
    noise: str = "0.5"
    finder: str = "fit"
    seed: int = 0
    about: str = "try"


def presets(controls: Controls) -> Presets:
    """The shapes of the valley by name, and which the controls have."""
    return Presets(SHAPES, controls.shape, SHAPE_NAMES, title="The valley is", more=True)


def guessed(numbers: Sequence[float | None]) -> Setting | None:
    """The setting of two guessed numbers; None where one of them is missing."""
    made = [number for number in numbers if number is not None]
    return (made[0], made[1]) if len(made) == 2 else None


def _curve_names(
    what: str, law: pd.DataFrame, line: pd.DataFrame, dots: pd.DataFrame, used: pd.DataFrame
) -> pd.DataFrame:
    """Names of the lines, of a dot and of real models, with their places."""
    labels = Labels(Axes(CURVES[0], CURVES[1][what]))
    lines = {
        name: list(table[["flops", "value"]].itertuples(index=False, name=None))
        for name, table in (("law", law), ("line through them", line))
        if len(table)
    }
    at = {name: (flops, value) for flops, value, name in used.to_numpy()}
    places = list(dots.itertuples(index=False, name=None))
    texts = {**at, **({"found": places[1]} if places else {})}
    labels.keep_off(*lines.values())
    labels.keep_off_points(places)
    labels.name_points(texts, list(texts), list(texts))
    labels.name_lines(lines)
    return labels.table


def place(pairs: Iterable[Setting]) -> pd.DataFrame:
    """Settings as a table."""
    return pd.DataFrame(list(pairs), columns=["batch", "lr"], dtype=np.float64)


def contours(bowl: Bowl) -> pd.DataFrame:
    """Settings whose loss is above the best one by the same share: closed curves."""
    rings = []
    for level in RINGS:
        batch, lr = bowl.contour(level * bowl.floor)
        rings.append(pd.DataFrame({"batch": batch, "lr": lr, "level": level}))
    return pd.concat(rings)


def box(grid: Grid) -> tuple[tuple[float, float], tuple[float, float]]:
    """The outer edges of a grid's cells."""
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
            "batch": np.array(grid.batches)[i],
            "lr": np.array(grid.lrs)[j],
            "left": across[i],
            "right": across[i + 1],
            "bottom": up[j],
            "top": up[j + 1],
            "loss": losses,
        }
    )
    frame = frame[np.isfinite(frame["loss"])]
    least = frame["loss"].min()
    return frame.assign(above=frame["loss"] / least - 1)

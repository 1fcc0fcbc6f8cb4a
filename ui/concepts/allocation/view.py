"""Controls of the allocation page, and the tables of its budget plane and its tabs."""

import math
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from toylab.laws import allocation, published, trained_models
from toylab.laws.allocation import Allocation
from toylab.laws.forms import FLOPS, Additive
from toylab.quantities import (
    TWENTIETHS,
    format_count,
    format_scientific,
    format_share,
    ladder,
    parse_number,
)
from ui.concepts.allocation import charts
from ui.concepts.shared.loss_surface import SURFACE_NAMES, SURFACES, Surface
from ui.controls import Presets
from ui.handle import Handle
from ui.knobs import knob
from ui.labels import LOW, Axes, Labels

PARAMS, TOKENS = (3e6, 2e14), (1e8, 1e15)  # how far curves are drawn
DECADES = range(17, 28)  # budgets, log10 FLOPs
AWAY = (-2, 0, 2)  # decades of compute of the contours drawn, from the plane's middle
NAMES = (  # of real models, the most telling first
    "Gopher 280B", "Chinchilla 70B", "Llama 3 8B", "GPT-3 175B", "Llama 3.1 405B", "PaLM 540B",
    "LLaMA-7B", "Phi-2",
)  # fmt: skip
MUST = NAMES[:2]
FINE = 61  # points along a curve
HOVERED = 31  # along the budget line: each is a mark that answers to the pointer
NAMED = trained_models.budgets()
BUDGETS = [format_scientific(c) for c in sorted({*ladder(17, 27, TWENTIETHS), *NAMED.values()})]
SIZE, RATIO = ("params", "Best size, parameters"), ("tokens_per_param", "Tokens per parameter")
ALT = {  # constant: a chart whose text changes is drawn anew; the sentences below it change
    "plane": "Loss over parameters and tokens on log axes: along the line of the budget the "
    "loss is lowest where a contour of equal loss just touches it. Other laws' splits lie "
    "elsewhere on that line. The text says where the best one is.",
    "valley": "Loss against parameters along the line of the budget: a valley that is flat "
    "around the best split, so that laws near it lose little and those far up a side lose "
    "more. The text says how much.",
    "size": "Best size against budget on log axes, one line a law: Kaplan's rises with slope "
    f"{published.KAPLAN_SIZE.form.exponent:g}, the other published ones with slopes near 0.5. "
    "Hoffmann's tables as points.",
    "ratio": "Tokens per parameter against budget, one line a law: Kaplan's falls, that of 20 "
    "tokens is level, those of Hoffmann's third approach rise. Hoffmann's tables as points.",
    "choices": "Wasted compute against tokens per parameter: nothing is wasted at the "
    "surface's best ratio, and more the further one goes to either side. Real models are "
    "points; the text counts those on the side of too few tokens.",
    "sensitivity": "Bars: by how many percent the best size moves for a percent of each "
    "constant. The floor moves it not at all; the text names the constant that moves it most.",
}


@dataclass(frozen=True)
class Budget:
    """A budget to set."""

    budget: str


@dataclass(frozen=True)
class Experiment(Budget):
    """A budget to set, and the tab to open."""

    about: str


SPENT = {name: Budget(format_scientific(flops)) for name, flops in NAMED.items()}
SPENT_NAMES = {name: name for name in SPENT} | {"custom": "no model in particular"}


@dataclass(frozen=True)
class Controls(Surface):
    """The page's controls, as the link has them."""

    budget: str = knob("5.76e23", "Budget, training FLOPs", BUDGETS)

    @cached_property
    def flops(self) -> float:
        """The budget as a number."""
        return parse_number(self.budget)

    @cached_property
    def best(self) -> Allocation:
        """The best split."""
        return allocation.best(self.form, self.flops)

    @cached_property
    def answers(self) -> pd.DataFrame:
        """Every published law's split of the budget; see `allocation.compare`."""
        return allocation.compare(self.form, self.flops)

    @property
    def model(self) -> str | None:
        """The model that spent this budget, if one did."""
        return next((name for name, flops in NAMED.items() if flops == self.flops), None)

    @property
    def box(self) -> charts.Box:
        """The plane's edges, four decades each, so that the budget's line runs through them."""
        k = round((math.log10(self.flops / FLOPS) - 5) / 2)
        return (10.0**k, 10.0 ** (k + 4)), (10.0 ** (k + 1), 10.0 ** (k + 5))

    @property
    def reach(self) -> tuple[float, float]:
        """The sizes for which the budget line lies on the plane."""
        (least, most), (few, many) = self.box
        product = self.flops / FLOPS
        return max(least, product / many), min(most, product / few)

    @cached_property
    def _marks(self) -> pd.DataFrame:
        return self.answers[list(charts.ANSWER)]

    def plane(self, seen: bool = True, guess: float | None = None) -> dict[str, pd.DataFrame]:
        """The tables of the chart of the plane; before it is `seen` those that do not tell.

        No name lies on the `guess` of the best size.
        """
        line, models = self._along(*self.reach), _models(self.form)
        contours, frontier = _scenery(self.form, self.box)
        telling = {"contours": contours, "frontier": frontier, "answers": self._marks}
        if not seen:
            telling = {name: table.iloc[:0] for name, table in telling.items()}
        constants = {name: getattr(self.form, name) for name in charts.LAW[1:]}
        law = {"floor": self.form.E} | constants
        names = self._names(line, models, seen, guess)
        return {**telling, "line": line, "models": models, "names": names,
                "law": pd.DataFrame([law])}  # fmt: skip

    def _names(
        self, line: pd.DataFrame, models: pd.DataFrame, seen: bool, guess: float | None
    ) -> pd.DataFrame:
        """Names of the lines and of some models, with their places."""
        labels, cost = Labels(Axes(*self.box)), f"costs {format_scientific(self.flops)} FLOPs"
        best = self.best
        lines = {cost: _curve(line)}
        if guess:
            labels.keep_guess((guess, self.flops / FLOPS / guess))
        if seen:
            contours, frontier = _scenery(self.form, self.box)
            text = f"{format_count(best.params)} on {format_count(best.tokens)}"
            for dy in (42, 62):
                labels.keep_free((best.params, best.tokens), text, 0, dy)
            labels.keep_off(_curve(_contour(self.form, _loss(best))))
            lines["best splits"] = _curve(frontier)
            for level, rows in contours.groupby("level"):
                lines[f"loss {level}"] = _curve(rows)
        labels.name_lines(lines)
        labels.name_points(_points(models, "active_params", "tokens"), NAMES, MUST)
        return labels.table

    @property
    def valley(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart of the valley: the loss along the budget line."""
        sizes = [*self.answers["params"], self.best.params]
        return {
            "line": self._along(min(sizes) / 4, max(sizes) * 4),
            "best": _splits(self.best),
            "answers": self._marks,
        }

    @property
    def growth(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart of growth: every law's split at every budget."""
        return {
            "lines": _lines(self.form),
            "printed": trained_models.projected(),
            "here": pd.DataFrame({"flops": [self.flops]}),
        }

    @property
    def choices(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart of choices: real models, and the law's own ratio."""
        ratio = np.geomspace(0.1, 5000, FINE)
        params = np.sqrt(self.flops / FLOPS / ratio)
        wasted = allocation.waste(self.form, params, ratio * params)
        line = pd.DataFrame({"tokens_per_param": ratio, "waste": wasted})
        models = trained_models.with_waste(self.form)
        labels = Labels(Axes(charts.RATIOS, (0.0, 1.0), log=(True, False)), LOW)
        labels.keep_off(list(line.itertuples(index=False, name=None)))
        labels.name_points(_points(models, "tokens_per_param", "waste"), NAMES, MUST)
        return {"models": models, "line": line, "names": labels.table}

    @property
    def sensitivity(self) -> pd.DataFrame:
        """Percent by which the best size moves for a percent of each constant."""
        return allocation.sensitivity(self.form, self.flops)

    def _along(self, low: float, high: float) -> pd.DataFrame:
        params = np.geomspace(low, high, HOVERED)
        tokens = allocation.iso_flop(self.flops, params)
        return pd.DataFrame(
            {
                "params": params,
                "tokens": tokens,
                "tokens_per_param": tokens / params,
                "loss": self.form.loss(params, tokens),
                "waste": allocation.waste(self.form, params, tokens),
            }
        )

    @property
    def models(self) -> pd.DataFrame:
        """Real models for reading."""
        frame = trained_models.with_waste(self.form)
        numbers = {
            "Parameters": frame["params"].map(format_count),
            "Active": frame["active_params"].map(format_count),
            "Tokens": frame["tokens"].map(format_count),
            "FLOPs": frame["train_flops"].map(format_scientific),
            "Tokens per parameter": frame["tokens_per_param"].map(ratio),
            "Wasted compute": frame["waste"].map(lambda part: format_share(part, 1)),
        }
        named = {"Model": frame["name"], "Report": frame["link"], "Year": frame["year"]}
        return pd.DataFrame(named | numbers | {"Source of the numbers": frame["source"]})

    @property
    def table(self) -> pd.DataFrame:
        """The answers for reading: one row a law, numbers as words, source and link."""
        frame = self.answers
        return pd.DataFrame(
            {
                "Law": frame["law"],
                "Parameters": frame["params"].map(format_count),
                "Tokens": frame["tokens"].map(format_count),
                "Tokens per parameter": frame["tokens_per_param"].map(ratio),
                "Its own loss": frame["loss"].map(lambda x: "" if np.isnan(x) else f"{x:.3f}"),
                "Loss on this surface": frame["surface_loss"].map("{:.4f}".format),
                "Wasted compute": frame["waste"].map(lambda part: format_share(part, 1)),
                "Within its runs?": frame["extrapolated"].map({True: "no", False: "yes"}),
                "Source": "[" + frame["source"] + "](" + frame["link"] + ")",
            }
        )


def ratio(value: float) -> str:
    """Tokens per parameter: 0.41, 18.4, 93, 1,870."""
    return f"{value:,.0f}" if value >= 30 else f"{value:.3g}"


def under(law: str, budget: str) -> Controls:
    """Controls of a published surface."""
    return Controls(budget=budget, **asdict(SURFACES[law]))


def presets(controls: Controls) -> tuple[Presets, Presets]:
    """Budgets by the models that spent them, and the published surfaces."""
    spent = Presets(SPENT, controls.model, SPENT_NAMES, title="As much as", of="model")
    surface = Presets(SURFACES, controls.surface, SURFACE_NAMES, title="Loss surface", below=True)
    return spent, surface


def _points(frame: pd.DataFrame, x: str, y: str) -> dict[str, tuple[float, float]]:
    return {name: (at, up) for name, at, up in frame[["name", x, y]].to_numpy()}


def _curve(frame: pd.DataFrame) -> list[tuple[float, float]]:
    return list(frame[["params", "tokens"]].itertuples(index=False, name=None))


def handle(controls: Controls) -> Handle:
    """The budget's line, to drag."""
    stops = {stop: parse_number(stop) for stop in BUDGETS}
    here = f"{FLOPS} * invert('x', x()) * invert('y', y())"
    return Handle("allocation_budget", stops, controls.budget, here)


def _splits(*splits: Allocation) -> pd.DataFrame:
    """One row a split: params, tokens, loss."""
    rows = [(split.params, split.tokens, _loss(split)) for split in splits]
    return pd.DataFrame(rows, columns=list(charts.SPLIT))


def _loss(split: Allocation) -> float:
    assert split.loss is not None
    return split.loss


def _contour(form: Additive, loss: float) -> pd.DataFrame:
    """A line of equal loss, as far as it lies on the plane: params, tokens, loss."""
    share = 1 / (1 + np.exp(-np.linspace(-9, 9, FINE)))  # of the model in what lies above E
    params = (form.A / (share * (loss - form.E))) ** (1 / form.alpha)
    tokens = allocation.iso_loss(form, loss, params)
    on = (params >= PARAMS[0] / 2) & (params <= PARAMS[1] * 2)
    on &= (tokens >= TOKENS[0] / 2) & (tokens <= TOKENS[1] * 2)
    frame = pd.DataFrame({"params": params[on], "tokens": tokens[on], "loss": loss})
    return frame.sort_values("params")


@lru_cache(maxsize=32)
def _scenery(form: Additive, box: charts.Box) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A few contours and the frontier of the best splits, on a plane.

    Each contour is the loss that the best 10^k FLOPs reach, so it touches that budget's line.
    """
    (least, _), (few, _) = box
    middle = round(math.log10(FLOPS * least * few)) + 4
    splits = [allocation.best(form, 10.0 ** (middle + k)) for k in AWAY]
    contours = [
        _contour(form, _loss(split)).assign(level=f"{_loss(split):.2f}") for split in splits
    ]
    ends = [allocation.best(form, 10.0 ** (middle + k)) for k in (-8, 8)]
    return pd.concat(contours), _splits(*ends)


@lru_cache(maxsize=8)
def _models(form: Additive) -> pd.DataFrame:
    return trained_models.with_waste(form)[list(charts.MODEL)]


@lru_cache(maxsize=32)
def _lines(form: Additive) -> pd.DataFrame:
    """Every law's split along the budgets: law, flops, params, tokens_per_param, measured."""
    flops = np.logspace(DECADES[0], DECADES[-1], 41)
    rows: list[dict[str, Any]] = []
    for C in flops:
        own = allocation.best(form, float(C))
        rows.append(
            {
                "law": "this surface",
                "kind": "this surface",
                "flops": C,
                "params": own.params,
                "tokens_per_param": own.tokens_per_param,
                "source": "",
            }
        )
        for law in published.SPLITTING:
            split = allocation.allocate(law, float(C))
            rows.append(
                {
                    "law": law.title,
                    "kind": "other laws",
                    "flops": C,
                    "params": split.params,
                    "tokens_per_param": split.tokens_per_param,
                    "source": law.source,
                }
            )
    return pd.DataFrame(rows)

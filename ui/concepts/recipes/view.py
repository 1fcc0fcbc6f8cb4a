"""Controls of the page on recipes, and the tables of its figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from toylab.laws import batch_lr, published, recipes
from toylab.laws.forms import Additive
from toylab.laws.law import Law
from toylab.laws.recipes import Recipe
from toylab.quantities import format_full
from ui.concepts.recipes import charts
from ui.knobs import knob
from ui.labels import Axes, Labels, Point

ASKED = 2024  # the year whose models the guess is about
FIRST, LAST = int(recipes.recipes()["year"].min()), int(recipes.recipes()["year"].max())
RULE = published.TWENTY.form.tokens_per_param
WIDTH = 0.72  # of a year's column, in years
SHOWN = {
    "tokens": "tokens a parameter, by year",
    "batch": "tokens a step, by compute",
    "rate": "peak learning rate, by compute",
}
MODELS = {
    name: f"{org}, {year}"
    for name, org, year in recipes.recipes()[["name", "org", "year"]].to_numpy()
}
SURFACES = {law.name: law for law in published.SURFACES}
SURFACE_TITLES = {law.name: law.title for law in published.SURFACES}
NAMES = (  # of models, the most telling first
    "Chinchilla 70B", "GPT-3 175B", "Llama 3 8B", "SmolLM2-1.7B", "DeepSeek-V3", "Kimi K2",
    "Llama 3.1 405B", "MT-NLG 530B", "Llama 2 7B", "MiniMax-Text-01", "LLaMA-65B",
)  # fmt: skip
COMPUTE = (1e20, 1e26)
AXES = {
    "tokens": Axes((FIRST - 0.55, LAST + 0.55), (0.3, 2e4), log=(False, True)),
    "batch": Axes(COMPUTE, (2e4, 3e8)),
    "rate": Axes(COMPUTE, (2e-5, 2e-2)),
}
WHAT = {  # by what is compared: the recipe's column, and the axis title
    "batch": ("batch_last", "Batch, tokens a step"),
    "rate": ("peak_lr", "Peak learning rate"),
}
ALT = {  # constant: a chart whose text changes is drawn anew; the sentences below it change
    "tokens": "Training tokens per parameter, on a log axis, against the year of a model: a few in "
    "the first years, about twenty after Chinchilla, then hundreds and thousands. A bar marks each "
    "year's median; the text says how large it is.",
    "batch": "Batch in tokens against training compute on log axes: points are the batches that "
    "real models ended with, lines below them where they began. Two published laws rise through "
    "them. The text counts the models below them.",
    "rate": "Peak learning rate against training compute on log axes: Adam's rates fall slowly "
    "with compute; hollow marks are rates of other optimisers or under muP, on a scale of their "
    "own. Two published laws are drawn. The text says how far they differ.",
}


@dataclass(frozen=True)
class Controls:
    """The page's controls, as the link has them."""

    compare: str = knob("tokens", "Compare", SHOWN)
    model: str = knob("GPT-3 175B", "Look at one model", MODELS)
    law: str = knob("besiroglu", "Judge its size by", SURFACE_TITLES)

    @property
    def surface(self) -> Law[Additive]:
        """The law that sizes are judged by."""
        return SURFACES[self.law]

    @cached_property
    def recipe(self) -> Recipe:
        """The model that is looked at."""
        return recipes.find(self.model)

    def years(self, *, seen: bool, guess: float | None = None) -> dict[str, pd.DataFrame]:
        """The tables of tokens a parameter by year; before they are `seen` those until the guess's.

        No name lies on the line of the `guess`.
        """
        frame = spread(recipes.recipes())
        medians = recipes.yearly()
        if not seen:
            frame, medians = (table[table["year"] < ASKED] for table in (frame, medians))
        medians = medians.assign(left=medians["year"] - 0.45, right=medians["year"] + 0.45)
        bars = [
            [(left, at), (right, at)]
            for left, right, at in medians[["left", "right", "tokens_per_param"]].to_numpy()
        ]
        rule = pd.DataFrame({"x": AXES["tokens"].x, "ratio": [RULE, RULE]})
        lines = {f"{RULE:g} tokens a parameter": _line(rule)}
        columns = list(charts.MODEL)
        return {
            "models": frame[columns],
            "medians": medians[list(charts.MEDIAN)],
            "rule": rule,
            "chosen": frame.loc[frame["name"] == self.model, columns],
            "names": self._names(
                "tokens", frame, lines, "x", "tokens_per_param", guess=guess, off=bars
            ),
        }

    def settings(self) -> dict[str, pd.DataFrame]:
        """The tables of batch, or of rate, against compute."""
        column, _ = WHAT[self.compare]
        frame = recipes.recipes()
        frame = frame[frame[column].notna()].assign(
            x=frame["flops"], value=frame[column], low=frame["batch_first"],
            alike=frame["comparable"] | (self.compare == "batch"),
        )  # fmt: skip
        lines = law_lines(self.compare)
        named = {str(law): _line(rows[["x", "value"]]) for law, rows in lines.groupby("law")}
        columns = list(charts.SETTING)
        ramps = frame.loc[frame["low"] < frame["value"], ["x", "low", "value"]].to_numpy()
        return {
            "models": frame[columns],
            "lines": lines,
            "chosen": frame.loc[frame["name"] == self.model, columns],
            "names": self._names(
                self.compare, frame, named, "x", "value",
                off=[[(x, low), (x, high)] for x, low, high in ramps if self.compare == "batch"],
            ),
        }  # fmt: skip

    def _names(
        self, what: str, frame: pd.DataFrame, lines: dict[str, list[Point]], x: str, y: str,
        guess: float | None = None, off: Sequence[Sequence[Point]] = (),
    ) -> pd.DataFrame:  # fmt: skip
        """Names of the lines and of some models, with their places; the chosen one first."""
        axes = AXES[what]
        labels = Labels(axes)
        labels.keep_off(*off)
        if guess:
            labels.keep_off([(edge, guess) for edge in axes.x])
            labels.keep_guess((axes.x[0], guess))
        labels.name_lines(lines)
        points = {name: (at, up) for name, at, up in frame[["name", x, y]].to_numpy()}
        names = list(dict.fromkeys([self.model, *NAMES]))
        labels.name_points(points, names, [self.model], (9, 4))
        return labels.table

    @property
    def export(self) -> pd.DataFrame:
        """Every recipe with the laws' batch and rate, to carry away."""
        return recipes.with_advice()


def spread(frame: pd.DataFrame) -> pd.DataFrame:
    """Models side by side within their year, fewest tokens a parameter at the left: adds x."""
    by_year = frame.groupby("year")["tokens_per_param"]
    rank, many = by_year.rank(method="first"), by_year.transform("size")
    return frame.assign(x=frame["year"] + WIDTH * ((rank - 0.5) / many - 0.5))


def law_lines(what: str) -> pd.DataFrame:
    """Two published laws of batch or rate along compute: law, x (FLOPs), value."""
    compute = np.geomspace(*COMPUTE, 25)
    rules = {"DeepSeek's law": "deepseek", "Step Law": "step"}
    return pd.concat(
        pd.DataFrame({"law": law, "x": compute, "value": [_rule(key, what)(C) for C in compute]})
        for law, key in rules.items()
    )


def _rule(key: str, what: str) -> Callable[[float], float]:
    rule = batch_lr.RULES[key]
    return rule.batch if what == "batch" else rule.lr


def ratio(value: float) -> str:
    """Tokens per parameter: 0.51, 2.1, 392, 1,870."""
    return format_full(value, 2 if value < 10 else 3)


def _line(frame: pd.DataFrame) -> list[Point]:
    return list(frame.itertuples(index=False, name=None))

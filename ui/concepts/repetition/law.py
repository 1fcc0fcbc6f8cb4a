"""The published law: the best split of a budget where only so many tokens exist."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from toylab.laws import published, repeated_data
from toylab.laws.repeated_data import Split
from toylab.quantities import (
    format_count,
    format_fixed,
    format_number,
    format_scientific,
    format_share,
    ladder,
    parse_number,
)
from ui.blocks import Figure
from ui.concepts.repetition import charts
from ui.concepts.shared.numbers import factor
from ui.knobs import knob
from ui.label import Label
from ui.labels import BESIDE, Axes, Labels

BUDGETS = [format_scientific(C) for C in ladder(19, 25, (1, 3))]
TOKENS = [format_count(D) for D in ladder(9, 13, (1, 2.5, 5))]
FINE = 160
ENDLESS = 1e30  # tokens
HARDLY = 1e-3  # nats/token
SPAN = 30.0  # times the best size, up and down
RADIUS = 10.0  # pixels, of the dots
ALT = (
    "Loss against the number of parameters at one budget, on log axes: where tokens are few, by "
    "the published law, and with fresh tokens as many as it takes. The best sizes are marked."
)
SETTINGS = (
    "$L = E + A/N'^\\alpha + B/D'^\\beta$, with $D'$ and $N'$ below $D$ and $N$ where tokens repeat"
)
LIMITS = (
    "The law was fitted to runs with ordinary weight decay, over-fitted ones left out. It has no "
    "loss that rises, and its constants are of their text and tokenizer: take the direction, more "
    "epochs rather than a larger model, and not the digits."
)


@dataclass(frozen=True)
class Controls:
    """The controls of the tab, as the link has them."""

    budget: str = knob("1e22", "Budget, FLOPs", BUDGETS)
    tokens: str = knob("25B", "Different tokens there are", TOKENS)

    @cached_property
    def split(self) -> Split:
        """The best split where only these tokens exist."""
        return repeated_data.allocate(parse_number(self.budget), parse_number(self.tokens))

    @cached_property
    def fresh(self) -> Split:
        """The best split with fresh tokens as many as it takes."""
        return repeated_data.allocate(parse_number(self.budget), ENDLESS)

    @property
    def used_up(self) -> bool:
        """True where a larger budget gains nothing: all sizes about the best are as good."""
        return self.split.loss - float(repeated_data.limit(self.split.unique)) < HARDLY

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart."""
        split, fresh, product = self.split, self.fresh, self.split.flops / 6
        sizes = np.geomspace(min(split.params, fresh.params) / SPAN, fresh.params * SPAN, FINE)
        losses = {
            "with repeats": ("model", repeated_data.loss(sizes, product / sizes, split.unique)),
            "all tokens fresh": ("rival", repeated_data.FORM.loss(sizes, product / sizes)),
        }
        low, high = fresh.loss, split.loss + 0.6
        ends = Axes((sizes[0], sizes[-1]), (low / 1.04, high))
        labels, parts = Labels(ends, BESIDE), []
        dots = [(split.params, split.loss), (fresh.params, fresh.loss)]
        labels.keep_off_points(dots, RADIUS)
        for meaning, curve in losses.values():
            parts.append(pd.DataFrame({"params": sizes, "loss": curve, "meaning": meaning}))
        labels.name_lines({
            name: [(N, L) for N, L in zip(sizes, curve, strict=True) if high > L]
            for name, (_, curve) in losses.items()
        })  # fmt: skip
        best = [(fresh.params, fresh.loss, "rival")]
        if not self.used_up:
            best.append((split.params, split.loss, "model"))
        return {
            "lines": pd.concat(parts, ignore_index=True),
            "best": pd.DataFrame(best, columns=["params", "loss", "meaning"]),
            "names": labels.table,
            "axes": ends.table,
        }

    @property
    def sentence(self) -> str:
        """The best split, and what scarce tokens cost."""
        split, fresh = self.split, self.fresh
        if split.epochs <= 1:
            return (
                f"{format_count(split.unique)} tokens are more than this budget wants: the best "
                f"model has {format_count(split.params)} parameters and reads "
                f"{format_count(split.tokens)} of them once."
            )
        if self.used_up:
            return (
                f"**These tokens are used up.** However often {format_count(split.unique)} of them "
                "are read, and however large the model, the loss stays at "
                f"{format_fixed(split.loss, 2)} nats/token; with fresh tokens it would be "
                f"{format_fixed(fresh.loss, 2)}."
            )
        worth = float(repeated_data.worth(split.unique, split.epochs))
        larger = factor(fresh.params / split.params)
        return (
            f"The best model has **{format_count(split.params)} parameters and reads every token "
            f"{format_number(split.epochs, 2)} times**. With fresh tokens the best one would have "
            f"{format_count(fresh.params)}, {larger} times as many. What it reads counts for "
            f"{format_share(worth / split.tokens)} of fresh text, and its loss is "
            f"{format_fixed(split.loss - fresh.loss, 3)} nats/token higher than with that."
        )


def law(_: object, chosen: Controls) -> Iterator[Any]:
    """The best split by the published law."""
    yield Label("published", SETTINGS, sources=(published.MUENNIGHOFF,))
    yield chosen.sentence
    yield [Figure(charts.split(chosen.tables), ALT)]
    yield LIMITS

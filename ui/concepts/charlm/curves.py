"""Tab "While they learn": losses at ten looks, of recorded networks of many sizes."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from toylab.experiments import collapse_results
from toylab.experiments.charlm import LOOKS
from toylab.experiments.collapse_results import CollapseResults
from toylab.laws import published
from toylab.quantities import format_count, format_fixed
from toylab.teaching.contents import PageLink
from ui.blocks import Figure, Link
from ui.concepts.charlm import charts
from ui.label import Label
from ui.labels import LOW, Axes, Labels

MEANINGS = {"valley": "data", "larger": "rival", "smaller": "model"}
NAMES = {"larger": "4 times the valley's", "valley": "the valley's size", "smaller": "a quarter"}
ALT = (
    "Held-out loss against the characters read so far, on log axes, a line a network: sizes of the "
    "valley at four budgets, four times and a quarter of them. Larger networks lie lower."
)
LESSON = (
    "**Larger networks learn faster per character** ({source}, Figure 2). Per FLOP they do not: a "
    "step of theirs costs more, and at one budget they have fewer of them. That is why a valley "
    "has a bottom."
)
DECAYED = (
    "On its way a network has not lowered its learning rate yet, so its losses there are higher "
    "than those of a shorter run that has: see how each line drops towards its end."
)


def curves(_: Any) -> Iterator[Any]:
    """Losses along the way, and what they say of sizes."""
    results = collapse_results.recorded()
    known = results.study.recorded()
    yield Label(
        "recorded", results.study.describe(), known.made if known else "",
        methods=(published.KAPLAN,),
    )  # fmt: skip
    yield sentence(results)
    yield [Figure(charts.learning(tables(results)), ALT)]
    yield LESSON.format(source=published.KAPLAN.cited)
    yield DECAYED
    where = PageLink("schedules", {"schedules_about": "collapse"})
    yield Link(where, "Divide each by its last loss: do all curves look the same?")


def means(results: CollapseResults) -> pd.DataFrame:
    """Mean losses: columns family, budget, params, tokens (so far), loss."""
    runs = results.frame[~results.frame["diverged"]]
    by = ["family", "budget", "params", "tokens", "look"]
    table = runs.groupby(by)["loss"].mean().reset_index()
    return table.assign(tokens=table["tokens"] * table["look"] / LOOKS)


def at(results: CollapseResults, tokens: float) -> dict[int, float]:
    """The losses after so many characters, by parameters, of networks still on their way.

    On log axes between looks; only those that have read no more than half by then, as the rates
    of others have fallen already.
    """
    table, found = means(results), {}
    for params, mine in table.groupby("params"):
        x, y = np.log(mine["tokens"].to_numpy()), np.log(mine["loss"].to_numpy())
        if x[0] <= np.log(tokens) <= x[LOOKS // 2 - 1]:
            found[int(str(params))] = float(np.exp(np.interp(np.log(tokens), x, y)))
    return dict(sorted(found.items()))


READ = 50_000  # characters


def sentence(results: CollapseResults) -> str:
    """The losses of the smallest and the largest network after as many characters."""
    losses = at(results, READ)
    (small, high), (large, low) = (list(losses.items())[k] for k in (0, -1))
    return (
        f"After {format_count(READ)} characters a network of {format_count(small)} parameters is "
        f"at {format_fixed(high, 2)}, one of {format_count(large)} at **{format_fixed(low, 2)}**, "
        "both on their way."
    )


def tables(results: CollapseResults) -> dict[str, pd.DataFrame]:
    """The tables of the chart: a line a network, coloured by its family."""
    table = means(results)
    table = table.assign(
        run=table["params"].astype(str), meaning=table["family"].map(MEANINGS)
    )  # fmt: skip
    tokens, loss = table["tokens"], table["loss"]
    ends = Axes(
        (float(tokens.min()) / 1.2, float(tokens.max()) * 1.6),
        (float(loss.min()) / 1.04, float(loss.max()) * 1.03),
    )
    labels = Labels(ends, LOW)
    lines = {
        run: [(float(x), float(y)) for x, y in mine[["tokens", "loss"]].to_numpy()]
        for run, mine in table.groupby("run")
    }
    labels.keep_off(*lines.values())
    largest = table.groupby("family")["params"].max()
    points = {NAMES[name]: lines[str(largest[name])][-1] for name in NAMES}
    labels.name_points(points, list(points), must=list(points))
    return {"lines": table, "names": labels.table, "axes": ends.table}

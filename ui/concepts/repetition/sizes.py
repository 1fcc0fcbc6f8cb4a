"""Bigger or smaller? Networks of several sizes that read one pool equally often."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from toylab.experiments.repetition_sizes import RECORDED_STUDY, SizesStudy, means
from toylab.experiments.repetition_study import DECAYED, EPOCHS, PLAIN
from toylab.quantities import format_count, format_fixed
from ui.blocks import Figure
from ui.concepts.repetition import charts, text
from ui.concepts.repetition.live import State
from ui.concepts.repetition.view import DECAYS, MEANINGS, UNIQUE
from ui.concepts.shared.training import corpus_specs
from ui.knobs import knob
from ui.label import Label
from ui.labels import Axes, Labels
from ui.live import Live, Rows, Run, result_source

KEY = "sizes"
HELD_OUT = "Held-out loss, nats/character"
ALT = (
    "Held-out loss against parameters on log axes, of networks that read the same pool equally "
    "often: without weight decay and with it. The text above says which size is best."
)
LESSON = (
    "Without weight decay a larger network learns the pool by heart. With this weight decay it "
    "is as good as a smaller one, or better: *bigger is worse* is a property of the recipe, not of "
    "the size."
)
STILL_WORSE = (
    "The largest network learns the pool by heart, with this weight decay, too. Try more of it "
    "before you say that a larger network is worse."
)
NOT_YET = (
    "Without weight decay the largest of these networks is not shown to be worse: they read the "
    "pool too seldom, or it is too large, to be learned by heart. Try more epochs or less text."
)


@dataclass(frozen=True)
class Controls:
    """The controls of the tab, as the link has them."""

    unique: int = knob(SizesStudy().unique, "Different characters", UNIQUE)
    epochs: int = knob(SizesStudy().epochs, "Epochs", EPOCHS[1:])
    decay: float = knob(SizesStudy().decay, "Weight decay", DECAYS)

    def study(self, state: State) -> SizesStudy:
        """The study that they ask for, with the page's seeds and device."""
        asked = state.asked
        return SizesStudy(
            self.unique, self.epochs, self.decay, asked.seeds, asked.seed, asked.device
        )


@dataclass(frozen=True, eq=False)
class Results:
    """The runs of a study of sizes so far."""

    study: SizesStudy
    frame: pd.DataFrame  # as its `table` makes it
    live: bool

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart."""
        table = means(self.frame)
        table = table.assign(meaning=table["curve"].map(MEANINGS))
        good = self.frame[~self.frame["diverged"]]
        lowest = table.loc[table.groupby("curve")["loss"].idxmin()] if len(table) else table
        low, high = (table["loss"].min(), table["loss"].max()) if len(table) else (2.0, 3.0)
        every = [spec.params for spec in self.study.specs()]
        ends = Axes((min(every) / 1.3, max(every) * 3.0), (low / 1.04, high * 1.04))
        labels, at = Labels(ends), {}
        labels.keep_off_points(list(zip(good["params"], good["loss"], strict=True)))
        for name, part in table.groupby("curve", sort=False):
            line = list(part[["params", "loss"]].itertuples(index=False, name=None))
            labels.keep_off(line)
            at[str(name)] = line[-1]
        labels.name_points(at, list(at), must=list(at))
        return {
            "runs": good[["params", "loss", "seed"]].assign(meaning=good["curve"].map(MEANINGS)),
            "means": table,
            "lowest": lowest[["params", "loss", "meaning"]],
            "names": labels.table,
            "axes": ends.table,
        }

    def largest_is_worse(self, curve: str) -> bool | None:
        """True where seeds tell the largest network from the best; None without either."""
        table = means(self.frame)
        rows = table[table["curve"] == curve].sort_values("params")
        if rows.empty or rows["params"].iloc[-1] < max(spec.params for spec in self.study.specs()):
            return None
        return bool(rows["low"].iloc[-1] > _best(rows)["high"])

    @property
    def lesson(self) -> str:
        """The lesson that these runs show; empty where the largest networks diverged."""
        plain, decayed = map(self.largest_is_worse, (PLAIN, DECAYED))
        if plain is None or decayed is None:
            return ""
        if not plain:
            return NOT_YET
        return STILL_WORSE if decayed else LESSON

    @property
    def sentence(self) -> str:
        """The best size of each curve, and what the largest loses or gains."""
        if self.live:
            return f"{len(self.frame)} of {self.study.networks} networks trained."
        parts, table = [], means(self.frame)
        for name, told in ((PLAIN, "Without weight decay"), (DECAYED, "With it")):
            rows = table[table["curve"] == name].sort_values("params")
            if rows.empty:
                continue
            parts.append(
                f"{told} the best of these networks has **"
                f"{format_count(_best(rows)['params'])} parameters**"
                f"{_largest(rows)}."
            )
        return " ".join(parts) or "No run ended well."


def _best(rows: pd.DataFrame) -> "pd.Series[Any]":
    """The row of the lowest loss."""
    return rows.iloc[int(rows["loss"].to_numpy().argmin())]


def _largest(rows: pd.DataFrame) -> str:
    """The excess of the largest network over the best one, where it is another."""
    best, last = _best(rows), rows.iloc[-1]
    size = format_count(last["params"])
    if best["params"] == last["params"]:
        return ""
    if last["low"] <= best["high"]:
        return f", and seeds do not tell the largest ({size}) from it"
    more = format_fixed(last["loss"] - best["loss"], 2)
    return f", and the largest ({size}) is {more} nats worse"


def panel(state: State, chosen: Controls) -> Iterator[Any]:
    """The button that trains it."""
    mine = chosen.study(state)
    yield Run(KEY, mine, partial(corpus_specs, mine), primary=False)


def sizes(state: State, chosen: Controls) -> Iterator[Any]:
    """Loss against size, and which size is best."""
    source = result_source(KEY, chosen.study(state), SizesStudy.recorded, RECORDED_STUDY)

    def gather(rows: Rows, unfinished: Rows | None) -> Results:
        return Results(source.about, source.about.table(rows), unfinished is not None)

    label = Label(
        source.kind, source.about.describe(), text.made(source.made), stale=source.stale,
        when=source.when,
    )  # fmt: skip
    yield Live(label, source, gather, _figure)


def _figure(results: Results) -> list[Any]:
    figure = Figure(charts.loss(results.tables, HELD_OUT, across="params"), ALT)
    return [results.sentence, [figure], "" if results.live else results.lesson]

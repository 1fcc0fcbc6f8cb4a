"""What others measured: two published laws at equal tokens per parameter, and two findings."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from toylab.laws import designs, published
from toylab.laws.designs import TRANSFORMER, XLSTM
from toylab.quantities import format_count, format_fixed
from ui.blocks import Figure, Table
from ui.concepts.architecture import charts, text
from ui.concepts.shared.numbers import factor
from ui.knobs import knob
from ui.label import Label
from ui.labels import LOW, Axes, Labels

FORMS = (TRANSFORMER.form, XLSTM.form)
RATIOS = [10, 20, 50, 100, 200, 500]
SIZE = 1e9  # parameters at which the two are compared
FINE = 24
ALT = (
    "How many times the compute of an xLSTM a transformer needs for the same loss, by their "
    "published laws, against parameters: a line for each number of tokens per parameter. One is "
    "marked; above it the xLSTM is ahead."
)


@dataclass(frozen=True)
class Controls:
    """The control of the tab, as the link has it."""

    ratio: int = knob(20, "Tokens per parameter", RATIOS)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart: a line for each ratio, the chosen one in colour."""
        lines = _lines()
        lines = lines.assign(
            meaning=np.where(lines["ratio"] == self.ratio, "model", "budget"),
        )
        ends = Axes(
            (lines["params"].min() / 1.05, lines["params"].max() * 2.2),
            (lines["times"].min() / 1.05, lines["times"].max() * 1.12),
        )
        labels = Labels(ends, LOW)
        labels.keep_off([(ends.x[0], 1.0), (ends.x[1], 1.0)])
        names = {ratio: str(ratio) for ratio in RATIOS}
        names[self.ratio] = f"{self.ratio} per parameter"
        ends_at = {
            name: _points(lines[lines["ratio"] == ratio])[-1] for ratio, name in names.items()
        }
        labels.name_points(ends_at, [names.pop(self.ratio), *names.values()])
        return {
            "lines": lines,
            "one": pd.DataFrame({"times": [1.0]}),
            "axes": ends.table,
            "names": labels.table,
        }

    @property
    def sentence(self) -> str:
        """The comparison of the two at a size, by their laws."""
        slopes = [format_fixed(designs.slope(form, SIZE, self.ratio), 3) for form in FORMS]
        m = designs.compute_ratio(*FORMS, SIZE, self.ratio)
        ahead, behind = ("xLSTM", "transformer") if m > 1 else ("transformer", "xLSTM")
        return (
            f"At {self.ratio} tokens a parameter and {format_count(SIZE)} parameters the slopes in "
            f"compute are **{slopes[0]}** (transformer) and **{slopes[1]}** (xLSTM): nearly "
            f"parallel. The {behind} needs **{factor(max(m, 1 / m))} times** the compute of the "
            f"{ahead} for the same loss. Move the ratio: which design is ahead depends on it."
        )


@cache
def _lines() -> pd.DataFrame:
    """The compute ratio by size at each ratio, as far as runs go: params, ratio, times."""
    sizes = np.geomspace(*TRANSFORMER.measured["N"], FINE)
    least, most = TRANSFORMER.measured["D"]
    return pd.DataFrame([
        {"params": N, "ratio": ratio, "times": designs.compute_ratio(*FORMS, N, ratio)}
        for ratio in RATIOS
        for N in sizes
        if least <= ratio * N <= most
    ])  # fmt: skip


def _points(table: pd.DataFrame) -> list[tuple[float, float]]:
    return list(table[["params", "times"]].itertuples(index=False, name=None))


TOLD = pd.DataFrame(
    [
        (
            "[Hestness 2017](https://arxiv.org/abs/1712.00409)",
            "Several designs on translation, language, images and speech, against data",
            "A better design shifts the line; its exponent hardly changes.",
        ),
        (
            published.KAPLAN_N.cited.replace("eq. 1.1, Table 5", "Figure 7"),
            "LSTMs and transformers, against size and against the place in the text",
            "LSTMs keep up on the first tokens of a context, and fall behind on later ones.",
        ),
        (
            TRANSFORMER.paper.cited,
            "Transformers and xLSTMs, a modern recurrent design, from 80M to 7B parameters",
            "In its runs xLSTMs have the lower loss at equal compute; by its laws, drawn here, "
            "that depends on the tokens per parameter.",
        ),
    ],
    columns=["Paper", "What it compared", "What it found"],
)


def others(_: object, chosen: Controls) -> Iterator[Any]:
    """The laws of two designs, and what papers found."""
    yield Label(
        "published",
        f"transformer {TRANSFORMER.form.tex}; xLSTM {XLSTM.form.tex}; D = {chosen.ratio} N, "
        "C = 6 N D",
        text.BECK,
        (TRANSFORMER, XLSTM),
    )
    yield [Figure(charts.published(chosen.tables), ALT)]
    yield chosen.sentence
    yield Table(TOLD)
    yield text.AGREES

"""What others measured: two published laws at equal tokens per parameter, and two findings."""

from collections.abc import Iterator
from dataclasses import dataclass
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

LAWS = {TRANSFORMER.title: (TRANSFORMER, "model"), XLSTM.title: (XLSTM, "rival")}
RATIOS = [10, 20, 50, 100, 200, 500]
SIZE = 1e9  # parameters at which the two are compared
FINE = 60
ALT = (
    "Loss against parameters on log axes, by the published laws of a transformer and an xLSTM at "
    "equal tokens per parameter: two nearly parallel lines."
)


@dataclass(frozen=True)
class Controls:
    """The control of the tab, as the link has it."""

    ratio: int = knob(20, "Tokens per parameter", RATIOS)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart."""
        low, high = TRANSFORMER.measured["N"]
        N = np.geomspace(low, high, FINE)
        lines = pd.concat([
            pd.DataFrame({
                "params": N, "loss": designs.loss(law.form, N, self.ratio), "meaning": meaning
            })
            for law, meaning in LAWS.values()
        ])  # fmt: skip
        ends = Axes((low, high), (lines["loss"].min() / 1.03, lines["loss"].max() * 1.03))
        labels = Labels(ends, LOW)
        labels.name_lines({
            title: list(lines.loc[lines["meaning"] == meaning, ["params", "loss"]].itertuples(
                index=False, name=None))
            for title, (_, meaning) in LAWS.items()
        })  # fmt: skip
        return {"lines": lines, "names": labels.table}

    @property
    def sentence(self) -> str:
        """How the two compare at a size, by their laws."""
        forms = [law.form for law, _ in LAWS.values()]
        slopes = [format_fixed(designs.slope(form, SIZE, self.ratio), 3) for form in forms]
        m = designs.compute_multiplier(forms[0], forms[1], SIZE, self.ratio)
        ahead, behind = ("xLSTM", "transformer") if m > 1 else ("transformer", "xLSTM")
        return (
            f"At {self.ratio} tokens a parameter and {format_count(SIZE)} parameters the slopes in "
            f"compute are **{slopes[0]}** (transformer) and **{slopes[1]}** (xLSTM): nearly "
            f"parallel. The {behind} needs **{factor(max(m, 1 / m))} times** the compute of the "
            f"{ahead} for the same loss. Move the ratio: which design is ahead depends on it."
        )


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
            "At equal compute the xLSTM has the lower loss.",
        ),
    ],
    columns=["Paper", "What it compared", "What it found"],
)


def others(_: object, chosen: Controls) -> Iterator[Any]:
    """The laws of two designs, and what papers found."""
    yield Label(
        "published",
        f"{TRANSFORMER.form.tex} and {XLSTM.form.tex}, D = {chosen.ratio} N",
        text.BECK,
        (TRANSFORMER, XLSTM),
    )
    yield [Figure(charts.published(chosen.tables), ALT)]
    yield chosen.sentence
    yield Table(TOLD)
    yield text.AGREES

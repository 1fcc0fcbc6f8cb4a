"""The chart of mistakes: how many times off each working ends."""

from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from ui.charts import PLAIN, Chart, colour_by_meaning, columns, finish, layer, log_axis

ROW = 46  # pixels: words over a bar, so that a phone has room for both


def times_off(frame: pd.DataFrame, most: float) -> Chart:
    """One bar a mistake, from 1; a filled circle at its end if found, else a hollow diamond.

    Args:
        frame: columns place (in reading order), times, words, found.
        most: where the axis ends.
    """
    needed = columns(frame, "place", "times", "words", "found")
    kinds = {"found": needed[needed["found"]], "missed": needed[~needed["found"]]}
    tables = {name: columns(rows, "place", "times", "words") for name, rows in kinds.items()}
    return Chart(_times_off(most), tables)


@lru_cache
def _times_off(most: float) -> dict[str, Any]:
    x = log_axis("times:Q", "Times too large or too small", alt.X, (1.0, most), say=PLAIN)
    y = alt.Y("place:O", title=None, axis=None)
    tips = [
        alt.Tooltip("words:N", title="mistake"),
        alt.Tooltip("times:Q", title="times off", format=".3g"),
    ]
    means = colour_by_meaning(optimum="found", rival="missed")
    layers = []
    for table, meaning, shape, filled in (
        ("found", "optimum", "circle", True),
        ("missed", "rival", "diamond", False),
    ):
        bars = layer(table).mark_rule(strokeWidth=5, opacity=0.45)
        ends = layer(table).mark_point(shape=shape, filled=filled, size=190, strokeWidth=3)
        words = layer(table).mark_text(align="left", dy=-17, fontSize=14)
        layers += [
            means(meaning, bars).encode(x, y, x2=alt.datum(1)),
            means(meaning, ends).encode(x, y, opacity=alt.value(1), tooltip=tips),
            words.encode(y, alt.Text("words:N"), x=alt.value(2)),
        ]
    return finish(layers) | {"height": {"step": ROW}}

"""The first figure: small runs, the line through them, and what came after."""

from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from ui import labels
from ui.charts import PLAIN, Chart, colour_by_meaning, finish, layer, log_axis, named, select

NEEDS = {
    "runs": ("size", "error"),
    "training": ("size", "error"),
    "points": ("size", "error", "low", "high", "kept_back"),
    "line": ("size", "error", "low", "high"),
    "asked": ("size",),
    "names": tuple(labels.COLUMNS),
}


def forecast(tables: dict[str, pd.DataFrame], sizes: tuple[int, ...], axes: labels.Axes) -> Chart:
    """Error against training samples on log axes.

    Tables: runs; training, those on their way; points, medians with quartiles, `kept_back`
    those that the line has not seen; line, with its band; asked, the size to guess at; names.
    """
    return Chart(_forecast(sizes, axes), select(tables, NEEDS))


@lru_cache
def _forecast(sizes: tuple[int, ...], axes: labels.Axes) -> dict[str, Any]:
    axis = alt.Axis(values=list(sizes), format=",", labelOverlap=True)
    x = alt.X("size:Q", axis=axis, title="Training samples").scale(type="log", domain=axes.x)
    y, low = (log_axis(f"{name}:Q", "Error", domain=axes.y, say=PLAIN) for name in ("error", "low"))
    tips = [
        alt.Tooltip("size:Q", title="samples", format=","),
        alt.Tooltip("error:Q", title="median error", format=".2r"),
    ]
    means = colour_by_meaning()
    point: dict[str, Any] = {"size": 190, "strokeWidth": 3, "opacity": 1}
    layers = [
        means("budget", layer("asked").mark_rule(strokeWidth=2.5, strokeDash=[7, 5])).encode(x),
        layer("asked")
        .mark_text(text="what error here?", align="right", dx=-8, fontSize=15, fontWeight=700)
        .encode(x, y=alt.value(alt.ExprRef("height / 4"))),
        means("model", layer("line").mark_area(opacity=0.2)).encode(x, low, alt.Y2("high:Q")),
        means("model", layer("line").mark_line(strokeWidth=3)).encode(x, y),
        means("data", layer("training").mark_point(size=45, opacity=0.7, clip=True)).encode(x, y),
        means("data", layer("runs").mark_circle(size=36, opacity=0.35)).encode(x, y),
        means("data", layer("points").mark_rule(strokeWidth=4, opacity=0.6)).encode(
            x, low, alt.Y2("high:Q")
        ),
        means("data", layer("points").mark_point(filled=True, **point))
        .encode(x, y, tooltip=tips)
        .transform_filter("!datum.kept_back"),
        means("data", layer("points").mark_point(filled=False, **point))
        .encode(x, y, tooltip=tips)
        .transform_filter("datum.kept_back"),
        *named("names", 14),
    ]
    return finish(layers)

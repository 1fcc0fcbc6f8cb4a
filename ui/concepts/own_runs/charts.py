"""The reader's runs in one variable: their losses, the law through them, and its forecast."""

from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from ui.charts import (
    COUNT,
    DOT,
    Chart,
    axis_ends,
    colour_by_meaning,
    count_tooltip,
    finish,
    keep_table,
    layer,
    log_axis,
    named,
    select,
)
from ui.concepts.shared.charts import EVERY

POINT = ("size", "loss")
NEEDS = {
    "runs": POINT,
    "curve": (*POINT, "beyond"),
    "band": ("size", "low", "high"),
    "forecast": (*POINT, "low", "high"),
    **EVERY,
}


def loss_law(tables: dict[str, pd.DataFrame], title: str) -> Chart:
    """Loss against size on log axes, the law with its band, and the run that is asked about.

    Args:
        tables: runs (size, loss), curve (the same, and whether it is beyond the runs), band
            (size, low, high), forecast (size, loss, low, high; or empty), names, and axes.
        title: what a size counts, for the axis.
    """
    return Chart(_loss_law(title), select(tables, NEEDS))


@lru_cache
def _loss_law(title: str) -> dict[str, Any]:
    x = log_axis("size:Q", title, alt.X, axis_ends("x"), COUNT)
    up = alt.Scale(type="log", nice=False, domain=axis_ends("y"))
    ticks = alt.Axis(format="~g", labelOverlap="greedy", tickCount=6)  # also on a short axis
    y, low = (
        alt.Y(f"{name}:Q", title="Loss (nats/token)", scale=up, axis=ticks)
        for name in ("loss", "low")
    )
    high, means = alt.Y2("high:Q"), colour_by_meaning()
    tips = [count_tooltip("size", title.lower()), alt.Tooltip("loss:Q", format=".4f")]
    layers = [
        means("model", layer("band").mark_area(opacity=0.2, clip=True)).encode(x, low, high),
    ]
    for part, stroke in (("true", 2.0), ("!datum.beyond", 4.0)):  # thin beyond the runs
        line = layer("curve").mark_line(strokeWidth=stroke, clip=True).transform_filter(part)
        layers.append(means("model", line).encode(x, y))
    layers += [
        means("data", layer("runs", "size").mark_point(filled=True, size=90, clip=True)).encode(
            x, y, opacity=alt.value(0.8), tooltip=tips
        ),
        means("optimum", layer("forecast").mark_rule(strokeWidth=4, clip=True)).encode(
            x, low, high
        ),
        means("optimum", layer("forecast", "size").mark_point(**DOT)).encode(
            x, y, opacity=alt.value(1), tooltip=tips
        ),
        *named("names"),
        keep_table("axes"),
    ]
    return finish(layers)

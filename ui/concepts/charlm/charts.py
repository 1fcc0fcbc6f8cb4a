"""Charts of "Your own Chinchilla": losses of networks on their way."""

from functools import cache
from typing import Any

import altair as alt
import pandas as pd

from ui import labels
from ui.charts import (
    COUNT,
    PLAIN,
    Chart,
    axis_ends,
    coloured,
    finish,
    keep_table,
    layer,
    log_axis,
    named,
    select,
)

NEEDS = {
    "lines": ("tokens", "loss", "params", "run", "meaning"),
    "axes": ("x0", "x1", "y0", "y1"),
    "names": tuple(labels.COLUMNS),
}
LOW_HEIGHT = 300


def learning(tables: dict[str, pd.DataFrame]) -> Chart:
    """Loss against characters read so far, a line a network.

    Args:
        tables: lines (tokens, loss, params, run, meaning), names as `ui.labels` has them, and
            axes (one row: x0, x1, y0, y1).
    """
    return Chart(_learning(), select(tables, NEEDS))


@cache
def _learning() -> dict[str, Any]:
    x = log_axis("tokens:Q", "Characters read so far", alt.X, say=COUNT)
    y = log_axis("loss:Q", "Held-out loss, nats/character", say=PLAIN)
    x = x.scale(type="log", nice=False, domain=axis_ends("x"))
    y = y.scale(type="log", nice=False, domain=axis_ends("y"))
    y = y.axis(tickCount=8, labelExpr=PLAIN, labelOverlap=True, gridOpacity=0.5)
    tips = [
        alt.Tooltip("params:Q", title="parameters", format=","),
        alt.Tooltip("tokens:Q", title="characters", format=","),
        alt.Tooltip("loss:Q", format=".3f"),
    ]
    lines = coloured(layer("lines").mark_line(strokeWidth=2, clip=True))
    dots = coloured(layer("lines").mark_point(size=30, filled=True, opacity=0.8, clip=True))
    layers = [
        keep_table("axes"),
        lines.encode(x, y, alt.Detail("run:N")),
        dots.encode(x, y, tooltip=tips),
        *named("names", 14),
    ]
    return finish(layers, LOW_HEIGHT)

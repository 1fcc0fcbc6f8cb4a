"""Charts of the page on learning rates that travel: valleys in two panels, minima, losses.

The ends of the axes are a table, too: they move with the data, and the chart is not drawn anew.
"""

from functools import cache, lru_cache
from typing import Any

import altair as alt
import pandas as pd

from ui import labels
from ui.charts import (
    COUNT,
    DOT,
    PLAIN,
    Chart,
    axis_ends,
    colour_by_meaning,
    coloured,
    finish,
    keep_table,
    layer,
    log_axis,
    named,
    select,
)

ENDS = ("x0", "x1", "y0", "y1")
EVERY: dict[str, tuple[str, ...]] = {"axes": ENDS, "names": tuple(labels.COLUMNS)}
PANELS: dict[str, tuple[str, ...]] = {"axes": (*ENDS, "lowest", "highest", "offset")}
LOW_HEIGHT = 300
WIDTHS = [32, 64, 128, 256, 512, 1024]
FINE = [k / 10 for k in range(10, 50)]
AXES = "data('axes')[0]"
# The rate that a place on the axis of both panels stands for: every other octave is named.
OCTAVE = f"(datum.value > {AXES}.highest + 0.5 ? datum.value - {AXES}.offset : datum.value)"
NAMED = (
    f"length(data('axes')) && {OCTAVE} >= {AXES}.lowest && {OCTAVE} <= {AXES}.highest && "
    f"({OCTAVE} - {AXES}.lowest) % 2 == 0 ? format(pow(2, {OCTAVE}), '.2~g') : ''"
)
LR = alt.Tooltip("lr:Q", title="learning rate", format=".2~g")
WIDTH = alt.Tooltip("width:Q", title="width")


def loss(tables: dict[str, pd.DataFrame]) -> Chart:
    """Loss against the learning rate, a panel a parametrisation, a line a width.

    Args:
        tables: means (x, loss, low, high, width, lr, meaning, strong), lowest (x, loss, low, high,
            width, lr, meaning), titles (x, loss, name, meaning), names as `ui.labels` has them,
            and axes (one row: x0, x1, y0, y1, lowest, highest, offset).
    """
    needs = {
        "means": ("x", "loss", "low", "high", "width", "lr", "meaning", "strong"),
        "lowest": ("x", "loss", "low", "high", "width", "lr", "meaning"),
        "titles": ("x", "loss", "name", "meaning"),
    }
    return Chart(_loss(), select(tables, {**needs, **EVERY, **PANELS}))


def best(tables: dict[str, pd.DataFrame]) -> Chart:
    """The best rate against width on log axes, with intervals.

    Args:
        tables: points (width, lr, low, high, loss, meaning), level (lr), names and axes.
    """
    needs = {"points": ("width", "lr", "low", "high", "loss", "meaning"), "level": ("lr",)}
    return Chart(_best(), select(tables, {**needs, **EVERY}))


def law(tables: dict[str, pd.DataFrame]) -> Chart:
    """Loss against parameters on log axes, a line a way of choosing the rate.

    Args:
        tables: points (params, width, loss, name, meaning), names and axes.
    """
    needs = {"points": ("params", "width", "loss", "name", "meaning")}
    return Chart(_law(), select(tables, {**needs, **EVERY}))


def check(tables: dict[str, pd.DataFrame], title: str) -> Chart:
    """The change of a layer's activations against width, on log axes.

    Args:
        tables: points (width, change, meaning), names and axes.
        title: of what changes, for the axis.
    """
    needs = {"points": ("width", "change", "meaning")}
    return Chart(_check(title), select(tables, {**needs, **EVERY}))


@cache
def _loss() -> dict[str, Any]:
    axis = alt.Axis(values=list(range(-16, 24)), labelExpr=NAMED, labelOverlap="greedy", grid=False)
    scale = alt.Scale(nice=False, zero=False, domain=axis_ends("x"))
    title = "Peak learning rate"
    x, low = (alt.X(f"{name}:Q", title=title, axis=axis, scale=scale) for name in ("x", "low"))
    y = alt.Y(
        "loss:Q",
        title="Held-out loss, nats/character",
        axis=alt.Axis(tickCount=7, format=".1f", gridOpacity=0.5),
        scale=alt.Scale(nice=False, zero=False, domain=axis_ends("y")),
    )
    tips = [
        WIDTH, LR, alt.Tooltip("loss:Q", title="mean loss", format=".3f"),
        alt.Tooltip("low:Q", title="95 %, from", format=".3f"),
        alt.Tooltip("high:Q", title="to", format=".3f"),
    ]  # fmt: skip
    means = layer("means")
    opacity = alt.Opacity("strong:Q", scale=alt.Scale(domain=[0, 1], range=[0.35, 1]), legend=None)
    titles = coloured(layer("titles").mark_text(fontSize=17, fontWeight=600, dy=14))
    lowest = layer("lowest")
    layers = [
        keep_table("axes"),
        coloured(means.mark_line(strokeWidth=2.5, clip=True)).encode(
            x, y, opacity, alt.Detail("width:N")
        ),
        coloured(means.mark_point(filled=True, size=45, clip=True)).encode(
            x, y, opacity, tooltip=tips
        ),
        coloured(lowest.mark_rule(strokeWidth=4, opacity=0.45, clip=True)).encode(
            low, y, alt.X2("high:Q")
        ),
        coloured(lowest.mark_point(**DOT | {"size": 170, "shape": "diamond"})).encode(
            x, y, tooltip=[WIDTH, alt.Tooltip("lr:Q", title="best rate", format=".2~g")]
        ),
        titles.encode(x, y, text="name:N"),
        *named("names", 14),
    ]
    return finish(layers)


def _widths() -> alt.X:
    axis = alt.Axis(values=WIDTHS, format="d", labelOverlap=True)
    scale = alt.Scale(type="log", base=2, nice=False, domain=axis_ends("x"))
    return alt.X("width:Q", title="Width, hidden units", axis=axis, scale=scale)


@cache
def _best() -> dict[str, Any]:
    x = _widths()
    y, low = (
        log_axis(f"{name}:Q", "Best learning rate", say=PLAIN)
        .scale(type="log", nice=False, domain=axis_ends("y"))
        .axis(values=[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1], labelExpr=PLAIN)
        for name in ("lr", "low")
    )
    tips = [
        WIDTH, alt.Tooltip("lr:Q", title="best rate", format=".2~g"),
        alt.Tooltip("low:Q", title="95 %, from", format=".2~g"),
        alt.Tooltip("high:Q", title="to", format=".2~g"),
        alt.Tooltip("loss:Q", title="lowest loss", format=".3f"),
    ]  # fmt: skip
    points = layer("points")
    level = layer("level").mark_rule(strokeWidth=2.5, strokeDash=[7, 5])
    layers = [
        keep_table("axes"),
        colour_by_meaning()("budget", level).encode(y),
        coloured(points.mark_rule(strokeWidth=4, opacity=0.5, clip=True)).encode(
            x, low, alt.Y2("high:Q")
        ),
        coloured(points.mark_line(strokeWidth=3, clip=True)).encode(x, y),
        coloured(points.mark_point(**DOT | {"size": 170, "shape": "diamond"})).encode(
            x, y, tooltip=tips
        ),
        *named("names", 15),
    ]
    return finish(layers)


@cache
def _law() -> dict[str, Any]:
    x = log_axis("params:Q", "Parameters", alt.X, say=COUNT)
    x = x.scale(type="log", nice=False, domain=axis_ends("x"))
    y = (
        log_axis("loss:Q", "Held-out loss, nats/character", say=PLAIN)
        .scale(type="log", nice=False, domain=axis_ends("y"))
        .axis(values=FINE, labelExpr=PLAIN, labelOverlap=True, gridOpacity=0.5)
    )
    tips = [
        alt.Tooltip("name:N", title="rate"), WIDTH,
        alt.Tooltip("params:Q", title="parameters", format=","),
        alt.Tooltip("loss:Q", title="mean loss", format=".3f"),
    ]  # fmt: skip
    points = layer("points")
    dashed = alt.StrokeDash("meaning:N", legend=None).scale(
        domain=["model", "rival", "budget"], range=[[1, 0], [1, 0], [7, 5]]
    )
    layers = [
        keep_table("axes"),
        coloured(points.mark_line(strokeWidth=3, clip=True)).encode(x, y, dashed),
        coloured(points.mark_point(**DOT | {"size": 110})).encode(x, y, tooltip=tips),
        *named("names", 14),
    ]
    return finish(layers, LOW_HEIGHT)


@lru_cache
def _check(title: str) -> dict[str, Any]:
    y = log_axis("change:Q", title, say=PLAIN)
    y = y.scale(type="log", nice=False, domain=axis_ends("y"))
    tips = [WIDTH, alt.Tooltip("change:Q", title="change", format=".2~g")]
    points = layer("points")
    layers = [
        keep_table("axes"),
        coloured(points.mark_line(strokeWidth=3, clip=True)).encode(_widths(), y),
        coloured(points.mark_point(**DOT | {"size": 130})).encode(_widths(), y, tooltip=tips),
        *named("names", 14),
    ]
    return finish(layers, LOW_HEIGHT)

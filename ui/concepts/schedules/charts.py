"""Charts of the page on schedules: losses and rates, against horizons, steps and looks.

The ends of the axes are a table, too: they move with the data, and the chart is not drawn anew.
"""

from functools import cache, lru_cache
from typing import Any

import altair as alt
import pandas as pd

from ui import labels
from ui.charts import (
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

EVERY = {"axes": ("x0", "x1", "y0", "y1"), "names": tuple(labels.COLUMNS)}
HORIZONS = [1, 1.25, 1.5, 2, 3, 4]
LOW_HEIGHT = 300
SIGNED = "(datum.value > 0 ? '+' : '') + format(datum.value, '.2~f')"


def _plain_axis(
    channel: Any, field: str, title: str, name: str, axis: alt.Axis | None = None
) -> Any:
    scale = alt.Scale(zero=False, nice=False, domain=axis_ends(name))
    return channel(field, title=title, axis=axis or alt.Axis(tickCount=6), scale=scale)


def excess(tables: dict[str, pd.DataFrame]) -> Chart:
    """Loss above that of the usual run against the horizon, a line a rate.

    Args:
        tables: means (horizon, excess, low, high, curve, meaning), seeds (horizon, excess, seed,
            meaning), names as `ui.labels` has them, and axes (one row: x0, x1, y0, y1).
    """
    needs = {
        "means": ("horizon", "excess", "low", "high", "curve", "meaning"),
        "seeds": ("horizon", "excess", "seed", "meaning"),
    }
    return Chart(_excess(), select(tables, {**needs, **EVERY}))


@cache
def _excess() -> dict[str, Any]:
    x = alt.X(
        "horizon:Q",
        title="Planned steps over steps run",
        axis=alt.Axis(values=HORIZONS, labelExpr=PLAIN),
        scale=alt.Scale(type="log", nice=False, domain=axis_ends("x")),
    )
    title = "Loss above the usual run, nats/character"
    y, low = (
        _plain_axis(alt.Y, f"{field}:Q", title, "y", alt.Axis(tickCount=6, labelExpr=SIGNED))
        for field in ("excess", "low")
    )
    tips = [
        alt.Tooltip("curve:N", title="peak rate"),
        alt.Tooltip("horizon:Q", title="planned for"),
        alt.Tooltip("excess:Q", title="above the usual run", format="+.3f"),
        alt.Tooltip("low:Q", title="95 %, from", format="+.3f"),
        alt.Tooltip("high:Q", title="to", format="+.3f"),
    ]
    one = [alt.Tooltip("excess:Q", format="+.3f"), alt.Tooltip("seed:Q")]
    meant = colour_by_meaning()
    layers = [
        keep_table("axes"),
        meant("budget", layer("axes").mark_rule(strokeDash=[4, 4])).encode(y=alt.datum(0)),
        coloured(layer("means").mark_area(opacity=0.2, clip=True)).encode(x, low, alt.Y2("high:Q")),
        coloured(layer("means").mark_line(strokeWidth=3, clip=True)).encode(x, y),
        coloured(layer("seeds").mark_point(size=40, opacity=0.6, clip=True)).encode(
            x, y, tooltip=one
        ),
        coloured(layer("means").mark_point(size=110, filled=True, opacity=1, clip=True)).encode(
            x, y, tooltip=tips
        ),
        *named("names", 15),
    ]
    return finish(layers)


def rates(tables: dict[str, pd.DataFrame], *, large: bool = True) -> Chart:
    """The learning rate along the run, over its usual peak, a line a schedule.

    Args:
        tables: lines (done, rate, horizon, meaning), names and axes.
        large: whether it stands alone.
    """
    needs = {"lines": ("done", "rate", "horizon", "meaning")}
    return Chart(_rates(large), select(tables, {**needs, **EVERY}))


@lru_cache
def _rates(large: bool) -> dict[str, Any]:
    x = _plain_axis(
        alt.X,
        "done:Q",
        "Share of the run",
        "x",
        alt.Axis(values=[0, 0.2, 0.4, 0.6, 0.8, 1], format="%"),
    )
    y = _plain_axis(alt.Y, "rate:Q", "Learning rate, over the usual peak", "y")
    lines = coloured(layer("lines").mark_line(strokeWidth=3, clip=True))
    layers = [
        keep_table("axes"),
        lines.encode(x, y, alt.Detail("horizon:N")),
        *named("names", 14),
    ]
    return finish(layers) if large else finish(layers, LOW_HEIGHT)


def lengths(tables: dict[str, pd.DataFrame]) -> Chart:
    """Loss against the length of the run, a line a kind of schedule.

    Args:
        tables: means (steps, loss, kind, meaning), seeds (steps, loss, seed, meaning), names and
            axes.
    """
    needs = {"means": ("steps", "loss", "kind", "meaning"),
             "seeds": ("steps", "loss", "seed", "meaning")}  # fmt: skip
    return Chart(_lengths(), select(tables, {**needs, **EVERY}))


def _steps() -> Any:
    x = log_axis("steps:Q", "Steps of the run", alt.X, say="format(datum.value, ',')")
    return x.scale(type="log", nice=False, domain=axis_ends("x"))


@cache
def _lengths() -> dict[str, Any]:
    x, y = _steps(), _plain_axis(alt.Y, "loss:Q", "Held-out loss, nats/character", "y")
    tips = [alt.Tooltip("kind:N", title="schedule"), alt.Tooltip("steps:Q", format=","),
            alt.Tooltip("loss:Q", title="mean loss", format=".3f")]  # fmt: skip
    one = [alt.Tooltip("loss:Q", format=".3f"), alt.Tooltip("seed:Q")]
    layers = [
        keep_table("axes"),
        coloured(layer("means").mark_line(strokeWidth=3, clip=True)).encode(x, y),
        coloured(layer("seeds").mark_point(size=40, opacity=0.6, clip=True)).encode(
            x, y, tooltip=one
        ),
        coloured(layer("means").mark_point(**DOT | {"size": 110})).encode(x, y, tooltip=tips),
        *named("names", 14),
    ]
    return finish(layers, LOW_HEIGHT)


def gaps(tables: dict[str, pd.DataFrame]) -> Chart:
    """Branch less cosine against the length, a line a rate, and a thick one for tuned rates.

    Args:
        tables: means (steps, gap, curve, meaning), seeds (steps, gap, seed, meaning), names and
            axes.
    """
    needs = {"means": ("steps", "gap", "curve", "meaning"),
             "seeds": ("steps", "gap", "seed", "meaning")}  # fmt: skip
    return Chart(_gaps(), select(tables, {**needs, **EVERY}))


@cache
def _gaps() -> dict[str, Any]:
    x = _steps()
    title = "Late decay less cosine, nats"
    y = _plain_axis(alt.Y, "gap:Q", title, "y", alt.Axis(tickCount=6, labelExpr=SIGNED))
    tips = [alt.Tooltip("curve:N", title="peak rate"), alt.Tooltip("steps:Q", format=","),
            alt.Tooltip("gap:Q", title="late decay less cosine", format="+.3f")]  # fmt: skip
    one = [alt.Tooltip("gap:Q", format="+.3f"), alt.Tooltip("seed:Q")]
    tuned = layer("means").transform_filter("datum.meaning == 'optimum'")
    layers = [
        keep_table("axes"),
        colour_by_meaning()("budget", layer("axes").mark_rule(strokeDash=[4, 4])).encode(
            y=alt.datum(0)
        ),
        coloured(layer("means").mark_line(strokeWidth=2, clip=True)).encode(x, y),
        coloured(tuned.mark_line(strokeWidth=5, clip=True)).encode(x, y),
        coloured(layer("seeds").mark_point(size=40, opacity=0.6, clip=True)).encode(
            x, y, tooltip=one
        ),
        coloured(layer("means").mark_point(size=70, filled=True, opacity=1, clip=True)).encode(
            x, y, tooltip=tips
        ),
        *named("names", 14),
    ]
    return finish(layers, LOW_HEIGHT)


def curves(tables: dict[str, pd.DataFrame], title: str) -> Chart:
    """Loss curves against the share of the run, a line a network or a schedule.

    Args:
        tables: lines (done, loss, curve, line, meaning, dash), names and axes.
        title: of the loss, for the axis.
    """
    needs = {"lines": ("done", "loss", "curve", "line", "meaning", "dash")}
    return Chart(_curves(title), select(tables, {**needs, **EVERY}))


@lru_cache
def _curves(title: str) -> dict[str, Any]:
    x = _plain_axis(
        alt.X,
        "done:Q",
        "Share of the run",
        "x",
        alt.Axis(values=[0, 0.2, 0.4, 0.6, 0.8, 1], format="%"),
    )
    y = (
        log_axis("loss:Q", title, say=PLAIN)
        .scale(type="log", nice=False, domain=axis_ends("y"))
        .axis(tickCount=8, labelExpr=PLAIN, labelOverlap=True, gridOpacity=0.5)
    )
    tips = [alt.Tooltip("curve:N", title="run"), alt.Tooltip("done:Q", title="done", format=".0%"),
            alt.Tooltip("loss:Q", format=".3f")]  # fmt: skip
    solid, dotted = (
        layer("lines").transform_filter(f"{sign}datum.dash") for sign in ("!", "")
    )  # fmt: skip
    layers = [
        keep_table("axes"),
        coloured(solid.mark_line(strokeWidth=2, clip=True)).encode(x, y, alt.Detail("line:N")),
        coloured(dotted.mark_line(strokeWidth=2, strokeDash=[2, 5], clip=True)).encode(
            x, y, alt.Detail("line:N")
        ),
        coloured(solid.mark_point(size=30, filled=True, opacity=0.8, clip=True)).encode(
            x, y, tooltip=tips
        ),
        *named("names", 14),
    ]
    return finish(layers, LOW_HEIGHT)

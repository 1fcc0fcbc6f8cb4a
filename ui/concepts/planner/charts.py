"""Charts of the planner: FLOPs and parameters by part, time, memory, and FLOPs against size."""

from functools import cache, lru_cache
from typing import Any

import altair as alt
import pandas as pd

from ui import labels
from ui.charts import (
    COUNT,
    DOT,
    POWER,
    Chart,
    axis_ends,
    colour_by_meaning,
    coloured,
    columns,
    finish,
    keep_table,
    layer,
    log_axis,
    named,
    select,
)

LOW_HEIGHT = 300
NEUTRAL = "#8a8a8a"  # seen on a light page and on a dark one
WORDS = "split(datum.label, ' ')"  # below one another: the plot is as wide as it can be
PARTS = alt.Y(
    "part:N", title=None, sort=None, axis=alt.Axis(labelExpr=WORDS, labelPadding=5, ticks=False)
)
SHARE = alt.Axis(format="~%", labelOverlap=True)
TICK: Any = {"thickness": 5, "height": {"band": 0.7}, "opacity": 1}


def flops(tables: dict[str, pd.DataFrame]) -> Chart:
    """FLOPs a token of each part as shares of 6N: bars as counted, ticks as 6N has them.

    Args:
        tables: bars (part, share, rule), axes.
    """
    needs = {"bars": ("part", "share", "rule"), "axes": ("x0", "x1", "y0", "y1")}
    return Chart(_flops(), select(tables, needs))


def params(tables: dict[str, pd.DataFrame]) -> Chart:
    """Parameters of each part, those that a token meets and those that it does not.

    Args:
        tables: bars (part, met, params, share).
    """
    return Chart(_params(), {"bars": columns(tables["bars"], "part", "met", "params", "share")})


def times(tables: dict[str, pd.DataFrame], unit: str) -> Chart:
    """Time on each kind of device.

    Args:
        tables: bars (device, time, meaning).
        unit: of time.
    """
    return Chart(_times(unit), {"bars": columns(tables["bars"], "device", "time", "meaning")})


def memory(tables: dict[str, pd.DataFrame]) -> Chart:
    """Gigabytes on a device by what it splits with the others, and what it has.

    Args:
        tables: bars (split, holds, gigabytes, order), limit (gigabytes, name).
    """
    needs = {"bars": ("split", "holds", "gigabytes", "order"), "limit": ("gigabytes", "name")}
    return Chart(_memory(), select(tables, needs))


def lifetime(tables: dict[str, pd.DataFrame]) -> Chart:
    """FLOPs of training, of serving and of both against size, at equal loss, on log axes.

    Args:
        tables: lines (params, flops, curve, meaning), dots (params, flops, meaning), names, axes.
    """
    needs = {
        "lines": ("params", "flops", "curve", "meaning"), "dots": ("params", "flops", "meaning"),
        "axes": ("x0", "x1", "y0", "y1"), "names": tuple(labels.COLUMNS),
    }  # fmt: skip
    return Chart(_lifetime(), select(tables, needs))


@cache
def _flops() -> dict[str, Any]:
    means = colour_by_meaning(1, "bottom-right", model="counted", rival="what 6ND says")
    tips = [
        alt.Tooltip("part:N"), alt.Tooltip("share:Q", title="counted", format=".1%"),
        alt.Tooltip("rule:Q", title="6ND says", format=".1%"),
    ]  # fmt: skip
    scale = alt.Scale(domain=axis_ends("x"), nice=False)
    title = "FLOPs a token, as a share of 6N"
    x = alt.X("share:Q", title=title, axis=SHARE, scale=scale)
    bars = means("model", layer("bars").mark_bar(height={"band": 0.45}, clip=True))
    ticks = means("rival", layer("bars").mark_tick(**TICK))
    return finish([
        keep_table("axes"),
        bars.encode(x, PARTS, tooltip=tips),
        ticks.encode(alt.X("rule:Q"), PARTS, tooltip=tips),
    ])  # fmt: skip


@cache
def _params() -> dict[str, Any]:
    means = colour_by_meaning(
        1, "bottom-right", model="a token meets them", budget="a token does not"
    )
    tips = [
        alt.Tooltip("part:N"), alt.Tooltip("met:N", title=" "),
        alt.Tooltip("params:Q", title="parameters", format=","),
        alt.Tooltip("share:Q", title="share", format=".2%"),
    ]  # fmt: skip
    x = alt.X("share:Q", title="Share of the parameters", axis=SHARE)
    layers = []
    for meaning, met in (("model", "a token meets them"), ("budget", "a token does not")):
        rows = layer("bars").transform_filter(f"datum.met == '{met}'")
        offset = alt.YOffset("met:N", sort=None, scale=alt.Scale(paddingInner=0))
        bars = means(meaning, rows.mark_bar(height={"band": 0.8}))
        layers.append(bars.encode(x, PARTS, offset, tooltip=tips))
    return finish(layers)


@lru_cache
def _times(unit: str) -> dict[str, Any]:
    x = alt.X("time:Q", title=unit.capitalize())
    y = alt.Y("device:N", title=None, sort=None, axis=alt.Axis(labelFontSize=15))
    tips = [alt.Tooltip("device:N"), alt.Tooltip("time:Q", title=unit, format=",.3~r")]
    bars = coloured(layer("bars").mark_bar(height={"band": 0.6})).encode(x, y, tooltip=tips)
    said = layer("bars").mark_text(align="left", dx=6, fontSize=14)
    said = said.encode(x, y, alt.Text("time:Q", format=",.3~r"))
    return finish([bars, said], LOW_HEIGHT)


@cache
def _memory() -> dict[str, Any]:
    holds = ["weights", "gradients", "optimizer", "activations"]
    x = alt.X("gigabytes:Q", title="Gigabytes on each device", stack="zero")
    y = alt.Y("split:N", title="Split between devices", sort=None)
    colour = alt.Color(
        "holds:N",
        sort=holds,
        scale=alt.Scale(domain=holds),
        legend=alt.Legend(title=None, orient="top", labelFontSize=14, columns=2),
    )
    tips = [alt.Tooltip("holds:N", title=" "), alt.Tooltip("gigabytes:Q", format=",.3g")]
    bars = layer("bars").mark_bar(height={"band": 0.6}).encode(
        x, y, colour, alt.Order("order:Q"), tooltip=tips
    )  # fmt: skip
    limit = layer("limit").mark_rule(strokeWidth=3, strokeDash=[6, 4], color=NEUTRAL)
    said = layer("limit").mark_text(align="center", fontSize=14, baseline="bottom")
    at = alt.X("gigabytes:Q")
    layers = [bars, limit.encode(at), said.encode(at, y=alt.value(-3), text="name:N")]
    return finish(layers, LOW_HEIGHT)


@cache
def _lifetime() -> dict[str, Any]:
    x = log_axis("params:Q", "Parameters", alt.X, say=COUNT)
    x = x.scale(type="log", nice=False, domain=axis_ends("x"))
    y = log_axis("flops:Q", "FLOPs", say=POWER)
    y = y.scale(type="log", nice=False, domain=axis_ends("y"))
    tips = [alt.Tooltip("params:Q", title="parameters", format=".3s"),
            alt.Tooltip("flops:Q", title="FLOPs", format=".3e")]  # fmt: skip
    lines = coloured(layer("lines").mark_line(strokeWidth=3, clip=True))
    layers = [
        keep_table("axes"),
        lines.encode(x, y, alt.Detail("curve:N")),
        coloured(layer("dots").mark_point(**DOT)).encode(x, y, tooltip=tips),
        *named("names", 14),
    ]
    return finish(layers, LOW_HEIGHT)

"""Charts of the page on repeated text: losses against epochs, and what a character is worth.

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

EVERY = {"axes": ("x0", "x1", "y0", "y1"), "names": tuple(labels.COLUMNS)}
EPOCHS = [2**k for k in range(8)]
LOSSES = [1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 3.5, 4, 5, 6, 8, 10]
FINE_LOSSES = [k / 10 for k in range(17, 30)] + [3, 3.2, 3.5, 4, 4.5, 5]
LOW_HEIGHT = 300
TIMES = alt.Tooltip("epochs:Q", title="epochs")


def loss(tables: dict[str, pd.DataFrame], title: str, *, across: str = "epochs") -> Chart:
    """Loss against epochs, or against size, on log axes, a line a curve.

    Args:
        tables: runs (the column across, loss, seed, meaning), means (the column across, loss, low,
            high, curve, meaning), lowest (the column across, loss, meaning), names as `ui.labels`
            has them, and axes (one row: x0, x1, y0, y1).
        title: of what the loss is, for the axis.
        across: epochs, or params.
    """
    needs = {
        "runs": (across, "loss", "seed", "meaning"),
        "means": (across, "loss", "low", "high", "curve", "meaning"),
        "lowest": (across, "loss", "meaning"),
    }
    return Chart(_loss(title, across), select(tables, needs | EVERY))


def worth(tables: dict[str, pd.DataFrame]) -> Chart:
    """The worth of a character of the pool, as a share of a fresh one.

    Args:
        tables: points (epochs, worth, curve, meaning), known (epochs, worth), names and axes.
    """
    needs = {"points": ("epochs", "worth", "curve", "meaning"), "known": ("epochs", "worth")}
    return Chart(_worth(), select(tables, needs | EVERY))


def _epochs() -> alt.X:
    axis = alt.Axis(values=EPOCHS, format="d", labelOverlap=True)
    scale = alt.Scale(type="log", base=2, nice=False, domain=axis_ends("x"))
    return alt.X("epochs:Q", title="Epochs: how often the text is read", axis=axis, scale=scale)


def _params() -> Any:
    x = log_axis("params:Q", "Parameters", alt.X, say=COUNT)
    return x.scale(type="log", nice=False, domain=axis_ends("x"))


@lru_cache
def _loss(title: str, across: str) -> dict[str, Any]:
    x = _epochs() if across == "epochs" else _params()
    at = alt.Tooltip(f"{across}:Q", format="," if across == "params" else "d")
    y, low = (
        log_axis(f"{name}:Q", title, say=PLAIN)
        .scale(type="log", nice=False, domain=axis_ends("y"))
        .axis(values=LOSSES, labelExpr=PLAIN, gridOpacity=0.5)
        for name in ("loss", "low")
    )
    tips = [
        alt.Tooltip("curve:N", title="curve"), at,
        alt.Tooltip("loss:Q", title="mean loss", format=".3f"),
        alt.Tooltip("low:Q", title="95 %, from", format=".3f"),
        alt.Tooltip("high:Q", title="to", format=".3f"),
    ]  # fmt: skip
    one = [at, alt.Tooltip("loss:Q", format=".3f"), alt.Tooltip("seed:Q")]
    layers = [
        keep_table("axes"),
        coloured(layer("means").mark_area(opacity=0.2, clip=True)).encode(x, low, alt.Y2("high:Q")),
        coloured(layer("means").mark_line(strokeWidth=3, clip=True)).encode(x, y),
        coloured(layer("runs").mark_point(size=45, opacity=0.7, clip=True)).encode(
            x, y, tooltip=one
        ),
        coloured(layer("means").mark_point(size=90, filled=True, opacity=1, clip=True)).encode(
            x, y, tooltip=tips
        ),
        coloured(layer("lowest").mark_point(**DOT | {"size": 320, "shape": "diamond"})).encode(
            x, y
        ),
        *named("names", 15),
    ]
    return finish(layers)


@cache
def _worth() -> dict[str, Any]:
    x = _epochs()
    y = alt.Y(
        "worth:Q",
        title="Worth of a character read, fresh = 100 %",
        axis=alt.Axis(format="%", labelFlush=False),
        scale=alt.Scale(domain=axis_ends("y"), nice=False),
    )
    means = colour_by_meaning()
    tips = [alt.Tooltip("curve:N", title="curve"), TIMES, alt.Tooltip("worth:Q", format=".0%")]
    layers = [
        keep_table("axes"),
        means("theory", layer("known").mark_line(strokeWidth=3, strokeDash=[2, 6])).encode(x, y),
        coloured(layer("points").mark_line(strokeWidth=3, clip=True)).encode(x, y),
        coloured(layer("points").mark_point(**DOT | {"size": 150})).encode(x, y, tooltip=tips),
        *named("names", 15),
    ]
    return finish(layers)


def split(tables: dict[str, pd.DataFrame]) -> Chart:
    """Loss against size at one budget, with repeats and with fresh tokens.

    Args:
        tables: lines (params, loss, meaning), best (the same), names and axes.
    """
    needs = dict.fromkeys(("lines", "best"), ("params", "loss", "meaning"))
    return Chart(_split(), select(tables, {**needs, **EVERY}))


@cache
def _split() -> dict[str, Any]:
    x = _params()
    y = (
        log_axis("loss:Q", "Loss, nats/token", say=PLAIN)
        .scale(type="log", nice=False, domain=axis_ends("y"))
        .axis(values=FINE_LOSSES, labelExpr=PLAIN, labelOverlap=True, gridOpacity=0.5)
    )
    tips = [alt.Tooltip("params:Q", title="parameters", format=".3s"),
            alt.Tooltip("loss:Q", format=".3f")]  # fmt: skip
    layers = [
        keep_table("axes"),
        coloured(layer("lines").mark_line(strokeWidth=3, clip=True)).encode(x, y),
        coloured(layer("best").mark_point(**DOT)).encode(x, y, tooltip=tips),
        *named("names", 14),
    ]
    return finish(layers, LOW_HEIGHT)


def texts(tables: dict[str, pd.DataFrame]) -> Chart:
    """Loss on other texts against held-out loss, a line a text; larger dots read more.

    Args:
        tables: dots (held, loss, name, params, tokens, meaning), lines and equal (held, loss,
            meaning), way (held, loss, meaning), names and axes.
    """
    needs = {
        "dots": ("held", "loss", "name", "params", "tokens", "meaning"),
        **dict.fromkeys(("lines", "equal", "way"), ("held", "loss", "meaning")),
    }
    return Chart(_texts(), select(tables, {**needs, **EVERY}))


@cache
def _texts() -> dict[str, Any]:
    x, y = (
        channel(
            f"{field}:Q",
            title=title,
            axis=alt.Axis(tickCount=6, format=".1f"),
            scale=alt.Scale(zero=False, nice=False, domain=axis_ends(name)),
        )
        for channel, field, title, name in (
            (alt.X, "held", "Loss on held-out Python, nats/character", "x"),
            (alt.Y, "loss", "Loss on the other text", "y"),
        )
    )
    tips = [
        alt.Tooltip("name:N", title="text"),
        alt.Tooltip("params:Q", title="parameters", format=","),
        alt.Tooltip("tokens:Q", title="characters read", format=","),
        alt.Tooltip("held:Q", title="loss on held-out Python", format=".3f"),
        alt.Tooltip("loss:Q", title="loss on this text", format=".3f"),
    ]
    read = alt.Scale(type="log", domain=[40_000, 660_000], range=[45, 230])
    dots = coloured(layer("dots").mark_point(filled=True, opacity=0.85, clip=True))
    layers = [
        keep_table("axes"),
        coloured(layer("equal").mark_line(strokeDash=[4, 5], clip=True)).encode(x, y),
        coloured(layer("lines").mark_line(strokeWidth=3, clip=True)).encode(x, y),
        coloured(layer("way").mark_point(shape="cross", size=60, clip=True)).encode(x, y),
        dots.encode(x, y, alt.Size("tokens:Q", scale=read, legend=None), tooltip=tips),
        *named("names", 14),
    ]
    return finish(layers)

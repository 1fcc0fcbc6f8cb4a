"""Charts of the page on architectures: loss against compute, and compute ratios.

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

LOW_HEIGHT = 300
LOSSES = [k / 5 for k in range(5, 26)]
ENDS = ("x0", "x1", "y0", "y1")
EVERY = {"axes": ENDS, "names": tuple(labels.COLUMNS)}
BUDGET = alt.Tooltip("flops:Q", title="FLOPs", format=".1e")
LOSS = alt.Tooltip("loss:Q", title="loss", format=".3f")
DESIGN = alt.Tooltip("title:N", title="design")


def loss(tables: dict[str, pd.DataFrame]) -> Chart:
    """Loss against compute on log axes, a line a design.

    Args:
        tables: runs (flops, loss, seed, title, meaning), others (flops, loss, size, title,
            meaning), best (flops, loss, size, params, seeds, title, meaning), lines (flops, loss,
            meaning, beyond), gap (flops, loss, until; one row or none), names as `ui.labels` has
            them, and axes (one row: x0, x1, y0, y1).
    """
    told = ("title", "meaning")
    needs = {
        "runs": ("flops", "loss", "seed", *told), "others": ("flops", "loss", "size", *told),
        "best": ("flops", "loss", "size", "params", "seeds", *told),
        "lines": ("flops", "loss", "meaning", "beyond"), "gap": ("flops", "loss", "until"),
    }  # fmt: skip
    return Chart(_loss(), select(tables, needs | EVERY))


def ratios(tables: dict[str, pd.DataFrame], baseline: str) -> Chart:
    """Compute ratios against compute, with intervals.

    Args:
        tables: points (flops, times, low, high, title, meaning), one (times), names and axes.
        baseline: what they are multiples of, for the axis.
    """
    needs = {"points": ("flops", "times", "low", "high", "title", "meaning"), "one": ("times",)}
    return Chart(_ratios(baseline), select(tables, needs | EVERY))


def published(tables: dict[str, pd.DataFrame]) -> Chart:
    """Compute ratios by published laws against size, a line a ratio of tokens to parameters.

    Args:
        tables: lines (params, times, ratio, meaning), one (times), names and axes.
    """
    needs = {"lines": ("params", "times", "ratio", "meaning"), "one": ("times",)}
    return Chart(_published(), select(tables, needs | EVERY))


def _axes(y_field: str, y_title: str, say: str) -> tuple[Any, Any]:
    x = log_axis("flops:Q", "Training compute, FLOPs", alt.X).scale(
        type="log", nice=False, domain=axis_ends("x")
    )
    y = log_axis(y_field, y_title, say=say).scale(type="log", nice=False, domain=axis_ends("y"))
    return x, y


@cache
def _loss() -> dict[str, Any]:
    x, y = _axes("loss:Q", "Held-out loss, nats/character", PLAIN)
    y = y.axis(values=LOSSES, labelExpr=PLAIN, gridOpacity=0.5)
    lines = layer("lines")
    means = colour_by_meaning()
    gap = means("budget", layer("gap").mark_rule(strokeWidth=3, strokeDash=[2, 4]))
    params = alt.Tooltip("params:Q", title="parameters", format=",")
    best = [DESIGN, BUDGET, LOSS, alt.Tooltip("size:Q", title="best size"), params]
    layers = [
        keep_table("axes"),
        coloured(layer("others").mark_circle(size=35, opacity=0.25, clip=True)).encode(
            x, y, tooltip=[DESIGN, BUDGET, LOSS, alt.Tooltip("size:Q", title="another size")]
        ),
        coloured(
            lines.transform_filter("!datum.beyond").mark_line(strokeWidth=3, clip=True)
        ).encode(x, y),
        coloured(
            lines.transform_filter("datum.beyond").mark_line(
                strokeWidth=2, strokeDash=[7, 5], opacity=0.6, clip=True
            )
        ).encode(x, y),
        gap.encode(x, y, alt.X2("until:Q")),
        coloured(layer("runs").mark_point(size=55, opacity=0.7, clip=True)).encode(
            x, y, tooltip=[DESIGN, BUDGET, LOSS, alt.Tooltip("seed:Q")]
        ),
        coloured(layer("best").mark_point(**DOT | {"size": 130})).encode(x, y, tooltip=best),
        *named("names", 15),
    ]
    return finish(layers)


@lru_cache
def _ratios(baseline: str) -> dict[str, Any]:
    title = f"Times the compute of the {baseline}"
    (x, y), (_, low) = (_axes(f"{name}:Q", title, PLAIN) for name in ("times", "low"))
    means = colour_by_meaning()
    tips = [DESIGN, BUDGET, alt.Tooltip("times:Q", format=".2f"),
            alt.Tooltip("low:Q", title="95 %, from", format=".2f"),
            alt.Tooltip("high:Q", title="to", format=".2f")]  # fmt: skip
    layers = [
        keep_table("axes"),
        means("budget", layer("one").mark_rule(strokeWidth=2.5, strokeDash=[7, 5])).encode(y),
        coloured(layer("points").mark_rule(strokeWidth=4, opacity=0.5, clip=True)).encode(
            x, low, alt.Y2("high:Q")
        ),
        coloured(layer("points").mark_line(strokeWidth=2, clip=True)).encode(x, y),
        coloured(layer("points").mark_point(**DOT)).encode(x, y, tooltip=tips),
        *named("names", 15),
    ]
    return finish(layers)


@cache
def _published() -> dict[str, Any]:
    x = log_axis("params:Q", "Parameters", alt.X, say=COUNT).scale(
        type="log", nice=False, domain=axis_ends("x")
    )
    y = log_axis("times:Q", "Times the xLSTM's compute", say=PLAIN).scale(
        type="log", nice=False, domain=axis_ends("y")
    )
    lines = layer("lines").mark_line(strokeWidth=alt.ExprRef("datum.meaning == 'model' ? 4 : 2"))
    one = layer("one").mark_rule(strokeWidth=2.5, strokeDash=[7, 5])
    layers = [
        keep_table("axes"),
        colour_by_meaning()("budget", one).encode(y),
        coloured(lines).encode(x, y, alt.Detail("ratio:N")),
        *named("names", 14),
    ]
    return finish(layers, LOW_HEIGHT)


def shapes(tables: dict[str, pd.DataFrame], across: str, title: str) -> Chart:
    """Excess loss in percent against the shape of a network, a line a kind.

    Args:
        tables: shapes (x, excess, low, high, kind, depth, width, params, loss), few (excess; what
            counts as a few percent), names and axes.
        across: depth or aspect, what x is.
        title: its name, for the axis.
    """
    needs = {
        "shapes": ("x", "excess", "low", "high", "kind", "depth", "width", "params", "loss"),
        "few": ("excess",),
    }  # fmt: skip
    return Chart(_shapes(across == "depth", title), select(tables, needs | EVERY))


@lru_cache
def _shapes(layers_across: bool, title: str) -> dict[str, Any]:
    ticks = [1, 2, 3, 4, 6] if layers_across else [3, 5, 10, 20, 50, 100]
    axis = alt.Axis(values=ticks, format="d")
    scale = alt.Scale(type="linear" if layers_across else "log", nice=False, domain=axis_ends("x"))
    x = alt.X("x:Q", title=title, axis=axis, scale=scale)
    y, low = (
        alt.Y(f"{name}:Q", title="Loss above the best of all, %").scale(
            domain=axis_ends("y"), nice=False
        )
        for name in ("excess", "low")
    )
    tips = [
        alt.Tooltip("kind:N", title="network"), alt.Tooltip("depth:Q", title="hidden layers"),
        alt.Tooltip("width:Q", title="units a layer"),
        alt.Tooltip("params:Q", title="parameters", format=","), LOSS,
        alt.Tooltip("excess:Q", title="above the best, %", format=".1f"),
        alt.Tooltip("low:Q", title="95 %, from", format=".1f"),
        alt.Tooltip("high:Q", title="to", format=".1f"),
    ]  # fmt: skip
    means = colour_by_meaning()
    layers = [
        keep_table("axes"),
        means("budget", layer("few").mark_rule(strokeWidth=2.5, strokeDash=[7, 5])).encode(y),
    ]
    for meaning, kind in (("rival", "plain"), ("model", "with skips")):
        rows = layer("shapes").transform_filter(f"datum.kind == '{kind}'")
        layers += [
            means(meaning, rows.mark_rule(strokeWidth=4, opacity=0.5, clip=True)).encode(
                x, low, alt.Y2("high:Q")
            ),
            means(meaning, rows.mark_line(strokeWidth=3, clip=True)).encode(x, y),
            means(meaning, rows.mark_point(**DOT | {"size": 150})).encode(
                x, y, opacity=alt.value(1), tooltip=tips
            ),
        ]
    return finish([*layers, *named("names", 15)], LOW_HEIGHT)

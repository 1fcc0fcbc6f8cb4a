"""The three power laws, the two limits of the joint law, learning curves, off-size cost."""

from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from ui import labels
from ui.charts import (
    COUNT,
    DOT,
    PLAIN,
    POWER,
    Chart,
    colour_by_meaning,
    count_tooltip,
    finish,
    layer,
    log_axis,
    named,
    select,
)

POINT = ("x", "loss")
Needs = dict[str, tuple[str, ...]]
NAMES: Needs = {"names": tuple(labels.COLUMNS)}
Span = tuple[float, float]
STEP: Any = {"interpolate": "step-after", "clip": True}


def line(
    tables: dict[str, pd.DataFrame],
    title: str,
    reach: Span,
    losses: Span,
    *,
    flops: bool,
) -> Chart:
    """Loss against one thing: a straight line, dashed beyond its runs, and a step along it.

    Args:
        tables: line (x, loss, measured: measured, below or above), bend (x, loss), ends (x,
            loss; where the step starts and ends) and names, as `ui.labels` has them.
        title: what x is, for the axis.
        reach: the ends of that axis.
        losses: the ends of the other.
        flops: whether x reads 1e21 rather than 1B.
    """
    needs = {
        "line": (*POINT, "measured"), "bend": POINT, "ends": POINT,
    }  # fmt: skip
    return Chart(_line(title, reach, losses, flops), select(tables, needs | NAMES))


def family(tables: dict[str, pd.DataFrame], title: str, mark: str) -> Chart:
    """Loss against one thing for several sizes, the reader's own with its limits.

    Args:
        tables: family and own (x, loss, size), limits (x, loss, limit) and here (x, loss).
        title: what x is, for the axis.
        mark: what the marked point is, for the legend.
    """
    needs = {
        "family": (*POINT, "size"), "own": (*POINT, "size"), "limits": (*POINT, "limit"),
        "here": POINT,
    }  # fmt: skip
    return Chart(_family(title, mark), select(tables, needs))


def overfit(tables: dict[str, pd.DataFrame], axes: labels.Axes) -> Chart:
    """Loss above that of endless data against tokens.

    Args:
        tables: own, here and need, each with x and overfit; names.
        axes: their ends.
    """
    needs: Needs = dict.fromkeys(("own", "here", "need"), ("x", "overfit"))
    return Chart(_overfit(axes), select(tables, needs | NAMES))


def off(tables: dict[str, pd.DataFrame], axes: labels.Axes) -> Chart:
    """Extra compute against model size over the best size.

    Args:
        tables: own and here, each with x and extra; names.
        axes: their ends.
    """
    needs: Needs = dict.fromkeys(("own", "here"), ("x", "extra"))
    return Chart(_off(axes), select(tables, needs | NAMES))


def crossing(tables: dict[str, pd.DataFrame], axes: labels.Axes) -> Chart:
    """Two laws that cross, against compute.

    Args:
        tables: compute, data and here, each with x and loss; names.
        axes: their ends.
    """
    needs: Needs = dict.fromkeys(("compute", "data", "here"), POINT)
    return Chart(_crossing(axes), select(tables, needs | NAMES))


def _loss(domain: Span = (1, 12)) -> alt.Y:
    axis = alt.Axis(values=[1, 1.5, 2, 3, 4, 6, 8, 10], format="~g", title="Loss (nats/token)")
    return alt.Y("loss:Q", axis=axis).scale(type="log", nice=False, domain=domain)


@lru_cache
def _line(title: str, reach: Span, losses: Span, flops: bool) -> dict[str, Any]:
    x = log_axis("x:Q", title, alt.X, reach, POWER if flops else COUNT)
    y, means = _loss(losses), colour_by_meaning()
    at = alt.Tooltip("x:Q", title="FLOPs", format=".2e") if flops else _tips("x")[0]
    tips = [at, *_tips("loss")]
    law = layer("line").mark_line(strokeWidth=3.5, clip=True)
    return finish(
        [
            means("model", law).encode(x, y).transform_filter("datum.measured == 'measured'"),
            means("model", layer("line").mark_line(strokeWidth=2.5, strokeDash=[6, 5], clip=True))
            .encode(x, y, alt.Detail("measured:N"))
            .transform_filter("datum.measured != 'measured'"),
            means("rival", layer("bend").mark_line(strokeWidth=3.5, clip=True)).encode(x, y),
            means("optimum", layer("ends").mark_line(**STEP)).encode(x, y),
            means("optimum", layer("ends", "x").mark_point(**DOT)).encode(
                x, y, opacity=alt.value(1), tooltip=tips
            ),
            *named("names"),
        ]
    )


@lru_cache
def _family(title: str, mark: str) -> dict[str, Any]:
    x, y = log_axis("x:Q", title, alt.X, say=COUNT), _loss()
    means = colour_by_meaning(
        columns=2, model="other sizes", data="your size", theory="its limits", optimum=mark
    )
    tips = [alt.Tooltip("size:N", title="parameters"), *_tips("x", "loss")]
    last = {"argmax": "x"}
    return finish(
        [
            means(
                "theory", layer("limits").mark_line(strokeWidth=3, strokeDash=[2, 6], clip=True)
            ).encode(x, y, alt.Detail("limit:N")),
            means("model", layer("family", "x").mark_line(strokeWidth=2, clip=True)).encode(
                x, y, alt.Detail("size:N"), tooltip=tips
            ),
            layer("family")
            .mark_text(align="right", dy=-9, fontSize=14, clip=True)
            .encode(
                alt.X("x:Q", aggregate="max"),
                alt.Y("loss:Q", aggregate=last),
                alt.Text("size:N"),
            ),
            means("data", layer("own", "x").mark_line(strokeWidth=4, clip=True)).encode(
                x, y, tooltip=tips
            ),
            means("optimum", layer("here", "x").mark_point(**DOT)).encode(
                x, y, opacity=alt.value(1), tooltip=_tips("x", "loss")
            ),
        ],
        height=380,
    )


@lru_cache
def _overfit(axes: labels.Axes) -> dict[str, Any]:
    x = log_axis("x:Q", "Tokens of the data set", alt.X, axes.x, COUNT)
    percent = "format(datum.value, '~%')"
    y = log_axis("overfit:Q", "Loss above that of endless data", alt.Y, axes.y, percent)
    means = colour_by_meaning()
    tips = [*_tips("x"), alt.Tooltip("overfit:Q", format=".2%", title="overfitting")]
    return finish(
        [
            means("data", layer("own", "x").mark_line(strokeWidth=4, clip=True)).encode(
                x, y, tooltip=tips
            ),
            means("theory", layer("need").mark_rule(strokeWidth=3, strokeDash=[2, 6])).encode(y),
            means("theory", layer("need", "x").mark_point(filled=True, size=170)).encode(
                x, y, opacity=alt.value(1), tooltip=tips
            ),
            means("optimum", layer("here", "x").mark_point(**DOT)).encode(
                x, y, opacity=alt.value(1), tooltip=tips
            ),
            *named("names"),
        ],
        height=380,
    )


@lru_cache
def _off(axes: labels.Axes) -> dict[str, Any]:
    x = log_axis("x:Q", "Size over the best size", alt.X, axes.x, PLAIN)
    percent = alt.Axis(format="%")
    y = alt.Y("extra:Q", title="Extra compute", axis=percent).scale(domain=list(axes.y))
    means = colour_by_meaning()
    tips = [
        alt.Tooltip("x:Q", title="times the best size", format=".2f"),
        alt.Tooltip("extra:Q", title="extra compute", format=".1%"),
    ]
    return finish(
        [
            means("model", layer("own").mark_line(strokeWidth=3.5, clip=True)).encode(
                x, y, tooltip=tips
            ),
            means("optimum", layer("here").mark_point(filled=True, size=170)).encode(
                x, y, opacity=alt.value(1), tooltip=tips
            ),
            *named("names"),
        ],
        height=380,
    )


@lru_cache
def _crossing(axes: labels.Axes) -> dict[str, Any]:
    x, y = log_axis("x:Q", "Compute C_min, FLOPs", alt.X, axes.x), _loss(axes.y)
    means = colour_by_meaning()
    tips = [alt.Tooltip("x:Q", title="FLOPs", format=".2e"), *_tips("loss")]
    return finish(
        [
            means("model", layer("compute").mark_line(strokeWidth=4)).encode(x, y, tooltip=tips),
            means("rival", layer("data").mark_line(strokeWidth=4)).encode(x, y, tooltip=tips),
            means("optimum", layer("here").mark_point(**DOT)).encode(
                x, y, opacity=alt.value(1), tooltip=tips
            ),
            *named("names"),
        ],
        height=320,
    )


def _tips(*names: str) -> list[alt.Tooltip]:
    tips = {
        "x": count_tooltip("x", "at"),
        "loss": alt.Tooltip("loss:Q", title="loss (nats/token)", format=".3f"),
    }
    return [tips[name] for name in names]

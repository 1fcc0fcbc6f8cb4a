"""Steps against examples; the critical batch against the loss; time against cost."""

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
    colour_by_meaning,
    count_tooltip,
    finish,
    layer,
    log_axis,
    named,
    select,
)

PAIR = ("examples", "steps")
TIPS = [count_tooltip("examples", "tokens"), alt.Tooltip("steps:Q", format=",.4r")]
Box = tuple[tuple[float, float], tuple[float, float]]
UNDER = (  # whether a guess lies under the curve, once that is drawn
    "length(data('least')) && (guess_y / data('least')[0].steps - 1) * "
    "(guess_x / data('least')[0].examples - 1) < 1"
)


def tradeoff(tables: dict[str, pd.DataFrame], box: Box) -> Chart:
    """One hyperbola with its asymptotes and batches on it.

    Args:
        tables: curve (examples, steps), least (examples, steps) with one row, and batches
            (examples, steps, kind), whose kind is yours, double or critical; names.
        box: what the axes span.
    """
    needs = {
        "curve": PAIR, "least": PAIR, "batches": (*PAIR, "kind"), "names": tuple(labels.COLUMNS),
    }  # fmt: skip
    return Chart(_tradeoff(box), select(tables, needs))


def growth(tables: dict[str, pd.DataFrame], axes: labels.Axes) -> Chart:
    """The critical batch against the loss, by law.

    Args:
        tables: lines (loss, batch, law), here (loss, batch), names.
        axes: the ends of the axes; losses fall to the right.
    """
    needs = {
        "lines": ("loss", "batch", "law"), "here": ("loss", "batch"),
        "names": tuple(labels.COLUMNS),
    }  # fmt: skip
    return Chart(_growth(axes), select(tables, needs))


def scales(tables: dict[str, pd.DataFrame], box: Box) -> Chart:
    """Measured critical batches, and noise scales along two paths, against the loss.

    Args:
        tables: critical (loss, batch, low, high), alone (loss, low, high): where single seeds
            lie, and looks (loss, batch, tuned).
        box: losses and batches that the axes span.
    """
    needs = {
        "critical": ("loss", "batch", "low", "high"), "alone": ("loss", "low", "high"),
        "looks": ("loss", "batch", "tuned"),
    }  # fmt: skip
    return Chart(_scales(box), select(tables, needs))


def clock(tables: dict[str, pd.DataFrame]) -> Chart:
    """Time against cost, one point a number of devices.

    Args:
        tables: line and dots (cost, days, devices, batch, name), here (likewise).
    """
    needs = dict.fromkeys(("line", "dots", "here"), ("cost", "days", "devices", "batch", "name"))
    return Chart(_clock(), select(tables, needs))


def choice(tables: dict[str, pd.DataFrame]) -> Chart:
    """Time against the batch on so many devices.

    Args:
        tables: line (batch, days), best and critical (batch, days).
    """
    needs = dict.fromkeys(("line", "best", "critical"), ("batch", "days"))
    return Chart(_choice(), select(tables, needs))


@lru_cache
def _tradeoff(box: Box) -> dict[str, Any]:
    x = log_axis("examples:Q", "Tokens to the loss", alt.X, box[0], COUNT)
    y = log_axis("steps:Q", "Optimiser steps to the loss", domain=box[1], say=COUNT)
    means = colour_by_meaning()
    dashed: Any = {"strokeWidth": 2.5, "strokeDash": [7, 5]}
    layers = [
        means("theory", layer("least").mark_rule(**dashed)).encode(x),
        means("theory", layer("least").mark_rule(**dashed)).encode(y),
        means("model", layer("curve", "examples").mark_line(strokeWidth=4, clip=True)).encode(
            x, y, tooltip=TIPS
        ),
    ]
    for kind, meaning, mark in (
        ("double", "rival", DOT | {"size": 130}),
        ("yours", "rival", DOT),
        ("critical", "optimum", DOT | {"size": 160}),
    ):
        dot = (
            layer("batches", "examples")
            .mark_point(**mark)
            .transform_filter(f"datum.kind == '{kind}'")
        )
        layers.append(means(meaning, dot).encode(x, y, opacity=alt.value(1), tooltip=TIPS))
    return finish([*layers, *named("names", 14)])


@lru_cache
def _growth(axes: labels.Axes) -> dict[str, Any]:
    x = alt.X("loss:Q", title="Loss (nats/token), falling to the right").scale(
        type="log", domain=[axes.x[1], axes.x[0]], reverse=True, nice=False
    )
    y = log_axis("batch:Q", "Batch, tokens", domain=axes.y, say=COUNT)
    means = colour_by_meaning()
    tips = [alt.Tooltip("loss:Q", format=".3g"), count_tooltip("batch", "batch")]
    layers = [
        means(
            meaning,
            layer("lines", "batch").mark_line(strokeWidth=width, strokeDash=dash, clip=True),
        )
        .encode(x, y, tooltip=tips)
        .transform_filter(f"datum.law == '{law}'")
        for law, meaning, width, dash in (
            ("kaplan", "theory", 4, [1, 0]), ("inverse", "rival", 2.5, [7, 5]),
            ("minicpm", "data", 2.5, [1, 0]),
        )
    ]  # fmt: skip
    layers.append(
        means("theory", layer("here", "batch").mark_point(**DOT)).encode(
            x, y, opacity=alt.value(1), tooltip=tips
        )
    )
    return finish([*layers, *named("names", 14)])


@lru_cache
def _scales(box: Box) -> dict[str, Any]:
    x = alt.X("loss:Q", title="Loss (nats/character), falling").scale(
        domain=list(box[0]), reverse=True, nice=False
    )
    y, low = (
        log_axis(f"{name}:Q", "Batch, characters", domain=box[1], say=COUNT)
        for name in ("batch", "low")
    )
    means = colour_by_meaning(
        columns=1,
        optimum="critical batch, 95 %",
        budget="of single recorded seeds",
        data="noise scale, best rate",
        rival="noise scale, a fifth of it",
    )
    tips = [alt.Tooltip("loss:Q", format=".2f"), count_tooltip("batch", "batch")]
    layers = [
        means("budget", layer("alone").mark_rule(strokeWidth=16, opacity=0.35)).encode(
            x, low, alt.Y2("high:Q")
        ),
    ]
    for meaning, test in (("rival", "!datum.tuned"), ("data", "datum.tuned")):
        line = layer("looks", "batch").mark_line(strokeWidth=2.5, clip=True, point={"size": 60})
        layers.append(means(meaning, line).encode(x, y, tooltip=tips).transform_filter(test))
    layers += [
        means("optimum", layer("critical").mark_rule(strokeWidth=4)).encode(
            x, low, alt.Y2("high:Q")
        ),
        means("optimum", layer("critical", "batch").mark_point(**DOT)).encode(
            x, y, opacity=alt.value(1), tooltip=tips
        ),
    ]
    return finish(layers)


@cache
def _clock() -> dict[str, Any]:
    x = log_axis("cost:Q", "Cost, device-days", alt.X, say=COUNT)
    y = log_axis("days:Q", "Time, days", say=PLAIN)
    means = colour_by_meaning(
        columns=1, model="more devices, each at its fastest batch", rival="your devices"
    )
    tips = [
        count_tooltip("devices", "devices"), count_tooltip("batch", "batch"),
        alt.Tooltip("days:Q", format=".3g"), count_tooltip("cost", "device-days"),
    ]  # fmt: skip
    counts = ("devices", "batch", "cost")
    layers = [
        means("model", layer("line").mark_line(strokeWidth=3.5)).encode(x, y, order="devices:Q"),
        means("model", layer("dots", *counts).mark_point(filled=True, size=80)).encode(
            x, y, opacity=alt.value(1), tooltip=tips
        ),
        means("rival", layer("here", *counts).mark_point(**DOT)).encode(
            x, y, opacity=alt.value(1), tooltip=tips
        ),
        layer("dots").mark_text(align="left", dx=9, dy=-9, fontSize=13).encode(
            x, y, alt.Text("name:N")
        ),
    ]  # fmt: skip
    return finish(layers, height=380)


@cache
def _choice() -> dict[str, Any]:
    x = log_axis("batch:Q", "Batch, tokens", alt.X, say=COUNT)
    y = log_axis("days:Q", "Time, days", say=PLAIN)
    means = colour_by_meaning(
        columns=1, model="your devices", rival="fastest", optimum="critical batch"
    )
    tips = [count_tooltip("batch", "batch"), alt.Tooltip("days:Q", format=".3g")]
    layers = [means("model", layer("line").mark_line(strokeWidth=3.5)).encode(x, y)]
    for table, meaning in (("critical", "optimum"), ("best", "rival")):
        dot = layer(table, "batch").mark_point(**DOT)
        layers.append(means(meaning, dot).encode(x, y, opacity=alt.value(1), tooltip=tips))
    return finish(layers, height=380)

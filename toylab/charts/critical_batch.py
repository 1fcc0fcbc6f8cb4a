"""Steps against examples; the critical batch against the loss; time against cost."""

from functools import cache
from typing import Any

import altair as alt
import pandas as pd

from toylab.charts.house import (
    COUNT,
    DOT,
    PLAIN,
    Chart,
    counted,
    meanings,
    on,
    powers,
    readable,
    select,
)

PAIR = ("examples", "steps")
TIPS = [counted("examples", "tokens"), alt.Tooltip("steps:Q", format=",.4r")]
Box = tuple[tuple[float, float], tuple[float, float]]


def tradeoff(tables: dict[str, pd.DataFrame], box: Box) -> Chart:
    """One hyperbola with its asymptotes and batches on it.

    Args:
        tables: curve (examples, steps), least (examples, steps) with one row, and batches
            (examples, steps, name, kind), whose kind is yours, double or critical.
        box: what the axes span.
    """
    needs = {"curve": PAIR, "least": PAIR, "batches": (*PAIR, "name", "kind")}
    return Chart(_tradeoff(box), select(tables, needs))


def races(tables: dict[str, pd.DataFrame], unit: str, box: Box | None = None) -> Chart:
    """Measured steps against examples, and the hyperbola of each group.

    Args:
        tables: runs (examples, steps, batch, group), curves (examples, steps, group), knees
            (examples, steps, group), names (examples, steps, name).
        unit: what examples are.
        box: what the axes span from the start, where runs are still to come.
    """
    needs = {
        "runs": (*PAIR, "batch", "group"), "curves": (*PAIR, "group"),
        "knees": (*PAIR, "group"), "names": (*PAIR, "name"),
    }  # fmt: skip
    return Chart(_races(unit, box), select(tables, needs))


def growth(tables: dict[str, pd.DataFrame], domain: tuple[float, float]) -> Chart:
    """The critical batch against the loss, by law.

    Args:
        tables: lines (loss, batch, law), here (loss, batch).
        domain: losses that the axis spans.
    """
    needs = {"lines": ("loss", "batch", "law"), "here": ("loss", "batch")}
    return Chart(_growth(domain), select(tables, needs))


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


@cache
def _tradeoff(box: Box) -> dict[str, Any]:
    x = powers("examples:Q", "Tokens to the loss", alt.X, box[0], COUNT)
    y = powers("steps:Q", "Optimiser steps to the loss", domain=box[1], say=COUNT)
    means = meanings(
        columns=2, model="all batches", theory="the least",
        rival="yours, and twice it", optimum="critical",
    )  # fmt: skip
    dashed: Any = {"strokeWidth": 2.5, "strokeDash": [7, 5]}
    layers = [
        means("theory", on("least").mark_rule(**dashed)).encode(x),
        means("theory", on("least").mark_rule(**dashed)).encode(y),
        means("model", on("curve", "examples").mark_line(strokeWidth=4, clip=True)).encode(
            x, y, tooltip=TIPS
        ),
    ]
    for kind, meaning, mark in (
        ("double", "rival", DOT | {"size": 130}), ("yours", "rival", DOT),
        ("critical", "optimum", DOT | {"size": 160}),
    ):  # fmt: skip
        dot = on("batches", "examples").mark_point(**mark).transform_filter(
            f"datum.kind == '{kind}'"
        )  # fmt: skip
        layers.append(means(meaning, dot).encode(x, y, opacity=alt.value(1), tooltip=TIPS))
    layers.append(
        on("batches").mark_text(align="left", dx=12, dy=-12, fontSize=14, fontWeight=500)
        .encode(x, y, alt.Text("name:N"))
    )  # fmt: skip
    return readable(layers)


@cache
def _races(unit: str, box: Box | None) -> dict[str, Any]:
    across, up = box or (None, None)
    title = f"{unit.capitalize()} to the loss"
    x = powers("examples:Q", title, alt.X, across, COUNT)
    y = powers("steps:Q", "Optimiser steps to the loss", domain=up, say=COUNT)
    means = meanings(columns=3, data="runs", model="hyperbola", optimum="its critical batch")
    tips = [counted("batch", "batch"), counted("examples", unit), TIPS[1]]
    layers = [
        means("model", on("curves").mark_line(strokeWidth=3, clip=True)).encode(
            x, y, alt.Detail("group:N"), order="steps:Q"
        ),
        means("data", on("runs", "batch", "examples").mark_point(filled=True, size=60)).encode(
            x, y, opacity=alt.value(0.75), tooltip=tips
        ),
        means("optimum", on("knees", "examples").mark_point(**DOT)).encode(
            x, y, opacity=alt.value(1), tooltip=tips[1:]
        ),
        on("names").mark_text(align="left", dx=6, dy=-12, fontSize=14, fontWeight=500).encode(
            x, y, alt.Text("name:N")
        ),
    ]  # fmt: skip
    return readable(layers)


@cache
def _growth(domain: tuple[float, float]) -> dict[str, Any]:
    x = alt.X("loss:Q", title="Loss (nats/token)").scale(
        type="log", domain=list(domain), reverse=True, nice=False
    )
    y = powers("batch:Q", "Batch, tokens", say=COUNT)
    means = meanings(
        columns=1, theory="critical batch, Kaplan", rival="if it went as 1/loss",
        data="best batch, MiniCPM",
    )  # fmt: skip
    tips = [alt.Tooltip("loss:Q", format=".3g"), counted("batch", "batch")]
    layers = [
        means(meaning, on("lines", "batch").mark_line(strokeWidth=width, strokeDash=dash))
        .encode(x, y, tooltip=tips)
        .transform_filter(f"datum.law == '{law}'")
        for law, meaning, width, dash in (
            ("kaplan", "theory", 4, [1, 0]), ("inverse", "rival", 2.5, [7, 5]),
            ("minicpm", "data", 2.5, [1, 0]),
        )
    ]  # fmt: skip
    layers.append(
        means("theory", on("here", "batch").mark_point(**DOT)).encode(
            x, y, opacity=alt.value(1), tooltip=tips
        )
    )
    return readable(layers)


@cache
def _scales(box: Box) -> dict[str, Any]:
    x = alt.X("loss:Q", title="Loss (nats/character)").scale(
        domain=list(box[0]), reverse=True, nice=False
    )
    y, low = (
        powers(f"{name}:Q", "Batch, characters", domain=box[1], say=COUNT)
        for name in ("batch", "low")
    )
    means = meanings(
        columns=1, optimum="critical batch, 95 %", budget="of single recorded seeds",
        data="noise scale, best rate", rival="noise scale, a fifth of it",
    )  # fmt: skip
    tips = [alt.Tooltip("loss:Q", format=".2f"), counted("batch", "batch")]
    layers = [
        means("budget", on("alone").mark_rule(strokeWidth=16, opacity=0.35)).encode(
            x, low, alt.Y2("high:Q")
        ),
    ]
    for meaning, test in (("rival", "!datum.tuned"), ("data", "datum.tuned")):
        line = on("looks", "batch").mark_line(strokeWidth=2.5, clip=True, point={"size": 60})
        layers.append(means(meaning, line).encode(x, y, tooltip=tips).transform_filter(test))
    layers += [
        means("optimum", on("critical").mark_rule(strokeWidth=4)).encode(x, low, alt.Y2("high:Q")),
        means("optimum", on("critical", "batch").mark_point(**DOT)).encode(
            x, y, opacity=alt.value(1), tooltip=tips
        ),
    ]
    return readable(layers)


@cache
def _clock() -> dict[str, Any]:
    x = powers("cost:Q", "Cost, device-days", alt.X, say=COUNT)
    y = powers("days:Q", "Time, days", say=PLAIN)
    means = meanings(
        columns=1, model="more devices, each at its fastest batch", rival="your devices"
    )
    tips = [
        counted("devices", "devices"), counted("batch", "batch"),
        alt.Tooltip("days:Q", format=".3g"), counted("cost", "device-days"),
    ]  # fmt: skip
    counts = ("devices", "batch", "cost")
    layers = [
        means("model", on("line").mark_line(strokeWidth=3.5)).encode(x, y, order="devices:Q"),
        means("model", on("dots", *counts).mark_point(filled=True, size=80)).encode(
            x, y, opacity=alt.value(1), tooltip=tips
        ),
        means("rival", on("here", *counts).mark_point(**DOT)).encode(
            x, y, opacity=alt.value(1), tooltip=tips
        ),
        on("dots").mark_text(align="left", dx=9, dy=-9, fontSize=13).encode(
            x, y, alt.Text("name:N")
        ),
    ]  # fmt: skip
    return readable(layers, height=380)


@cache
def _choice() -> dict[str, Any]:
    x = powers("batch:Q", "Batch, tokens", alt.X, say=COUNT)
    y = powers("days:Q", "Time, days", say=PLAIN)
    means = meanings(columns=1, model="your devices", rival="fastest", optimum="critical batch")
    tips = [counted("batch", "batch"), alt.Tooltip("days:Q", format=".3g")]
    layers = [means("model", on("line").mark_line(strokeWidth=3.5)).encode(x, y)]
    for table, meaning in (("critical", "optimum"), ("best", "rival")):
        dot = on(table, "batch").mark_point(**DOT)
        layers.append(means(meaning, dot).encode(x, y, opacity=alt.value(1), tooltip=tips))
    return readable(layers, height=380)

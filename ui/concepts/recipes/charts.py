"""Tokens a parameter by year; batch and rate of real models against compute, with laws' lines."""

from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from ui import labels
from ui.charts import (
    COUNT,
    DOT,
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

Span = tuple[float, float]
NAMES = tuple(labels.COLUMNS)
MODEL = ("name", "org", "year", "active_params", "tokens", "tokens_per_param", "sparse", "x")
SETTING = (
    "name", "org", "year", "flops", "x", "value", "low", "optimizer", "schedule", "alike", "sparse",
)  # fmt: skip
MEDIAN = ("year", "left", "right", "tokens_per_param", "models")


def years(tables: dict[str, pd.DataFrame], across: Span, up: Span) -> Chart:
    """Tokens a parameter against the year, with each year's median and a rule of thumb.

    Args:
        tables: models and chosen (`MODEL`; x is the place in its year), medians (`MEDIAN`), rule
            (x, ratio) and names.
        across: the first and the last year, with room.
        up: the ends of the axis upwards.
    """
    needs = {
        "models": MODEL, "chosen": MODEL, "medians": MEDIAN, "rule": ("x", "ratio"), "names": NAMES,
    }  # fmt: skip
    return Chart(_years(across, up), select(tables, needs))


def settings(tables: dict[str, pd.DataFrame], title: str, across: Span, up: Span) -> Chart:
    """Batch or peak rate against training compute.

    Args:
        tables: models and chosen (`SETTING`; low is the first batch; alike is whether the value
            is on the scale of the lines), lines (law, x, value) and names.
        title: what the values are.
        across: the ends of the axis of compute, FLOPs.
        up: the ends of the axis upwards.
    """
    needs = {
        "models": SETTING, "chosen": SETTING, "lines": ("law", "x", "value"), "names": NAMES,
    }  # fmt: skip
    return Chart(_settings(title, across, up), select(tables, needs))


@lru_cache
def _years(across: Span, up: Span) -> dict[str, Any]:
    axis = alt.Axis(values=list(range(2019, 2031)), format="d", grid=False)
    x = alt.X("x:Q", title="Year", axis=axis).scale(domain=across, nice=False)
    left = alt.X("left:Q", title="Year", axis=axis).scale(domain=across, nice=False)
    y = log_axis("tokens_per_param:Q", "Training tokens per parameter", alt.Y, up, COUNT)
    at = log_axis("ratio:Q", "Training tokens per parameter", alt.Y, up, COUNT)
    means = colour_by_meaning()
    tips = [
        alt.Tooltip("name:N", title="model"),
        alt.Tooltip("org:N", title="by"),
        alt.Tooltip("year:Q", format="d"),
        count_tooltip("active_params", "parameters (active)"),
        count_tooltip("tokens", "tokens"),
        alt.Tooltip("tokens_per_param:Q", title="tokens/param", format=",.3r"),
    ]
    median = [
        alt.Tooltip("year:Q", format="d"),
        alt.Tooltip("tokens_per_param:Q", title="median tokens/param", format=",.3r"),
        alt.Tooltip("models:Q", title="models"),
    ]
    models = layer("models", "active_params", "tokens")
    layers = [
        means("theory", layer("rule").mark_line(strokeWidth=3, strokeDash=[2, 6])).encode(x, at),
        means("model", layer("medians").mark_rule(strokeWidth=7, opacity=0.55)).encode(
            left, y, alt.X2("right:Q"), tooltip=median
        ),
        *_marks(models, "sparse", x, y, tips),
        means("optimum", layer("chosen", "active_params", "tokens").mark_point(**DOT)).encode(
            x, y, opacity=alt.value(1), tooltip=tips
        ),
        *named("names", 14),
    ]
    return finish(layers)


@lru_cache
def _settings(title: str, across: Span, up: Span) -> dict[str, Any]:
    counts = title.startswith("Batch")
    x = log_axis("x:Q", "Training FLOPs, 6ND", alt.X, across)
    y = log_axis("value:Q", title, alt.Y, up, COUNT if counts else POWER)
    means = colour_by_meaning()
    said = count_tooltip("value", "batch, tokens") if counts else alt.Tooltip(
        "value:Q", title="peak rate", format=".2e"
    )  # fmt: skip
    tips = [
        alt.Tooltip("name:N", title="model"),
        alt.Tooltip("org:N", title="by"),
        alt.Tooltip("year:Q", format="d"),
        alt.Tooltip("flops:Q", title="FLOPs", format=".2e"),
        said,
        alt.Tooltip("optimizer:N", title="optimiser"),
        alt.Tooltip("schedule:N"),
    ]
    models = layer("models", "value").transform_calculate(other="!datum.alike")
    grown = layer("models").transform_filter("isValid(datum.low) && datum.low < datum.value")
    ramp = means("data", grown.mark_rule(strokeWidth=3, opacity=0.35)).encode(
        x, log_axis("low:Q", title, alt.Y, up, COUNT), alt.Y2("value:Q")
    )
    layers = [
        means("rival", layer("lines").mark_line(strokeWidth=3, strokeDash=[7, 5], clip=True))
        .encode(x, y, alt.Detail("law:N")),
        *([ramp] if counts else []),
        *_marks(models, "other", x, y, tips),
        means("optimum", layer("chosen", "value").mark_point(**DOT)).encode(
            x, y, opacity=alt.value(1), tooltip=tips
        ),
        *named("names", 14),
    ]  # fmt: skip
    return finish(layers)


def _marks(models: alt.Chart, hollow: str, x: Any, y: Any, tips: list[Any]) -> list[alt.Chart]:
    """Dots of models, filled; hollow where the column says so."""
    means = colour_by_meaning()
    return [
        means("data", models.transform_filter(test).mark_point(**mark)).encode(
            x, y, opacity=alt.value(0.9), tooltip=tips
        )
        for test, mark in (
            (f"!datum.{hollow}", {"filled": True, "size": 90, "clip": True}),
            (f"datum.{hollow}", {"filled": False, "size": 90, "strokeWidth": 2.5, "clip": True}),
        )
    ]

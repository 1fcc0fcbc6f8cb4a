"""Losses over batch and learning rate; how the best settings move; what the laws advise."""

from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from ui import labels
from ui.charts import (
    COUNT,
    POWER,
    Chart,
    axis_ends,
    colour_by_meaning,
    columns,
    count_tooltip,
    finish,
    keep_table,
    layer,
    log_axis,
    named,
    select,
)

Box = tuple[tuple[float, float], tuple[float, float]]
PLACE = ("batch", "lr")
CELL = (*PLACE, "left", "right", "bottom", "top", "loss", "above")
# How strong a cell's colour is: by its loss above the lowest, as a share. Near the bottom a
# tenth of a percent shows.
DARK = alt.Scale(
    domain=[0, 0.0025, 0.01, 0.03, 0.1, 0.3, 1e3],
    range=[0.7, 0.56, 0.42, 0.3, 0.17, 0.06, 0.04],
    clamp=True,
)
BATCH, RATE = count_tooltip("batch", "batch"), alt.Tooltip("lr:Q", title="peak rate", format=".3g")
LOSS = alt.Tooltip("loss:Q", title="loss", format=".4f")
ABOVE = alt.Tooltip("above:Q", title="above the lowest", format=".2%")


def valley(
    tables: dict[str, pd.DataFrame], box: Box, unit: str = "tokens", title: str = ""
) -> Chart:
    """Cells over batch and peak learning rate, the stronger the lower their loss.

    Args:
        tables: cells (batch, lr, their edges left, right, bottom and top, loss, above) and,
            each as batch and lr, lowest, fitted, each seed's fits and truth; contours have a
            level, too; names, as `ui.labels` has them, stand for the legend of one of several.
        box: what the axes span.
        unit: what a batch is counted in.
        title: of one of several.
    """
    needs: dict[str, tuple[str, ...]] = dict.fromkeys(("lowest", "fitted", "seeds", "truth"), PLACE)
    needs |= {"cells": CELL, "contours": (*PLACE, "level"), "axes": ("x0", "x1", "y0", "y1")}
    if not title:
        needs["names"] = tuple(labels.COLUMNS)
    there = frozenset(name for name in ("seeds", "truth", "lowest", "fitted") if name in tables)
    empty = pd.DataFrame(columns=[*PLACE, "level"], dtype=float)
    spare = {name: empty for name in needs if name not in tables}
    spare["axes"] = labels.Axes(*box).table
    return Chart(_valley(unit, there, title), select(tables | spare, needs))


def moving(
    tables: dict[str, pd.DataFrame],
    title: str,
    box: Box,
) -> Chart:
    """A best setting against compute.

    Args:
        tables: law (flops, value), dots (flops, value), line (flops, value, low, high), used
            (flops, value, name), here (flops, value), names.
        title: of the axis, with the unit.
        box: what the axes span.
    """
    at = ("flops", "value")
    needs = {
        "law": at, "dots": at, "line": (*at, "low", "high"), "used": (*at, "name"), "here": at,
        "names": tuple(labels.COLUMNS),
    }  # fmt: skip
    return Chart(_moving(title, box, title.startswith("Best batch")), select(tables, needs))


def landings(tables: dict[str, pd.DataFrame], box: Box) -> Chart:
    """Chart of the answers of many draws.

    Args:
        tables: cells (batch, lr, share), fits (batch, lr) and truth (batch, lr).
        box: what the axes span.
    """
    needs = {"cells": (*PLACE, "share"), "fits": PLACE, "truth": PLACE}
    return Chart(_landings(box), select(tables, needs))


def advice(frame: pd.DataFrame, column: str, title: str) -> Chart:
    """The advice of each law: columns law, critical and the one that is drawn."""
    table = columns(frame, "law", "critical", column).dropna()
    return Chart(_advice(column, title), {"advice": table})


@lru_cache
def _valley(unit: str, there: frozenset[str], title: str) -> dict[str, Any]:
    (x, left), (y, bottom) = (
        [log_axis(f"{name}:Q", f"Batch, {unit}", alt.X, axis_ends("x"), COUNT)
         for name in ("batch", "left")],
        [log_axis(f"{name}:Q", "Peak learning rate", domain=axis_ends("y"))
         for name in ("lr", "bottom")],
    )  # fmt: skip
    edges = left, alt.X2("right:Q"), bottom, alt.Y2("top:Q")
    words = {"data": "runs, stronger: lower", "model": "lowest run", "optimum": "bottom of the fit"}
    means = colour_by_meaning(columns=1, **(words if title else {}))
    tips = [BATCH, RATE, LOSS, ABOVE]
    layers = [
        means("data", layer("cells", "batch").mark_rect(clip=True, stroke=None)).encode(
            *edges, opacity=alt.Opacity("above:Q", scale=DARK, legend=None), tooltip=tips
        ),
    ]  # fmt: skip
    if "truth" in there:
        rings = layer("contours").mark_line(strokeWidth=2, clip=True, order=False)
        layers.append(means("theory", rings).encode(x, y, alt.Detail("level:N")))
    for name, meaning, mark in (
        ("seeds", "optimum", {"size": 45, "filled": True, "opacity": 0.55}),
        ("truth", "theory", {"size": 300, "shape": "diamond", "strokeWidth": 3.5}),
        ("lowest", "model", {"size": 330, "shape": "square", "strokeWidth": 3.5}),
        ("fitted", "optimum", {"size": 200, "filled": True}),
    ):
        if name in there:
            points = layer(name, "batch").mark_point(clip=True, **{"opacity": 1.0} | mark)
            layers.append(means(meaning, points).encode(x, y, tooltip=[BATCH, RATE]))
    layers += [keep_table("axes")] if title else [*named("names"), keep_table("axes")]
    heading = {"title": {"text": title, "fontSize": 16, "anchor": "start"}} if title else {}
    return finish(layers) | heading


@lru_cache
def _moving(title: str, box: Box, counts: bool) -> dict[str, Any]:
    x = log_axis("flops:Q", "Training FLOPs", alt.X, box[0])
    say = COUNT if counts else POWER
    y, low = (log_axis(f"{name}:Q", title, domain=box[1], say=say) for name in ("value", "low"))
    means = colour_by_meaning()
    value = (
        count_tooltip("value", title)
        if counts
        else alt.Tooltip("value:Q", title=title, format=".3g")
    )
    tips = [alt.Tooltip("flops:Q", title="FLOPs", format=".3g"), value]
    layers = [
        means("optimum", layer("line").mark_area(opacity=0.22, clip=True)).encode(
            x, low, alt.Y2("high:Q")
        ),
        means("theory", layer("law").mark_line(strokeWidth=2.5, strokeDash=[7, 5], clip=True))
        .encode(x, y),
        means("optimum", layer("line").mark_line(strokeWidth=3, clip=True)).encode(x, y),
        means("data", layer("dots", "value").mark_point(filled=True, size=80)).encode(
            x, y, opacity=alt.value(1), tooltip=tips
        ),
        means("budget", layer("used", "value").mark_point(filled=True, size=150, shape="triangle"))
        .encode(x, y, opacity=alt.value(1), tooltip=["name:N", *tips]),
        means("theory", layer("here").mark_point(size=300, shape="diamond", strokeWidth=3.5))
        .encode(x, y),
        *named("names"),
    ]  # fmt: skip
    return finish(layers)


@lru_cache
def _landings(box: Box) -> dict[str, Any]:
    x = log_axis("batch:Q", "Batch, tokens", alt.X, box[0], COUNT)
    y = log_axis("lr:Q", "Peak learning rate", domain=box[1])
    means = colour_by_meaning(
        columns=3,
        model="lowest run: so often",
        optimum="bottom of the fit",
        theory="the law",
    )
    size = alt.Size("share:Q", scale=alt.Scale(domain=[0, 1], range=[15, 3000]), legend=None)
    share = alt.Tooltip("share:Q", title="of all draws", format=".1%")
    layers = [
        means("model", layer("cells", "batch").mark_point(filled=True, opacity=0.55)).encode(
            x, y, size, tooltip=[BATCH, RATE, share]
        ),
        means("optimum", layer("fits").mark_point(filled=True, size=28, clip=True)).encode(
            x, y, opacity=alt.value(0.5)
        ),
        means("theory", layer("truth").mark_point(size=300, shape="diamond", strokeWidth=3.5))
        .encode(x, y),
    ]  # fmt: skip
    return finish(layers)


@lru_cache
def _advice(column: str, title: str) -> dict[str, Any]:
    batch = column == "batch"
    x = log_axis(f"{column}:Q", title, alt.X, say=COUNT if batch else POWER)
    y = alt.Y("law:N", sort=None, title=None, axis=alt.Axis(labelFontSize=15, labelLimit=220))
    means = colour_by_meaning(data="the best, by this law", rival="critical" if batch else "")
    value = (
        count_tooltip(column, title)
        if batch
        else alt.Tooltip(f"{column}:Q", title=title, format=".3g")
    )
    layers = [
        means(meaning, layer("advice", *([column] if batch else [])).mark_point(
            filled=True, size=260
        ))
        .encode(x, y, opacity=alt.value(1), tooltip=["law:N", value])
        .transform_filter(test)
        for meaning, test in (("data", "!datum.critical"), ("rival", "datum.critical"))
    ]  # fmt: skip
    shown = (
        f"replace(format(datum.{column}, '.3s'), 'G', 'B')"
        if batch
        else f"format(datum.{column}, '.2e')"
    )
    layers.append(
        layer("advice")
        .mark_text(dy=-18, fontSize=14, fontWeight=500)
        .transform_calculate(label=shown)
        .encode(x, y, alt.Text("label:N"))
    )
    return finish(layers, height=270)

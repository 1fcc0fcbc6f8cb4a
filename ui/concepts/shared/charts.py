"""Charts that several pages show: isoFLOP valleys, the growth of the best size, exponents.

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
    Chart,
    axis_ends,
    colour_by_meaning,
    count_tooltip,
    finish,
    keep_table,
    layer,
    log_axis,
    named,
    select,
)

ROW: Any = {"labelLimit": 230, "labelFontSize": 15, "labelOverlap": False}
DASHED: Any = {"strokeWidth": 3, "strokeDash": [7, 5], "clip": True}
RUN = ("params", "loss", "budget")
SPLIT = ("flops", "params")
BAND = (*SPLIT, "low", "high")
ENDS = ("x0", "x1", "y0", "y1")  # of the axes, across and upwards
EVERY = {"axes": ENDS, "names": tuple(labels.COLUMNS)}
Box = tuple[tuple[float, float], tuple[float, float]]
FLOPS = alt.Tooltip("flops:Q", title="FLOPs", format=".3g")
SIZE = count_tooltip("params", "parameters")
PAIR, STEPS = ("examples", "steps"), alt.Tooltip("steps:Q", format=",.4r")


def valleys(tables: dict[str, pd.DataFrame], unit: str = "nats/token") -> Chart:
    """Loss against size, a valley for each budget.

    Args:
        tables: runs, parabolas, bottoms (params, loss, budget), truth (params, loss), forecast
            (params), names as `ui.labels` has them, and axes (one row: x0, x1, y0, y1).
        unit: what the loss is measured in.
    """
    needs = {
        "runs": RUN, "parabolas": RUN, "bottoms": RUN, "truth": ("params", "loss"),
        "forecast": ("params",),
    }  # fmt: skip
    return Chart(_valleys(unit), select(tables, needs | EVERY))


def growth(tables: dict[str, pd.DataFrame]) -> Chart:
    """Best sizes against compute, and a line through them.

    Args:
        tables: dots (flops, params, low, high), line (the same, and whether it is beyond the
            runs), truth and guess (flops, params), names as `ui.labels` has them, and axes (one
            row: x0, x1, y0, y1).
    """
    needs = {"dots": BAND, "line": (*BAND, "beyond"), "truth": SPLIT, "guess": SPLIT}
    return Chart(_growth(), select(tables, needs | EVERY))


def approaches(tables: dict[str, pd.DataFrame]) -> Chart:
    """Exponents: approaches (name, exponent, low, high) and truth (exponent; may be empty)."""
    needs = {"approaches": ("name", "exponent", "low", "high"), "truth": ("exponent",)}
    return Chart(_approaches(not tables["truth"].empty), select(tables, needs))


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


@lru_cache
def _valleys(unit: str) -> dict[str, Any]:
    x = log_axis("params:Q", "Parameters", alt.X, axis_ends("x"), COUNT)
    y = alt.Y("loss:Q", title=f"Loss ({unit})", scale=alt.Scale(domain=axis_ends("y"), nice=False))
    means = colour_by_meaning()
    loss = alt.Tooltip("loss:Q", title=f"loss ({unit})", format=".4f")
    tips = [alt.Tooltip("budget:N", title="FLOPs"), SIZE, loss]
    diamonds = layer("truth").mark_point(size=200, strokeWidth=2.5, shape="diamond", clip=True)
    above = alt.value(14)
    layers = [
        means("model", layer("parabolas").mark_line(strokeWidth=2.5, opacity=0.8, clip=True))
        .encode(x, y, alt.Detail("budget:N")),
        means("optimum", layer("forecast").mark_rule(**DASHED)).encode(x),
        layer("forecast").mark_text(align="left", dx=8, fontSize=14).encode(
            x, y=above, text=alt.value("forecast")
        ),
        means("data", layer("runs", "params").mark_point(filled=True, size=55, clip=True))
        .encode(x, y, opacity=alt.value(0.8), tooltip=tips),
        means("theory", diamonds).encode(x, y, opacity=alt.value(1)),
        means("optimum", layer("bottoms", "params").mark_point(**DOT | {"size": 130}))
        .encode(x, y, opacity=alt.value(1), tooltip=tips),
        *named("names"),
        keep_table("axes"),
    ]  # fmt: skip
    return finish(layers)


@cache
def _growth() -> dict[str, Any]:
    across, up = axis_ends("x"), axis_ends("y")
    x = log_axis("flops:Q", "Training FLOPs", alt.X, across)
    y = log_axis("params:Q", "Best size, parameters", domain=up, say=COUNT)
    low = log_axis("low:Q", "Best size, parameters", domain=up, say=COUNT)
    high = alt.Y2("high:Q")
    means = colour_by_meaning()
    layers = [
        means("optimum", layer("line").mark_area(opacity=0.22, clip=True)).encode(x, low, high),
        means("theory", layer("truth").mark_line(**DASHED)).encode(x, y),
        means("guess", layer("guess").mark_line(**DASHED)).encode(x, y),
    ]
    for part, stroke in (("true", 2.0), ("!datum.beyond", 4.0)):  # thin beyond the runs
        line = layer("line", "params").mark_line(strokeWidth=stroke, clip=True)
        line = line.transform_filter(part).encode(x, y, tooltip=[FLOPS, SIZE])
        layers.append(means("optimum", line))
    bars = layer("dots").mark_rule(strokeWidth=2.5, clip=True)
    dots = layer("dots", "params").mark_point(filled=True, size=110, clip=True)
    layers += [
        means("data", bars).encode(x, low, high),
        means("data", dots).encode(x, y, opacity=alt.value(1), tooltip=[FLOPS, SIZE]),
        *named("names"),
        keep_table("axes"),
    ]
    return finish(layers)


@lru_cache
def _approaches(law: bool) -> dict[str, Any]:
    x = alt.X("exponent:Q", title="Exponent a of N_opt ~ C^a").scale(zero=False)
    low = alt.X("low:Q", title="Exponent a of N_opt ~ C^a").scale(zero=False)
    y = alt.Y("name:N", sort=None, title=None, axis=alt.Axis(**ROW))
    means = colour_by_meaning(
        columns=1, data="estimate and its 95 % interval", theory="the known one" if law else ""
    )
    tips = [alt.Tooltip(f"{name}:Q", format=".3f") for name in ("exponent", "low", "high")]
    known = layer("truth").mark_rule(strokeWidth=3, strokeDash=[7, 5])
    layers = [
        *([means("theory", known).encode(x)] if law else []),
        means("data", layer("approaches").mark_rule(strokeWidth=6, opacity=0.5)).encode(
            low, y, alt.X2("high:Q")
        ),
        means("data", layer("approaches").mark_point(filled=True, size=200)).encode(
            x, y, opacity=alt.value(1), tooltip=tips
        ),
    ]
    return finish(layers, height=240)


@lru_cache
def _races(unit: str, box: Box | None) -> dict[str, Any]:
    across, up = box or (None, None)
    title = f"{unit.capitalize()} to the loss"
    x = log_axis("examples:Q", title, alt.X, across, COUNT)
    y = log_axis("steps:Q", "Optimiser steps to the loss", domain=up, say=COUNT)
    means = colour_by_meaning(
        columns=3, data="runs", model="hyperbola", optimum="its critical batch"
    )
    tips = [count_tooltip("batch", "batch"), count_tooltip("examples", unit), STEPS]
    layers = [
        means("model", layer("curves").mark_line(strokeWidth=3, clip=True)).encode(
            x, y, alt.Detail("group:N"), order="steps:Q"
        ),
        means("data", layer("runs", "batch", "examples").mark_point(filled=True, size=60)).encode(
            x, y, opacity=alt.value(0.75), tooltip=tips
        ),
        means("optimum", layer("knees", "examples").mark_point(**DOT)).encode(
            x, y, opacity=alt.value(1), tooltip=tips[1:]
        ),
        layer("names")
        .mark_text(dx=-6, dy=-12, align="left", fontSize=14, fontWeight=500, limit=170)
        .encode(x, y, alt.Text("name:N")),
    ]  # fmt: skip
    return finish(layers)

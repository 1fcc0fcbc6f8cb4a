"""Valleys and their bottoms; best sizes against compute; designs and their errors."""

from functools import cache, lru_cache
from typing import Any

import altair as alt
import pandas as pd

from ui.charts import (
    PLAIN,
    Chart,
    colour_by_meaning,
    columns,
    finish,
    layer,
    log_axis,
    select,
)
from ui.concepts.shared.charts import FLOPS, SIZE

LOSS = alt.Tooltip("loss:Q", title="loss (nats/token)", format=".4f")


def curves(tables: dict[str, pd.DataFrame]) -> Chart:
    """Learning curves against compute and their envelope.

    Args:
        tables: curves (flops, loss, params, run) and envelope (flops, loss).
    """
    needs = {"curves": ("flops", "loss", "params", "run"), "envelope": ("flops", "loss")}
    return Chart(_curves(), select(tables, needs))


def designs(frame: pd.DataFrame, tolerance: float) -> Chart:
    """Errors: columns sizes, runs, width, typical, bias; what is at most `tolerance` stands out."""
    table = columns(frame, "sizes", "runs", "width", "typical", "bias")
    return Chart(_designs(tolerance), {"designs": table})


def biases(frame: pd.DataFrame) -> Chart:
    """Error without noise: columns width, off_centre, curvature, bias, exponent_bias."""
    table = columns(frame, "width", "off_centre", "curvature", "bias", "exponent_bias")
    return Chart(_biases(), {"biases": table})


@cache
def _curves() -> dict[str, Any]:
    x = log_axis("flops:Q", "Training FLOPs", alt.X)
    y = log_axis("loss:Q", "Loss (nats/token)", say=PLAIN)
    means = colour_by_meaning(columns=1, data="learning curves", optimum="their lower envelope")
    layers = [
        means("data", layer("curves", "params").mark_line(strokeWidth=1.3, opacity=0.55)).encode(
            x, y, alt.Detail("run:N"), tooltip=[SIZE]
        ),
        means("optimum", layer("envelope").mark_line(strokeWidth=4)).encode(
            x, y, tooltip=[FLOPS, LOSS]
        ),
    ]
    return finish(layers)


@lru_cache
def _designs(tolerance: float) -> dict[str, Any]:
    x = alt.X("width:O", title="Grid: factor to either side", axis=alt.Axis(labelAngle=0))
    y = alt.Y("sizes:O", title="Sizes a budget", sort="descending")
    means = colour_by_meaning(optimum=f"within {tolerance:.0%}", budget="not")
    tips = [
        alt.Tooltip("runs:Q", title="runs"),
        alt.Tooltip("typical:Q", title="typical error", format=".1%"),
        alt.Tooltip("bias:Q", title="without noise", format="+.1%"),
    ]
    layers = []
    for meaning, test in (("optimum", "<="), ("budget", ">")):
        cells = layer("designs").mark_rect(opacity=0.45, stroke=None)
        layers.append(
            means(meaning, cells)
            .encode(x, y, tooltip=tips)
            .transform_filter(f"isValid(datum.typical) && datum.typical {test} {tolerance}")
        )
    share = "datum.typical > 1 ? '>100%' : format(datum.typical, '.0%')"
    label = f"isValid(datum.typical) ? ({share}) : 'none'"
    words = layer("designs").mark_text(fontSize=15, fontWeight=500)
    layers.append(
        words.encode(x, y, alt.Text("label:N"), tooltip=tips).transform_calculate(label=label)
    )
    return finish(layers, height=340)


@cache
def _biases() -> dict[str, Any]:
    x = log_axis("width:Q", "Grid: factor to either side", alt.X, say=PLAIN)
    y = alt.Y("bias:Q", title="Error of the best size", axis=alt.Axis(format="+.1%"))
    means = colour_by_meaning(
        columns=1, model="a curvature each, near the bottoms", rival="a curvature each, all sizes",
        data="one curvature for all, all sizes",
    )  # fmt: skip
    tips = [
        alt.Tooltip("width:Q", title="factor", format=".3g"),
        alt.Tooltip("bias:Q", title="error of the best size", format="+.1%"),
        alt.Tooltip("exponent_bias:Q", title="of the exponent", format="+.3f"),
    ]
    layers = [alt.Chart(alt.NamedData("biases")).mark_rule(strokeWidth=1).encode(y=alt.datum(0))]
    for meaning, kind in (("model", "near"), ("rival", "own"), ("data", "shared")):
        line = layer("biases").mark_line(strokeWidth=3.5, point={"size": 90, "filled": True})
        layers.append(
            means(meaning, line)
            .encode(x, y, tooltip=tips)
            .transform_filter(f"datum.curvature == '{kind}' && isValid(datum.bias)")
        )
    return finish(layers, height=340)

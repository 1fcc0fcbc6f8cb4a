"""Valleys and their bottoms; best sizes against compute; designs and their errors."""

from functools import cache
from typing import Any

import altair as alt
import pandas as pd

from toylab.charts.house import (
    COUNT,
    DOT,
    PLAIN,
    Chart,
    columns,
    counted,
    meanings,
    on,
    powers,
    readable,
    select,
)

RUN = ("params", "loss", "budget")
SPLIT = ("flops", "params")
ENDS = ("low", "high")
Box = tuple[tuple[float, float], tuple[float, float]]
LOSS = alt.Tooltip("loss:Q", title="loss (nats/token)", format=".4f")
FLOPS = alt.Tooltip("flops:Q", title="FLOPs", format=".3g")
SIZE = counted("params", "parameters")


def valleys(
    tables: dict[str, pd.DataFrame],
    unit: str = "nats/token",
    sizes: tuple[float, float] | None = None,
    guessed: str = "your guess",
) -> Chart:
    """Loss against size, a valley for each budget.

    Args:
        tables: runs, parabolas, bottoms (params, loss, budget), names (params, loss, name),
            truth (params, loss), and, where the reader guesses, guess (params).
        unit: what the loss is measured in.
        sizes: what the axis spans from the start, where runs are still to come.
        guessed: what the legend calls the guess.
    """
    needs = {
        "runs": RUN, "parabolas": RUN, "bottoms": RUN, "names": ("params", "loss", "name"),
        "truth": ("params", "loss"),
    }  # fmt: skip
    if "guess" in tables:
        needs["guess"] = ("params",)
    guess, law = guessed if "guess" in tables else "", not tables["truth"].empty
    return Chart(_valleys(law, guess, unit, sizes), select(tables, needs))


def growth(
    tables: dict[str, pd.DataFrame],
    words: tuple[tuple[str, str], ...],
    box: Box | None = None,
) -> Chart:
    """Best sizes against compute, and a line through them.

    Args:
        tables: dots (flops, params, and low, high where they have intervals), line (flops,
            params, beyond the runs or not, and low, high where it has a band), truth (flops,
            params).
            Where the reader guesses, also guess (flops, params).
        words: the legend's, for dots and line.
        box: what the axes span from the start, where more is still to come.
    """
    bars, band = ("low" in tables[name] for name in ("dots", "line"))
    needs = {
        "dots": (*SPLIT, *ENDS) if bars else SPLIT,
        "line": (*SPLIT, "beyond", *ENDS) if band else (*SPLIT, "beyond"),
        "truth": SPLIT,
    }
    guess = "guess" in tables
    if guess:
        needs["guess"] = SPLIT
    law = not tables["truth"].empty
    return Chart(_growth(words, bars, band, law, guess, box), select(tables, needs))


def curves(tables: dict[str, pd.DataFrame]) -> Chart:
    """Learning curves against compute and their envelope.

    Args:
        tables: curves (flops, loss, params, run) and envelope (flops, loss).
    """
    needs = {"curves": ("flops", "loss", "params", "run"), "envelope": ("flops", "loss")}
    return Chart(_curves(), select(tables, needs))


def designs(frame: pd.DataFrame, asked: float) -> Chart:
    """Errors: columns sizes, runs, width, typical, bias; what is at most `asked` stands out."""
    table = columns(frame, "sizes", "runs", "width", "typical", "bias")
    return Chart(_designs(asked), {"designs": table})


def biases(frame: pd.DataFrame) -> Chart:
    """Error without noise: columns width, off_centre, curvature, bias, exponent_bias."""
    table = columns(frame, "width", "off_centre", "curvature", "bias", "exponent_bias")
    return Chart(_biases(), {"biases": table})


@cache
def _valleys(law: bool, guess: str, unit: str, sizes: tuple[float, float] | None) -> dict[str, Any]:
    x = powers("params:Q", "Parameters", alt.X, sizes, say=COUNT)
    y = alt.Y("loss:Q", title=f"Loss ({unit})").scale(zero=False)
    means = meanings(
        columns=2, data="runs", model="parabola", optimum="its bottom",
        theory="the law's best" if law else "", rival=guess,
    )  # fmt: skip
    loss = alt.Tooltip("loss:Q", title=f"loss ({unit})", format=".4f")
    tips = [alt.Tooltip("budget:N", title="FLOPs"), SIZE, loss]
    layers = [
        means("model", on("parabolas").mark_line(strokeWidth=2.5, opacity=0.8)).encode(
            x, y, alt.Detail("budget:N")
        ),
        means("data", on("runs", "params").mark_point(filled=True, size=55)).encode(
            x, y, opacity=alt.value(0.8), tooltip=tips
        ),
        on("names").mark_text(align="left", dx=8, fontSize=13).encode(
            x, y, alt.Text("name:N")
        ),
        means("optimum", on("bottoms", "params").mark_point(**DOT | {"size": 130})).encode(
            x, y, opacity=alt.value(1), tooltip=tips
        ),
    ]  # fmt: skip
    if law:
        diamonds = on("truth").mark_point(size=200, strokeWidth=2.5, shape="diamond")
        layers.insert(-1, means("theory", diamonds).encode(x, y, opacity=alt.value(1)))
    if guess:
        rule = on("guess").mark_rule(strokeWidth=3, strokeDash=[7, 5])
        layers.insert(0, means("rival", rule).encode(x))
    return readable(layers)


@cache
def _growth(
    words: tuple[tuple[str, str], ...],
    bars: bool,
    band: bool,
    law: bool,
    guess: bool,
    box: Box | None,
) -> dict[str, Any]:
    said, (across, up) = dict(words), box or (None, None)
    x = powers("flops:Q", "Training FLOPs", alt.X, across)
    y = powers("params:Q", "Best size, parameters", domain=up, say=COUNT)
    low = powers("low:Q", "Best size, parameters", domain=up, say=COUNT)
    high = alt.Y2("high:Q")
    means = meanings(
        columns=1, data=said["dots"], optimum=said["line"],
        theory="the law itself" if law else "", rival="your guess" if guess else "",
    )  # fmt: skip
    layers = []
    if band:
        area = on("line").mark_area(opacity=0.22, clip=True)
        layers.append(means("optimum", area).encode(x, low, high))
    for meaning, table, there in ("theory", "truth", law), ("rival", "guess", guess):
        if not there:
            continue
        dashed = on(table).mark_line(strokeWidth=3, strokeDash=[7, 5], clip=True)
        layers.append(means(meaning, dashed).encode(x, y))
    for part, stroke in (("!datum.beyond", 4.0), ("datum.beyond", 2.0)):
        line = on("line", "params").mark_line(strokeWidth=stroke, clip=True)
        line = line.transform_filter(part).encode(x, y, tooltip=[FLOPS, SIZE])
        layers.append(means("optimum", line))
    if bars:
        layers.append(means("data", on("dots").mark_rule(strokeWidth=2.5)).encode(x, low, high))
    dots = on("dots", "params").mark_point(filled=True, size=110)
    layers.append(means("data", dots).encode(x, y, opacity=alt.value(1), tooltip=[FLOPS, SIZE]))
    return readable(layers)


@cache
def _curves() -> dict[str, Any]:
    x = powers("flops:Q", "Training FLOPs", alt.X)
    y = powers("loss:Q", "Loss (nats/token)", say=PLAIN)
    means = meanings(columns=1, data="learning curves", optimum="their lower envelope")
    layers = [
        means("data", on("curves", "params").mark_line(strokeWidth=1.3, opacity=0.55)).encode(
            x, y, alt.Detail("run:N"), tooltip=[SIZE]
        ),
        means("optimum", on("envelope").mark_line(strokeWidth=4)).encode(
            x, y, tooltip=[FLOPS, LOSS]
        ),
    ]
    return readable(layers)


@cache
def _designs(asked: float) -> dict[str, Any]:
    x = alt.X("width:O", title="Grid: factor to either side", axis=alt.Axis(labelAngle=0))
    y = alt.Y("sizes:O", title="Sizes a budget", sort="descending")
    means = meanings(optimum=f"within {asked:.0%}", budget="not")
    tips = [
        alt.Tooltip("runs:Q", title="runs"),
        alt.Tooltip("typical:Q", title="typical error", format=".1%"),
        alt.Tooltip("bias:Q", title="without noise", format="+.1%"),
    ]
    layers = []
    for meaning, test in (("optimum", "<="), ("budget", ">")):
        cells = on("designs").mark_rect(opacity=0.45, stroke=None)
        layers.append(
            means(meaning, cells)
            .encode(x, y, tooltip=tips)
            .transform_filter(f"isValid(datum.typical) && datum.typical {test} {asked}")
        )
    said = "datum.typical > 1 ? '>100%' : format(datum.typical, '.0%')"
    label = f"isValid(datum.typical) ? ({said}) : 'none'"
    words = on("designs").mark_text(fontSize=15, fontWeight=500)
    layers.append(
        words.encode(x, y, alt.Text("label:N"), tooltip=tips).transform_calculate(label=label)
    )
    return readable(layers, height=340)


@cache
def _biases() -> dict[str, Any]:
    x = powers("width:Q", "Grid: factor to either side", alt.X, say=PLAIN)
    y = alt.Y("bias:Q", title="Error of the best size", axis=alt.Axis(format="+.1%"))
    means = meanings(columns=1, model="one curvature for all", rival="a curvature each")
    tips = [
        alt.Tooltip("width:Q", title="factor", format=".3g"),
        alt.Tooltip("bias:Q", title="error of the best size", format="+.1%"),
        alt.Tooltip("exponent_bias:Q", title="of the exponent", format="+.3f"),
    ]
    layers = [alt.Chart(alt.NamedData("biases")).mark_rule(strokeWidth=1).encode(y=alt.datum(0))]
    for meaning, kind in (("model", "shared"), ("rival", "own")):
        line = on("biases").mark_line(strokeWidth=3.5, point={"size": 90, "filled": True})
        layers.append(
            means(meaning, line)
            .encode(x, y, tooltip=tips)
            .transform_filter(f"datum.curvature == '{kind}' && isValid(datum.bias)")
        )
    return readable(layers, height=340)

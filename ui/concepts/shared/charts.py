"""Charts that several pages show: isoFLOP valleys, the growth of the best size, exponents."""

from functools import cache
from typing import Any

import altair as alt
import pandas as pd

from ui.charts import (
    COUNT,
    DOT,
    Chart,
    colour_by_meaning,
    count_tooltip,
    finish,
    layer,
    log_axis,
    select,
)

ROW: Any = {"labelLimit": 230, "labelFontSize": 15, "labelOverlap": False}
RUN = ("params", "loss", "budget")
SPLIT = ("flops", "params")
ENDS = ("low", "high")
Box = tuple[tuple[float, float], tuple[float, float]]
FLOPS = alt.Tooltip("flops:Q", title="FLOPs", format=".3g")
SIZE = count_tooltip("params", "parameters")
PAIR, STEPS = ("examples", "steps"), alt.Tooltip("steps:Q", format=",.4r")


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


@cache
def _valleys(law: bool, guess: str, unit: str, sizes: tuple[float, float] | None) -> dict[str, Any]:
    x = log_axis("params:Q", "Parameters", alt.X, sizes, say=COUNT)
    y = alt.Y("loss:Q", title=f"Loss ({unit})").scale(zero=False)
    means = colour_by_meaning(
        columns=2,
        data="runs",
        model="parabola",
        optimum="its bottom",
        theory="the law's best" if law else "",
        rival=guess,
    )
    loss = alt.Tooltip("loss:Q", title=f"loss ({unit})", format=".4f")
    tips = [alt.Tooltip("budget:N", title="FLOPs"), SIZE, loss]
    layers = [
        means("model", layer("parabolas").mark_line(strokeWidth=2.5, opacity=0.8)).encode(
            x, y, alt.Detail("budget:N")
        ),
        means("data", layer("runs", "params").mark_point(filled=True, size=55)).encode(
            x, y, opacity=alt.value(0.8), tooltip=tips
        ),
        layer("names").mark_text(align="left", dx=8, fontSize=13).encode(
            x, y, alt.Text("name:N")
        ),
        means("optimum", layer("bottoms", "params").mark_point(**DOT | {"size": 130})).encode(
            x, y, opacity=alt.value(1), tooltip=tips
        ),
    ]  # fmt: skip
    if law:
        diamonds = layer("truth").mark_point(size=200, strokeWidth=2.5, shape="diamond")
        layers.insert(-1, means("theory", diamonds).encode(x, y, opacity=alt.value(1)))
    if guess:
        rule = layer("guess").mark_rule(strokeWidth=3, strokeDash=[7, 5])
        layers.insert(0, means("rival", rule).encode(x))
    return finish(layers)


@cache
def _growth(
    words: tuple[tuple[str, str], ...],
    bars: bool,
    band: bool,
    law: bool,
    guess: bool,
    box: Box | None,
) -> dict[str, Any]:
    legend, (across, up) = dict(words), box or (None, None)
    x = log_axis("flops:Q", "Training FLOPs", alt.X, across)
    y = log_axis("params:Q", "Best size, parameters", domain=up, say=COUNT)
    low = log_axis("low:Q", "Best size, parameters", domain=up, say=COUNT)
    high = alt.Y2("high:Q")
    means = colour_by_meaning(
        columns=1,
        data=legend["dots"],
        optimum=legend["line"],
        theory="the law itself" if law else "",
        rival="your guess" if guess else "",
    )
    layers = []
    if band:
        area = layer("line").mark_area(opacity=0.22, clip=True)
        layers.append(means("optimum", area).encode(x, low, high))
    for meaning, table, there in ("theory", "truth", law), ("rival", "guess", guess):
        if not there:
            continue
        dashed = layer(table).mark_line(strokeWidth=3, strokeDash=[7, 5], clip=True)
        layers.append(means(meaning, dashed).encode(x, y))
    for part, stroke in (("!datum.beyond", 4.0), ("datum.beyond", 2.0)):
        line = layer("line", "params").mark_line(strokeWidth=stroke, clip=True)
        line = line.transform_filter(part).encode(x, y, tooltip=[FLOPS, SIZE])
        layers.append(means("optimum", line))
    if bars:
        layers.append(means("data", layer("dots").mark_rule(strokeWidth=2.5)).encode(x, low, high))
    dots = layer("dots", "params").mark_point(filled=True, size=110)
    layers.append(means("data", dots).encode(x, y, opacity=alt.value(1), tooltip=[FLOPS, SIZE]))
    return finish(layers)


@cache
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


@cache
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
        layer("names").mark_text(align="left", dx=6, dy=-12, fontSize=14, fontWeight=500).encode(
            x, y, alt.Text("name:N")
        ),
    ]  # fmt: skip
    return finish(layers)

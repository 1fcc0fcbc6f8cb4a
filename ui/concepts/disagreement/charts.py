"""The staircase of exponents; slopes that drift, and the line one draws through them."""

from functools import cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ui.charts import (
    COUNT,
    POWER,
    Chart,
    colour_by_meaning,
    columns,
    finish,
    layer,
    log_axis,
    select,
)


def stairs(frame: pd.DataFrame, guess: float | None, names: tuple[str, ...]) -> Chart:
    """The exponent after each fix, as far as the reader has climbed.

    Args:
        frame: columns step, name, exponent, low, high, interval (in words), second; low and
            high may be missing.
        guess: the reader's own, drawn as a rule; None where none was made.
        names: every step, for the axis.
    """
    needed = columns(frame, "step", "name", "exponent", "low", "high", "interval", "second")
    guesses = pd.DataFrame({"guess": [guess]}, dtype=np.float64).dropna()
    return Chart(_stairs(names), {"stairs": needed, "guess": guesses})


def bend(tables: dict[str, pd.DataFrame], titles: tuple[tuple[str, str], ...]) -> Chart:
    """A local exponent that drifts, and the one number that a straight line makes of it.

    Args:
        tables: curve (x, slope), limits (slope, name), fitted (x, slope; the range's ends).
        titles: of x, of y, whether x `counts`, and in the legend of curve, fitted and limits.
    """
    needs = {"curve": ("x", "slope"), "limits": ("slope", "name"), "fitted": ("x", "slope")}
    return Chart(_bend(titles), select(tables, needs))


@cache
def _stairs(names: tuple[str, ...]) -> dict[str, Any]:
    axis = alt.Axis(labelLimit=250, labelFontSize=15)
    y = alt.Y("name:N", sort=list(names), title=None, axis=axis).scale(domain=list(names))
    scale = alt.Scale(domain=[0.3, 1.0], zero=False)
    x = alt.X("exponent:Q", title="Exponent a of N ~ C^a", scale=scale)
    means = colour_by_meaning(
        columns=1,
        data="RefinedWeb, 95 % where known",
        rival="OpenWebText2",
        optimum="your guess",
    )
    tips = [
        alt.Tooltip("name:N", title="after"),
        alt.Tooltip("exponent:Q", format=".3f"),
        alt.Tooltip("interval:N", title="95 %"),
        alt.Tooltip("second:Q", title="OpenWebText2", format=".3f"),
    ]
    climbed = layer("stairs")
    layers = [
        means("optimum", layer("guess").mark_rule(strokeWidth=3, strokeDash=[6, 5])).encode(
            alt.X("guess:Q", scale=scale)
        ),
        means("data", climbed.mark_line(strokeWidth=3)).encode(x, y, order=alt.Order("step:O")),
        means("data", climbed.mark_rule(strokeWidth=7, opacity=0.5)).encode(
            alt.X("low:Q", scale=scale), y, alt.X2("high:Q")
        ),
        means("rival", climbed.mark_point(size=130, strokeWidth=3, shape="diamond")).encode(
            alt.X("second:Q", scale=scale), y, opacity=alt.value(1), tooltip=tips
        ),
        means("data", climbed.mark_point(filled=True, size=220)).encode(
            x, y, opacity=alt.value(1), tooltip=tips
        ),
        climbed.mark_text(dy=-18, fontSize=16, fontWeight=600).encode(
            x, y, alt.Text("exponent:Q", format=".3f")
        ),
    ]
    return finish(layers, height=360)


@cache
def _bend(titles: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    title = dict(titles)
    x = log_axis("x:Q", title["x"], alt.X, say=COUNT if title["counts"] else POWER)
    y = alt.Y("slope:Q", title=title["y"]).scale(zero=False)
    means = colour_by_meaning(
        columns=1, model=title["curve"], optimum=title["fitted"], theory=title["limits"]
    )
    tips = [
        alt.Tooltip("x:Q", title=title["x"], format=".2e"),
        alt.Tooltip("slope:Q", title=title["y"], format=".3f"),
    ]
    layers = [
        means("theory", layer("limits").mark_rule(strokeWidth=3, strokeDash=[2, 6])).encode(y),
        layer("limits").mark_text(align="left", dx=6, dy=-10, fontSize=14).encode(
            y, alt.Text("name:N"), x=alt.value(0)
        ),
        means("model", layer("curve").mark_line(strokeWidth=4)).encode(x, y, tooltip=tips),
        means("optimum", layer("fitted").mark_line(strokeWidth=6, opacity=0.9)).encode(
            x, y, tooltip=tips
        ),
    ]  # fmt: skip
    return finish(layers, height=360)

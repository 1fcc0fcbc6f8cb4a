"""The staircase of exponents; slopes that drift, and the line one draws through them."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from ui import labels
from ui.charts import COUNT, POWER, Chart, colour_by_meaning, finish, layer, log_axis, named, select

Span = tuple[float, float]
NAMES = tuple(labels.COLUMNS)


@dataclass(frozen=True)
class Axes:
    """The axes of a bend."""

    x: str  # what it is
    counts: bool  # 1B rather than 1e9
    across: Span
    y: str
    up: Span


def stairs(tables: dict[str, pd.DataFrame], exponents: Span, steps: Span) -> Chart:
    """The exponent after each fix, as far as the reader has climbed.

    Args:
        tables: stairs (step, name, exponent, low, high, interval, second, second_interval;
            intervals in words), path (exponent, step, order) and names, as `ui.labels` has them.
        exponents: the ends of the axis across.
        steps: the ends of the axis upwards, the lower one first.
    """
    needs = {
        "stairs": (
            "step", "name", "exponent", "low", "high", "interval", "second", "second_interval",
        ),
        "path": ("exponent", "step", "order"), "names": NAMES,
    }  # fmt: skip
    return Chart(_stairs(exponents, steps), select(tables, needs))


def bend(tables: dict[str, pd.DataFrame], axes: Axes) -> Chart:
    """A local exponent that drifts, and the one number that a straight line makes of it.

    Args:
        tables: curve (x, slope), limits (slope), fitted (x, slope; the range's ends) and names.
        axes: what they are, and their ends.
    """
    needs = {
        "curve": ("x", "slope"), "limits": ("slope",), "fitted": ("x", "slope"), "names": NAMES,
    }  # fmt: skip
    return Chart(_bend(axes), select(tables, needs))


@lru_cache
def _stairs(exponents: Span, steps: Span) -> dict[str, Any]:
    axis = alt.Axis(values=[0, 1, 2, 3, 4], format="d", grid=False)
    y = alt.Y("step:Q", title="Fixes made", axis=axis).scale(domain=steps, nice=False)
    scale = alt.Scale(domain=exponents, nice=False)
    x = alt.X("exponent:Q", title="Exponent a of N ~ C^a", scale=scale)
    means, climbed = colour_by_meaning(), layer("stairs")
    tips = [
        alt.Tooltip("name:N", title="after"),
        alt.Tooltip("exponent:Q", format=".3f"),
        alt.Tooltip("interval:N", title="95 %"),
        alt.Tooltip("second:Q", title="OpenWebText2", format=".3f"),
        alt.Tooltip("second_interval:N", title="its 95 %"),
    ]
    return finish(
        [
            means("data", layer("path").mark_line(strokeWidth=3, opacity=0.6)).encode(
                x, y, order=alt.Order("order:Q")
            ),
            means("data", climbed.mark_rule(strokeWidth=9, opacity=0.4)).encode(
                alt.X("low:Q", scale=scale), y, alt.X2("high:Q")
            ),
            means("rival", climbed.mark_point(size=110, strokeWidth=3, shape="diamond")).encode(
                alt.X("second:Q", scale=scale), y, opacity=alt.value(1), tooltip=tips
            ),
            means("data", climbed.mark_point(filled=True, size=140)).encode(
                x, y, opacity=alt.value(1), tooltip=tips
            ),
            *named("names", 14),
        ]
    )


@lru_cache
def _bend(axes: Axes) -> dict[str, Any]:
    x = log_axis("x:Q", axes.x, alt.X, axes.across, COUNT if axes.counts else POWER)
    y = alt.Y("slope:Q", title=axes.y).scale(domain=axes.up, nice=False)
    means = colour_by_meaning()
    tips = [
        alt.Tooltip("x:Q", title=axes.x, format=".2e"),
        alt.Tooltip("slope:Q", title=axes.y, format=".3f"),
    ]
    layers = [
        means("theory", layer("limits").mark_rule(strokeWidth=3, strokeDash=[2, 6])).encode(y),
        means("model", layer("curve").mark_line(strokeWidth=4)).encode(x, y, tooltip=tips),
        means("optimum", layer("fitted").mark_line(strokeWidth=6, opacity=0.9)).encode(
            x, y, tooltip=tips
        ),
        *named("names"),
    ]
    return finish(layers, height=360)

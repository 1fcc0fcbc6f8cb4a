"""The sine lab's charts: a sweep's errors, the curves it learned, what it cost."""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

import altair as alt
import pandas as pd

from ui.charts import Chart, colour_by_meaning, columns, finish, layer, log_axis, named
from ui.labels import COLUMNS

BY_TABLE: Any = {"type": "log", "nice": False}  # the table `ends` says where an axis ends


def scaling(
    runs: pd.DataFrame,
    points: pd.DataFrame,
    fitted: pd.DataFrame,
    theory: pd.DataFrame,
    longer: pd.DataFrame,
    ends: pd.DataFrame,
    asked: pd.DataFrame,
    names: pd.DataFrame,
    *,
    sizes: Sequence[int],
    unit: str,
    error: str,
) -> Chart:
    """Error against size on log axes: every run, medians with quartiles, fit and theory.

    Args:
        runs: columns size, error, seed; one row a run.
        points: columns size, error, low, high, seeds; one row a size.
        fitted: columns size, error, low, high; one row a point of a curve.
        theory: columns size, error; likewise.
        longer: columns size, error; the medians of networks that trained longer.
        ends: columns size, error; two rows, the ends of the error's axis.
        asked: column size; one row, where the error is asked for, or none.
        names: as `ui.labels` makes them.
        sizes: the ticks of the size axis.
        unit: what a size counts, for the axis.
        error: what the error is, for the axis.
    """
    return Chart(
        _scaling(tuple(sizes), unit, error),
        {
            "runs": columns(runs, "size", "error", "seed"),
            "points": columns(points, "size", "error", "low", "high", "seeds"),
            "fitted": columns(fitted, "size", "error", "low", "high"),
            "theory": columns(theory, "size", "error"),
            "longer": columns(longer, "size", "error"),
            "ends": columns(ends, "size", "error"),
            "asked": columns(asked, "size"),
            "names": columns(names, *COLUMNS),
        },
    )


def curves(
    learned: pd.DataFrame, target: pd.DataFrame, examples: pd.DataFrame, labels: pd.DataFrame
) -> Chart:
    """Small panels of learned curves, their examples and the target.

    Args:
        learned: columns across, down, panel, seed; one row a point of a curve.
        target: columns across, down, panel; the same.
        examples: columns across, down; one row a point to learn from.
        labels: columns across, down, label; one row a panel.
    """
    return Chart(
        _curves(),
        {
            "learned": columns(learned, "across", "down", "panel", "seed"),
            "target": columns(target, "across", "down", "panel"),
            "examples": columns(examples, "across", "down"),
            "labels": columns(labels, "across", "down", "label"),
        },
    )


def frontier(
    runs: pd.DataFrame, best: pd.DataFrame, ends: pd.DataFrame, names: pd.DataFrame,
    *, cost: str, title: str, unit: str,
) -> Chart:  # fmt: skip
    """Error against what a run cost, on log axes, with the sizes that nothing cheaper beats.

    Args:
        runs: columns size, error, seed and `cost`; one row a run.
        best: columns size, error and `cost`; one row a size on the frontier.
        ends: columns error and `cost`; two rows, the ends of the axes.
        names: as `ui.labels` makes them.
        cost: the column of the cost.
        title: the cost with its unit, for the axis.
        unit: what a size counts.
    """
    return Chart(
        _frontier(cost, title, unit),
        {
            "runs": columns(runs, "size", "error", cost),
            "best": columns(best, "size", "error", cost),
            "ends": columns(ends, "error", cost),
            "names": columns(names, *COLUMNS),
        },
    )


@lru_cache
def _scaling(sizes: tuple[int, ...], unit: str, error: str) -> dict[str, Any]:
    domain = [sizes[0] / 1.25, sizes[-1] * 1.25]
    axis = alt.Axis(values=list(sizes), format=",", labelOverlap=True)
    x = alt.X("size:Q", axis=axis, title=unit.capitalize()).scale(type="log", domain=domain)
    y, low = (log_axis(f"{name}:Q", error).scale(**BY_TABLE) for name in ("error", "low"))
    size = alt.Tooltip("size:Q", title=unit, format=",")
    one = [size, alt.Tooltip("error:Q", format=".2e"), alt.Tooltip("seed:Q")]
    spread = [
        size,
        alt.Tooltip("error:Q", title="median error", format=".2e"),
        alt.Tooltip("low:Q", title="lower quartile", format=".2e"),
        alt.Tooltip("high:Q", title="upper quartile", format=".2e"),
        alt.Tooltip("seeds:Q"),
    ]
    means = colour_by_meaning()
    layers = [
        layer("ends").mark_point(opacity=0, size=0).encode(x, y),
        means("budget", layer("asked").mark_rule(strokeWidth=2.5, strokeDash=[7, 5])).encode(x),
        layer("asked")
        .mark_text(text="what error here?", align="right", dx=-8, fontSize=15, fontWeight=700)
        .encode(x, y=alt.value(alt.ExprRef("height / 4"))),
        means("theory", layer("theory").mark_line(strokeWidth=3, strokeDash=[2, 6])).encode(x, y),
        means("model", layer("fitted").mark_area(opacity=0.2)).encode(x, low, alt.Y2("high:Q")),
        means("model", layer("fitted").mark_line(strokeWidth=3)).encode(x, y),
        means("data", layer("runs").mark_circle(size=28, opacity=0.3)).encode(x, y, tooltip=one),
        means("data", layer("points").mark_rule(strokeWidth=5, opacity=0.6)).encode(
            x, low, alt.Y2("high:Q")
        ),
        means("data", layer("points").mark_point(size=150, filled=True, opacity=1)).encode(
            x, y, tooltip=spread
        ),
        means("rival", layer("longer").mark_line(strokeWidth=3)).encode(x, y),
        means("rival", layer("longer").mark_point(size=110, filled=True, opacity=1)).encode(
            x, y, tooltip=one[:2]
        ),
        *named("names", 14),
    ]
    return finish(layers)


@cache
def _curves() -> dict[str, Any]:
    x = alt.X("across:Q", axis=None).scale(nice=False, zero=False)
    y = alt.Y("down:Q", axis=None).scale(nice=False, zero=False)
    means = colour_by_meaning(data="some data", theory="target", model="learned")
    layers = [
        means("data", layer("examples").mark_circle(size=14, opacity=0.5)).encode(x, y),
        means("theory", layer("target").mark_line(strokeWidth=5, opacity=0.45)).encode(
            x, y, alt.Detail("panel:N")
        ),
        means("model", layer("learned").mark_line(strokeWidth=2)).encode(
            x, y, alt.Detail(["panel:N", "seed:N"])
        ),
        layer("labels")
        .mark_text(align="left", baseline="middle", fontSize=14, fontWeight=500)
        .encode(x, y, alt.Text("label:N")),
    ]
    return finish(layers)


@lru_cache
def _frontier(cost: str, title: str, unit: str) -> dict[str, Any]:
    x = log_axis(f"{cost}:Q", title, alt.X).scale(**BY_TABLE)
    y = log_axis("error:Q", "Mean squared error").scale(**BY_TABLE)
    tips = [
        alt.Tooltip("size:Q", title=unit, format=","),
        alt.Tooltip("error:Q", format=".2e"),
        alt.Tooltip(f"{cost}:Q", title=title, format=".2e"),
    ]
    means = colour_by_meaning()
    layers = [
        layer("ends").mark_point(opacity=0, size=0).encode(x, y),
        means("data", layer("runs").mark_circle(size=40, opacity=0.4)).encode(x, y, tooltip=tips),
        means("optimum", layer("best").mark_line(strokeWidth=3)).encode(x, y),
        means("optimum", layer("best").mark_point(size=130, filled=True, opacity=1)).encode(
            x, y, tooltip=tips
        ),
        *named("names", 14),
    ]
    return finish(layers)

"""Charts: from tidy tables to Vega-Lite.

Nothing is computed beyond selecting and labelling: the same tables always give the same chart.
A chart is a spec over named tables, and the tables. The spec depends on what the axes say and
never on the rows, so it is made once, and a live figure gets new rows without being redrawn.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import altair as alt
import pandas as pd

# One colour, one meaning, on every page. A chart names the meaning and the theme gives the
# colour, so the same chart reads in light and dark; the order is chartCategoricalColors'.
MEANINGS = ["data", "model", "theory", "optimum"]
COLOUR = alt.Scale(domain=MEANINGS)
HEIGHT = 430
# A log axis shows the decades; 1, 2 and 5 of each where there is room; on a short one, more.
TICKS = [m * 10.0**k for k in range(-12, 22) for m in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)]
SPAN = "log(domain('{0}')[1] / domain('{0}')[0])"
FIRST = "substring(format(datum.value, '.1e'), 0, 3)"
ROOM = (
    f"{SPAN} < 1.5 || {FIRST} == '1.0' || {SPAN} < 7 && ({FIRST} == '2.0' || {FIRST} == '5.0')"
)
POWER = "replace(replace(format(datum.value, '.1e'), '.0e', 'e'), 'e+', 'e')"  # 1e-3, 1e9


@dataclass(frozen=True)
class Chart:
    """A Vega-Lite spec, and the tables it names."""

    spec: dict[str, Any]
    tables: dict[str, pd.DataFrame]


def scaling(
    runs: pd.DataFrame,
    points: pd.DataFrame,
    fitted: pd.DataFrame,
    theory: pd.DataFrame,
    *,
    sizes: Sequence[int],
    unit: str,
    error: str,
    known: str,
) -> Chart:
    """Error against size on log axes: every run, medians with quartiles, fit and theory.

    Args:
        runs: columns size, error, seed; one row a run.
        points: columns size, error, low, high, seeds; one row a size.
        fitted: columns size, error, low, high; one row a point of a curve.
        theory: columns size, error; likewise.
        sizes: the ticks of the size axis.
        unit: what a size counts, for the axis.
        error: what the error is, for the axis.
        known: what the theory is, for the legend; empty if there is none.
    """
    return Chart(
        _scaling(tuple(sizes), unit, error, known),
        {
            "runs": _columns(runs, "size", "error", "seed"),
            "points": _columns(points, "size", "error", "low", "high", "seeds"),
            "fitted": _columns(fitted, "size", "error", "low", "high"),
            "theory": _columns(theory, "size", "error"),
        },
    )


def curves(
    learned: pd.DataFrame, target: pd.DataFrame, examples: pd.DataFrame, labels: pd.DataFrame
) -> Chart:
    """What the networks learned, from what, against the target, in small panels.

    Args:
        learned: columns across, down, panel, seed; one row a point of a curve.
        target: columns across, down, panel; the same.
        examples: columns across, down; one row a point to learn from.
        labels: columns across, down, label; one row a panel.
    """
    return Chart(
        _curves(),
        {
            "learned": _columns(learned, "across", "down", "panel", "seed"),
            "target": _columns(target, "across", "down", "panel"),
            "examples": _columns(examples, "across", "down"),
            "labels": _columns(labels, "across", "down", "label"),
        },
    )


def frontier(
    runs: pd.DataFrame, best: pd.DataFrame, *, cost: str, title: str, unit: str
) -> Chart:
    """Error against what a run cost, on log axes, with the sizes that nothing cheaper beats.

    Args:
        runs: columns size, error, seed and `cost`; one row a run.
        best: columns size, error and `cost`; one row a size on the frontier.
        cost: the column of the cost.
        title: the cost with its unit, for the axis.
        unit: what a size counts.
    """
    return Chart(
        _frontier(cost, title, unit),
        {
            "runs": _columns(runs, "size", "error", cost),
            "best": _columns(best, "size", "error", cost),
        },
    )


@cache
def _scaling(sizes: tuple[int, ...], unit: str, error: str, known: str) -> dict[str, Any]:
    domain = [sizes[0] / 1.25, sizes[-1] * 1.25]
    axis = alt.Axis(values=list(sizes), format=",", labelOverlap=True)
    x = alt.X("size:Q", axis=axis, title=unit.capitalize()).scale(type="log", domain=domain)
    y = _powers("error:Q", error)
    size = alt.Tooltip("size:Q", title=unit, format=",")
    one = [size, alt.Tooltip("error:Q", format=".2e"), alt.Tooltip("seed:Q")]
    spread = [
        size,
        alt.Tooltip("error:Q", title="median error", format=".2e"),
        alt.Tooltip("low:Q", title="lower quartile", format=".2e"),
        alt.Tooltip("high:Q", title="upper quartile", format=".2e"),
        alt.Tooltip("seeds:Q"),
    ]
    means = _meanings(data="runs, medians", model="fit", theory=known)
    layers = [
        means("theory", _on("theory").mark_line(strokeWidth=3, strokeDash=[2, 6])).encode(x, y),
        means("model", _on("fitted").mark_area(opacity=0.2)).encode(
            x, _powers("low:Q", error), alt.Y2("high:Q")
        ),
        means("model", _on("fitted").mark_line(strokeWidth=3)).encode(x, y),
        means("data", _on("runs").mark_circle(size=28, opacity=0.3)).encode(x, y, tooltip=one),
        means("data", _on("points").mark_rule(strokeWidth=5, opacity=0.6)).encode(
            x, _powers("low:Q", error), alt.Y2("high:Q")
        ),
        means("data", _on("points").mark_point(size=150, filled=True, opacity=1)).encode(
            x, y, tooltip=spread
        ),
    ]
    return _readable(layers)


@cache
def _curves() -> dict[str, Any]:
    x = alt.X("across:Q", axis=None).scale(nice=False, zero=False)
    y = alt.Y("down:Q", axis=None).scale(nice=False, zero=False)
    means = _meanings(data="some data", theory="target", model="learned")
    layers = [
        means("data", _on("examples").mark_circle(size=14, opacity=0.5)).encode(x, y),
        means("theory", _on("target").mark_line(strokeWidth=5, opacity=0.45)).encode(
            x, y, alt.Detail("panel:N")
        ),
        means("model", _on("learned").mark_line(strokeWidth=2)).encode(
            x, y, alt.Detail(["panel:N", "seed:N"])
        ),
        _on("labels")
        .mark_text(align="left", baseline="middle", fontSize=14, fontWeight=500)
        .encode(x, y, alt.Text("label:N")),
    ]
    return _readable(layers)


@cache
def _frontier(cost: str, title: str, unit: str) -> dict[str, Any]:
    x, y = _powers(f"{cost}:Q", title, alt.X), _powers("error:Q", "Mean squared error")
    tips = [
        alt.Tooltip("size:Q", title=unit, format=","),
        alt.Tooltip("error:Q", format=".2e"),
        alt.Tooltip(f"{cost}:Q", title=title, format=".2e"),
    ]
    means = _meanings(data="runs", optimum="medians no cheaper size beats")
    layers = [
        means("data", _on("runs").mark_circle(size=40, opacity=0.4)).encode(x, y, tooltip=tips),
        means("optimum", _on("best").mark_line(strokeWidth=3)).encode(x, y),
        means("optimum", _on("best").mark_point(size=130, filled=True, opacity=1)).encode(
            x, y, tooltip=tips
        ),
    ]
    return _readable(layers, height=300)


def _on(table: str) -> alt.Chart:
    return alt.Chart(alt.NamedData(table))


def _powers(
    field: str, title: str, channel: type[alt.X] | type[alt.Y] = alt.Y
) -> alt.X | alt.Y:
    """A log axis that reads 1e-3, 1e-2."""
    name = "x" if channel is alt.X else "y"
    room = ROOM.format(name)
    grid: Any = {"condition": {"test": room, "value": 0.5}, "value": 0}
    label = f"{room} ? {POWER} : ''"
    axis = alt.Axis(values=TICKS, labelExpr=label, labelOverlap=True, gridOpacity=grid)
    return channel(field, axis=axis, title=title).scale(type="log", nice=False, padding=12)


def _meanings(**words: str) -> Callable[[str, alt.Chart], alt.Chart]:
    """Gives a layer the colour of its meaning, and the legend its words, where not empty."""
    words = {meaning: said for meaning, said in words.items() if said}
    legend = alt.Legend(
        title=None,
        orient="top",
        values=list(words),
        labelExpr=f"({json.dumps(words)})[datum.label]",
        labelFontSize=14,
        labelLimit=260,
        symbolType="circle",
        symbolOpacity=1,
        symbolStrokeWidth=4,
        symbolSize=60,
        columnPadding=10,
    )
    colour = alt.Color("meaning:N", scale=COLOUR, legend=legend)
    return lambda meaning, chart: chart.transform_calculate(meaning=repr(meaning)).encode(
        colour
    )


def _readable(layers: list[alt.Chart], height: int = HEIGHT) -> dict[str, Any]:
    """Sizes that read from the back of a classroom."""
    chart = alt.LayerChart(layer=layers).properties(height=height)
    return chart.configure_axis(
        labelFontSize=15,
        titleFontSize=16,
        titlePadding=12,
        gridOpacity=0.5,
        titleFontWeight=500,
    ).to_dict()


def _columns(frame: pd.DataFrame, *names: str) -> pd.DataFrame:
    missing = set(names) - set(frame.columns)
    if missing:
        raise ValueError(f"missing columns {sorted(missing)}; have {list(frame.columns)}")
    return frame[list(names)]

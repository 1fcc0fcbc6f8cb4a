"""Charts of the page on emergence: exams of trained networks, on a linear and on a log axis."""

from functools import cache
from typing import Any

import altair as alt
import pandas as pd

from ui.charts import (
    Chart,
    axis_ends,
    colour_by_meaning,
    finish,
    keep_table,
    layer,
    log_axis,
    select,
)

EXAMS = {  # what each exam asks: its colour, its name; what is computed is dashed
    "accuracy": ("model", "one character", [1, 0]),
    "in_a_row": ("data", "k in a row", [1, 0]),
    "beside_blanks": ("rival", "k, not only blanks", [1, 0]),
    "unrelated": ("theory", "k unrelated: p^k", [7, 5]),
}
WORDS = {meaning: words for meaning, words, _ in EXAMS.values()}
EXAM = ("flops", "share", "exam")
LOW = 360  # pixels: one of two beside each other
PERCENT = "format(datum.value, '~%')"  # 10%, 0.1%


def exam_shapes(tables: dict[str, pd.DataFrame], flops: tuple[float, float]) -> Chart:
    """Shares that were all right, of what the largest network reaches, on a linear axis.

    Args:
        tables: lines (flops, share, exam).
        flops: the ends of the axis.
    """
    return Chart(_exam_shapes(flops), select(tables, {"lines": EXAM}))


def exam_levels(tables: dict[str, pd.DataFrame], flops: tuple[float, float]) -> Chart:
    """The shares themselves on a log axis; a small dot a seed.

    Args:
        tables: lines and seeds (flops, share, exam), axes (y0, y1) with one row.
        flops: the ends of the axis.
    """
    needs = {"lines": EXAM, "seeds": EXAM, "axes": ("y0", "y1")}
    return Chart(_exam_levels(flops), select(tables, needs))


@cache
def _exam_shapes(flops: tuple[float, float]) -> dict[str, Any]:
    x = log_axis("flops:Q", "Training FLOPs", alt.X, flops)
    axis = alt.Axis(format="%", values=[k / 5 for k in range(6)])
    y = alt.Y("share:Q", title="Relative to the largest network", axis=axis)
    return finish(_exams(x, y.scale(domain=[0, 1.1])), LOW)


@cache
def _exam_levels(flops: tuple[float, float]) -> dict[str, Any]:
    x = log_axis("flops:Q", "Training FLOPs", alt.X, flops)
    y = log_axis("share:Q", "Share all right", domain=axis_ends("y"), say=PERCENT)
    means = colour_by_meaning(columns=2, **WORDS)
    seeds = [
        means(meaning, _only("seeds", exam).mark_circle(size=30, opacity=0.4, clip=True))
        for exam, (meaning, *_) in EXAMS.items()
    ]
    return finish([*(dots.encode(x, y) for dots in seeds), *_exams(x, y), keep_table("axes")], LOW)


def _exams(x: alt.X | alt.Y, y: alt.X | alt.Y) -> list[alt.Chart]:
    """A line with dots for each exam."""
    means = colour_by_meaning(columns=2, **WORDS)
    tips = [
        alt.Tooltip("flops:Q", title="FLOPs", format=".0e"),
        alt.Tooltip("share:Q", format=".3~g"),
    ]
    drawn = []
    for exam, (meaning, _, dash) in EXAMS.items():
        line = _only("lines", exam).mark_line(strokeWidth=3, strokeDash=dash, clip=True)
        dots = _only("lines", exam).mark_point(filled=True, size=70, opacity=1, clip=True)
        drawn += [means(meaning, mark).encode(x, y, tooltip=tips) for mark in (line, dots)]
    return drawn


def _only(table: str, exam: str) -> alt.Chart:
    return layer(table).transform_filter(f"datum.exam == '{exam}'")

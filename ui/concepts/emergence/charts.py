"""Charts of the page on emergence: exams of trained networks against size, steps and compute."""

from functools import cache, lru_cache
from typing import Any

import altair as alt
import pandas as pd

from ui import labels
from ui.charts import (
    DOT,
    Chart,
    axis_ends,
    colour_by_meaning,
    coloured,
    finish,
    keep_table,
    layer,
    log_axis,
    named,
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
SHARE = ("params", "share", "seed", "exam")
MEAN = ("params", "share", "low", "high", "exam")
LOSS = ("params", "loss", "seed")
MATCH = ("accuracy", "exact", "params", "seed")
FULL = (0.0, 1.05)  # of a share
TINY = (1e-5, 1.6)  # of a share on a log axis
FIFTHS: Any = alt.Axis(format="%", values=[k / 5 for k in range(6)])
PARAMS = alt.Tooltip("params:Q", title="parameters", format=",")
SEED = alt.Tooltip("seed:Q")
NARROW = f"width <= {labels.NARROW}"  # a phone's figure
DIGITS = {  # of a sum, in the order in which they are learned
    "optimum": "first digit", "model": "last digit", "rival": "tens", "data": "all three",
}  # fmt: skip
COPIED = {"accuracy": "model", "exact": "data"}  # the colours of the exams of copying


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


@lru_cache
def _exam_shapes(flops: tuple[float, float]) -> dict[str, Any]:
    x = log_axis("flops:Q", "Training FLOPs", alt.X, flops)
    y = alt.Y("share:Q", title="Relative to the largest network", axis=FIFTHS)
    return finish(_exams(x, y.scale(domain=[0, 1.1])), LOW)


@lru_cache
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


def shares(tables: dict[str, pd.DataFrame], sizes: tuple[int, ...]) -> Chart:
    """Shares that are right against size: one symbol, and k in a row; a dot a network.

    Args:
        tables: seeds (params, share, seed, exam), means (params, share, low, high, exam), asked
            (params) and network (params, share), each one row or none, names.
        sizes: N, the ticks of the axis.
    """
    needs = {
        "seeds": SHARE,
        "means": MEAN,
        "asked": ("params",),
        "network": ("params", "share"),
        "names": tuple(labels.COLUMNS),
    }
    return Chart(_shares(sizes), select(tables, needs))


def losses(
    tables: dict[str, pd.DataFrame], sizes: tuple[int, ...], chance: float, top: float
) -> Chart:
    """Cross-entropy against size, a dot a network, and a line for pure chance.

    Args:
        tables: seeds (params, loss, seed), means (params, loss), names.
        sizes: N, the ticks of the axis.
        chance: nats/symbol.
        top: the end of the axis, nats/symbol.
    """
    needs = {"seeds": LOSS, "means": ("params", "loss"), "names": tuple(labels.COLUMNS)}
    return Chart(_losses(sizes, chance, top), select(tables, needs))


def powers(tables: dict[str, pd.DataFrame]) -> Chart:
    """Exact match against accuracy, a dot a network, on the curve p^k; and the means.

    Args:
        tables: networks (accuracy, exact, params, seed), means (accuracy, exact, params), curve
            (accuracy, exact), names.
    """
    needs = {
        "networks": MATCH, "means": MATCH[:3], "curve": MATCH[:2], "names": tuple(labels.COLUMNS),
    }  # fmt: skip
    return Chart(_powers(), select(tables, needs))


def learning(tables: dict[str, pd.DataFrame], steps: int) -> Chart:
    """Sums that are right against steps of training, a line a network.

    Args:
        tables: seeds (step, share, seed).
        steps: the end of the axis.
    """
    needs = {"seeds": ("step", "share", "seed")}
    return Chart(_learning(steps), select(tables, needs))


def digits(tables: dict[str, pd.DataFrame], steps: int) -> Chart:
    """Each digit of one network's sums, and all of them, against steps of training.

    Args:
        tables: lines (step, share, what, meaning).
        steps: the end of the axis.
    """
    needs = {"lines": ("step", "share", "what", "meaning")}
    return Chart(_digits(steps), select(tables, needs))


def three(tables: dict[str, pd.DataFrame]) -> Chart:
    """Exact match against p^k on log axes, for three tasks: on, below and above the line.

    Args:
        tables: networks (expected, exact, task, meaning), line (expected, exact), names.
    """
    needs = {
        "networks": ("expected", "exact", "task", "meaning"), "line": ("expected", "exact"),
        "names": tuple(labels.COLUMNS),
    }  # fmt: skip
    return Chart(_three(), select(tables, needs))


def _sizes(sizes: tuple[int, ...]) -> alt.X:
    """The axis of N: its ticks are the sizes."""
    axis = alt.Axis(values=list(sizes), format=",", labelOverlap="greedy", labelSeparation=6)
    domain = [sizes[0] / 1.15, sizes[-1] * 1.15]
    return alt.X("params:Q", title="Parameters, N", axis=axis).scale(
        type="log", nice=False, domain=domain
    )


def _share(field: str, title: str) -> alt.Y:
    return alt.Y(field, title=title, axis=FIFTHS).scale(nice=False, domain=list(FULL))


@lru_cache
def _shares(sizes: tuple[int, ...]) -> dict[str, Any]:
    x, y = _sizes(sizes), _share("share:Q", "Share that is right")
    means = colour_by_meaning()
    drawn = [
        means("budget", layer("means").mark_rule(strokeWidth=2, strokeDash=[2, 6])).encode(
            y=alt.datum(0.5)
        ),
        means("budget", layer("asked").mark_rule(strokeWidth=2.5, strokeDash=[7, 5])).encode(x),
    ]
    for exam, meaning in COPIED.items():
        mine = f"datum.exam == '{exam}'"
        one = layer("seeds").transform_filter(mine)
        mean = layer("means").transform_filter(mine)
        share = alt.Tooltip("share:Q", title="share right", format=".1%")
        ends = [alt.Tooltip(f"{end}:Q", format=".1%") for end in ("low", "high")]
        drawn += [
            means(meaning, mean.mark_line(strokeWidth=3)).encode(x, y),
            means(meaning, one.mark_circle(size=45, opacity=0.45)).encode(
                x, y, tooltip=[PARAMS, share, SEED]
            ),
            means(meaning, mean.mark_point(filled=True, size=150, opacity=1)).encode(
                x, y, tooltip=[PARAMS, share, *ends]
            ),
        ]
    network = layer("network").transform_calculate(
        said="'this network: ' + format(datum.share, '.0%')"
    )
    text = network.mark_text(
        align=alt.ExprRef(f"{NARROW} ? 'right' : 'left'"),
        dx=alt.ExprRef(f"{NARROW} ? -14 : 14"), dy=4, fontSize=15, fontWeight=700,
    )  # fmt: skip
    drawn += [
        means("budget", network.mark_point(size=260, strokeWidth=3, opacity=1)).encode(x, y),
        text.encode(x, y, alt.Text("said:N")),
    ]
    return finish([*drawn, *named("names", 15)])


@lru_cache
def _losses(sizes: tuple[int, ...], chance: float, top: float) -> dict[str, Any]:
    x = _sizes(sizes)
    title = "Cross-entropy, nats/symbol"
    y = alt.Y("loss:Q", title=title).scale(nice=False, domain=[0, top])
    means, loss = colour_by_meaning(), alt.Tooltip("loss:Q", format=".3f")
    drawn = [
        means("theory", layer("means").mark_rule(strokeWidth=3, strokeDash=[7, 5])).encode(
            y=alt.datum(chance)
        ),
        means("model", layer("means").mark_line(strokeWidth=3, clip=True)).encode(x, y),
        means("model", layer("seeds").mark_circle(size=45, opacity=0.45, clip=True)).encode(
            x, y, tooltip=[PARAMS, loss, SEED]
        ),
        means("model", layer("means").mark_point(**DOT | {"size": 150})).encode(
            x, y, tooltip=[PARAMS, loss]
        ),
    ]
    return finish([*drawn, *named("names", 15)])


@cache
def _powers() -> dict[str, Any]:
    x = alt.X("accuracy:Q", title="One symbol right, p", axis=FIFTHS)
    x = x.scale(nice=False, domain=list(FULL))
    y = _share("exact:Q", "k in a row right")
    means = colour_by_meaning()
    tips = [
        alt.Tooltip("accuracy:Q", title="one symbol", format=".1%"),
        alt.Tooltip("exact:Q", title="all", format=".1%"),
        PARAMS,
    ]
    drawn = [
        means("theory", layer("curve").mark_line(strokeWidth=3, strokeDash=[7, 5])).encode(x, y),
        means("data", layer("networks").mark_circle(size=80, opacity=0.7)).encode(
            x, y, tooltip=[*tips, SEED]
        ),
        means("rival", layer("means").mark_point(size=170, strokeWidth=3, opacity=1)).encode(
            x, y, tooltip=tips
        ),
    ]
    return finish([*drawn, *named("names", 15)])


def _steps(steps: int) -> alt.X:
    axis = alt.Axis(format=",d", labelOverlap="greedy", tickCount=5)
    return alt.X("step:Q", title="Steps of training", axis=axis).scale(
        nice=False, domain=[0, steps]
    )


@lru_cache
def _learning(steps: int) -> dict[str, Any]:
    x, y = _steps(steps), _share("share:Q", "Sums that are right")
    one = layer("seeds").encode(x, y, alt.Detail("seed:N"))
    tips = [alt.Tooltip("step:Q", format=","), alt.Tooltip("share:Q", format=".1%"), SEED]
    line = colour_by_meaning()("data", one.mark_line(strokeWidth=2, opacity=0.7))
    return finish([line.encode(tooltip=tips)], LOW)


@lru_cache
def _digits(steps: int) -> dict[str, Any]:
    x, y = _steps(steps), _share("share:Q", "Digits that are right")
    tips = [alt.Tooltip("what:N"), alt.Tooltip("step:Q", format=","),
            alt.Tooltip("share:Q", format=".1%")]  # fmt: skip
    means, table = colour_by_meaning(columns=2, **DIGITS), layer("lines")
    parts = {meaning: table.transform_filter(f"datum.meaning == '{meaning}'") for meaning in DIGITS}
    lines = [means(of, part.mark_line(strokeWidth=3)) for of, part in parts.items()]
    return finish([line.encode(x, y, tooltip=tips) for line in lines], LOW)


@cache
def _three() -> dict[str, Any]:
    x = log_axis("expected:Q", "Were errors independent: p^k", alt.X, TINY, PERCENT)
    y = log_axis("exact:Q", "All k right", alt.Y, TINY, PERCENT)
    tips = [
        alt.Tooltip("task:N"),
        alt.Tooltip("exact:Q", title="all right", format=".2~%"),
        alt.Tooltip("expected:Q", title="p^k", format=".2~%"),
    ]
    line = layer("line").mark_line(strokeWidth=3, strokeDash=[7, 5]).encode(x, y)
    dots = coloured(layer("networks").mark_circle(size=80, opacity=0.6, clip=True))
    return finish(
        [
            colour_by_meaning()("theory", line),
            dots.encode(x, y, tooltip=tips),
            *named("names", 14),
        ],
        LOW,
    )

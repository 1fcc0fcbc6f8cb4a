"""The budget plane and its valley; every law's split; what real models chose.

Hovering and dragging are Vega's own: they answer without asking the server.
"""

from functools import cache, lru_cache
from typing import Any

import altair as alt
import pandas as pd

from ui import labels
from ui.charts import (
    COUNT,
    DOT,
    PLAIN,
    Chart,
    colour_by_meaning,
    columns,
    count_tooltip,
    finish,
    layer,
    log_axis,
    named,
    select,
)

SPLIT = ("params", "tokens", "loss")
ALONG = ("params", "tokens", "tokens_per_param", "loss", "waste")
ANSWER = ("law", "name", "params", "tokens", "tokens_per_param", "surface_loss", "nats", "waste")
MODEL = (
    "name",
    "org",
    "year",
    "active_params",
    "tokens",
    "tokens_per_param",
    "loss",
    "waste",
)
COUNTS = ("params", "tokens")
Box = tuple[tuple[float, float], tuple[float, float]]
LAW = ("floor", "A", "B", "alpha", "beta")  # its E; in Vega that is Euler's number
FINE = 61  # points along a curve
SAID = "replace(format({0}, '.3~s'), 'G', 'B')"
BEST = (  # the best split of the dial's budget, C = 6ND: Hoffmann 2022, eq. 4
    {"name": "best_params", "expr": "pow(alpha * A / (beta * B), 1 / (alpha + beta)) * "
     "pow(dial / 6, beta / (alpha + beta))"},
    {"name": "best_loss", "expr": "floor + A / pow(best_params, alpha) + "
     "B / pow(dial / 6 / best_params, beta)"},
)  # fmt: skip
ON_LINE = (  # the tokens of a guess: it stands on the budget's line
    "length(data('line')) ? data('line')[0].params * data('line')[0].tokens / guess_x : NaN"
)
THICK: Any = {"strokeWidth": 5, "opacity": 0.75, "clip": True}
RATIOS = (0.3, 5000.0)  # tokens per parameter
DASHED: Any = {"strokeWidth": 2.5, "strokeDash": [7, 5], "clip": True}
DIAMOND: Any = {"filled": True, "size": 90, "clip": True, "shape": "diamond"}
TIPS = {
    "params": count_tooltip("params", "parameters"),
    "active_params": count_tooltip("active_params", "parameters (active)"),
    "tokens": count_tooltip("tokens", "tokens"),
    "tokens_per_param": alt.Tooltip("tokens_per_param:Q", title="tokens/param", format=",.3r"),
    "loss": alt.Tooltip("loss:Q", title="loss (nats/token)", format=".4f"),
    "surface_loss": alt.Tooltip("surface_loss:Q", title="loss here (nats/token)", format=".4f"),
    "nats": alt.Tooltip("nats:Q", title="above the best (nats)", format=".4f"),
    "waste": alt.Tooltip("waste:Q", title="wasted compute", format=".1%"),
    "flops": alt.Tooltip("flops:Q", title="FLOPs", format=".2e"),
    "law": alt.Tooltip("law:N", title="law"),
    "name": alt.Tooltip("name:N", title="model"),
    "org": alt.Tooltip("org:N", title="by"),
    "year": alt.Tooltip("year:Q", format="d"),
    "source": alt.Tooltip("source:N"),
}


def plane(tables: dict[str, pd.DataFrame], box: Box, *, seen: bool) -> Chart:
    """Contours of the loss over (N, D), the budget's line, what laws and people chose.

    Once it is `seen`, the line, its best split and the contour through that follow the signal
    `dial` of a `ui.handle.Handle`.

    Args:
        tables: contours, frontier, line, answers, models, names, law (its constants, E named
            floor); see `plane` of the view. Columns params, tokens, loss and what is tipped.
        box: the edges of the plane, across and upwards.
        seen: whether it may tell the best split.
    """
    needs = {
        "contours": (*SPLIT, "level"), "frontier": SPLIT, "line": ALONG, "answers": ANSWER,
        "models": MODEL, "names": tuple(labels.COLUMNS),
    }  # fmt: skip
    if seen:
        needs["law"] = LAW
    return Chart(_plane(box, seen), select(tables, needs))


def valley(tables: dict[str, pd.DataFrame]) -> Chart:
    """Loss along the budget line; tables line, best and answers as in `plane`."""
    needs = {"line": ALONG, "best": SPLIT, "answers": ANSWER}
    return Chart(_valley(), select(tables, needs))


def growth(tables: dict[str, pd.DataFrame], column: str, title: str) -> Chart:
    """Every law's split against the budget.

    Args:
        tables: lines (law, kind, flops, source and the column), printed (approach, flops and
            the column) and here (flops).
        column: params or tokens_per_param.
        title: what it is, for the axis.
    """
    needs = {
        "lines": ("law", "kind", "flops", "source", column),
        "printed": ("approach", "flops", column), "here": ("flops",),
    }  # fmt: skip
    return Chart(_growth(column, title), select(tables, needs))


def choices(tables: dict[str, pd.DataFrame]) -> Chart:
    """Wasted compute against tokens per parameter: models (as in `plane`), and the law's line.

    Args:
        tables: models, names, and line with tokens_per_param and waste.
    """
    needs = {
        "models": MODEL, "line": ("tokens_per_param", "waste"), "names": tuple(labels.COLUMNS),
    }  # fmt: skip
    return Chart(_choices(), select(tables, needs))


def sensitivity(frame: pd.DataFrame) -> Chart:
    """By how many percent the best size moves for a percent of each constant.

    Args:
        frame: columns constant, elasticity.
    """
    return Chart(_sensitivity(), {"bars": columns(frame, "constant", "elasticity")})


@lru_cache
def _plane(box: Box, seen: bool) -> dict[str, Any]:
    params, tokens = box
    x = log_axis("params:Q", "Parameters", alt.X, params, COUNT)
    y = log_axis("tokens:Q", "Training tokens", alt.Y, tokens, COUNT)
    at = log_axis("active_params:Q", "Parameters", alt.X, params, COUNT)
    means = colour_by_meaning()
    hover = alt.selection_point(
        name="hover", on="pointermove", nearest=True, fields=["params"], clear="pointerout"
    )
    pointed = alt.condition(hover, alt.value(1), alt.value(0), empty=False)
    split = _tips("params", "tokens", "tokens_per_param", "loss", "waste")
    model = _tips("name", "org", "year", "active_params", "tokens", "tokens_per_param", "waste")
    layers = [  # what hovers is below the marks that must answer to the pointer too
        means("budget", layer("line", *COUNTS).mark_point(filled=True, size=160, clip=True))
        .encode(x, y, opacity=pointed, tooltip=split)
        .add_params(hover),
        means("model", layer("contours").mark_line(opacity=0.5, clip=True)).encode(
            x, y, alt.Detail("level:N")
        ),
        means("optimum", layer("frontier").mark_line(**DASHED)).encode(x, y),
        means("data", _models().mark_point(filled=True, size=60, clip=True)).encode(
            at, y, opacity=alt.value(0.85), tooltip=model
        ),
        means("rival", layer("answers", *COUNTS).mark_point(**DIAMOND)).encode(
            x, y, opacity=alt.value(1), tooltip=_tips(*ANSWER[:1], *ANSWER[2:])
        ),
        *named("names"),
    ]
    if not seen:
        return finish([*layers, means("budget", layer("line").mark_line(**THICK)).encode(x, y)])
    spec = finish([*layers, *_dialled(box)])
    return {**spec, "params": [*map(_constant, LAW), *BEST, *spec["params"]]}


def _dialled(box: Box) -> list[alt.Chart]:
    """Layers that follow the dial: the budget's line, its best split, the contour through that."""
    params, tokens = box
    x = log_axis("params:Q", "Parameters", alt.X, params, COUNT)
    y = log_axis("tokens:Q", "Training tokens", alt.Y, tokens, COUNT)
    means = colour_by_meaning()
    ends = f"datum.k ? {params[1]:.6g} : {params[0]:.6g}"
    line = _computed(2).transform_calculate(params=ends, tokens="dial / 6 / datum.params")
    share = f"(1 / (1 + exp(9 - 18 * datum.k / {FINE - 1})))"  # of the model in what lies above E
    through = _computed(FINE).transform_calculate(
        params=f"pow(A / ({share} * (best_loss - floor)), 1 / alpha)",
        tokens=f"pow(B / ((1 - {share}) * (best_loss - floor)), 1 / beta)",
    )
    best = _computed(1).transform_calculate(
        params="best_params", tokens="dial / 6 / best_params",
        said=f"{SAID.format('best_params')} + (width > {labels.NARROW} ? ' on ' : '|on ') + "
        f"{SAID.format('dial / 6 / best_params')}",
    )  # fmt: skip
    return [
        means("model", through.mark_line(strokeWidth=3.5, clip=True)).encode(
            x, y, order=alt.Order("k:Q")
        ),
        means("budget", line.mark_line(**THICK)).encode(x, y),
        means("optimum", best.mark_point(**DOT)).encode(x, y, opacity=alt.value(1)),
        best.mark_text(  # between the two lines that cross there
            lineBreak="|",
            dy=alt.ExprRef(f"width > {labels.NARROW} ? 42 : 46"),
            fontSize=15,
            fontWeight=700,
            clip=True,
        ).encode(x, y, alt.Text("said:N")),
        layer("law").mark_text().encode(x=alt.value(0), y=alt.value(0), text=alt.value("")),
    ]


def _computed(points: int) -> alt.Chart:
    """Marks whose places the browser computes from the dial."""
    return alt.Chart(alt.sequence(0, points, 1, as_="k"))


def _constant(name: str) -> dict[str, Any]:
    """A constant of the law as a signal; tables arrive after the figure."""
    return {"name": name, "expr": f"(length(data('law')) ? data('law')[0].{name} : 1)"}


@cache
def _valley() -> dict[str, Any]:
    x = log_axis("params:Q", "Parameters", alt.X, say=COUNT)
    y = alt.Y("loss:Q", title="Loss (nats/token)").scale(zero=False)
    loss = alt.Y("surface_loss:Q", title="Loss (nats/token)").scale(zero=False)
    means = colour_by_meaning()
    hover = alt.selection_point(
        name="along", on="pointermove", nearest=True, fields=["params"], clear="pointerout"
    )
    seen = alt.condition(hover, alt.value(0.7), alt.value(0), empty=False)
    right = "datum.params > data('best')[0].params"  # a name stands inside the valley
    layers = [
        means("model", layer("line", *COUNTS).mark_rule(strokeWidth=2))
        .encode(x, opacity=seen, tooltip=_tips(*ALONG))
        .add_params(hover),
        means("model", layer("line").mark_line(strokeWidth=3.5, interpolate="monotone")).encode(
            x, y
        ),
        means("rival", layer("answers", *COUNTS).mark_point(**DIAMOND)).encode(
            x, loss, opacity=alt.value(1), tooltip=_tips(*ANSWER[:1], *ANSWER[2:])
        ),
        layer("answers")
        .mark_text(
            align=alt.ExprRef(f"{right} ? 'right' : 'left'"), fontSize=14,
            dx=alt.ExprRef(f"{right} ? -14 : 14"), dy=-4,
        )
        .encode(x, loss, alt.Text("law:N"))
        .transform_filter("datum.name == 'kaplan'"),
        means("optimum", layer("best", *COUNTS).mark_point(**DOT)).encode(
            x, y, opacity=alt.value(1), tooltip=_tips(*SPLIT)
        ),
        layer("best")
        .mark_text(dy=-20, fontSize=15, fontWeight=700)
        .encode(x, y, text=alt.value("best split")),
    ]  # fmt: skip
    return finish(layers)


@lru_cache
def _growth(column: str, title: str) -> dict[str, Any]:
    x = log_axis("flops:Q", "Training FLOPs", alt.X, (5e16, 3e29))
    y = log_axis(f"{column}:Q", title, say=COUNT if column == "params" else PLAIN)
    means = colour_by_meaning(
        columns=2,
        rival="published laws",
        optimum="this surface",
        data="Hoffmann's tables",
        budget="this budget",
    )
    tips = _tips("law", "flops", column, "source")
    counts = [column] if column == "params" else []
    approach = alt.Tooltip("approach:N")
    layers = [
        means("budget", layer("here").mark_rule(strokeWidth=4, opacity=0.6)).encode(x),
        means("rival", layer("lines", *counts).mark_line(strokeWidth=2.5, opacity=0.75))
        .encode(x, y, alt.Detail("law:N"), tooltip=tips)
        .transform_filter("datum.kind == 'other laws'"),
        means("optimum", layer("lines", *counts).mark_line(strokeWidth=4))
        .encode(x, y, tooltip=tips)
        .transform_filter("datum.kind == 'this surface'"),
        means(
            "data", layer("printed", *counts).mark_point(filled=True, size=70, opacity=0.8)
        ).encode(x, y, alt.Shape("approach:N", legend=None), tooltip=[approach, *tips[1:3]]),
        layer("lines")
        .mark_text(align="left", dx=6, fontSize=13, fontWeight=500)
        .encode(x, y, alt.Text("law:N"))
        .transform_filter("datum.flops > 9e26 && indexof(datum.law, 'Kaplan') == 0"),
    ]
    return finish(layers, height=360)


@cache
def _choices() -> dict[str, Any]:
    x = log_axis("tokens_per_param:Q", "Tokens per parameter", alt.X, RATIOS, COUNT)
    y = alt.Y(
        "waste:Q",
        title="Wasted training compute",
        axis=alt.Axis(format="%"),
    ).scale(domain=[0, 1])
    means = colour_by_meaning()
    tips = _tips("name", "org", "year", "active_params", "tokens", "tokens_per_param", "waste")
    layers = [
        means("model", layer("line").mark_line(strokeWidth=3, clip=True)).encode(x, y),
        means("data", _models().mark_point(filled=True, size=90)).encode(
            x, y, opacity=alt.value(0.9), tooltip=tips
        ),
        *named("names"),
    ]
    return finish(layers, height=360)


@cache
def _sensitivity() -> dict[str, Any]:
    x = alt.X("elasticity:Q", title="% that the best size moves, for +1 %")
    y = alt.Y("constant:N", title=None, sort=None, axis=alt.Axis(labelFontSize=16))
    bars = layer("bars").mark_bar(height=22)
    tip = alt.Tooltip("elasticity:Q", format="+.2f", title="percent for a percent")
    means = colour_by_meaning(model="")
    return finish([means("model", bars).encode(x, y, tooltip=["constant:N", tip])], height=230)


def _models() -> alt.Chart:
    return layer("models", "active_params", "tokens")


def _tips(*names: str) -> list[alt.Tooltip]:
    return [TIPS[name] for name in names]

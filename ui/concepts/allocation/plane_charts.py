"""Chart of the plane of parameters and tokens: contours of the loss, and a budget's line.

Hovering and dragging are Vega's own: they answer without asking the server.
"""

from functools import cache
from typing import Any

import altair as alt
import pandas as pd

from ui import labels
from ui.charts import COUNT, DOT, Chart, colour_by_meaning, finish, layer, log_axis, named, select
from ui.concepts.allocation.charts import (
    ALONG,
    ANSWER,
    COUNTS,
    DASHED,
    DIAMOND,
    MODEL,
    SPLIT,
    models,
    tips,
)  # fmt: skip

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


@cache
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
    split = tips("params", "tokens", "tokens_per_param", "loss", "waste")
    model = tips("name", "org", "year", "active_params", "tokens", "tokens_per_param", "waste")
    layers = [  # what hovers is below the marks that must answer to the pointer too
        means("budget", layer("line", *COUNTS).mark_point(filled=True, size=160, clip=True))
        .encode(x, y, opacity=pointed, tooltip=split)
        .add_params(hover),
        means("model", layer("contours").mark_line(opacity=0.5, clip=True)).encode(
            x, y, alt.Detail("level:N")
        ),
        means("optimum", layer("frontier").mark_line(**DASHED)).encode(x, y),
        means("data", models().mark_point(filled=True, size=60, clip=True)).encode(
            at, y, opacity=alt.value(0.85), tooltip=model
        ),
        means("rival", layer("answers", *COUNTS).mark_point(**DIAMOND)).encode(
            x, y, opacity=alt.value(1), tooltip=tips(*ANSWER[:1], *ANSWER[2:])
        ),
        *named("names"),
    ]
    if not seen:
        return finish([*layers, means("budget", layer("line").mark_line(**THICK)).encode(x, y)])
    spec = finish([*layers, *_dialled(box)])
    return {**spec, "params": [*map(_constant, LAW), *BEST, *spec["params"]]}


def _dialled(box: Box) -> list[alt.Chart]:
    """What follows the dial: the budget's line, its best split, the contour through that."""
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

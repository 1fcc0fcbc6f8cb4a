"""The first figure: small runs, the line through them, and what came after."""

from functools import cache
from typing import Any

import altair as alt
import pandas as pd

from ui.charts import DOT, Chart, colour_by_meaning, finish, layer, log_axis, select

NEEDS = {
    "runs": ("size", "error"),
    "points": ("size", "error", "low", "high", "kept_back"),
    "line": ("size", "error", "low", "high"),
    "guess": ("size", "error"),
}


def forecast(tables: dict[str, pd.DataFrame], sizes: tuple[int, ...], low: float) -> Chart:
    """Error against training samples on log axes; `low` is where the error's axis begins.

    Tables: runs, points (medians with quartiles; `kept_back` those that the line has not
    seen), line (with its band) and guess, empty where there is none.
    """
    drawn = tuple(name for name in ("line", "guess") if len(tables[name]))
    return Chart(_forecast(sizes, low, drawn), select(tables, NEEDS))


@cache
def _forecast(sizes: tuple[int, ...], low: float, drawn: tuple[str, ...]) -> dict[str, Any]:
    title = "Mean squared error, clean curve"
    axis = alt.Axis(values=list(sizes), format=",", labelOverlap=True)
    domain = [sizes[0] / 1.25, sizes[-1] * 1.25]
    x = alt.X("size:Q", axis=axis, title="Training samples").scale(type="log", domain=domain)
    y = log_axis("error:Q", title, domain=(low, 0.2))
    tips = [
        alt.Tooltip("size:Q", title="samples", format=","),
        alt.Tooltip("error:Q", title="median error", format=".2e"),
    ]
    means = colour_by_meaning(
        2,
        data="networks, medians",
        model="line through four" if "line" in drawn else "",
        rival="your guess" if "guess" in drawn else "",
    )
    kept = alt.condition("datum.kept_back", alt.value(0), alt.value(1))
    layers = [
        means("model", layer("line").mark_area(opacity=0.2)).encode(
            x, log_axis("low:Q", title, domain=(low, 0.2)), alt.Y2("high:Q")
        ),
        means("model", layer("line").mark_line(strokeWidth=3)).encode(x, y),
        means("data", layer("runs").mark_circle(size=28, opacity=0.3)).encode(x, y),
        means("data", layer("points").mark_rule(strokeWidth=4, opacity=0.6)).encode(
            x, log_axis("low:Q", title, domain=(low, 0.2)), alt.Y2("high:Q")
        ),
        means("data", layer("points").mark_point(size=170, strokeWidth=3, filled=True)).encode(
            x, y, fillOpacity=kept, tooltip=tips
        ),
        means("rival", layer("guess").mark_point(**DOT | {"shape": "diamond"})).encode(x, y),
    ]
    return finish(layers)

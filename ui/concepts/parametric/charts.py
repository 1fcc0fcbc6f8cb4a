"""A fitted surface: residuals, the cloud of what might have been, and how fits go wrong."""

from functools import cache
from typing import Any

import altair as alt
import pandas as pd

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
    select,
)
from ui.concepts.shared.charts import ROW


def residuals(frame: pd.DataFrame) -> Chart:
    """Percent of the loss against size: columns params, tokens, loss, off, kept."""
    return Chart(_residuals(), {"runs": columns(frame, "params", "tokens", "loss", "off", "kept")})


def cloud(tables: dict[str, pd.DataFrame]) -> Chart:
    """A against alpha: drawn (A, B, alpha, beta), best and truth (A, alpha; may be empty)."""
    pair = ("A", "alpha")
    needs = {"drawn": ("A", "B", "alpha", "beta"), "best": pair, "truth": pair}
    return Chart(_cloud(not tables["truth"].empty), select(tables, needs))


def variants(tables: dict[str, pd.DataFrame]) -> Chart:
    """Tokens per parameter by recipe: recipes (recipe, ratio, why) and band (low, high)."""
    needs = {"recipes": ("recipe", "ratio", "why"), "band": ("low", "high")}
    return Chart(_variants(tuple(tables["recipes"]["recipe"])), select(tables, needs))


@cache
def _residuals() -> dict[str, Any]:
    x = log_axis("params:Q", "Parameters", alt.X, say=COUNT)
    y = alt.Y("off:Q", title="Measured above fitted, % of the loss").scale(zero=False)
    means = colour_by_meaning(columns=1, data="runs", rival="left out of the fit")
    tips = [
        count_tooltip("params", "parameters"), count_tooltip("tokens", "tokens"),
        alt.Tooltip("loss:Q", title="loss (nats/token)", format=".4f"),
        alt.Tooltip("off:Q", title="% above the fit", format="+.2f"),
    ]  # fmt: skip
    layers = [means("budget", layer("runs").mark_rule(strokeWidth=1)).encode(y=alt.datum(0))]
    for meaning, kept, filled in (("data", "fitted", True), ("rival", "left out", False)):
        dots = layer("runs", "params", "tokens").mark_point(filled=filled, size=70, strokeWidth=2)
        layers.append(
            means(meaning, dots)
            .encode(x, y, opacity=alt.value(0.85), tooltip=tips)
            .transform_filter(f"datum.kept == '{kept}'")
        )
    return finish(layers)


@cache
def _cloud(law: bool) -> dict[str, Any]:
    x = alt.X("alpha:Q", title="alpha").scale(zero=False)
    y = log_axis("A:Q", "A", say=PLAIN)
    means = colour_by_meaning(
        columns=1,
        data="resampled runs",
        optimum="the fit",
        theory="the law itself" if law else "",
    )
    tips = [alt.Tooltip(f"{name}:Q", format=".4g") for name in ("A", "B", "alpha", "beta")]
    drawn = layer("drawn").mark_point(filled=True, size=35)
    layers = [
        means("data", drawn).encode(x, y, opacity=alt.value(0.45), tooltip=tips),
        means("theory", layer("truth").mark_point(size=260, strokeWidth=3, shape="diamond")).encode(
            x, y, opacity=alt.value(1)
        ),
        means("optimum", layer("best").mark_point(**DOT)).encode(x, y, opacity=alt.value(1)),
    ]
    return finish(layers)


@cache
def _variants(recipes: tuple[str, ...]) -> dict[str, Any]:
    x = log_axis("ratio:Q", "Tokens per parameter", alt.X, say=PLAIN)
    y = alt.Y("recipe:N", sort=list(recipes), title=None, axis=alt.Axis(**ROW))
    means = colour_by_meaning(columns=1, rival="a recipe", optimum="the right fit, 95 %")
    tips = [
        alt.Tooltip("recipe:N"),
        alt.Tooltip("why:N"),
        alt.Tooltip("ratio:Q", title="tokens/param", format=".3g"),
    ]
    low = log_axis("low:Q", "Tokens per parameter", alt.X, say=PLAIN)
    layers = [
        means("optimum", layer("band").mark_rect(opacity=0.3)).encode(low, alt.X2("high:Q")),
        means("rival", layer("recipes").mark_point(filled=True, size=200)).encode(
            x, y, opacity=alt.value(1), tooltip=tips
        ),
        layer("recipes")
        .mark_text(dy=-16, fontSize=14, fontWeight=500)
        .encode(x, y, alt.Text("ratio:Q", format=",.3g")),
    ]
    return finish(layers, height=400)

"""A fitted surface: residuals, the cloud of what might have been, and how fits go wrong."""

from functools import cache
from typing import Any

import altair as alt
import pandas as pd

from toylab.charts.house import (
    COUNT,
    DOT,
    PLAIN,
    Chart,
    columns,
    counted,
    meanings,
    on,
    powers,
    readable,
    select,
)

ROW: Any = {"labelLimit": 230, "labelFontSize": 15, "labelOverlap": False}


def residuals(frame: pd.DataFrame) -> Chart:
    """Percent of the loss against size: columns params, tokens, loss, off, kept."""
    return Chart(_residuals(), {"runs": columns(frame, "params", "tokens", "loss", "off", "kept")})


def cloud(tables: dict[str, pd.DataFrame]) -> Chart:
    """A against alpha: drawn (A, B, alpha, beta), best and truth (A, alpha; may be empty)."""
    pair = ("A", "alpha")
    needs = {"drawn": ("A", "B", "alpha", "beta"), "best": pair, "truth": pair}
    return Chart(_cloud(not tables["truth"].empty), select(tables, needs))


def breaks(tables: dict[str, pd.DataFrame]) -> Chart:
    """Tokens per parameter by recipe: recipes (recipe, ratio, why) and band (low, high)."""
    needs = {"recipes": ("recipe", "ratio", "why"), "band": ("low", "high")}
    return Chart(_breaks(tuple(tables["recipes"]["recipe"])), select(tables, needs))


def approaches(tables: dict[str, pd.DataFrame]) -> Chart:
    """Exponents: approaches (name, exponent, low, high) and truth (exponent; may be empty)."""
    needs = {"approaches": ("name", "exponent", "low", "high"), "truth": ("exponent",)}
    return Chart(_approaches(not tables["truth"].empty), select(tables, needs))


@cache
def _residuals() -> dict[str, Any]:
    x = powers("params:Q", "Parameters", alt.X, say=COUNT)
    y = alt.Y("off:Q", title="Measured above fitted, % of the loss").scale(zero=False)
    means = meanings(columns=1, data="runs", rival="left out of the fit")
    tips = [
        counted("params", "parameters"), counted("tokens", "tokens"),
        alt.Tooltip("loss:Q", title="loss (nats/token)", format=".4f"),
        alt.Tooltip("off:Q", title="% above the fit", format="+.2f"),
    ]  # fmt: skip
    layers = [means("budget", on("runs").mark_rule(strokeWidth=1)).encode(y=alt.datum(0))]
    for meaning, kept, filled in (("data", "fitted", True), ("rival", "left out", False)):
        dots = on("runs", "params", "tokens").mark_point(filled=filled, size=70, strokeWidth=2)
        layers.append(
            means(meaning, dots)
            .encode(x, y, opacity=alt.value(0.85), tooltip=tips)
            .transform_filter(f"datum.kept == '{kept}'")
        )
    return readable(layers)


@cache
def _cloud(law: bool) -> dict[str, Any]:
    x = alt.X("alpha:Q", title="alpha").scale(zero=False)
    y = powers("A:Q", "A", say=PLAIN)
    means = meanings(
        columns=1,
        data="resampled runs",
        optimum="the fit",
        theory="the law itself" if law else "",
    )
    tips = [alt.Tooltip(f"{name}:Q", format=".4g") for name in ("A", "B", "alpha", "beta")]
    drawn = on("drawn").mark_point(filled=True, size=35)
    layers = [
        means("data", drawn).encode(x, y, opacity=alt.value(0.45), tooltip=tips),
        means("theory", on("truth").mark_point(size=260, strokeWidth=3, shape="diamond")).encode(
            x, y, opacity=alt.value(1)
        ),
        means("optimum", on("best").mark_point(**DOT)).encode(x, y, opacity=alt.value(1)),
    ]
    return readable(layers)


@cache
def _breaks(recipes: tuple[str, ...]) -> dict[str, Any]:
    x = powers("ratio:Q", "Tokens per parameter", alt.X, say=PLAIN)
    y = alt.Y("recipe:N", sort=list(recipes), title=None, axis=alt.Axis(**ROW))
    means = meanings(columns=1, rival="a recipe", optimum="the right fit, 95 %")
    tips = [
        alt.Tooltip("recipe:N"),
        alt.Tooltip("why:N"),
        alt.Tooltip("ratio:Q", title="tokens/param", format=".3g"),
    ]
    low = powers("low:Q", "Tokens per parameter", alt.X, say=PLAIN)
    layers = [
        means("optimum", on("band").mark_rect(opacity=0.3)).encode(low, alt.X2("high:Q")),
        means("rival", on("recipes").mark_point(filled=True, size=200)).encode(
            x, y, opacity=alt.value(1), tooltip=tips
        ),
        on("recipes")
        .mark_text(dy=-16, fontSize=14, fontWeight=500)
        .encode(x, y, alt.Text("ratio:Q", format=",.3g")),
    ]
    return readable(layers, height=400)


@cache
def _approaches(law: bool) -> dict[str, Any]:
    x = alt.X("exponent:Q", title="Exponent a of N_opt ~ C^a").scale(zero=False)
    low = alt.X("low:Q", title="Exponent a of N_opt ~ C^a").scale(zero=False)
    y = alt.Y("name:N", sort=None, title=None, axis=alt.Axis(**ROW))
    means = meanings(
        columns=1, data="estimate and its 95 % interval", theory="the known one" if law else ""
    )
    tips = [alt.Tooltip(f"{name}:Q", format=".3f") for name in ("exponent", "low", "high")]
    known = on("truth").mark_rule(strokeWidth=3, strokeDash=[7, 5])
    layers = [
        *([means("theory", known).encode(x)] if law else []),
        means("data", on("approaches").mark_rule(strokeWidth=6, opacity=0.5)).encode(
            low, y, alt.X2("high:Q")
        ),
        means("data", on("approaches").mark_point(filled=True, size=200)).encode(
            x, y, opacity=alt.value(1), tooltip=tips
        ),
    ]
    return readable(layers, height=240)

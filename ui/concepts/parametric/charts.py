"""A fitted surface: its plane, its residuals, the cloud of B and beta, and how fits go wrong."""

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
    count_tooltip,
    finish,
    layer,
    log_axis,
    named,
    select,
)
from ui.concepts.shared.charts import ROW

SPLIT = ("params", "tokens")
RUN = (*SPLIT, "loss", "off", "kept")
NAMES = tuple(labels.COLUMNS)
DIAMOND: Any = {"size": 260, "strokeWidth": 3, "shape": "diamond"}
FEW = alt.Axis(tickCount=6)
BEST: Any = DOT | {"size": 170}
TIPS = [
    count_tooltip("params", "parameters"), count_tooltip("tokens", "tokens"),
    alt.Tooltip("loss:Q", title="loss (nats/token)", format=".4f"),
    alt.Tooltip("off:Q", title="% above the fit", format="+.2f"),
]  # fmt: skip


def plane(tables: dict[str, pd.DataFrame]) -> Chart:
    """Contours of the fitted surface over parameters and tokens, its runs, its best splits.

    Args:
        tables: runs (with loss, off and kept), contours (with level), and line, frontier,
            interval, best, truth and box, each params and tokens; names as `ui.labels` has them.
    """
    needs: dict[str, tuple[str, ...]] = dict.fromkeys(
        ("line", "frontier", "interval", "best", "truth", "box"), SPLIT
    )
    needs |= {"runs": RUN, "contours": (*SPLIT, "level"), "names": NAMES}
    return Chart(_plane(), select(tables, needs))


def residuals(tables: dict[str, pd.DataFrame]) -> Chart:
    """Percent of the loss against size: runs, zero (off), box (params, off) and names."""
    needs = {"runs": RUN, "zero": ("off",), "box": ("params", "off"), "names": NAMES}
    return Chart(_residuals(), select(tables, needs))


def cloud(tables: dict[str, pd.DataFrame]) -> Chart:
    """B against beta, and the range of B.

    Args:
        tables: drawn (A, B, alpha, beta), best and truth (beta, B; may be empty), low and high
            (B), box (beta, B) and names.
    """
    pair = ("beta", "B")
    needs = {"drawn": ("A", "B", "alpha", "beta"), "best": pair, "truth": pair, "low": ("B",),
             "high": ("B",), "box": pair, "names": NAMES}  # fmt: skip
    return Chart(_cloud(), select(tables, needs))


def outer(tables: dict[str, pd.DataFrame]) -> Chart:
    """Residuals without k and with it: runs (params, tokens, loss, ratio, off, fit) and zero."""
    needs = {"runs": (*SPLIT, "loss", "ratio", "off", "fit"), "zero": ("off",)}
    return Chart(_outer(), select(tables, needs))


def variants(tables: dict[str, pd.DataFrame]) -> Chart:
    """Tokens per parameter by recipe: recipes (recipe, ratio, why) and band (low, high)."""
    needs = {"recipes": ("recipe", "ratio", "why"), "band": ("low", "high")}
    return Chart(_variants(tuple(tables["recipes"]["recipe"])), select(tables, needs))


@cache
def _plane() -> dict[str, Any]:
    x = _edged(log_axis("params:Q", "Parameters", alt.X, say=COUNT))
    y = _edged(log_axis("tokens:Q", "Training tokens", say=COUNT))
    means = colour_by_meaning()
    dashed: Any = {"strokeWidth": 2.5, "strokeDash": [7, 5]}
    layers = [
        _corners(x, y),
        means("model", layer("contours").mark_line(strokeWidth=2.5, opacity=0.7)).encode(
            x, y, alt.Detail("level:N")
        ),
        means("budget", layer("line").mark_line(strokeWidth=4, opacity=0.75)).encode(x, y),
        means("optimum", layer("frontier").mark_line(**dashed)).encode(x, y),
        means("optimum", layer("interval").mark_line(strokeWidth=10, opacity=0.45)).encode(x, y),
        *_runs(x, y),
        means("theory", layer("truth", *SPLIT).mark_point(**DIAMOND)).encode(
            x, y, opacity=alt.value(1), tooltip=TIPS[:2]
        ),
        means("optimum", layer("best", *SPLIT).mark_point(**BEST)).encode(
            x, y, opacity=alt.value(1), tooltip=TIPS[:2]
        ),
        *named("names"),
    ]
    return finish(layers)


@cache
def _residuals() -> dict[str, Any]:
    x = _edged(log_axis("params:Q", "Parameters", alt.X, say=COUNT))
    y = _edged(alt.Y("off:Q", title="Loss above the surface, %"), "linear")
    zero = colour_by_meaning()("model", layer("zero").mark_rule(strokeWidth=3))
    return finish([_corners(x, y), zero.encode(y=y), *_runs(x, y), *named("names")])


@cache
def _cloud() -> dict[str, Any]:
    x = _edged(alt.X("beta:Q", title="beta, exponent of the tokens", axis=FEW), "linear")
    y = _edged(log_axis("B:Q", "B, factor of the tokens' term", say=PLAIN))
    means = colour_by_meaning()
    tips = [alt.Tooltip(f"{name}:Q", format=".4g") for name in ("A", "B", "alpha", "beta")]
    ends = [
        means("budget", layer(name).mark_rule(strokeWidth=2.5)).encode(y=y)
        for name in ("low", "high")
    ]
    layers = [
        _corners(x, y),
        *ends,
        means("data", layer("drawn").mark_point(filled=True, size=35)).encode(
            x, y, opacity=alt.value(0.45), tooltip=tips
        ),
        means("theory", layer("truth").mark_point(**DIAMOND)).encode(x, y, opacity=alt.value(1)),
        means("optimum", layer("best").mark_point(**BEST)).encode(x, y, opacity=alt.value(1)),
        *named("names"),
    ]
    return finish(layers)


def _edged(axis: Any, kind: str = "log") -> Any:
    """An axis that spans just what its table `box` has, so that its ends are no part of a spec."""
    how: dict[str, Any] = {} if kind == "log" else {"zero": False}
    return axis.scale(type=kind, nice=False, padding=0, **how)


def _corners(x: alt.X, y: alt.Y) -> alt.Chart:
    return layer("box").mark_point(opacity=0).encode(x, y)


def _runs(x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """The runs; those that the fit leaves out are hollow."""
    means = colour_by_meaning()
    layers = []
    for meaning, kept, filled in (("data", "fitted", True), ("rival", "left out", False)):
        dots = layer("runs", *SPLIT).mark_point(filled=filled, size=70, strokeWidth=2)
        shown = means(meaning, dots).encode(x, y, opacity=alt.value(0.85), tooltip=TIPS)
        layers.append(shown.transform_filter(f"datum.kept == '{kept}'"))
    return layers


@cache
def _outer() -> dict[str, Any]:
    x = log_axis("ratio:Q", "Tokens per parameter", alt.X, say=PLAIN)
    y = alt.Y("off:Q", title="Loss above the surface, %")
    means = colour_by_meaning(rival="k = 1, hollow", data="k fitted, filled")
    layers = [means("model", layer("zero").mark_rule(strokeWidth=3)).encode(y=y)]
    for meaning, fit, filled in (("rival", "k = 1", False), ("data", "k fitted", True)):
        dots = layer("runs", *SPLIT).mark_point(filled=filled, size=60, strokeWidth=1.5)
        shown = means(meaning, dots).encode(x, y, opacity=alt.value(0.75), tooltip=TIPS)
        layers.append(shown.transform_filter(f"datum.fit == '{fit}'"))
    return finish(layers, height=360)


@lru_cache
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

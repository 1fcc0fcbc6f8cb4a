"""Tab *What it saves*: tuned at the base, trained at the widest."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from toylab.experiments.parametrization import SCALINGS
from toylab.experiments.transfer_price import Price, price
from toylab.experiments.transfer_results import TransferResults
from toylab.quantities import format_fixed, format_scientific
from ui.blocks import Table
from ui.concepts.transfer import blocks, text
from ui.concepts.transfer.live import State
from ui.concepts.transfer.view import NAMES

HEAD = ["", "Rate tuned narrow", "Loss with it, wide", "Lowest loss, wide", "Price"]
LARGER = (
    "With more rates to try and a wider network the saving grows towards the number of rates. That "
    "is how large models are tuned on small ones, and why it matters that the rate travels."
)


def saves(state: State) -> Iterator[Any]:
    """The price and the saving of tuning narrow, both ways."""
    results = state.results
    yield blocks.label(state.source)
    prices = {scaling: price(results, scaling) for scaling in SCALINGS}
    known = {scaling: one for scaling, one in prices.items() if one}
    if not known:
        yield text.unknown(results)
        return
    yield saving(results, next(iter(known.values())))
    yield Table(table(known))
    yield from filter(None, [cost(known), against(known), LARGER])


def saving(results: TransferResults, one: Price) -> str:
    """The compute of both ways to tune, a seed."""
    study = results.study
    return (
        f"Try all {len(study.octaves)} rates at width {study.base} and train one network of width "
        f"{study.widest}: {format_scientific(one.narrow, 2)} FLOPs. Try them all at width "
        f"{study.widest}: {format_scientific(one.wide, 2)}. Tuning narrow is **"
        f"{text.times(one.saves)} times cheaper**."
    )


def table(known: dict[str, Price]) -> pd.DataFrame:
    """A row a parametrisation: the rate that was carried over, and what it costs."""
    rows = [
        [
            NAMES[scaling], text.rate(2.0**one.octave), format_fixed(one.loss, 3),
            format_fixed(one.best, 3), text.percent(one.excess),
        ]
        for scaling, one in known.items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=HEAD)


def cost(known: dict[str, Price]) -> str:
    """Whether the rate that was carried over costs anything, each way."""
    parts = []
    for scaling, one in known.items():
        whose = "In the standard parametrisation" if scaling == "standard" else "In muP"
        if one.excess.low > 0:
            parts.append(f"{whose} the carried rate costs {text.percent(one.excess)} of the loss.")
        else:
            most = format_fixed(100 * one.excess.high, 1)
            parts.append(f"{whose} no price is shown, and it is at most {most} %.")
    return " ".join(parts)


def against(known: dict[str, Price]) -> str:
    """muP tuned narrow beside the standard network tuned wide."""
    if len(known) < len(SCALINGS):
        return ""
    usual, mup = (known[scaling] for scaling in SCALINGS)
    if mup.loss >= usual.best:
        return ""
    return (
        f"muP with its rate tuned narrow reaches {format_fixed(mup.loss, 3)}; the standard network "
        f"with its rate tuned wide {format_fixed(usual.best, 3)}."
    )

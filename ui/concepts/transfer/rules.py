"""Tab *What changes*: the table of muP for this network, and the coordinate check."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from toylab.experiments import parametrization
from toylab.experiments.parametrization import Parameter
from toylab.experiments.transfer import CHECKED
from toylab.experiments.transfer_check import growth
from toylab.experiments.transfer_results import TransferResults
from toylab.experiments.transfer_study import WIDTHS
from toylab.fits.rate_minimum import Drift
from toylab.quantities import format_fixed, format_number
from ui.blocks import Figure, Table
from ui.concepts.transfer import blocks, charts, text, view
from ui.concepts.transfer.live import State
from ui.concepts.transfer.view import NAMES
from ui.knobs import knob

LAYERS = {  # columns of the check by the layers' names
    "output": "logits", "last hidden layer": "last", "first hidden layer": "first",
}  # fmt: skip
WHERE = {"standard": "in the standard parametrisation", "mup": "in muP"}
KINDS = {
    "input": "input: as many inputs at every width",
    "bias": "bias",
    "hidden": "hidden: sums over the width",
    "output": "output: sums over the width",
}
HEAD = ["Parameter", "Kind", "Shape", "Starts at, standard", "muP", "Rate, standard", "muP "]
ALT = (
    "How far {layer} moves in the first steps, against the width, on log axes: in the standard "
    "parametrisation and in muP. The sentence says which of them grows."
)
CHECK = (
    "**The coordinate check**: train a few steps at a low rate and look how far each layer's "
    "numbers have moved. Where a rule is right, the width does not matter. A wrong rule shows "
    "here in a second, long before a sweep of rates would tell."
)


@dataclass(frozen=True)
class Controls:
    """The controls of the tab, as the link has them."""

    width: int = knob(512, "Width in the table", list(WIDTHS))
    layer: str = knob("output", "Check the", {name: name for name in LAYERS})


def rules(state: State, chosen: Controls) -> Iterator[Any]:
    """The table of this network's parameters, and the coordinate check."""
    results = state.results
    study = results.study
    m = chosen.width / study.base
    yield (
        f"At width {chosen.width}, m = {format_number(m, 3)} times the base width, muP changes "
        f"{changed(results, chosen.width)}. It is the table of Yang et al. for Adam, with the "
        "numbers of this network; a rate is told as a multiple of the learning rate."
    )
    yield Table(table(results, chosen.width))
    yield blocks.label(state.source)
    yield CHECK
    yield checked(results, chosen.layer)
    tables = view.check(results, LAYERS[chosen.layer])
    title, alt = f"Change of the {chosen.layer}", ALT.format(layer=f"the {chosen.layer}")
    yield [Figure(charts.check(tables, title), alt)]


def pair(results: TransferResults, width: int) -> list[tuple[Parameter, Parameter]]:
    """Each parameter of the network at a width: standard, and in muP."""
    study = results.study
    skips = study.branch != "none"
    usual = parametrization.standard(width, study.depth, skips=skips)
    return list(
        zip(usual, parametrization.mup(width, study.depth, study.base, skips=skips), strict=True)
    )


def changed(results: TransferResults, width: int) -> str:
    """The parameters that muP changes, by name."""
    names = [one.name for one, other in pair(results, width) if one != other]
    return f"only {', '.join(names)}" if names else "nothing"


def table(results: TransferResults, width: int) -> pd.DataFrame:
    """A row a parameter: how it starts and how fast it learns, both ways; changes are bold."""
    rows = []
    for one, other in pair(results, width):
        starts, rates = (one.std, other.std), (one.rate, other.rate)
        rows.append([
            one.name, KINDS[one.kind], f"{one.rows} x {one.columns}",
            *map(_number, starts), *map(_number, rates),
        ])  # fmt: skip
        for column, (first, second) in ((4, starts), (6, rates)):
            if first != second:
                rows[-1][column] = f"**{rows[-1][column]}**"
    return pd.DataFrame(rows, columns=HEAD)


def checked(results: TransferResults, layer: str) -> str:
    """How the change of a layer depends on the width, both ways."""
    parts = [
        f"{WHERE[scaling]} {_grows(found)}"
        for scaling in NAMES
        if (found := growth(results, scaling, LAYERS[layer]))
    ]
    if not parts:
        return "Too few runs ended well for the check."
    low = text.rate(2.0**results.study.lowest)
    return (
        f"Each time the width doubles, the change of the {layer} after {CHECKED} steps at the "
        f"lowest rate ({low}) is multiplied {'; '.join(parts)}."
    )


def _grows(found: Drift) -> str:
    """Like "by 2.02 (95 %: 1.9 to 2.1): it **grows**"; nothing is denied that is not shown."""
    slope = found.slope
    value, low, high = (format_fixed(2.0**at, 2) for at in (slope.value, slope.low, slope.high))
    word = {"up": "it **grows**", "down": "it **shrinks**", "open": "whether it grows is open"}
    said = "it **stays** about as it is" if found.little else word[found.direction]
    return f"by {value} (95 %: {low} to {high}): {said}"


def _number(value: float) -> str:
    return format_number(value, 3)

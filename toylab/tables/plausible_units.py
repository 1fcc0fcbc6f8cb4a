"""Units by plausibility: sizes that cannot be, and the unit that would explain them.

    D / N near 20,    C near 6 N D

A refusal asks for the unit, with its factor; one that the name of a column tells is believed,
as in "params (M)", or "params (n)" for plain numbers.
"""

from collections.abc import Iterator
from itertools import product

import numpy as np
import pandas as pd

from toylab.fits.runs import Array, Runs
from toylab.laws.forms import FLOPS, PF_DAY
from toylab.quantities import format_count, format_scientific
from toylab.tables.cell_numbers import MOST
from toylab.tables.column_products import OPERATOR
from toylab.tables.column_units import BRACKET
from toylab.tables.columns import Columns
from toylab.tables.lines import counted, quote

SIZES = ("params", "tokens", "flops")
AS_READ = ("", 1.0)
UNITS = {  # that a name can end in, with their factors; by what is counted
    "params": (AS_READ, ("M", 1e6), ("B", 1e9)),
    "tokens": (AS_READ, ("M", 1e6), ("B", 1e9), ("T", 1e12)),
    "flops": (AS_READ, ("1e9", 1e9), ("1e12", 1e12), ("1e15", 1e15), ("1e18", 1e18),
              ("PF-days", PF_DAY), ("1e21", 1e21)),
}  # fmt: skip
IN_WORDS = {"M": "millions", "B": "billions", "T": "trillions"}
USUAL, LEAST, MOST_RATIO = 20.0, 1e-3, 3e6  # tokens a parameter
TOY = 1e6  # parameters: more were never trained on MOST_RATIO
NEAR = 3.0  # a unit brings C within this factor of 6 N D


def refuse_sizes(numbers: pd.DataFrame, runs: Runs, columns: Columns) -> None:
    """Refuse runs whose columns cannot all be in the units assumed.

    Args:
        numbers: columns loss and two or three sizes, by line.
        runs: the same, and the size that follows.
        columns: of the file.
    """
    ratio, typical = _typical(runs.tokens / runs.params), _typical(flops_ratio(runs))
    question = ask_units(columns, ratio, typical)
    for quantity, array in (("params", runs.params), ("tokens", runs.tokens)):
        impossible = (array < 1) | (array > MOST[quantity])
        if impossible.any():
            raise ValueError(
                f"{counted(numbers.index)} {numbers.index[impossible][0]}: the other columns imply "
                f"{format_scientific(array[impossible][0])} {quantity}: {question}"
            )
    small = runs.params.max() < TOY and not BRACKET.search(columns.params or "")
    if (ratio > MOST_RATIO and small) or ratio < LEAST:
        raise ValueError(f"the runs read {format_count(ratio)} tokens a parameter: {question}")
    if not 1 / 30 < typical < 30:
        raise ValueError(
            f"column {quote(str(columns.flops))} is typically {format_count(typical)} times "
            f"6 x params x tokens: {question}"
        )


def ask_units(columns: Columns, ratio: float, typical: float) -> str:
    """The question for the units that make D/N and C/(6 N D) the most usual.

    Args:
        columns: of the file.
        ratio: D/N as the columns were read.
        typical: C/(6 N D), likewise.
    """
    names = [columns.chosen.get(size) for size in SIZES]
    options = [
        (AS_READ,) if name is None or BRACKET.search(name) or OPERATOR.search(name) else UNITS[size]
        for size, name in zip(SIZES, names, strict=True)
    ]
    has = [name is not None for name in names]

    def in_units(choice: tuple[tuple[str, float], ...]) -> tuple[float, float]:
        changes = _changes(has, *(factor for _, factor in choice))
        return ratio * changes[0], typical * changes[1]

    best = min(
        product(*options),
        key=lambda choice: _cost(*in_units(choice), sum(bool(unit) for unit, _ in choice)),
    )
    changed = {
        size: (name, unit)
        for size, name, (unit, _) in zip(SIZES, names, best, strict=True)
        if unit and name
    }
    tokens_per_param, over = in_units(best)
    if not changed or not (1 / NEAR < over < NEAR and LEAST < tokens_per_param < MOST_RATIO):
        return "is a column in billions or PF-days? Say so in its name"
    return _question(changed, tokens_per_param)


def _changes(has: list[bool], N: float, D: float, C: float) -> tuple[float, float]:
    """The factors by which D/N and C/(6 N D) change with the units of N, D and C.

    `has` says which of the three have columns: a third one follows from the other two.
    """
    if not has[0]:
        N = C / D
    if not has[1]:
        D = C / N
    return D / N, C / (N * D) if all(has) else 1.0


def _cost(tokens_per_param: float, over: float, changed: int) -> float:
    """How unusual D/N and C/(6 N D) are, with a price for each unit that was changed."""
    return float(abs(np.log(over)) + 0.2 * abs(np.log(tokens_per_param / USUAL)) + 0.3 * changed)


def _question(changed: dict[str, tuple[str, str]], tokens_per_param: float) -> str:
    """The question for these units, by size with the column's name; and the remedy."""
    columns = (f"{quote(name)} in {IN_WORDS.get(unit, unit)}" for name, unit in changed.values())
    names = (f"'{size} ({unit})'" for size, (_, unit) in changed.items())
    plain = (f"'{size} (n)'" for size in changed)
    return (
        f"is column {' and '.join(columns)}, which makes {format_count(tokens_per_param, 2)} "
        f"tokens a parameter? Name it {' and '.join(names)}, or {' and '.join(plain)} for plain "
        "numbers"
    )


def flops_ratio(runs: Runs) -> Array:
    """The FLOPs of a file over 6 N D, one a run."""
    return runs.flops / (FLOPS * runs.params * runs.tokens)


def _typical(ratios: Array) -> float:
    return float(np.exp(np.median(np.log(ratios))))


def size_notes(numbers: pd.DataFrame, runs: Runs, columns: Columns) -> Iterator[str]:
    """Notes on sizes that are unusual, and may be right; the arguments are as above."""
    yield from _few_notes(runs, columns)
    if {"params", "tokens"} <= set(numbers) and (runs.params > runs.tokens).all():
        yield "every run has more params than tokens: are the two columns swapped?"
    ratio = flops_ratio(runs)
    if ratio.max() > 1.5 or ratio.min() < 1 / 1.5:
        yield (
            f"the flops given are {ratio.min():.3g} to {ratio.max():.3g} times 6 x params x tokens"
        )


def _few_notes(runs: Runs, columns: Columns) -> Iterator[str]:
    """A note where params or tokens are so few that they may be millions or billions."""
    most = {"params": runs.params.max(), "tokens": runs.tokens.max()}
    few = [size for size in most if most[size] < 1000]
    if most["params"] < 1e6 and most["tokens"] < 1e7:
        few = list(most)
    plain = [size for size, name in columns.chosen.items() if not BRACKET.search(name)]
    if few and (names := " or ".join(f"'{size} (M)'" for size in SIZES if size in plain)):
        reach = " and ".join(f"{format_count(most[size])} {size}" for size in few)
        yield (
            f"no run has more than {reach}: is a column in millions or billions, as {names} would "
            "say? Exponents stay, sizes and FLOPs grow by the factor"
        )

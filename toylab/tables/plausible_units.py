"""Units by plausibility: sizes and losses that cannot be, and the unit that would explain them.

    D / N near 20,    C near 6 N D,    L below ln(vocabulary)

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
from toylab.tables.column_units import BRACKET
from toylab.tables.columns import Columns
from toylab.tables.derived_columns import OPERATOR
from toylab.tables.lines import counted, quote
from toylab.tables.loss_units import is_perplexity, unit

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
GUESSING = 11.5  # nats, ln of a vocabulary of 100,000: the loss of a model that knows nothing
VOCABULARY = "(n|num)?vocab(ulary)?(size)?"


def refuse_sizes(given: pd.DataFrame, runs: Runs, columns: Columns) -> None:
    """Refuse runs whose columns cannot all be in the units assumed."""
    ratio, typical = _typical(runs.tokens / runs.params), _typical(flops_ratio(runs))
    asked = ask_units(columns, ratio, typical)
    for quantity, array in (("params", runs.params), ("tokens", runs.tokens)):
        odd = (array < 1) | (array > MOST[quantity])
        if odd.any():
            raise ValueError(
                f"{counted(given.index)} {given.index[odd][0]}: the other columns imply "
                f"{format_scientific(array[odd][0])} {quantity}: {asked}"
            )
    small = runs.params.max() < TOY and not BRACKET.search(columns.params or "")
    if (ratio > MOST_RATIO and small) or ratio < LEAST:
        raise ValueError(f"the runs read {format_count(ratio)} tokens a parameter: {asked}")
    if not 1 / 30 < typical < 30:
        raise ValueError(
            f"column {quote(str(columns.flops))} is typically {format_count(typical)} times "
            f"6 x params x tokens: {asked}"
        )


def ask_units(columns: Columns, ratio: float, typical: float) -> str:
    """The question for the units that make D/N and C/(6 N D) the most usual."""
    names = [columns.chosen.get(size) for size in SIZES]
    options = [
        (AS_READ,) if name is None or BRACKET.search(name) or OPERATOR.search(name) else UNITS[size]
        for size, name in zip(SIZES, names, strict=True)
    ]

    def ratios(choice: tuple[tuple[str, float], ...]) -> tuple[float, float]:
        N, D, C = (factor for _, factor in choice)
        if names[0] is None:
            N = C / D
        if names[1] is None:
            D = C / N
        return ratio * D / N, typical * C / (N * D) if None not in names else 1.0

    def cost(choice: tuple[tuple[str, float], ...]) -> float:
        now, used = ratios(choice)
        changed = sum(bool(name) for name, _ in choice)
        return abs(np.log(used)) + 0.2 * abs(np.log(now / USUAL)) + 0.3 * changed

    best = min(product(*options), key=cost)
    changed = [
        (size, name, unit)
        for size, name, (unit, _) in zip(SIZES, names, best, strict=True)
        if unit and name
    ]
    now, used = ratios(best)
    if not changed or not 1 / NEAR < used < NEAR or not LEAST < now < MOST_RATIO:
        return "is a column in billions or PF-days? Say so in its name"
    said = " and ".join(f"{quote(name)} in {IN_WORDS.get(unit, unit)}" for _, name, unit in changed)
    names_now = " and ".join(f"'{size} ({unit})'" for size, _, unit in changed)
    plain = " and ".join(f"'{size} (n)'" for size, *_ in changed)
    return (
        f"is column {said}, which makes {format_count(now, 2)} tokens a parameter? Name it "
        f"{names_now}, or {plain} for plain numbers"
    )


def flops_ratio(runs: Runs) -> Array:
    """The FLOPs that a file gives over 6 N D, one a run."""
    return runs.flops / (FLOPS * runs.params * runs.tokens)


def _typical(ratios: Array) -> float:
    return float(np.exp(np.median(np.log(ratios))))


def refuse_losses(loss: Array, name: str, vocabulary: Array | None) -> None:
    """Refuse losses that are no nats per token, as most are above those of a mere guess.

    Args:
        loss: of the runs.
        name: of their column.
        vocabulary: sizes, one a run, where the file has them.
    """
    if BRACKET.search(name) or unit(name) or is_perplexity(name):
        return
    if vocabulary is not None and (over := _typical(loss / np.log(vocabulary))) > 1.02:
        raise ValueError(
            f"the losses in column {quote(name)} are typically {over:.3g} times ln(vocabulary), "
            "the loss of a model that knows nothing: is it in bits, a factor of 1.44? Name it "
            "'loss (bits)', or 'loss (nats)' if not"
        )
    if (loss > 50).all():
        raise ValueError(
            f"every number of column {quote(name)} is above 50, so it is a perplexity or a sum: "
            "name it 'perplexity' to have its logarithm read, or give nats per token"
        )
    if (loss > GUESSING).all():
        raise ValueError(
            f"every loss in column {quote(name)} is above {GUESSING} nats per token, that of a "
            "guess among 100,000 tokens: name it 'perplexity' or 'loss (bits)' if it is that, "
            "or 'loss (nats)'"
        )


def size_notes(given: pd.DataFrame, runs: Runs, columns: Columns) -> Iterator[str]:
    """Notes on sizes of numbers that are odd, and may be right."""
    high = int((runs.loss > 20).sum())
    if high:
        yield (
            f"{high} of {len(runs)} losses are above 20, where an untrained model of a large "
            "vocabulary has about 11 nats per token: is it a perplexity or a sum?"
        )
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
    if {"params", "tokens"} <= set(given) and (runs.params > runs.tokens).all():
        yield "every run has more params than tokens: are the two columns swapped?"
    ratio = flops_ratio(runs)
    if ratio.max() > 1.5 or ratio.min() < 1 / 1.5:
        yield (
            f"the flops given are {ratio.min():.3g} to {ratio.max():.3g} times 6 x params x tokens"
        )

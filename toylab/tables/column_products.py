"""Products of columns as the choice of one: "step x batch x 2048", "sqrt(flops / 6 / ratio)"."""

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from toylab.fits.runs import Array
from toylab.quantities import parse_number
from toylab.tables.column_numbers import read_numbers
from toylab.tables.csv_reader import NUMBER
from toylab.tables.lines import counted, quote
from toylab.tables.spellings import name_rank

OPERATOR = re.compile(r"\s+([x/])\s+|\s*([*\N{MULTIPLICATION SIGN}])\s*")
ROOT = re.compile(r"sqrt\((.*)\)")
ROLES = ("steps", "batch", "length", "epochs", "ratio", "unique", "tokens", "params", "flops")
MOST_A_STEP = 3e8  # tokens: more than any run has taken


def factors(choice: str, names: Iterable[str]) -> dict[str, float]:
    """The powers of the columns and plain numbers whose product is chosen.

    A name as it stands comes first; what is no such product is a name, perhaps of nothing.
    """
    known = sorted(map(str, names), key=len, reverse=True)
    root = None if choice in known else ROOT.fullmatch(choice)
    rest, power = (root[1], 0.5) if root else (choice, 1.0)
    powers: dict[str, float] = {}
    while True:
        number = NUMBER.match(rest)
        pieces = [*known, *([number[0].strip()] if number else [])]
        piece = next((piece for piece in pieces if _begins(rest, piece)), None)
        if piece is None:
            return {choice: 1.0}
        powers[piece] = powers.get(piece, 0.0) + power
        operator = OPERATOR.match(rest, len(piece))
        if operator is None:
            return powers
        power = -abs(power) if operator[1] == "/" else abs(power)
        rest = rest[operator.end() :]


def _begins(text: str, piece: str) -> bool:
    """True where a text is this piece, or this piece and an operator."""
    ends = len(text) == len(piece) or OPERATOR.match(text, len(piece)) is not None
    return bool(piece) and text.startswith(piece) and ends


def columns_of(choice: str, names: Iterable[str]) -> list[str]:
    """The names of the columns that a choice is made of."""
    known = set(map(str, names))
    return [
        piece
        for piece in factors(choice, known)
        if piece in known or piece == choice or not NUMBER.fullmatch(piece)
    ]


def in_words(choice: str, names: Iterable[str]) -> str:
    """The choice with each of its columns in quotation marks."""
    text, place = "", 0
    for name in columns_of(choice, names):
        start = choice.index(name, place)
        text += choice[place:start] + quote(name)
        place = start + len(name)
    return text + choice[place:]


def role(name: str) -> str:
    """The quantity that a factor counts, by its name."""
    return next((role for role in ROLES if name_rank(role, name) is not None), "factor")


def read_product(quantity: str, choice: str, cells: pd.DataFrame, comma: str) -> Array:
    """The numbers of a choice of columns; (rows,).

    Raises:
        ValueError: if a cell is unclear, or batches are too large to be counted in sequences.
    """
    powers = factors(choice, cells.columns)
    if choice in powers:
        return read_numbers(quantity, cells[choice], comma)
    product, step, batch = np.ones(len(cells)), np.ones(len(cells)), ""
    for piece, power in powers.items():
        if piece not in cells:
            product *= parse_number(piece) ** power
            continue
        numbers = read_numbers(role(piece), cells[piece], comma)
        product *= numbers**power
        if role(piece) in ("batch", "length"):
            step *= numbers
            batch = piece if role(piece) == "batch" else batch
    if batch and step.max() > MOST_A_STEP:
        line = f"{counted(cells.index)} {cells.index[int(step.argmax())]}"
        raise ValueError(
            f"{line}: {in_words(choice, cells.columns)} makes {step.max():.3g} tokens a step: does "
            f"column {quote(batch)} count tokens? Then name it 'batch_tokens'"
        )
    return product

"""Units of a loss: nats or bits a token, perplexity, or per byte, character or word.

    nats per token = ln perplexity

Bits a token are read as nats by the unit in the column's name. What is counted per byte,
character or word stays as it is: exponents do not depend on the unit.
"""

import re

import numpy as np
import pandas as pd

from toylab.fits.runs import Array
from toylab.tables.cell_numbers import read_numbers
from toylab.tables.column_names import normalise
from toylab.tables.lines import place, quote

PERPLEXITY = re.compile("(?<!log)(ppl|perplexity)")
PER = re.compile("(bits?|nats?)?per(byte|char(?:acter)?|word)|bp([bcw])")
WORDS = {"b": "byte", "c": "character", "w": "word", "char": "character"}


def read_loss(cells: "pd.Series[str]", comma: str) -> Array:
    """The numbers of a column of losses, those of a perplexity as their logarithms; (rows,).

    Raises:
        ValueError: if a cell is unclear, or a perplexity is not above 1.
    """
    values = read_numbers("loss", cells, comma)
    if not is_perplexity(str(cells.name)):
        return values
    if (values <= 1).any():
        first = int((values <= 1).argmax())
        raise ValueError(
            f"{place(cells, cells.index[first])}: a perplexity is above 1, got {values[first]:g}: "
            "name the column 'loss' if it is in nats per token"
        )
    return np.log(values)


def is_perplexity(name: str) -> bool:
    """True for the name of a column of perplexities; that of their logarithms is of nats."""
    return PERPLEXITY.search(normalise(name)) is not None


def unit(name: str) -> str:
    """The unit that a name says the loss is in, if it is per byte, character or word."""
    found = PER.search(normalise(name))
    if found is None:
        return ""
    of = found[2] or found[3]
    per = f"per {WORDS.get(of, of)}"
    counted = "bits" if found[3] else found[1]
    return f"in {counted.rstrip('s')}s {per}" if counted else per


def note(name: str) -> str:
    """A note on what the loss in a column is; empty for nats or bits a token."""
    if is_perplexity(name):
        return f"the natural logarithm of column {quote(name)} was taken, in nats per token"
    if said := unit(name):
        return f"the loss is {said}: exponents do not depend on the unit, E, A and B do"
    return ""

"""Units of a loss: nats or bits a token, perplexity, or per byte, character or word.

    nats per token = ln perplexity

Bits a token are read as nats by the unit in the column's name. What is counted per byte,
character or word stays as it is: exponents do not depend on the unit. Losses that are above
ln(vocabulary), that of an untrained model, are refused unless a unit is named.
"""

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from toylab.fits.runs import Array
from toylab.tables.column_names import normalise
from toylab.tables.column_numbers import read_numbers
from toylab.tables.column_units import BRACKET
from toylab.tables.lines import place, quote

PERPLEXITY = re.compile("(?<!log)(ppl|perplexity)")
PER = re.compile("(bits?|nats?)?per(byte|char(?:acter)?|word)|bp([bcw])")
UNTRAINED = 11.5  # nats, the loss of an untrained model: ln of a vocabulary of 100,000
VOCABULARY = "(n|num)?vocab(ulary)?(size)?"
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
    match = PER.search(normalise(name))
    if match is None:
        return ""
    piece = match[2] or match[3]
    per = f"per {WORDS.get(piece, piece)}"
    counted = "bits" if match[3] else match[1]
    return f"in {counted.rstrip('s')}s {per}" if counted else per


def note(name: str) -> str:
    """A note on what the loss in a column is; empty for nats or bits a token."""
    if is_perplexity(name):
        return f"the natural logarithm of column {quote(name)} was taken, in nats per token"
    if named := unit(name):
        return f"the loss is {named}: exponents do not depend on the unit, E, A and B do"
    return ""


def refuse_losses(loss: Array, name: str, vocabulary: Array | None) -> None:
    """Refuse losses that are no nats per token: they are above those of an untrained model.

    Args:
        loss: of the runs.
        name: of their column.
        vocabulary: sizes, one a run, where the file has them.
    """
    if BRACKET.search(name) or unit(name) or is_perplexity(name):
        return
    if vocabulary is not None and (over := float(np.median(loss / np.log(vocabulary)))) > 1.02:
        raise ValueError(
            f"the losses in column {quote(name)} are typically {over:.3g} times ln(vocabulary), "
            "the loss of an untrained model: is it in bits, a factor of 1.44? Name it "
            "'loss (bits)', or 'loss (nats)' if not"
        )
    if (loss > 50).all():
        raise ValueError(
            f"every number of column {quote(name)} is above 50, so it is a perplexity or a sum: "
            "name it 'perplexity' to have its logarithm read, or give nats per token"
        )
    if (loss > UNTRAINED).all():
        raise ValueError(
            f"every loss in column {quote(name)} is above {UNTRAINED} nats per token, that of an "
            "untrained model with 100,000 tokens: name it 'perplexity' or 'loss (bits)' if it is "
            "that, or 'loss (nats)'"
        )


def high_notes(loss: Array) -> Iterator[str]:
    """A note on losses that are higher than those of untrained models."""
    high = int((loss > 20).sum())
    if high:
        yield (
            f"{high} of {len(loss)} losses are above 20, where an untrained model of a large "
            "vocabulary has about 11 nats per token: is it a perplexity or a sum?"
        )

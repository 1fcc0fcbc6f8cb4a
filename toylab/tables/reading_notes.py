"""Notes on the reading of a table, as sentences: columns, units, and rows that were left out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from toylab.quantities import format_count
from toylab.tables.column_names import normalise
from toylab.tables.column_products import role
from toylab.tables.column_units import BRACKET, split_unit
from toylab.tables.lines import join_names, lines, quote
from toylab.tables.spellings import name_rank


def summarise(read: Sequence[str], not_used: Sequence[str]) -> str:
    """A sentence on what was read from which column, and one on the others."""
    rest = f" Not used: {join_names([quote(name) for name in not_used])}." if not_used else ""
    return f"Read: {join_names(list(read))}.{rest}"


def unit_notes(
    chosen: Mapping[str, str], parts: Mapping[str, list[str]], comma: str
) -> Iterator[str]:
    """Notes on numbers that were not read as they stand.

    Args:
        chosen: the column, or product of columns, of each quantity.
        parts: the columns of each of these.
        comma: as `comma_meaning` gives it.
    """
    if comma:
        yield "the commas in its numbers were read as decimal marks"
    for quantity, choice in chosen.items():
        for name in parts[choice]:
            counts = quantity if name == choice else role(name)
            stem, size = split_unit(counts, name)
            if size != 1:
                yield f"the numbers of column {quote(name)} were multiplied by {format_count(size)}"
            elif (
                BRACKET.search(name) and stem == normalise(name) and name_rank(counts, name) is None
            ):
                yield f"the unit of column {quote(name)} is unknown: its numbers stay"


def count_notes(params: str | None, not_used: Sequence[str], cells: pd.DataFrame) -> Iterator[str]:
    """A note on other columns that count parameters, such as those without embeddings."""
    for name in not_used:
        other = name_rank("params", name) is not None and list(cells.columns).count(name) == 1
        if params in cells and other and not cells[name].equals(cells[params]):
            yield (
                f"column {quote(name)} counts parameters, too, and {quote(str(params))} was read: "
                "the exponents depend on which of them is N"
            )


def repeat_notes(index: "pd.Index[Any]") -> Iterator[str]:
    """A note on the rows that repeat an earlier one."""
    if len(index):
        yield f"rows that repeat an earlier one exactly were left out, on {lines(index)}"


def as_sentence(note: str) -> str:
    """The note with its capital and its full stop."""
    return note[0].upper() + note[1:] + ("" if note.endswith("?") else ".")

"""Lines of a file in words, for notes and refusals; records where it is JSON."""

from collections.abc import Hashable
from typing import Any

import pandas as pd

MOST = 20  # places that are listed one by one


def counted(index: "pd.Index[Any]") -> str:
    """The noun for what the index of a table counts."""
    return str(index.name or "line")


def lines(index: "pd.Index[Any]") -> str:
    """The places of these rows: line 3; lines 2, 5 to 9; records 1, 4; a long list is cut."""
    spans: list[list[Any]] = []  # the first and the last of lines that follow each other
    for label in index:
        if spans and isinstance(label, int) and spans[-1][1] == label - 1:
            spans[-1][1] = label
        else:
            spans.append([label, label])
    places = [text for first, last in spans for text in _span(first, last)]
    more = [f"and so on, {len(index):,} in all"] if len(places) > MOST else []
    return f"{counted(index)}{'s' * (len(index) > 1)} {', '.join(places[:MOST] + more)}"


def _span(first: Any, last: Any) -> list[str]:
    if first == last:
        return [str(first)]
    few = last - first < 3
    return list(map(str, range(first, last + 1))) if few else [f"{first} to {last}"]


def place(cells: "pd.Series[str]", label: Hashable) -> str:
    """The place of a cell in words: line 3, column 'loss'."""
    return f"{counted(cells.index)} {label}, column {quote(str(cells.name))}"


def quote(text: str) -> str:
    """The name or cell in quotation marks, cut to 40 letters."""
    return repr(text if len(text) <= 40 else text[:39] + "\N{HORIZONTAL ELLIPSIS}")


def join_names(names: list[str]) -> str:
    """The names with commas between them."""
    return ", ".join(names)

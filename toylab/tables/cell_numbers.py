"""Numbers in the cells of a column: their commas, their units, and sizes that can be.

What is unclear is refused with its line, column and remedy.
"""

import math
import re
from collections.abc import Mapping

import pandas as pd

from toylab.quantities import SUFFIXES, format_scientific
from toylab.tables.csv_reader import NUMBER, CsvTable
from toylab.tables.spellings import log_base, normalise, split_unit

MOST = {  # far beyond any run
    "params": 1e18, "tokens": 1e18, "flops": 1e36, "loss": 1e6, "batch": 1e15, "steps": 1e15,
    "examples": 1e18,
}  # fmt: skip
TEN = re.compile(  # 1x10^18, or 1x1018 as a superscript is pasted
    r"(?<=\d)\s?[x\N{MULTIPLICATION SIGN}*]\s?10(?:\^\{?([+-]?\d+)\}?|([1-9]\d))$"
)
GROUPED = re.compile(r"[1-9]\d{0,2}(,\d{3})+(\.\d*)?", re.A)  # 1,000,000
MISSING = {"nan", "na", "n/a", "#n/a", "null", "none", "inf", "infinity", "-", "diverged"}


def comma_meaning(table: CsvTable, columns: Mapping[str, str]) -> str:
    """The text that the commas of a file stand for: "." where they are decimal marks, else "".

    Args:
        table: the cells.
        columns: the names of the columns that hold numbers, by quantity.
    """
    chosen = table.cells[list(columns.values())]
    cells = [
        (line, str(name), cell)
        for name in chosen
        for line, cell in chosen[name].items()
        if "," in cell
    ]
    if table.separator == "," or not cells:
        return ""
    if any(name == columns.get("loss") or not GROUPED.fullmatch(cell) for _, name, cell in cells):
        return "."
    if any(cell.count(",") > 1 or "." in cell for *_, cell in cells):
        return ""
    line, name, cell = cells[0]
    raise ValueError(
        f"line {line}, column {quote(name)}: {quote(cell)} may have a decimal comma or "
        "a thousands separator: write it without the comma"
    )


def read_numbers(quantity: str, cells: "pd.Series[str]", comma: str) -> list[float]:
    """The numbers of a column, in plain counts or nats per token.

    Args:
        quantity: what the column holds.
        cells: the column, with its name.
        comma: as `comma_meaning` gives it.
    """
    name = str(cells.name)
    size, base = split_unit(quantity, name)[1], log_base(name)
    values = []
    for line, cell in cells.items():
        try:
            refuse_cell(name, cell)
            text = replace_comma(quantity, tidy(cell), comma)
            number = parse_cell(quantity, text, 1.0 if base else size)
            values.append(plausible(quantity, raise_to(base, number) * size if base else number))
        except ValueError as error:
            raise ValueError(f"line {line}, column {quote(name)}: {error}") from None
    return values


def _power(match: re.Match[str]) -> str:
    """The power of ten in 1x10^18, and in 1x1018 as a superscript is pasted."""
    return f"e{match[1] or match[2]}"


def raise_to(base: float, number: float) -> float:
    """The number whose logarithm is given; refused where it is none of a size."""
    if not -30 < number * math.log10(base) < 40:
        raise ValueError(f"{number:g} is no logarithm to base {base:g}: correct the column's name")
    return float(base**number)


def has_no_result(name: str, cell: str) -> bool:
    """True for the cell of a blank, diverged or footer row, and for a header that is repeated."""
    return not cell or _is_missing(cell) or normalise(cell) == normalise(name)


def _is_missing(cell: str) -> bool:
    return cell == "-" or cell.lower().lstrip("+-") in MISSING


def refuse_cell(name: str, cell: str) -> None:
    """Refuse, with the remedy of each, the cells that most often are no number."""
    if not cell:
        raise ValueError("the cell is empty: fill it in or delete the line")
    if normalise(cell) == normalise(name):
        raise ValueError("the header is repeated: delete this line")
    if _is_missing(cell):
        raise ValueError(f"{quote(cell)} is no result: delete runs that diverged or stopped")
    if "%" in cell:
        raise ValueError(f"{quote(cell)} is a percentage: give the number itself")


def tidy(cell: str) -> str:
    """The number in a cell without what people and Markdown write around it.

    Bold, "about", a spread behind it, digits in groups, powers of ten and counts in words.
    """
    text = re.sub(r"^[*_~\N{ALMOST EQUAL TO}\s]+|[*_\s]+$", "", cell)
    text = re.split(r"\s*(?:\N{PLUS-MINUS SIGN}|\+-|\+/-)", text)[0]
    text = re.sub(r"(?<=\d)_(?=\d{3})", "", text)
    text = TEN.sub(_power, text)
    text = re.sub(r"\s*(tokens|params|parameters|flops)$", "", text, flags=re.IGNORECASE)
    return re.sub(r"\s*(million|billion|trillion)s?$", lambda m: m[1][0].upper(), text, flags=re.I)


def replace_comma(quantity: str, cell: str, comma: str) -> str:
    """The cell with a decimal point, if any, as its only mark."""
    if comma and "." in cell:
        raise ValueError(
            f"{quote(cell)} has a point in a file with decimal commas: use one of the two"
        )
    if comma or (quantity != "loss" and GROUPED.fullmatch(cell)):
        return cell.replace(",", comma)
    if "," in cell:
        raise ValueError(f"{quote(cell)} has an unclear comma: use a point as decimal mark")
    return cell


def parse_cell(quantity: str, cell: str, size: float) -> float:
    """The number in a cell, with the unit in the cell or in the column's name."""
    match = NUMBER.fullmatch(cell)
    if not match or (match[2] and quantity == "loss"):
        example = "2.35" if quantity == "loss" else "5.76e23 or 70B"
        raise ValueError(f"{quote(cell)} is not a number such as {example}")
    if match[2] and size != 1:
        raise ValueError(
            f"{quote(cell)} has a unit and so has the column's name: give it in one place"
        )
    suffixes = {suffix.lower(): size for suffix, size in SUFFIXES.items()}
    return float(match[1]) * size * suffixes.get(match[2].lower(), 1.0)


def plausible(quantity: str, number: float) -> float:
    """The number; refused if no run can have that much of the quantity."""
    if not number > 0:
        raise ValueError(f"{number:g} is not positive: correct it or delete the line")
    if number > MOST[quantity]:
        raise ValueError(f"{format_scientific(number)} is beyond any run: is the unit right?")
    if quantity != "loss" and number < 1:
        usual = {
            "flops": ("PF-days", "PF-days"),
            "batch": ("millions", "M"),
            "steps": ("thousands", "k"),
        }
        scale, name = usual.get(quantity, ("billions", "B"))
        raise ValueError(
            f"{number:g} is less than one: is the column in {scale}? Give plain numbers, "
            f"write 70B, or name the column '{quantity} ({name})'"
        )
    return number


def quote(text: str) -> str:
    """The name or cell in quotation marks, cut to 40 letters."""
    return repr(text if len(text) <= 40 else text[:39] + "\N{HORIZONTAL ELLIPSIS}")


def join_names(names: list[str]) -> str:
    """The names with commas between them."""
    return ", ".join(names)

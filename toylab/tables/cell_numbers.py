"""Numbers in the cells of a column: their commas, their units, and sizes that can be.

What is unclear is refused with its line, column and remedy.
"""

import math
import re
from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toylab.fits.runs import Array
from toylab.quantities import SUFFIXES, format_scientific
from toylab.tables.column_names import normalise
from toylab.tables.column_units import log_base, split_unit
from toylab.tables.csv_reader import NUMBER, CsvTable
from toylab.tables.lines import place, quote

MOST = {  # far beyond any run
    "params": 1e18, "tokens": 1e18, "flops": 1e36, "loss": 1e6, "batch": 1e15, "steps": 1e15,
    "length": 1e9, "epochs": 1e6, "unique": 1e18, "ratio": 1e9, "factor": 1e36, "examples": 1e18,
}  # fmt: skip
FRACTIONS = {"loss", "epochs", "ratio", "factor"}  # may be below one
TEN = re.compile(  # 1x10^18, or 1x1018 as a superscript is pasted
    r"(?:^|(?<=\d)\s?[x\N{MULTIPLICATION SIGN}*]\s?)10(?:\^\{?([+-]?\d+)\}?|([1-9]\d))$"
)
AROUND = r"[*_~`\s\N{ALMOST EQUAL TO}\N{DAGGER}]"  # marks around a number
SMALL = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"  # digits of a superscript
RAISED = re.compile(f"[{SMALL}]+$")
GROUPED = re.compile(r"[1-9]\d{0,2}(,\d{3})+(\.\d*)?", re.A)  # 1,000,000
MISSING = {"nan", "na", "n/a", "#n/a", "null", "none", "inf", "infinity", "-", "diverged"}


def comma_meaning(table: CsvTable, names: Iterable[str], loss: str | None = None) -> str:
    """The text that the commas of a file stand for: "." where they are decimal marks, else "".

    Args:
        table: the cells.
        names: of the columns that hold numbers.
        loss: of the one that holds no counts.
    """
    chosen = table.cells[list(names)]
    cells = [
        (line, str(name), cell)
        for name in chosen
        for line, cell in chosen[name].items()
        if "," in cell
    ]
    if table.separator == "," or not cells:
        return ""
    if any(name == loss or not GROUPED.fullmatch(cell) for _, name, cell in cells):
        return "."
    if any(cell.count(",") > 1 or "." in cell for *_, cell in cells):
        return ""
    line, name, cell = cells[0]
    raise ValueError(
        f"{place(chosen[name], line)}: {quote(cell)} may have a decimal comma or "
        "a thousands separator: write it without the comma"
    )


def read_numbers(quantity: str, cells: "pd.Series[str]", comma: str) -> Array:
    """The numbers of a column, in plain counts or nats per token; (rows,).

    Args:
        quantity: what the column holds.
        cells: the column, with its name.
        comma: as `comma_meaning` gives it.
    """
    name = str(cells.name)
    size, base = split_unit(quantity, name)[1], log_base(name)
    if not (comma or base) and (plain := _plain_numbers(quantity, cells, size)) is not None:
        return plain
    values = []
    for line, cell in cells.items():
        try:
            refuse_cell(name, cell)
            text = replace_comma(quantity, tidy(cell), comma)
            number = parse_cell(quantity, text, 1.0 if base else size)
            values.append(plausible(quantity, raise_to(base, number) * size if base else number))
        except ValueError as error:
            raise ValueError(f"{place(cells, line)}: {error}") from None
    return np.array(values)


def _plain_numbers(quantity: str, cells: "pd.Series[str]", size: float) -> Array | None:
    """The numbers of a column where each is plain and of a size that can be; else None.

    A log of a hundred thousand rows is read thirty times as quickly so.
    """
    text = "".join(cells)
    if "_" in text or not text.isascii():
        return None
    try:
        values = size * np.fromiter(map(float, cells), float, len(cells))
    except ValueError:
        return None
    least = 0.0 if quantity in FRACTIONS else 1.0
    can_be = (values >= least) & (values > 0) & (values <= MOST[quantity])
    return values if can_be.all() else None


def _power(match: re.Match[str]) -> str:
    """The power of ten in 1x10^18, and in 1x1018 as a superscript is pasted."""
    return f"{'' if match.start() else 1}e{match[1] or match[2]}"


def _raised(match: re.Match[str]) -> str:
    """The superscript at the end as a power of ten is typed."""
    return "^" + "".join(str(SMALL.index(digit)) for digit in match[0])


def raise_to(base: float, number: float) -> float:
    """The number whose logarithm is given; refused where it is none of a size."""
    if not -30 < number * math.log10(base) < 40:
        raise ValueError(f"{number:g} is no logarithm to base {base:g}: correct the column's name")
    return float(base**number)


def without_number(cells: "pd.Series[str]") -> NDArray[np.bool_]:
    """True for the cells of blank, diverged or footer rows, and of headers repeated; (rows,)."""
    title = normalise(str(cells.name))
    words = {cell for cell in cells.unique() if not NUMBER.fullmatch(cell)}
    none = [w for w in words if not w or _is_missing(w) or normalise(w) == title]
    return np.asarray(cells.isin(none), dtype=bool)


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
    text = re.sub(rf"^({AROUND}|(about|ca\.?|approx\.?)\s)+|{AROUND}+$", "", cell, flags=re.I)
    text = re.split(r"\s*(?:\N{PLUS-MINUS SIGN}|\+-|\+/-|\(\d*\.?\d+\)$)", text)[0]
    text = re.sub(r"(?<=\d)[_ \u00a0\u2009\u202f](?=\d{3}(?!\d))", "", text)
    text = RAISED.sub(_raised, text)
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
    if quantity not in FRACTIONS and number < 1:
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

"""Number in one cell: its marks, its comma, its unit, and its size; a refusal has the remedy."""

import math
import re

from toylab.quantities import SUFFIXES, format_scientific
from toylab.tables.column_names import normalise
from toylab.tables.csv_reader import NUMBER
from toylab.tables.lines import quote

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


def is_missing(cell: str) -> bool:
    """True for a mark of a run without a result, such as nan."""
    return cell == "-" or cell.lower().lstrip("+-") in MISSING


def refuse_cell(name: str, cell: str) -> None:
    """Refuse, with the remedy of each, the cells that most often are no number."""
    if not cell:
        raise ValueError("the cell is empty: fill it in or delete the line")
    if normalise(cell) == normalise(name):
        raise ValueError("the header is repeated: delete this line")
    if is_missing(cell):
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

"""What did somebody's table of training runs say? Their CSV, as points a law can be fitted to.

`sheet` finds the cells, `guess` the columns, and `convert` reads the numbers. What is unclear
is refused with its line, column and remedy; what is merely odd is a note. Units: N parameters,
D tokens, C FLOPs and L nats per token, or what the name of a column says.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toylab.fits.runs import Array, Runs, make_runs
from toylab.laws.forms import FLOPS
from toylab.quantities import SUFFIXES, format_count, format_scientific
from toylab.tables.columns import NOT_PER_TOKEN, Columns, guess, plain, rank_of, unit
from toylab.tables.csv_reader import LARGEST, NUMBER, Sheet, refuse_size, sheet

MOST = {  # far beyond any run
    "params": 1e18, "tokens": 1e18, "flops": 1e36, "loss": 1e6, "batch": 1e15, "steps": 1e15,
}  # fmt: skip
GROUPED = re.compile(r"[1-9]\d{0,2}(,\d{3})+(\.\d*)?", re.A)  # 1,000,000
MISSING = {"nan", "na", "n/a", "#n/a", "null", "none", "inf", "infinity", "-", "diverged"}


@dataclass(frozen=True, eq=False)
class Intake:
    """The runs of a file, where they stood in it, and what is odd about them."""

    points: Runs
    columns: Columns
    notes: tuple[str, ...]  # a sentence each


def read(path: str | os.PathLike[str]) -> Intake:
    """The runs of a CSV on disk, its columns guessed.

    Raises:
        ValueError: if it cannot be read, is no table of runs, or has a cell that is unclear.
    """
    found = opened(path)
    return convert(found, guess(found))


def read_runs(path: str | os.PathLike[str]) -> Runs:
    """The runs of a CSV on disk, its columns guessed; `read` also tells what is odd about them.

    Raises:
        ValueError: as `read` does.
    """
    return read(path).points


def opened(path: str | os.PathLike[str]) -> Sheet:
    """The cells of a CSV on disk. Refuses what cannot be read or is no table."""
    try:
        refuse_size(os.stat(path).st_size)
        with open(path, "rb") as file:
            return sheet(file.read(LARGEST + 1))  # a pipe has no size beforehand
    except OSError as error:
        raise ValueError(f"cannot read {os.fspath(path)}: {error.strerror}") from error


def convert(sheet: Sheet, columns: Columns) -> Intake:
    """The runs in these columns; exact repeats of a row count once.

    Raises:
        ValueError: if a column is missing, or a number is unclear or of the wrong size.
    """
    refuse_columns(sheet.cells, columns)
    mark = comma(sheet, columns.chosen)
    arrays = {kind: numbers(kind, sheet.cells[name], mark) for kind, name in columns.chosen.items()}
    frame = pd.DataFrame(arrays, index=sheet.cells.index)
    runs = frame.drop_duplicates()
    found = make_runs(**{str(kind): runs[kind].to_numpy() for kind in runs})
    refuse_sizes(runs, found, columns)
    repeats = frame.index[frame.duplicated()].tolist()
    notes = [*unit_notes(columns, mark), *repeat_notes(repeats), *size_notes(runs, found)]
    return Intake(found, columns, tuple(map(sentence, notes)))


def refuse_columns(cells: pd.DataFrame, columns: Columns) -> None:
    """Refuse a choice of columns that makes no runs of this file."""
    chosen, names = list(columns.chosen.values()), list(cells.columns)
    has = f"the file has the columns {listed([said(name) for name in names])}"
    if columns.loss is None:
        raise ValueError(f"no column holds the loss: {has}; name one 'loss' or choose it")
    if len(chosen) < 3:
        raise ValueError(f"two of params, tokens and flops are needed besides the loss: {has}")
    refuse_twice(cells, chosen)
    if NOT_PER_TOKEN.search(plain(columns.loss)):
        raise ValueError(
            f"column {said(columns.loss)} is no loss per token: give nats per token, "
            "which is the natural logarithm of a perplexity"
        )
    if cells.empty:
        raise ValueError("the file has a header and no rows: add a line per finished run")


def refuse_twice(cells: pd.DataFrame, chosen: list[str]) -> None:
    """Refuse columns that the file has not or has twice, or that are used twice."""
    names = list(cells.columns)
    has = f"the file has the columns {listed([said(name) for name in names])}"
    for name in chosen:
        if names.count(name) != 1:
            times = f"there {names.count(name)} times" if name in names else "not in the file"
            raise ValueError(f"column {said(name)} is {times}: {has}")
        if chosen.count(name) > 1:
            raise ValueError(f"column {said(name)} is used twice: choose another for one use")


def comma(sheet: Sheet, columns: Mapping[str, str]) -> str:
    """What the commas in a file's numbers stand for: "." for a decimal mark, "" for nothing."""
    chosen = sheet.cells[list(columns.values())]
    has = [
        (line, str(name), cell)
        for name in chosen
        for line, cell in chosen[name].items()
        if "," in cell
    ]
    if sheet.separator == "," or not has:
        return ""
    if any(name == columns.get("loss") or not GROUPED.fullmatch(cell) for _, name, cell in has):
        return "."
    if any(cell.count(",") > 1 or "." in cell for *_, cell in has):
        return ""
    line, name, cell = has[0]
    raise ValueError(
        f"line {line}, column {said(name)}: {said(cell)} may have a decimal comma or "
        "a thousands separator: write it without the comma"
    )


def numbers(kind: str, cells: "pd.Series[str]", mark: str) -> list[float]:
    """A column's numbers, in plain counts or nats per token."""
    name = str(cells.name)
    size = unit(kind, name)[1]
    found = []
    for line, cell in cells.items():
        try:
            refuse_cell(name, cell)
            found.append(sized(kind, value(kind, without_comma(kind, cell, mark), size)))
        except ValueError as error:
            raise ValueError(f"line {line}, column {said(name)}: {error}") from None
    return found


def refuse_cell(name: str, cell: str) -> None:
    """Refuse, with the remedy of each, the cells that most often are no number."""
    if not cell:
        raise ValueError("the cell is empty: fill it in or delete the line")
    if plain(cell) == plain(name):
        raise ValueError("the header is repeated: delete this line")
    if cell.lower().lstrip("+-") in MISSING or cell == "-":
        raise ValueError(f"{said(cell)} is no result: delete runs that diverged or stopped")
    if "%" in cell:
        raise ValueError(f"{said(cell)} is a percentage: give the number itself")


def without_comma(kind: str, cell: str, mark: str) -> str:
    """A cell with a decimal point, if any, as its only mark."""
    if mark and "." in cell:
        raise ValueError(
            f"{said(cell)} has a point in a file with decimal commas: use one of the two"
        )
    if mark or (kind != "loss" and GROUPED.fullmatch(cell)):
        return cell.replace(",", mark)
    if "," in cell:
        raise ValueError(f"{said(cell)} has an unclear comma: use a point as decimal mark")
    return cell


def value(kind: str, cell: str, size: float) -> float:
    """The number in a cell, with the unit in the cell or in the column's name."""
    found = NUMBER.fullmatch(cell)
    if not found or (found[2] and kind == "loss"):
        example = "2.35" if kind == "loss" else "5.76e23 or 70B"
        raise ValueError(f"{said(cell)} is not a number such as {example}")
    if found[2] and size != 1:
        raise ValueError(
            f"{said(cell)} has a unit and so has the column's name: give it in one place"
        )
    suffixes = {suffix.lower(): size for suffix, size in SUFFIXES.items()}
    return float(found[1]) * size * suffixes.get(found[2].lower(), 1.0)


def sized(kind: str, number: float) -> float:
    """The number, unless nothing of its kind can have that size."""
    if not number > 0:
        raise ValueError(f"{number:g} is not positive: correct it or delete the line")
    if number > MOST[kind]:
        raise ValueError(f"{format_scientific(number)} is beyond any run: is the unit right?")
    if kind != "loss" and number < 1:
        usual = {
            "flops": ("PF-days", "PF-days"),
            "batch": ("millions", "M"),
            "steps": ("thousands", "k"),
        }
        scale, name = usual.get(kind, ("billions", "B"))
        raise ValueError(
            f"{number:g} is less than one: is the column in {scale}? Give plain numbers, "
            f"write 70B, or name the column '{kind} ({name})'"
        )
    return number


def refuse_sizes(runs: pd.DataFrame, found: Runs, columns: Columns) -> None:
    """Refuse runs whose columns cannot all be in the units assumed."""
    for kind, array in (("params", found.params), ("tokens", found.tokens)):
        odd = (array < 1) | (array > MOST[kind])
        if odd.any():
            raise ValueError(
                f"line {runs.index[odd][0]}: the other columns imply {format_scientific(array[odd][0])} "
                f"{kind}: is one of them in billions or PF-days? Say so in its name"
            )
    if (found.loss > 50).all():
        raise ValueError(
            f"every number of column {said(str(columns.loss))} is above 50, so it is a "
            "perplexity or a sum: give nats per token, the logarithm of a perplexity"
        )
    typical = float(np.exp(np.median(np.log(counted(found)))))
    if not 1 / 30 < typical < 30:
        raise ValueError(
            f"column {said(str(columns.flops))} is typically {format_count(typical)} times "
            "6 x params x tokens: is a column in billions or PF-days? Say so in its name"
        )


def counted(found: Runs) -> Array:
    """The FLOPs a file gives over 6 N D, one a run."""
    return found.flops / (FLOPS * found.params * found.tokens)


def unit_notes(columns: Columns, mark: str) -> Iterator[str]:
    """How the numbers were read, where that is not as they stand."""
    if mark:
        yield "the commas in its numbers were read as decimal marks"
    for kind, name in columns.chosen.items():
        stem, size = unit(kind, name)
        if size != 1:
            yield f"the numbers of column {said(name)} were multiplied by {format_count(size)}"
        elif re.search(r"[(\[]", name) and stem == plain(name) and rank_of(kind, stem) is None:
            yield f"the unit of column {said(name)} is unknown: its numbers stay"


def repeat_notes(lines: list[int]) -> Iterator[str]:
    """Which rows say again what an earlier row said."""
    if lines:
        which = listed([str(line) for line in lines])
        yield f"rows that repeat an earlier one exactly were left out, on lines {which}"


def size_notes(runs: pd.DataFrame, found: Runs) -> Iterator[str]:
    """What is odd about the sizes of the numbers, and may be right."""
    high = int((found.loss > 20).sum())
    if high:
        yield (
            f"{high} of {len(found)} losses are above 20, where an untrained model of a large "
            "vocabulary has about 11 nats per token: is it a perplexity or a sum?"
        )
    for kind in ("params", "tokens"):
        if kind in runs and runs[kind].max() < 1000:
            yield f"no run has 1,000 {kind}: are its {kind} counted in millions or billions?"
    if {"params", "tokens"} <= set(runs) and (found.params > found.tokens).all():
        yield "every run has more params than tokens: are the two columns swapped?"
    ratio = counted(found)
    if ratio.max() > 1.5 or ratio.min() < 1 / 1.5:
        yield (
            f"the flops given are {ratio.min():.3g} to {ratio.max():.3g} times 6 x params x tokens"
        )


def sentence(words: str) -> str:
    """A note with its capital and its full stop."""
    return words[0].upper() + words[1:] + ("" if words.endswith("?") else ".")


def said(text: str) -> str:
    """A name or a cell as a sentence can hold it."""
    return repr(text if len(text) <= 40 else text[:39] + "\N{HORIZONTAL ELLIPSIS}")


def listed(words: list[str], most: int = 8) -> str:
    """The words with commas between them, and how many more there are."""
    more = f" and {len(words) - most:,} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more

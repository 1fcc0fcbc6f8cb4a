"""Reader of CSV files: the cells of a table, whatever its encoding and separator.

Nothing is believed of the cells. Lines keep the numbers that they have in the file, so that a
refusal can point at one.
"""

import csv
import io
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, takewhile

import pandas as pd

from toylab.quantities import plural
from toylab.tables import json_reader, markdown
from toylab.tables.file_text import LARGEST, read_text, refuse_size

MOST_ROWS, MOST_COLUMNS = 200_000, 200  # rows of logs; finished runs are fewer
LONGEST = 300  # letters of a cell
SEPARATORS = (",", ";", "\t", "|", " ")  # in order of preference; the last: runs of spaces
RULE = re.compile(":?-+:?")
NUMBER = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)\s?([kmbt]?)", re.A | re.I)


@dataclass(frozen=True, eq=False)
class CsvTable:
    """The cells of a file as text, before anything is believed."""

    cells: pd.DataFrame  # of strings; the index is the line of the file, or the record of JSON
    separator: str = ","


def parse(data: bytes) -> CsvTable:
    """The cells of a CSV, a table in Markdown or JSON, whatever its encoding; perhaps gzipped.

    Raises:
        ValueError: if it is too large, no text, no table, or a line has too many or few cells.
    """
    text = read_text(data)
    if json_reader.is_json(text):
        return CsvTable(json_reader.cells(text))
    return _split(text)


def _split(text: str) -> CsvTable:
    """The cells of a text with separators, or with a table in Markdown."""
    start, text = markdown.only_table(text)
    start += sum(
        1 for _ in takewhile(is_preamble, islice(io.StringIO(text, newline=""), start, None))
    )
    separator = detect_separator(text, start)
    rest = records(text, start, separator)
    line, names = next(rest, (1, []))
    names = names[: width(names)]
    refuse_long(line, names)
    refuse_header(line, names)
    rows: dict[int, list[str]] = {}  # by line
    for line, row in islice(rest, MOST_ROWS + 1):
        refuse_long(line, row)
        if rows or not all(RULE.fullmatch(cell) for cell in row if cell):
            rows[line] = row  # else the rule below a header in Markdown
    fill_remarks(rows, len(names))
    trimmed = [trim_row(row, len(names), line, separator) for line, row in rows.items()]
    if len(rows) > MOST_ROWS:
        raise ValueError(
            f"the file has more than {MOST_ROWS:,} rows: keep the last row of each run"
        )
    lines = pd.Index(list(rows), name="line")
    return CsvTable(pd.DataFrame(trimmed, index=lines, columns=names, dtype=str), separator)


def read(path: str | os.PathLike[str]) -> CsvTable:
    """The cells of a CSV on disk.

    Raises:
        ValueError: if it cannot be read, or as `parse` does.
    """
    try:
        refuse_size(os.stat(path).st_size)
        with open(path, "rb") as file:
            return parse(file.read(LARGEST + 1))  # a pipe has no size beforehand
    except OSError as error:
        raise ValueError(f"cannot read {os.fspath(path)}: {error.strerror}") from error


def is_preamble(line: str) -> bool:
    """True for a line before the header that is blank, a comment, or Excel's `sep=`."""
    line = line.strip().strip(',;|"').strip()
    return not line or line.startswith("#") or line.lower().startswith("sep=")


def records(text: str, start: int, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Each line that is not blank: its number in the file and its cells."""
    lines: Iterable[str] = islice(io.StringIO(text, newline=""), start, None)
    if separator == " ":
        lines = (" ".join(line.split()) for line in lines)
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True)
    line = start + 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield line, cells
            line = start + reader.line_num + 1  # a quoted cell may span lines
    except csv.Error as error:
        raise ValueError(
            f"line {line} cannot be split into cells: is a quotation mark out of place?"
        ) from error


def detect_separator(text: str, start: int) -> str:
    """The separator that divides the header, and the next rows into as many cells."""

    def fitness(separator: str) -> tuple[bool, bool, float, int]:
        widths = []
        try:
            for _, row in islice(records(text, start, separator), 21):
                widths.append(width(row))
        except ValueError:
            pass  # what came before the broken line still counts
        head, *rows = widths or [0]
        agreement = sum(row == head for row in rows) / max(len(rows), 1)
        return head != 1, separator != " ", agreement, head

    return max(SEPARATORS, key=fitness)


def width(cells: list[str]) -> int:
    """The number of cells up to the last that is not empty."""
    return max((count for count, cell in enumerate(cells, 1) if cell), default=0)


def refuse_long(line: int, cells: list[str]) -> None:
    """Refuse a line with a cell that is no name and no number."""
    longest = max(map(len, cells), default=0)
    if longest > LONGEST:
        raise ValueError(
            f"line {line} has a cell of {longest:,} letters; a name or a number has at most "
            f"{LONGEST}: is a quotation mark out of place?"
        )


def refuse_header(line: int, names: list[str]) -> None:
    """Refuse a first line that names no columns."""
    if not names:
        raise ValueError("the file has comments only: it needs a header such as params,tokens,loss")
    if all(NUMBER.fullmatch(name) for name in names if name):
        raise ValueError(
            f"line {line} holds numbers where the names of the columns should be: "
            "begin with a line such as params,tokens,loss, without a # before it"
        )
    if not 1 < len(names) <= MOST_COLUMNS:
        raise ValueError(
            f"line {line} has {len(names):,} columns, not between 2 and {MOST_COLUMNS:,}: "
            "separate the columns by commas, semicolons or tabs"
        )


def fill_remarks(rows: dict[int, list[str]], wanted: int) -> None:
    """Give remarks below a table, and comments in it, empty cells: rows without a result."""
    last = max((line for line, row in rows.items() if len(row) >= wanted), default=None)
    for line, row in rows.items():
        words = width(row) == 1 and not NUMBER.fullmatch(row[0])  # else a row that was cut short
        below = last is not None and line > last and words
        if len(row) < wanted and (below or row[0].startswith("#")):
            row.extend([""] * (wanted - len(row)))


def trim_row(row: list[str], wanted: int, line: int, separator: str) -> list[str]:
    """A row without the empty cells beyond the header's last name."""
    if len(row) < wanted or any(row[wanted:]):
        remedy = "put a cell under every name, and quotation marks around one with a separator"
        if separator == "," and len(row) > wanted:
            remedy = (
                "if its decimal marks are commas, export with a decimal point or separate "
                "the columns by semicolons"
            )
        raise ValueError(
            f"line {line} has {plural(len(row), 'cell')} and the header {wanted} columns: {remedy}"
        )
    return row[:wanted]

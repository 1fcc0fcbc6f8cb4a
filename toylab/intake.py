"""What did somebody's table of training runs say? Their CSV, as points a law can be fitted to.

`sheet` finds the cells and believes nothing, `guess` finds the columns by their names, and
`convert` reads the numbers. What is unclear is refused with its line, column and remedy; what
is merely odd is a note. Units: N parameters, D tokens, C FLOPs and L nats per token, or what
the name of a column says: "params (M)", "flops (PF-days)", "loss (bits)".
"""

import csv
import io
import math
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice, takewhile

import numpy as np
import pandas as pd

from toylab.forms import FLOPS, PF_DAY
from toylab.points import Array, Points, points
from toylab.quantities import SUFFIXES, count, power

LARGEST = 20_000_000  # bytes; a run is a line of about 100
MOST_ROWS, MOST_COLUMNS = 100_000, 1000
MOST = {"params": 1e18, "tokens": 1e18, "flops": 1e36, "loss": 1e6}  # far beyond any run
SEPARATORS = (",", ";", "\t", "|", " ")  # in order of preference; the last: runs of spaces
FORMATS = {
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "compressed with gzip",
    b"%PDF": "a PDF",
}

# Spellings as `plain` leaves them, likeliest first. Capitals are a paper's symbols, as a small
# n may be layers or samples. A bare loss beside a val_loss is that of training.
SPELLINGS = {
    "params": (
        "params?|parameters?",
        "N",
        "(n|num|numberof|total|model|trainable)(params|parameters)|param(eter)?count",
        "n?nonemb(edding)?(params|parameters)",
        "modelsize",
        "size",
    ),
    "tokens": (
        "tokens",
        "D",
        "(n|num|numberof|total|seen)?(train|training|trained)?tokens|tokens?count|tokensseen",
        "(train|training)?data(set)?size|data(set)?tokens",
        "data",
    ),
    "flops": (
        "flops?",
        "C",
        "(n|c|num|total|compute|(train|training)(compute)?)flops?",
        "(train|training|total)?compute",
        "(compute|flops?)budget|pfdays",
    ),
    "loss": (
        "(final|best)?(val|valid|validation)loss",
        "(final|best)?(eval|evaluation|heldout|test)loss",
        "loss",
        "finalloss|crossentropy(loss)?|celoss|(loss|nats|bits)pertoken",
        "L",
        "(final)?(train|training)loss",
    ),
}
OFTEN_WORDS = {"data", "size"}  # "C4", "small": then the column is another
NOT_PER_TOKEN = re.compile("ppl|perplex|bpb|bpc|perbyte|perchar|perword")

COUNTS = {
    **{suffix.lower(): size for suffix, size in SUFFIXES.items()},
    **{f"{ten}{k}": 10.0**k for ten in ("1e", "10", "x1e", "x10") for k in range(1, 25)},
    **dict.fromkeys(("thousand", "thousands"), 1e3),
    **dict.fromkeys(("million", "millions", "mn", "mio"), 1e6),
    **dict.fromkeys(("billion", "billions", "bn", "g"), 1e9),
    **dict.fromkeys(("trillion", "trillions"), 1e12),
}
PF = ("pf", "pfs", "pfpers", "pflop", "pflops", "pfloppers", "petaflop", "petafloppers")
UNITS = {
    "params": COUNTS | dict.fromkeys(("n", "total", "nonembedding"), 1.0),
    "tokens": COUNTS | dict.fromkeys(("d", "total"), 1.0),
    "flops": COUNTS | {f"{pf}day{s}": PF_DAY for pf in PF for s in ("", "s")} | {"c": 1.0},
    "loss": dict.fromkeys(("nat", "nats", "natpertoken", "natspertoken", "l"), 1.0)
    | dict.fromkeys(("bit", "bits", "bitpertoken", "bitspertoken"), math.log(2)),
}

NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s?([kmbt]?)", re.A | re.I)
GROUPED = re.compile(r"[1-9]\d{0,2}(,\d{3})+(\.\d*)?", re.A)  # 1,000,000
MISSING = {"nan", "na", "n/a", "#n/a", "null", "none", "inf", "infinity", "-", "diverged"}


@dataclass(frozen=True)
class Columns:
    """Which column of a file is which; None where there is none."""

    params: str | None
    tokens: str | None
    flops: str | None
    loss: str | None

    @property
    def chosen(self) -> dict[str, str]:
        """The name of each column there is, by what it holds."""
        return {kind: name for kind, name in asdict(self).items() if name is not None}


@dataclass(frozen=True, eq=False)
class Sheet:
    """A file as text, before anything is believed."""

    cells: pd.DataFrame  # of strings; the index is the line of the file, from 1
    separator: str = ","


@dataclass(frozen=True, eq=False)
class Intake:
    """The runs of a file, where they stood in it, and what is odd about them."""

    points: Points
    columns: Columns
    notes: tuple[str, ...]  # a sentence each


def read(path: str | os.PathLike[str]) -> Intake:
    """The runs of a CSV on disk, its columns guessed.

    Raises:
        ValueError: if it cannot be read, is no table of runs, or has a cell that is unclear.
    """
    try:
        refuse_size(os.stat(path).st_size)
        with open(path, "rb") as file:
            found = sheet(file.read(LARGEST + 1))  # a pipe has no size beforehand
    except OSError as error:
        raise ValueError(f"cannot read {os.fspath(path)}: {error.strerror}") from error
    return convert(found, guess(found))


def sheet(data: bytes) -> Sheet:
    """The cells of a CSV, whatever its encoding and separator.

    Raises:
        ValueError: if it is too large, no text, no table, or a line has too many or few cells.
    """
    refuse_size(len(data))
    text = decoded(data)
    start = sum(1 for _ in takewhile(skipped, io.StringIO(text, newline="")))
    separator = separator_of(text, start)
    found = records(text, start, separator)
    line, names = next(found, (1, []))
    names = names[: width(names)]
    refuse_header(line, names)
    lines, rows = [], []
    for line, row in islice(found, MOST_ROWS + 1):
        lines.append(line)
        rows.append(fitted(row, len(names), line, separator))
    if len(rows) > MOST_ROWS:
        raise ValueError(
            f"the file has more than {MOST_ROWS:,} rows: keep one row per finished run"
        )
    return Sheet(pd.DataFrame(rows, index=lines, columns=names, dtype=str), separator)


def refuse_size(size: int) -> None:
    """Refuse what is larger than any table of finished runs."""
    if size > LARGEST:
        raise ValueError(
            f"the file has {size / 1e6:.1f} MB and the limit is {LARGEST / 1e6:.0f} MB: "
            "keep one line per finished run"
        )


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or a Western European code page."""
    for magic, what in FORMATS.items():
        if data.startswith(magic):
            raise ValueError(f"the file is {what}, not a CSV: open it and save it as CSV")
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252", "latin-1"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return refuse_other_text(text)
    raise ValueError("the file is binary, not text: save the table as CSV")


def refuse_other_text(text: str) -> str:
    """The text, unless it is empty, JSON or a web page."""
    start = text.lstrip()[:1]
    if not start:
        raise ValueError("the file is empty: it needs a header such as params,tokens,loss")
    if start in "{[<":
        what = "a web page (HTML or XML)" if start == "<" else "JSON"
        raise ValueError(f"the file is {what}, not a CSV: save the table itself as CSV")
    return text


def skipped(line: str) -> bool:
    """Whether a line before the header is blank, a comment, or Excel's mark of a separator."""
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


def separator_of(text: str, start: int) -> str:
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
    """How many cells there are up to the last that is not empty."""
    return max((place for place, cell in enumerate(cells, 1) if cell), default=0)


def refuse_header(line: int, names: list[str]) -> None:
    """Refuse a first line that names no columns."""
    if not names:
        raise ValueError(
            "the file has comments only: it needs a header such as params,tokens,loss"
        )
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


def fitted(row: list[str], wanted: int, line: int, separator: str) -> list[str]:
    """A row without the empty cells beyond the header's last name."""
    if len(row) < wanted or any(row[wanted:]):
        remedy = "put a cell under every name, and quotation marks around one with a separator"
        if separator == "," and len(row) > wanted:
            remedy = (
                "if its decimal marks are commas, export with a decimal point or separate "
                "the columns by semicolons"
            )
        raise ValueError(
            f"line {line} has {len(row)} cells and the header {wanted} columns: {remedy}"
        )
    return row[:wanted]


def guess(sheet: Sheet) -> Columns:
    """The likeliest column of each kind, by its name; units in the name are understood."""
    return Columns(*(likeliest(kind, sheet.cells) for kind in SPELLINGS))


def likeliest(kind: str, cells: pd.DataFrame) -> str | None:
    """The column whose name is spelled most like this kind's; the first of equals."""
    fits = []
    for place, name in enumerate(cells.columns):
        stem, size = unit(kind, name)
        rank = rank_of(kind, stem)
        words = stem in OFTEN_WORDS and not cells.iloc[:, place].str.match(r"\d").any()
        if rank is not None and not (words and len(cells)):
            fits.append((rank, size != 1, place, name))
    return str(min(fits)[-1]) if fits else None


def rank_of(kind: str, stem: str) -> int | None:
    """How unlikely a spelling is, from 0; None for what is none."""
    ranks = (i for i, way in enumerate(SPELLINGS[kind]) if re.fullmatch(way, stem))
    return next(ranks, None)


def plain(name: str) -> str:
    """A name in small letters and digits only; a single letter stays as it is."""
    said = re.sub(r"-(?=\d)", "minus", name.strip().replace("/", "per"))
    return said if len(said) == 1 else re.sub("[^a-z0-9]", "", said.lower())


def unit(kind: str, name: str) -> tuple[str, float]:
    """A column's plain name without the unit it ends in, and the size of that unit or 1."""
    for gap in re.finditer(r"^|[^A-Za-z0-9^]+", name):
        stem, word = plain(name[: gap.start()]), plain(name[gap.end() :]).lower()
        word = word.removeprefix("in")
        alone = not stem and len(word) > 3  # "PF-days", but not "M"
        if word in UNITS[kind] and (alone or len(stem) > 1 or set("([") & set(gap[0])):
            return stem or plain(name), UNITS[kind][word]
    return plain(name), 1.0


def convert(sheet: Sheet, columns: Columns) -> Intake:
    """The runs in these columns; exact repeats of a row count once.

    Raises:
        ValueError: if a column is missing, or a number is unclear or of the wrong size.
    """
    refuse_columns(sheet.cells, columns)
    mark = comma(sheet, columns)
    arrays = {
        kind: numbers(kind, sheet.cells[name], mark) for kind, name in columns.chosen.items()
    }
    frame = pd.DataFrame(arrays, index=sheet.cells.index)
    runs = frame.drop_duplicates()
    found = points(**{str(kind): runs[kind].to_numpy() for kind in runs})
    refuse_sizes(runs, found, columns)
    repeats = frame.index[frame.duplicated()].tolist()
    notes = [*unit_notes(columns, mark), *repeat_notes(repeats), *size_notes(runs, found)]
    return Intake(found, columns, tuple(notes))


def refuse_columns(cells: pd.DataFrame, columns: Columns) -> None:
    """Refuse a choice of columns that makes no runs of this file."""
    chosen, names = list(columns.chosen.values()), list(cells.columns)
    has = f"the file has the columns {listed([said(name) for name in names])}"
    if columns.loss is None:
        raise ValueError(f"no column holds the loss: {has}; name one 'loss' or choose it")
    if len(chosen) < 3:
        raise ValueError(f"two of params, tokens and flops are needed besides the loss: {has}")
    for name in chosen:
        if names.count(name) != 1:
            times = f"there {names.count(name)} times" if name in names else "not in the file"
            raise ValueError(f"column {said(name)} is {times}: {has}")
        if chosen.count(name) > 1:
            raise ValueError(f"column {said(name)} is used twice: choose another for one use")
    if NOT_PER_TOKEN.search(plain(columns.loss)):
        raise ValueError(
            f"column {said(columns.loss)} is no loss per token: give nats per token, "
            "which is the natural logarithm of a perplexity"
        )
    if cells.empty:
        raise ValueError("the file has a header and no rows: add a line per finished run")


def comma(sheet: Sheet, columns: Columns) -> str:
    """What the commas in a file's numbers stand for: "." for a decimal mark, "" for nothing."""
    chosen = sheet.cells[list(columns.chosen.values())]
    has = [
        (line, str(name), cell)
        for name in chosen
        for line, cell in chosen[name].items()
        if "," in cell
    ]
    if sheet.separator == "," or not has:
        return ""
    if any(name == columns.loss or not GROUPED.fullmatch(cell) for _, name, cell in has):
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
        raise ValueError(f"{power(number)} is beyond any run: is the unit right?")
    if kind != "loss" and number < 1:
        scale, name = ("PF-days", "PF-days") if kind == "flops" else ("billions", "B")
        raise ValueError(
            f"{number:g} is less than one: is the column in {scale}? Give plain numbers, "
            f"write 70B, or name the column '{kind} ({name})'"
        )
    return number


def refuse_sizes(runs: pd.DataFrame, found: Points, columns: Columns) -> None:
    """Refuse runs whose columns cannot all be in the units assumed."""
    for kind, array in (("params", found.params), ("tokens", found.tokens)):
        odd = (array < 1) | (array > MOST[kind])
        if odd.any():
            raise ValueError(
                f"line {runs.index[odd][0]}: the other columns imply {power(array[odd][0])} "
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
            f"column {said(str(columns.flops))} is typically {count(typical)} times "
            "6 x params x tokens: is a column in billions or PF-days? Say so in its name"
        )


def counted(found: Points) -> Array:
    """The FLOPs a file gives over 6 N D, one a run."""
    return found.flops / (FLOPS * found.params * found.tokens)


def unit_notes(columns: Columns, mark: str) -> Iterator[str]:
    """How the numbers were read, where that is not as they stand."""
    if mark:
        yield "the commas in its numbers were read as decimal marks"
    for kind, name in columns.chosen.items():
        stem, size = unit(kind, name)
        if size != 1:
            yield f"the numbers of column {said(name)} were multiplied by {count(size)}"
        elif re.search(r"[(\[]", name) and stem == plain(name) and rank_of(kind, stem) is None:
            yield f"the unit of column {said(name)} is unknown: its numbers stay"


def repeat_notes(lines: list[int]) -> Iterator[str]:
    """Which rows say again what an earlier row said."""
    if lines:
        which = listed([str(line) for line in lines])
        yield f"rows that repeat an earlier one exactly were left out, on lines {which}"


def size_notes(runs: pd.DataFrame, found: Points) -> Iterator[str]:
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
            f"the flops given are {ratio.min():.3g} to {ratio.max():.3g} times "
            "6 x params x tokens"
        )


def said(text: str) -> str:
    """A name or a cell as a sentence can hold it."""
    return repr(text if len(text) <= 40 else text[:39] + "\N{HORIZONTAL ELLIPSIS}")


def listed(words: list[str], most: int = 8) -> str:
    """The words with commas between them, and how many more there are."""
    more = f" and {len(words) - most:,} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more

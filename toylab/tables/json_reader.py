"""Tables in JSON: records, columns or one record a line, nested one level.

    [{"params": 7e7, "eval": {"loss": 3.2}}, ...]      {"params": [7e7, ...], "loss": [3.2, ...]}
    {"run-1": {"params": 7e7, "loss": 3.2}, ...}

A nested name becomes "eval/loss". The index of the table counts the records, from 1.
"""

import json
from collections.abc import Iterable
from typing import Any

import pandas as pd

from toylab.tables.spellings import name_rank

MOST_ROWS, MOST_COLUMNS = 200_000, 200


def is_json(text: str) -> bool:
    """True where a text begins as JSON does."""
    return text.lstrip()[:1] in ("{", "[")


def cells(text: str) -> pd.DataFrame:
    """The cells of a table in JSON, as text.

    Raises:
        ValueError: if it is broken, or no table; it says where.
    """
    records = [_flat(record) for record in _records(text)]
    names = list(dict.fromkeys(name for record in records for name in record))
    if len(records) > MOST_ROWS or len(names) > MOST_COLUMNS:
        raise ValueError(
            f"the JSON has {len(records):,} records of {len(names):,} names; at most {MOST_ROWS:,} "
            f"of {MOST_COLUMNS:,} are read: keep the last of each run"
        )
    if not names:
        raise ValueError("the JSON holds no records: it needs a list such as [{...}, {...}]")
    rows = [[record.get(name, "") for name in names] for record in records]
    counted = pd.RangeIndex(1, len(rows) + 1, name="record")
    return pd.DataFrame(rows, index=counted, columns=names, dtype=str)


def _records(text: str) -> Iterable[Any]:
    """The records of a list, of columns, or of lines."""
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        return _lines(text, error)
    except RecursionError:
        raise ValueError("the JSON is nested too deeply for a table of runs") from None
    if isinstance(whole, list):
        return whole
    columns = {name: _values(column) for name, column in whole.items()}
    lengths = {len(column) for column in columns.values() if column is not None}
    if len(lengths) == 1 and None not in columns.values():
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    if _by_name(whole):
        if any(name_rank("loss", str(name)) is not None for name in whole):  # columns, by run
            runs = next(iter(whole.values()))
            whole = {run: {name: column[run] for name, column in whole.items()} for run in runs}
        return [{"run": name} | record for name, record in whole.items()]
    inner = next((value for value in whole.values() if _is_records(value)), None)
    return inner if inner is not None else [whole]


def _lines(text: str, whole: json.JSONDecodeError) -> list[Any]:
    """A record a line; `whole` says where the text breaks if it is not of that kind."""
    records = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            records += [json.loads(line)] if line.strip() else []
        except json.JSONDecodeError as error:
            where = (number, error) if records else (whole.lineno, whole)
            raise ValueError(f"the JSON is broken on line {where[0]}: {where[1].msg}") from None
    return records


def _values(column: Any) -> list[Any] | None:
    """The values of a column, given as a list or by row; None where it is neither."""
    if isinstance(column, dict) and all(str(key).isdigit() for key in column):
        return list(column.values())
    return column if isinstance(column, list) and not _is_records(column) else None


def _by_name(whole: dict[str, Any]) -> bool:
    """True where each name has a record, and all records have the same names."""
    records = list(whole.values())
    alike = all(isinstance(one, dict) and one.keys() == records[0].keys() for one in records)
    return len(records) > 1 and alike and bool(records[0])


def _is_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _flat(record: Any) -> dict[str, str]:
    """The cells of a record by name, those of a nested one as outer/inner."""
    if not isinstance(record, dict):
        raise ValueError("the JSON is no table: each record must be an object such as {...}")
    flat = {}
    for name, value in record.items():
        inner = value.items() if isinstance(value, dict) else [("", value)]
        for key, cell in inner:
            if not isinstance(cell, dict | list):  # deeper than one level: no cell
                flat[f"{name}/{key}" if key else str(name)] = _text(cell)
    return flat


def _text(cell: Any) -> str:
    return "" if cell is None else cell if isinstance(cell, str) else repr(cell)

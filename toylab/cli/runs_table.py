"""A table of runs on the command line: its columns, its rows, and its groups."""

import argparse
from collections.abc import Callable
from dataclasses import fields, replace
from typing import TypeVar

from toylab.quantities import parse_number
from toylab.tables import csv_reader, selection
from toylab.tables.columns import Columns, guess
from toylab.tables.csv_reader import CsvTable
from toylab.tables.held_out import without_highest
from toylab.tables.imported_runs import Imported
from toylab.tables.stacking import read_files

T = TypeVar("T", bound=Imported)
A = TypeVar("A")
R = TypeVar("R")
QUANTITIES = tuple(field.name for field in fields(Columns))
HELP = {
    "params": "the column of params",
    "tokens": "the column of tokens, or a product such as 'step x batch x 2048'",
    "flops": "the column of FLOPs",
    "loss": "the column of the loss",
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which runs of a file are meant."""
    parser.add_argument(
        "runs", metavar="RUNS.csv", nargs="+",
        help="params, tokens or flops, and loss; of several files column 'file' has the names",
    )  # fmt: skip
    parser.add_argument(
        "--drop-highest",
        type=int,
        default=0,
        metavar="RUNS",
        help="leave out the highest losses",
    )
    for quantity in QUANTITIES:
        parser.add_argument(f"--{quantity}", metavar="COLUMN", help=HELP[quantity])
    add_where(parser)
    parser.add_argument(
        "--best", action="store_true", help="only the lowest loss of each size and length"
    )
    parser.add_argument("--by", metavar="COLUMN", help="fit the rows of each of its values")
    parser.add_argument("--at", metavar="FLOPS", help="the best split of this budget, as 5.76e23")
    parser.add_argument("--json", action="store_true", help="print the fit as JSON")


def add_where(parser: argparse.ArgumentParser) -> None:
    """Add the option that chooses rows."""
    parser.add_argument(
        "--where", action="append", default=[], metavar="COLUMN=VALUE",
        help="only rows with this value; again for another column",
    )  # fmt: skip


def rows(paths: list[str], where: list[str]) -> CsvTable:
    """The table of these files, or those of its rows that have the values asked for."""
    table = read_files([(path, path) for path in paths], csv_reader.read)
    for one in where:
        table = selection.where(table, *condition("--where", one))
    return table


def condition(option: str, text: str) -> tuple[str, str]:
    """The column and the value of an option such as --where."""
    column, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"{option} must be COLUMN=VALUE, got {text}")
    return column, value


def read(chosen: argparse.Namespace, convert: Callable[..., T]) -> dict[str, T | str]:
    """The runs of the rows that are asked for, by group; one without a name if none is asked.

    A group that is refused has the sentence that says why.

    Args:
        chosen: the options.
        convert: from a table, its columns and `best` to runs.
    """
    table = rows(chosen.runs, chosen.where)
    named = {name: getattr(chosen, name) for name in QUANTITIES if getattr(chosen, name)}
    columns = replace(guess(table), **named)

    def one(part: CsvTable) -> T:
        return without_highest(convert(part, columns, best=chosen.best), chosen.drop_highest)

    if not chosen.by:
        return {"": one(table)}
    return {name: attempt(one, part) for name, part in selection.by(table, chosen.by).items()}


def attempt(function: Callable[[A], R], argument: A) -> R | str:
    """The result for a group, or the sentence that refuses it: the others have theirs."""
    try:
        return function(argument)
    except ValueError as refusal:
        return str(refusal)


def budget(chosen: argparse.Namespace) -> float | None:
    """The budget that is asked about, if any."""
    return parse_number(chosen.at) if chosen.at else None

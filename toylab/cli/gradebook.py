"""Grade books of `toylab quiz --check`: files that Canvas and Moodle import."""

import argparse
import sys
from collections.abc import Sequence

import pandas as pd

from toylab.tables import csv_reader
from toylab.teaching import gradebooks, roster
from toylab.teaching.mark_book import Checked

ERASES = (
    "More than one paper: an empty cell erases a grade that is there. Import one paper a file "
    "where that matters."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the files to write, and the roster."""
    parser.add_argument("--canvas", metavar="FILE.csv", help="write what Canvas imports, too")
    parser.add_argument("--moodle", metavar="FILE.csv", help="write what Moodle imports, too")
    parser.add_argument(
        "--roster", metavar="FILE.csv", help="the grade book as exported: whose sheet is whose"
    )


def refuse_without_sheets(chosen: argparse.Namespace) -> None:
    """Refuse a grade book of nothing."""
    for name in ("canvas", "moodle", "roster"):
        if getattr(chosen, name):
            raise ValueError(f"--{name} needs --check and the sheets, got none")


def write(chosen: argparse.Namespace, sheets: Sequence[Checked]) -> bool:
    """Write the grade books that were asked for; True if a student's sheet is in none.

    Raises:
        ValueError: if the roster cannot be read.
    """
    if not (chosen.canvas or chosen.moodle):
        return False
    students = roster.read(csv_reader.read(chosen.roster).cells) if chosen.roster else ()
    grades, left_out = gradebooks.collect(sheets, students)
    papers = gradebooks.possible(sheets, grades)
    if chosen.canvas:
        _save(gradebooks.canvas(grades, papers), chosen.canvas)
    if chosen.moodle:
        listed = [one for one in grades if gradebooks.is_known_to_moodle(one.student)]
        unknown = [one.student.name for one in grades if one not in listed]
        left_out += [f"{name} has no id, by which Moodle finds a student" for name in unknown]
        _save(gradebooks.moodle(listed, papers), chosen.moodle)
    for sentence in [*left_out, *([ERASES] if len(papers) > 1 else [])]:
        sys.stderr.write(sentence + "\n")
    return bool(left_out)


def _save(table: pd.DataFrame, path: str) -> None:
    try:
        table.to_csv(path, index=False)
    except OSError as error:
        raise ValueError(f"cannot write {path}: {error.strerror}") from error

"""Roster of a class, as Canvas or Moodle exports it, and who of it handed in a sheet.

Canvas: the grade book's export, with the columns Student, ID, SIS User ID, SIS Login ID and
Section. Moodle: the grader report as plain text, with first name, last name, ID number and Email
address. A sheet is matched by the student's id, whichever of the identities it is; where
that is nobody's, by the name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")  # in this order, and first
CANVAS_IDS = ("ID", "SIS User ID", "SIS Login ID")
MOODLE_NAMES = ("First name", "Surname", "Last name")  # older versions say Surname
MOODLE_IDS = ("ID number", "Username", "Email address")
POINTS = "Points Possible"  # what Canvas has in place of a student in the row below its header


@dataclass(frozen=True)
class Student:
    """One line of a roster."""

    name: str  # as it is read, first name first
    cells: Mapping[str, str]  # by the column of the roster
    ids: tuple[str, ...]  # that are not empty


def read(frame: pd.DataFrame) -> tuple[Student, ...]:
    """The students of an exported table.

    Raises:
        ValueError: if it is neither a grade book of Canvas nor one of Moodle.
    """
    cells = frame.rename(columns=str.strip).astype(object).fillna("").astype(str)
    ids = [column for column in (*CANVAS_IDS, *MOODLE_IDS) if column in cells]
    names = [column for column in MOODLE_NAMES if column in cells]
    if not ids or ("Student" not in cells and len(names) < 2):
        raise ValueError(
            "a roster needs the columns of a grade book from Canvas (Student, ID) or from Moodle "
            f"(First name, Last name, ID number), got {', '.join(cells.columns[:6])}"
        )
    records = cells.to_dict("records")
    rows = [{str(key): value.strip() for key, value in row.items()} for row in records]
    students = [
        Student(
            first_name_first(row["Student"] if "Student" in row else _together(row, names)),
            row,
            tuple(row[column] for column in ids if row[column]),
        )
        for row in rows
    ]
    return tuple(one for one in students if one.name and POINTS not in one.name)


def find(students: Sequence[Student], name: str, identity: str = "") -> Student:
    """The one student whose sheet it is.

    Raises:
        ValueError: if it is nobody's, or could be two students'.
    """
    wanted = identity.strip().casefold()
    matches = [one for one in students if wanted and wanted in map(str.casefold, one.ids)]
    matches = matches or [one for one in students if _key(one.name) == _key(name)]
    if len(matches) != 1:
        who = f"{name or 'no name'}{f' ({identity})' * bool(identity)}"
        raise ValueError(
            f"{who} could be {len(matches)} students of the roster"
            if matches
            else f"{who} is not on the roster"
        )
    return matches[0]


def first_name_first(name: str) -> str:
    """A name as it is read: Lovelace, Ada -> Ada Lovelace."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma else name.strip()


def _together(row: Mapping[str, str], names: Sequence[str]) -> str:
    return " ".join(row[column] for column in names).strip()


def _key(name: str) -> str:
    return " ".join(first_name_first(name).casefold().split())

"""Grade books that Canvas and Moodle import: a row a student, a column a paper.

A paper is its topics and its number of questions; each student's seed draws other numbers for
the same questions, so it makes no column of its own. Of several sheets by one student for a
paper the first try counts, by the time of its first answer: the best of many would reward
drawing seeds.

Canvas looks a student up by ID, then SIS User ID, then SIS Login ID, then by the name; the row
of possible points stands right below the header. Moodle asks which column tells a student:
ID number, Username or Email address. Both take an empty cell for an erased grade.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from toylab.quantities import plural
from toylab.teaching.mark_book import Checked
from toylab.teaching.roster import CANVAS, MOODLE_IDS, MOODLE_NAMES, POINTS, Student, find
from toylab.teaching.score_sheets import harmless

MARGIN = 4 * " "  # Canvas writes the possible points so


@dataclass(frozen=True)
class Grades:
    """The points of a student by the title of the paper."""

    student: Student
    points: Mapping[str, int]


def title(sheet: Checked) -> str:
    """The title of a paper's column: Quiz on kaplan and isoflop, 10 questions."""
    topics = " and ".join(sheet.paper.topics)
    return f"Quiz{f' on {topics}' * bool(topics)}, {plural(len(sheet.paper.questions), 'question')}"


def possible(sheets: Sequence[Checked], grades: Sequence[Grades]) -> dict[str, int]:
    """The papers with a grade, in the order of the sheets, and their possible points."""
    graded = {paper for one in grades for paper in one.points}
    return {title(one): len(one.paper.questions) for one in sheets if title(one) in graded}


def collect(
    sheets: Sequence[Checked], roster: Sequence[Student] = ()
) -> tuple[list[Grades], list[str]]:
    """The points of each student's first try, and a sentence on each sheet that is left out.

    Without a roster a student is who has the same id, or the same name where there is none.
    """
    points: dict[str, dict[str, int]] = {}
    students: dict[str, Student] = {}
    left_out = []
    for sheet in sorted(sheets, key=lambda one: (not one.begun, one.begun)):
        try:
            who = find(roster, sheet.student, sheet.id) if roster else _unlisted(sheet)
        except ValueError as refusal:
            left_out.append(str(refusal))
            continue
        key = repr((who.ids, *(() if who.ids else (who.name.casefold(),))))
        mine = points.setdefault(key, {})
        students.setdefault(key, who)
        if title(sheet) in mine:
            left_out.append(f"{who.name}: the first try of {title(sheet)} counts, not a later one")
        mine.setdefault(title(sheet), len(sheet.right))
    return [Grades(students[key], points[key]) for key in students], left_out


def canvas(grades: Sequence[Grades], papers: Mapping[str, int]) -> pd.DataFrame:
    """The table that Canvas imports under Grades, Import."""
    row = {CANVAS[0]: MARGIN + POINTS} | dict.fromkeys(CANVAS[1:], "") | _texts(papers)
    rows = [
        {column: _cell(one.student, column) for column in CANVAS} | _texts(one.points)
        for one in grades
    ]
    return pd.DataFrame([row, *rows], columns=[*CANVAS, *papers]).fillna("")


def moodle(grades: Sequence[Grades], papers: Mapping[str, int]) -> pd.DataFrame:
    """The table that Moodle imports under Grades, Import, CSV file."""
    held = {column for one in grades for column in one.student.cells}
    columns = [column for column in ("Student", *MOODLE_NAMES, *MOODLE_IDS) if column in held]
    rows = [
        {column: one.student.cells.get(column, "") for column in columns} | _texts(one.points)
        for one in grades
    ]
    return pd.DataFrame(rows, columns=[*columns, *papers]).fillna("")


def is_known_to_moodle(student: Student) -> bool:
    """True for a student with an identity that Moodle looks for."""
    return any(student.cells.get(column) for column in MOODLE_IDS)


def _cell(student: Student, column: str) -> str:
    """What Canvas is told of a student: as it exported it, or as the sheet has it."""
    return student.cells.get(column, student.name if column == CANVAS[0] else "")


def _unlisted(sheet: Checked) -> Student:
    """The student as the sheet says; Canvas looks for one id in two columns."""
    name, identity = harmless(sheet.student), harmless(sheet.id)
    if not name and not identity:
        raise ValueError("a sheet without a name and without an id is nobody's")
    columns = {"SIS User ID": identity, "SIS Login ID": identity, "ID number": identity}
    return Student(name, {"Student": name} | columns, (identity,) if identity else ())


def _texts(points: Mapping[str, int]) -> dict[str, str]:
    return {paper: str(count) for paper, count in points.items()}

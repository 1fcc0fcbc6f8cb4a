"""Rosters and grade books: whose sheet it is, which try counts, and what Canvas and Moodle read."""

import csv
import io

import pandas as pd
import pytest

from toylab.tables import csv_reader
from toylab.teaching import gradebooks, roster
from toylab.teaching.mark_book import Checked
from toylab.teaching.quiz import Paper

CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,Old (12),Final Score
    Points Possible,,,,,10,(read only)
"Lovelace, Ada",11,0042,al1,A,7,70
"Khayyam, Omar",12,0043,ok2,A,,
"Lee, Kim",13,0044,kl3,A,,
"Lee, Kim",14,0045,kl4,B,,
"""
MOODLE = """First name,Last name,ID number,Email address,Course total
Ada,Lovelace,0042,ada@x.org,-
Omar,Khayyam,,omar@x.org,-
"""
SHORT = Paper(7, ("kaplan", "isoflop"), 4)


def students(text):
    return roster.read(csv_reader.parse(text.encode()).cells)


def sheet(name, identity="", right=3, begun="2026-03-02 12:00", paper=SHORT):
    names = [one.name for one in paper.questions]
    given = dict.fromkeys(names, "1")
    return Checked(name, paper, given, frozenset(names[:right]), (), "1", begun, 5.0, identity)


def read_back(table):
    """The rows as another program reads the file."""
    return list(csv.reader(io.StringIO(table.to_csv(index=False))))


@pytest.mark.parametrize(
    ("name", "identity"),
    [("", "0042"), ("", "11"), ("", "AL1"), ("ada  LOVELACE", ""), ("Lovelace, Ada", ""),
     ("Ada Lovelace", "no such id"), ("Omar Khayyam", "0042")],
)  # fmt: skip
def test_a_sheet_is_found_by_whichever_id_it_has_or_else_by_its_name(name, identity):
    assert roster.find(students(CANVAS), name, identity).name == "Ada Lovelace"


def test_who_is_nobody_or_could_be_two_is_told():
    for name, identity, sentence in (
        ("Kim Lee", "", "Kim Lee could be 2 students"), ("Eve", "", "Eve is not on the roster"),
        ("", "9", r"no name \(9\) is not"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=sentence):
            roster.find(students(CANVAS), name, identity)
    assert roster.find(students(CANVAS), "Kim Lee", "0045").cells["ID"] == "14"


def test_a_roster_is_a_grade_book_as_exported():
    assert [one.name for one in students(MOODLE)] == ["Ada Lovelace", "Omar Khayyam"]
    assert len(students(CANVAS)) == 4  # the row of possible points is nobody
    with pytest.raises(ValueError, match=r"a roster needs the columns .* got name, mark"):
        students("name,mark\nAda,1\n")


def test_canvas_finds_its_columns_its_points_and_each_student():
    sheets = [sheet("Ada Lovelace"), sheet("Omar Khayyam", right=1, paper=Paper(8, ("sine",)))]
    grades, left_out = gradebooks.collect(sheets, students(CANVAS))
    papers = gradebooks.possible(sheets, grades)
    header, points, ada, omar = read_back(gradebooks.canvas(grades, papers))
    assert header[:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert header[5:] == list(papers)
    assert points[0] == "    Points Possible"
    assert points[1:] == ["", "", "", "", "4", str(len(Paper(8, ("sine",)).questions))]
    assert ada == ["Lovelace, Ada", "11", "0042", "al1", "A", "3", ""]
    assert omar == ["Khayyam, Omar", "12", "0043", "ok2", "A", "", "1"]
    assert not left_out


def test_no_title_ends_like_an_assignments_number_or_reads_like_a_total():
    """Canvas takes a number in brackets at the end for the id of an assignment of its own."""
    for paper in (SHORT, Paper(0), Paper(0, ("sine",), 1)):
        title = gradebooks.title(sheet("A", paper=paper))
        assert not title.endswith(")")
        assert not [word for word in ("Score", "Points", "Grade", "Status") if word in title]
    assert gradebooks.title(sheet("A", paper=Paper(9, SHORT.topics, 4))) == gradebooks.title(
        sheet("B")
    )  # another seed is the same paper


def test_moodle_has_the_identities_of_its_own_export():
    sheets = [sheet("Ada Lovelace"), sheet("omar khayyam", right=0)]
    grades, _ = gradebooks.collect(sheets, students(MOODLE))
    header, *rows = read_back(gradebooks.moodle(grades, gradebooks.possible(sheets, grades)))
    assert header[:4] == ["First name", "Last name", "ID number", "Email address"]
    assert rows == [
        ["Ada", "Lovelace", "0042", "ada@x.org", "3"],
        ["Omar", "Khayyam", "", "omar@x.org", "0"],
    ]
    assert all(gradebooks.is_known_to_moodle(one.student) for one in grades)


@pytest.mark.parametrize("several", [students(CANVAS), ()])
def test_the_first_try_counts_whatever_the_later_ones_reach(several):
    tries = [
        sheet("Ada Lovelace", "0042", right=4, begun="2026-03-02 13:00"),
        sheet("Ada Lovelace", "0042", right=1, begun="2026-03-02 12:00"),
        sheet("Ada Lovelace", "0042", right=2, begun=""),
    ]
    (grades,), left_out = gradebooks.collect(tries, several)
    assert list(grades.points.values()) == [1]
    assert len(left_out) == 2


def test_without_a_roster_the_sheets_own_words_are_harmless_to_a_spreadsheet():
    grades, left_out = gradebooks.collect([sheet("=1+1", "@x"), sheet("", "")])
    (row,) = read_back(gradebooks.canvas(grades, {}))[2:]
    assert row == ["1+1", "", "x", "x", ""]  # Canvas looks for the one id in two columns
    assert left_out == ["a sheet without a name and without an id is nobody's"]


def test_a_paper_of_nobody_on_the_roster_has_no_column_that_would_erase_grades():
    sheets = [sheet("Ada Lovelace"), sheet("Eve", paper=Paper(1))]
    grades, left_out = gradebooks.collect(sheets, students(CANVAS))
    assert list(gradebooks.possible(sheets, grades)) == [gradebooks.title(sheets[0])]
    assert left_out == ["Eve is not on the roster"]
    assert not pd.isna(gradebooks.canvas(grades, {})).any(axis=None)

"""`toylab quiz`: papers, keys and collected sheets without a browser."""

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.cli.command import refused
from toylab import __main__ as cli
from toylab.teaching import quiz, score_sheets
from toylab.teaching.quiz import Paper
from toylab.teaching.score_sheets import Sitting

ALL = len(quiz.paper(0))


@pytest.fixture
def write(tmp_path):
    """A score sheet with everything right but one question, and its path."""

    def write(name, seed, wrong="slope", identity="", **edits):
        said = {one.name: one.answer_text for one in quiz.paper(seed)} | {wrong: "123"}
        rows = score_sheets.sheet(Paper(seed), name, Sitting(said), identity=identity)
        rows = rows.set_index("name", drop=False)
        for question, claim in edits.items():
            rows.loc[question, "correct"] = claim
        path = tmp_path / f"{name}.csv"
        path.write_text(rows.to_csv(index=False), encoding="utf-8-sig")
        return str(path)

    return write


def test_a_paper_is_printed_without_its_key(capsys):
    assert cli.main(["quiz", "--seed", "7"]) == 0
    out = capsys.readouterr().out
    for one in quiz.paper(7):
        assert one.text in out
        assert one.explanation not in out
        assert all(f"( ) {option}" in out for option in one.options)
    assert "\n   = " not in out


def test_the_key_has_what_is_right_and_why(capsys):
    assert cli.main(["quiz", "--seed", "7", "--key"]) == 0
    out = capsys.readouterr().out
    assert all(f"   = {one.answer_text}\n   {one.explanation}\n" in out for one in quiz.paper(7))


def test_json_holds_the_paper_and_with_the_key_its_answers(capsys):
    assert cli.main(["quiz", "--seed", "7", "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in plain] == [one.name for one in quiz.paper(7)]
    assert not any({"answer", "why"} & set(one) for one in plain)
    assert cli.main(["quiz", "--seed", "7", "--json", "--key"]) == 0
    keyed = json.loads(capsys.readouterr().out)
    assert [one["answer"] for one in keyed] == [one.answer for one in quiz.paper(7)]


def test_a_paper_of_some_topics_and_a_length_is_the_one_on_the_page(capsys):
    chosen = ["--topics", "kaplan", "isoflop", "--length", "4"]
    assert cli.main(["quiz", "--seed", "7", *chosen, "--json"]) == 0
    names = [one["name"] for one in json.loads(capsys.readouterr().out)]
    assert names == [one.name for one in Paper(7, ("kaplan", "isoflop"), 4).questions]


def test_sheets_are_marked_again_from_their_seeds_into_a_table(write, capsys, tmp_path):
    honest, edited = write("Ada", 7), write("Ben", 8, slope="yes")
    book = tmp_path / "marks.csv"
    assert cli.main(["quiz", "--check", honest, edited, "--csv", str(book)]) == 0
    head, ada, ben, *rest = capsys.readouterr().out.splitlines()
    assert head.split()[:6] == ["name", "id", "seed", "topics", "right", "of"]
    assert ada.split()[:5] == ["Ada", "7", "all", str(ALL - 1), str(ALL)]
    assert "the sheet says otherwise of slope" in ben
    assert any("slope" in line and line.split()[-2:] == ["2", "2"] for line in rest)
    marks = pd.read_csv(book)
    assert marks["right"].tolist() == [ALL - 1, ALL - 1]
    assert marks["file"].tolist() == [honest, edited]


def test_a_folder_of_sheets_becomes_a_grade_book_by_the_roster(write, tmp_path, capsys):
    ada, ben = Path(write("Ada L", 7)), Path(write("Ben", 8))
    folder = tmp_path / "sheets"
    (folder / "ben").mkdir(parents=True)
    ada.rename(folder / ada.name)
    ben.rename(folder / "ben" / ben.name)
    roster, book = tmp_path / "roster.csv", tmp_path / "canvas.csv"
    roster.write_text("Student,ID,SIS User ID,SIS Login ID,Section\n"
                      '    Points Possible,,,,\n"L, Ada",11,0042,ada,A\n')  # fmt: skip
    given = ["quiz", "--check", str(folder), "--canvas", str(book), "--roster", str(roster)]
    assert cli.main(given) == 1
    out, err = capsys.readouterr()
    assert [line.split()[0] for line in out.splitlines()[1:3]] == ["Ada", "Ben"]
    assert err == "Ben is not on the roster\n"
    assert book.read_text().splitlines() == [
        f'Student,ID,SIS User ID,SIS Login ID,Section,"Quiz, {ALL} questions"',
        f"    Points Possible,,,,,{ALL}",
        f'"L, Ada",11,0042,ada,A,{ALL - 1}',
    ]


def test_moodle_finds_a_student_by_the_id_on_the_sheet(write, tmp_path, capsys):
    one, other = write("Ada", 7, identity="0042"), write("Ben", 8)
    book = tmp_path / "moodle.csv"
    assert cli.main(["quiz", "--check", one, other, "--moodle", str(book)]) == 1
    assert capsys.readouterr().err == "Ben has no id, by which Moodle finds a student\n"
    assert book.read_text().splitlines() == [
        f'Student,ID number,"Quiz, {ALL} questions"', f"Ada,0042,{ALL - 1}",
    ]  # fmt: skip


def test_a_grade_book_of_nothing_is_refused(capsys):
    assert "--canvas needs --check" in refused(["quiz", "--canvas", "x.csv"], capsys)


def test_broken_files_are_a_sentence_each_and_the_others_are_still_marked(write, tmp_path, capsys):
    empty, other = tmp_path / "empty.csv", tmp_path / "other.csv"
    empty.write_text("")
    other.write_text("a,b\n1,2\n")
    good, absent = write("Ada", 7), str(tmp_path / "absent.csv")
    assert cli.main(["quiz", "--check", str(empty), absent, good, str(other)]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines()[1].split()[:2] == ["Ada", "7"]
    first, second, third = err.splitlines()
    assert first.startswith(f"{empty}: the file is empty")
    assert "cannot read" in second
    assert third == f"{other}: a score sheet needs a column 'student'"


def test_json_of_marked_sheets(write, capsys):
    path = write("Ben", 8, slope="yes")
    assert cli.main(["quiz", "--check", path, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    (record,) = found["sheets"]
    assert [record[key] for key in ("file", "name", "seed", "right", "of")] == [
        path, "Ben", 8, ALL - 1, ALL,
    ]  # fmt: skip
    assert found["missed"][0] | {"topic": ""} == {
        "topic": "", "question": "slope", "wrong": 1, "of": 1,
    }  # fmt: skip


def test_a_seed_out_of_range_is_refused_in_one_sentence(capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["quiz", "--seed", "1000000"])
    assert stop.value.code == 2
    assert "between 0 and 999999" in capsys.readouterr().err


def test_a_folder_without_sheets_is_refused(tmp_path, capsys):
    assert str(tmp_path) in refused(["quiz", "--check", str(tmp_path)], capsys)

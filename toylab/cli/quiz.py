"""`toylab quiz`: a paper, its key, and collected score sheets marked again for a mark book."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd

from toylab.cli import gradebook
from toylab.cli.parser import Commands
from toylab.quantities import plural
from toylab.tables import csv_reader
from toylab.teaching import mark_book
from toylab.teaching.mark_book import Checked
from toylab.teaching.quiz import Paper, Question

WORTH = (
    "Right is computed anew from each seed. Answers, times and tries are the sheet's word: first "
    "answers of one\nbrowser tab; a new tab or Start over begins without, and a file can be edited."
)


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("quiz", help="print a quiz, or mark score sheets again")
    parser.add_argument("--seed", type=int, default=0, help="which paper; default: %(default)s")
    parser.add_argument(
        "--topics", nargs="+", default=[], metavar="PAGE", help="pages to ask about, like kaplan"
    )
    parser.add_argument("--length", type=int, default=0, help="so many questions; default: all")
    parser.add_argument("--key", action="store_true", help="with what is right, and why")
    parser.add_argument(
        "--check", nargs="+", metavar="SHEET", help="mark these files, or all in a folder, instead"
    )
    parser.add_argument("--csv", metavar="FILE", help="write the marks to a file, too")
    gradebook.add_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    parser.set_defaults(run=_quiz, refuse=parser.error)


def _quiz(chosen: argparse.Namespace) -> int:
    """Print a paper, or mark sheets."""
    if chosen.check:
        return _check(chosen)
    gradebook.refuse_without_sheets(chosen)
    questions = Paper(chosen.seed, tuple(chosen.topics), chosen.length).questions
    if chosen.json:
        _write(json.dumps([_record(question, chosen.key) for question in questions]))
        return 0
    _write(
        f"Quiz {chosen.seed}, {plural(len(questions), 'question')}. Numbers to three digits, but "
        "where more is asked for."
    )
    for place, question in enumerate(questions, 1):
        _write("\n" + "\n".join(_lines(place, question, chosen.key)))
    return 0


def _lines(place: int, question: Question, key: bool) -> list[str]:
    unit = f" [{question.unit}]" if question.unit else ""
    lines = [f"{place}. {question.topic} ({question.name})", f"   {question.text}{unit}"]
    lines += [f"   ( ) {option}" for option in question.options]
    return [*lines, f"   = {question.answer_text}", f"   {question.explanation}"] if key else lines


def _record(question: Question, key: bool) -> dict[str, Any]:
    record: dict[str, Any] = {
        "name": question.name,
        "topic": question.topic,
        "ask": question.text,
        "options": list(question.options),
        "unit": question.unit,
    }
    if key:
        record |= {
            "answer": question.answer,
            "tolerance": question.tolerance,
            "why": question.explanation,
        }
    return record


def _check(chosen: argparse.Namespace) -> int:
    """Mark each file; those that cannot be read are named, and the status is 1."""
    sheets, files, refusals = _read(chosen.check)
    for refusal in refusals:
        sys.stderr.write(refusal + "\n")
    marks = mark_book.mark_book(sheets).assign(file=files)
    questions = mark_book.missed(sheets)
    if chosen.csv:
        marks.to_csv(chosen.csv, index=False)
    left_out = gradebook.write(chosen, sheets)
    if chosen.json:
        record = {"sheets": marks, "missed": questions}
        _write(json.dumps({name: rows.to_dict("records") for name, rows in record.items()}))
    elif sheets:
        _tell(marks, questions)
    return int(bool(refusals or left_out))


def _read(given: list[str]) -> tuple[list[Checked], list[str], list[str]]:
    """Sheets, the file that each is from, and a sentence on each file that cannot be read."""
    sheets: list[Checked] = []
    files: list[str] = []
    refusals: list[str] = []
    for path in (each for one in given for each in _files(one)):
        try:
            checked = mark_book.check(csv_reader.read(path).cells)
        except ValueError as refusal:
            refusals.append(f"{path}: {refusal}")
            continue
        sheets += checked
        files += [path] * len(checked)
    return sheets, files, refusals


def _files(given: str) -> list[str]:
    """A file, or the CSV files of a folder and of those in it: Moodle makes one a student."""
    folder = Path(given)
    if not folder.is_dir():
        return [given]
    if not (sheets := sorted(map(str, folder.rglob("*.csv")))):
        raise ValueError(f"there is no score sheet, a CSV file, in {given}")
    return sheets


def _tell(marks: pd.DataFrame, questions: pd.DataFrame) -> None:
    """Print the marks, what they are worth, and what was missed."""
    wrong = questions[questions["wrong"] > 0]
    _write(f"{_table(marks)}\n\n{WORTH}")
    if len(wrong):
        topics = mark_book.missed_topics(questions)
        _write(f"\nWrong answers by topic, of those given:\n{_table(topics)}")
        _write(f"\nBy question:\n{_table(wrong)}")


def _table(rows: pd.DataFrame) -> str:
    """Columns as wide as their longest cell, two spaces apart."""
    cells = [list(rows.columns), *rows.astype(str).to_numpy().tolist()]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ("  ".join(map(str.ljust, line, widths)).rstrip() for line in cells)
    return "\n".join(lines)


def _write(text: str) -> None:
    sys.stdout.write(text + "\n")

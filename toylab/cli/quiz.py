"""`toylab quiz`: a paper for a seed, its key, and collected score sheets marked again."""

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from toylab.cli.parser import Commands
from toylab.tables import csv_reader
from toylab.teaching import quiz
from toylab.teaching.quiz import Checked, Question


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("quiz", help="print a quiz, or mark score sheets again")
    parser.add_argument("--seed", type=int, default=0, help="which paper; default: %(default)s")
    parser.add_argument("--key", action="store_true", help="with what is right, and why")
    parser.add_argument(
        "--check", nargs="+", metavar="SHEET.csv", help="mark these from their seeds instead"
    )
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    parser.set_defaults(run=_quiz, refuse=parser.error)


def _quiz(chosen: argparse.Namespace) -> int:
    """Print a paper, or mark sheets."""
    if chosen.check:
        return _check(chosen.check, as_json=chosen.json)
    paper = quiz.paper(chosen.seed)
    if chosen.json:
        _write(json.dumps([_record(question, chosen.key) for question in paper]))
        return 0
    _write(
        f"Quiz {chosen.seed}, {len(paper)} questions. Numbers to three digits, but where more "
        "is asked for."
    )
    for place, question in enumerate(paper, 1):
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


def _check(paths: list[str], *, as_json: bool) -> int:
    """Mark each file; those that cannot be read are named, and the status is 1."""
    records, broken = [], False
    for path in paths:
        try:
            sheets = quiz.check(csv_reader.read(path).cells)
        except ValueError as refusal:
            sys.stderr.write(f"{path}: {refusal}\n")
            broken = True
            continue
        records += [{"file": path} | asdict(sheet) for sheet in sheets]
        if not as_json:
            _write("\n".join(_mark(path, sheet) for sheet in sheets))
    if as_json:
        _write(json.dumps(records))
    return int(broken)


def _mark(path: str, sheet: Checked) -> str:
    differs = f"; the sheet says otherwise of: {', '.join(sheet.differs)}" if sheet.differs else ""
    return (
        f"{sheet.student or 'no name'} (seed {sheet.seed}, {path}): {sheet.right} of {sheet.of} "
        f"right, {sheet.answered} answered{differs}"
    )


def _write(text: str) -> None:
    sys.stdout.write(text + "\n")

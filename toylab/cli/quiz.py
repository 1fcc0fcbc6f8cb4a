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
        _write(json.dumps([_record(one, chosen.key) for one in paper]))
        return 0
    _write(
        f"Quiz {chosen.seed}, {len(paper)} questions. Numbers to three digits, but where more "
        "is asked for."
    )
    for place, one in enumerate(paper, 1):
        _write("\n" + "\n".join(_lines(place, one, chosen.key)))
    return 0


def _lines(place: int, one: Question, key: bool) -> list[str]:
    unit = f" [{one.unit}]" if one.unit else ""
    lines = [f"{place}. {one.topic} ({one.name})", f"   {one.text}{unit}"]
    lines += [f"   ( ) {option}" for option in one.options]
    return [*lines, f"   = {one.answer_text}", f"   {one.explanation}"] if key else lines


def _record(one: Question, key: bool) -> dict[str, Any]:
    record: dict[str, Any] = {
        "name": one.name, "topic": one.topic, "ask": one.text, "options": list(one.options),
        "unit": one.unit,
    }  # fmt: skip
    if key:
        record |= {"answer": one.answer, "tolerance": one.tolerance, "why": one.explanation}
    return record


def _check(paths: list[str], *, as_json: bool) -> int:
    """Mark each file; those that cannot be read are named, and the status is 1."""
    records, broken = [], False
    for path in paths:
        try:
            found = quiz.check(csv_reader.read(path).cells)
        except ValueError as refusal:
            sys.stderr.write(f"{path}: {refusal}\n")
            broken = True
            continue
        records += [{"file": path} | asdict(one) for one in found]
        if not as_json:
            _write("\n".join(_said(path, one) for one in found))
    if as_json:
        _write(json.dumps(records))
    return int(broken)


def _said(path: str, one: Checked) -> str:
    differs = f"; the sheet says otherwise of: {', '.join(one.differs)}" if one.differs else ""
    return (
        f"{one.student or 'no name'} (seed {one.seed}, {path}): {one.right} of {one.of} right, "
        f"{one.answered} answered{differs}"
    )


def _write(text: str) -> None:
    sys.stdout.write(text + "\n")

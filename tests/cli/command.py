"""Helpers of tests of commands: strict JSON, a job that has ended, a refusal."""

import json

import pytest

from toylab import __main__ as cli
from toylab.cli import training
from toylab.live import job_queue
from toylab.live.progress import Progress


def strict(text):
    """JSON as the standard has it: NaN and Infinity are none."""

    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)


def ended(rows, *, live=False, stopped=False, failures=()):
    return Progress(
        live=live, stopped=stopped, ahead=0, done=1, total=1, fraction=1.0, seconds_left=0.0,
        rows=rows, unfinished=[], failures=list(failures), remembered=None,
    )  # fmt: skip


def refused(arguments, capsys):
    """The one line that a refusal is."""
    with pytest.raises(SystemExit) as end:
        cli.main(arguments)
    out, err = capsys.readouterr()
    assert (end.value.code, out, err.count("\n")) == (2, "", 1)
    return err


def rows_in_place_of_training(monkeypatch, command, rows_of):
    """What a command would have trained, a list of specs a call; rows made of them come instead."""
    asked = []

    def train(specs):
        asked.append(list(specs))
        return ended(rows_of(specs))

    def start(*_):
        raise AssertionError("it would have trained")

    monkeypatch.setattr(job_queue.Pool, "start", start)
    ends_with(monkeypatch, command, train)
    return asked


def ends_with(monkeypatch, command, train):
    """Put a function in the place of training, also of that which is recorded."""
    monkeypatch.setattr(training, "train", train)
    monkeypatch.setattr(command, "train", train)

"""Helpers of tests of commands: strict JSON, a job that has ended, a refusal."""

import json

import pytest

from toylab import __main__ as cli
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

"""A disk that is full, a stream that is closed: one sentence, and no runs are lost to it."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from toylab.cli import training
from toylab.data import recorded

ROOT = Path(__file__).parents[2]
FULL = Path("/dev/full")  # every write fails there
here = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
RUNS = pd.DataFrame({"seed": [0, 1], "loss": [2.5, 2.25]})


@here
def test_runs_that_cannot_be_written_are_reported_all_the_same(capsys):
    assert training.save(RUNS, str(FULL)) == 1
    out, err = capsys.readouterr()
    assert (out, err) == ("", "cannot write all runs to /dev/full: No space left on device\n")


def test_runs_are_written_where_a_file_is_named(tmp_path):
    file = tmp_path / "runs.csv"
    assert training.save(RUNS, None) == training.save(RUNS, str(file)) == 0
    assert pd.read_csv(file).to_dict("list") == RUNS.to_dict("list")


def test_what_was_recorded_before_stays_where_the_new_runs_cannot_be_written(tmp_path):
    path, runs = tmp_path / "runs.csv", RUNS.assign(loss=RUNS["loss"] + 1)
    recorded.write(path, RUNS, "before")

    class Full(pd.DataFrame):
        def to_csv(self, file, **_):
            file.write("seed,lo")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OSError, match="No space left"):
        recorded.write(path, Full(runs), "after")
    assert recorded.read(path).made == "before"
    assert [file.name for file in tmp_path.iterdir()] == ["runs.csv"]


@here
@pytest.mark.parametrize(
    ("where", "status", "said"),
    [("> /dev/full", 1, "toylab: No space left on device\n"), (">&-", 0, "")],
    ids=["full", "closed"],
)
def test_what_cannot_be_printed_is_one_sentence(where, status, said):
    command = f"{sys.executable} -m toylab allocate 1e20 --law kaplan {where}"
    done = subprocess.run(
        command, shell=True, cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (status, said)

"""`toylab sine`: it refuses in one sentence, and prints what was trained."""

import csv
import json
import math
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from tests.cli.command import ended, refused, strict
from toylab import __main__ as cli
from toylab import devices
from toylab.cli import sine as command
from toylab.experiments import sine, sine_report, sine_study
from toylab.experiments.sine_results import gather

ROOT = Path(__file__).parents[2]
TINY = ["sine", "--sizes", "4", "32", "--width", "4", "--steps", "20"]
ARTICLE = sine_study.SineStudy.PRESETS["article"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "toylab: the following arguments are required: command\n"),
        (["cosine"], "invalid choice: 'cosine'"),
        (["bench"], "toylab bench: the following arguments are required: what\n"),
        (["sine", "--sweep", "depth"], "argument --sweep: invalid choice: 'depth'"),
        (["sine", "--seeds", "many"], "argument --seeds: invalid int value: 'many'"),
        (["sine", "--sizes", "4"], "argument --sizes: expected 2 arguments"),
        (["sine", "--nonsense"], "unrecognized arguments: --nonsense"),
        (["sine", "--seeds", "0"], "toylab sine: seeds must be at least 1, got 0\n"),
        (["sine", "--lr", "1000"], "lr must be above 0 and at most 100, got 1000.0\n"),
        (["sine", "--noise", "nan"], "noise must be between 0 and 100, got nan\n"),
        (["sine", "--width", "-3"], "width must be at least 1, got -3\n"),
        (["sine", "--seed", "-1"], "seed must be between 0 and 1000000000, got -1\n"),
        (
            ["sine", "--sizes", "64", "8"],
            "sizes must run from 1 or more upwards, got 64 to 8\n",
        ),
        (["sine", "--sizes", "64", "1000000000"], "GB of memory; the limit is 2 GB\n"),
        (["sine", "--device", "tpu"], "device must be one of cpu, mps, cuda, got tpu\n"),
        ([*TINY, "--seed", str(10**20)], "seed must be"),
        ([*TINY, "--csv", "no/such/folder/runs.csv"], "no/such/folder"),
    ],
)
def test_bad_arguments_are_refused_in_one_sentence(arguments, sentence, capsys):
    assert sentence in refused(arguments, capsys)


def test_an_absent_device_is_refused(capsys):
    here = {device.kind for device in devices.available()}
    absent = next(kind for kind in devices.KINDS if kind not in here)
    said = refused([*TINY, "--device", absent], capsys)
    assert said.startswith(f"toylab sine: device {absent} (")
    assert "is not on this machine; it has cpu (" in said


@pytest.mark.slow
def test_a_shell_sees_status_2_and_one_line():
    line = [sys.executable, "-m", "toylab", "sine", "--lr", "0"]
    end = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (end.returncode, end.stdout) == (2, "")
    assert end.stderr == "toylab sine: lr must be above 0 and at most 100, got 0.0\n"


@pytest.mark.slow
def test_a_sweep_trains_and_leaves_the_same_runs_as_csv_and_as_json(tmp_path):
    line = [sys.executable, "-m", "toylab", *TINY, "--seeds", "3", "--seed", "5", "--json"]
    line += ["--csv", str(tmp_path / "runs.csv")]
    end = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (end.returncode, end.stderr) == (0, "")  # no progress bar in a pipe
    told = strict(end.stdout)
    study = replace(ARTICLE, sizes=(4, 32), width=4, steps=20, seeds=3, seed=5)
    assert told["study"] == json.loads(json.dumps(asdict(study)))
    assert set(told["verdict"]) == {"kind", "sentence", "line", "floor", "hidden", "wanted"}
    with (tmp_path / "runs.csv").open() as file:
        table = list(csv.DictReader(file))
    assert [set(row) for row in (*table, *told["runs"])] == [{*sine_study.COLUMNS, "error"}] * 24
    expected = {
        (spec.samples, row["seed"]): row["test_mse"]
        for spec in study.specs()
        for row in list(sine.run(spec))[-1][1]
    }
    for rows in table, told["runs"]:
        errors = {(int(r["samples"]), int(r["seed"])): float(r["test_mse"]) for r in rows}
        assert errors == pytest.approx(expected, rel=1e-4)  # rounding, in 20 steps


def test_a_rate_that_diverges_ends_well_and_is_said(monkeypatch, capsys):
    def train(specs):
        rows = [row for spec in specs for row in list(sine.run(spec))[-1][1]]
        return ended(json.loads(json.dumps(rows)))  # the way from a worker

    monkeypatch.setattr(command, "train", train)
    assert cli.main(["sine", "--sizes", "4", "8", "--steps", "10", "--lr", "100"]) == 0
    out, err = capsys.readouterr()
    assert out == (
        "Too few runs ended well at two sizes or more to draw a line. "
        "40 of 40 runs diverged and are left out.\n"
    )
    assert err == ""


def test_json_is_strict_also_when_errors_are_not_finite(monkeypatch, capsys):
    spec = sine.SineSpec(4, 8, steps=1, runs=4)
    *_, (_, rows) = sine.run(spec)
    for row, error in zip(rows, (math.nan, math.inf, 1e300), strict=False):
        row.update(test_mse=error, train_mse=error, diverged=True)
    monkeypatch.setattr(command, "train", lambda _: ended(rows))
    assert cli.main([*TINY, "--json"]) == 0
    told = strict(capsys.readouterr().out)
    assert told["verdict"] is None
    errors = [row["test_mse"] for row in told["runs"]]
    assert errors[:2] == [None, None]
    assert errors[2:] == pytest.approx([1e300, rows[3]["test_mse"]])


def test_the_text_tells_the_points_and_the_verdict(monkeypatch, capsys):
    rows = ARTICLE.recorded().rows
    found = gather(ARTICLE, rows, None)
    monkeypatch.setattr(command, "train", lambda _: ended(rows))
    assert cli.main(["sine", "--preset", "article"]) == 0
    *points, verdict = capsys.readouterr().out.splitlines()
    assert verdict == sine_report.finding(found)
    assert [int(line.split()[1]) for line in points] == ARTICLE.grid
    for line, error in zip(points, found.points["error"], strict=True):
        assert float(line.split()[3]) == pytest.approx(error, rel=0.005)


@pytest.mark.parametrize(
    ("progress", "status", "err"),
    [
        (ended([], failures=["The process died."]), 1, "The process died.\n"),
        (ended([], stopped=True), 130, ""),
    ],
)
def test_the_status_tells_a_failed_run_and_an_interrupted_one(
    progress, status, err, monkeypatch, capsys
):
    monkeypatch.setattr(command, "train", lambda _: progress)
    assert cli.main(TINY) == status
    assert capsys.readouterr().err == err

"""The command line: it refuses in one sentence, and prints what was trained."""

import csv
import json
import math
import subprocess
import sys
from dataclasses import asdict, replace

import pytest

from toylab import __main__ as cli
from toylab import bench, devices, laws, reading, sine, sweep
from toylab.commands import sine as command
from toylab.findings import gather
from toylab.progress import Progress
from toylab.source import ROOT

TINY = ["sine", "--sizes", "4", "32", "--width", "4", "--steps", "20"]
ARTICLE = sweep.PRESETS["article"]


def strict(text):
    """JSON as the standard has it: NaN and Infinity are none."""

    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)


def ended(rows, *, stopped=False, failures=()):
    return Progress(
        live=False, stopped=stopped, ahead=0, done=1, total=1, fraction=1.0, seconds_left=0.0,
        rows=rows, unfinished=[], failures=list(failures), remembered=None,
    )  # fmt: skip


def refused(arguments, capsys):
    """The one line that a refusal is."""
    with pytest.raises(SystemExit) as end:
        cli.main(arguments)
    out, err = capsys.readouterr()
    assert (end.value.code, out, err.count("\n")) == (2, "", 1)
    return err


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
    assert set(told["verdict"]) == {"kind", "sentence", "line", "floor"}
    with (tmp_path / "runs.csv").open() as file:
        table = list(csv.DictReader(file))
    assert [set(row) for row in (*table, *told["runs"])] == [{*sweep.COLUMNS, "error"}] * 24
    expected = {
        (spec.samples, row["seed"]): row["test_mse"]
        for spec in study.specs()
        for row in list(sine.run(spec))[-1][1]
    }
    for rows in table, told["runs"]:
        errors = {(int(r["samples"]), int(r["seed"])): float(r["test_mse"]) for r in rows}
        assert errors == pytest.approx(expected, rel=1e-4)  # rounding, in 20 steps


@pytest.mark.slow
def test_a_rate_that_diverges_ends_well_and_is_said(capsys):
    assert cli.main(["sine", "--sizes", "4", "8", "--steps", "10", "--lr", "100"]) == 0
    out, err = capsys.readouterr()
    assert out == (
        "Too few runs ended well at two sizes or more to draw a line. "
        "40 of 40 runs diverged and are left out.\n"
    )
    assert err == ""


def test_json_is_strict_also_when_errors_are_not_finite(monkeypatch, capsys):
    spec = sine.Runs(4, 8, steps=1, runs=4)
    *_, (_, rows) = sine.run(spec)
    for row, error in zip(rows, (math.nan, math.inf, 1e300), strict=False):
        row.update(test_mse=error, train_mse=error, diverged=True)
    monkeypatch.setattr(command, "_train", lambda _: ended(rows))
    assert cli.main([*TINY, "--json"]) == 0
    told = strict(capsys.readouterr().out)
    assert told["verdict"] is None
    errors = [row["test_mse"] for row in told["runs"]]
    assert errors[:2] == [None, None]
    assert errors[2:] == pytest.approx([1e300, rows[3]["test_mse"]])


def test_the_text_tells_the_points_and_the_verdict(monkeypatch, capsys):
    rows = sweep.recorded(ARTICLE).rows
    found = gather(ARTICLE, rows, None)
    monkeypatch.setattr(command, "_train", lambda _: ended(rows))
    assert cli.main(["sine", "--preset", "article"]) == 0
    *points, verdict = capsys.readouterr().out.splitlines()
    assert verdict == reading.finding(found)
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
    monkeypatch.setattr(command, "_train", lambda _: progress)
    assert cli.main(TINY) == status
    assert capsys.readouterr().err == err


def test_the_bench_prints_its_comparison(monkeypatch, capsys):
    timing = bench.Timing(8.0, 2.0, 4.0, 3e-6, 2e-6, 9.0, 50.0, 0.63)
    monkeypatch.setattr(bench, "measure", lambda _: timing)
    assert cli.main(["bench", "sine", "--json"]) == 0
    assert strict(capsys.readouterr().out) == asdict(timing)
    assert cli.main(["bench", "sine"]) == 0
    said = capsys.readouterr().out
    assert [
        n for n in ("8.00 s", "2.00 s", "4.00", "3.0e-06", "63%", "50 GFLOP") if n not in said
    ] == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["allocate"], "the following arguments are required: flops"),
        (["allocate", "many"], "'many' is not a positive number such as 5.76e23 or 70B"),
        (["allocate", "-1"], "'-1' is not a positive number"),
        (["allocate", "inf"], "'inf' is not a positive number"),
        (
            ["allocate", "1e21", "--law", "kaplan-N"],
            "argument --law: invalid choice: 'kaplan-N'",
        ),
        (["laws", "newton"], "law must be one of kaplan-N, "),
    ],
)
def test_a_wrong_question_about_laws_is_refused(arguments, sentence, capsys):
    assert sentence in refused(arguments, capsys)


def test_every_law_splits_a_budget_as_json(capsys):
    assert cli.main(["allocate", "5.76e23", "--json"]) == 0
    rows = strict(capsys.readouterr().out)
    assert [row["law"] for row in rows] == [law.name for law in laws.SPLITTING]
    for row in rows:
        assert 6 * row["params"] * row["tokens"] == pytest.approx(5.76e23)
        assert row["tokens_per_param"] == pytest.approx(row["tokens"] / row["params"])
        assert row["loss"] is None or 1.9 < row["loss"] < 2


def test_one_law_splits_a_budget(capsys):
    assert cli.main(["allocate", "5.76e23", "--law", "hoffmann-3", "--json"]) == 0
    row = strict(capsys.readouterr().out)
    assert row["params"] == pytest.approx(32.2e9, rel=2e-3)
    assert row["loss"] == pytest.approx(1.931, abs=5e-4)
    assert cli.main(["allocate", "5.76e23", "--law", "hoffmann-3"]) == 0
    assert "32.2B params" in capsys.readouterr().out


def test_the_registry_is_listed_and_a_law_told_in_full(capsys):
    assert cli.main(["laws"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(laws.LAWS)
    assert cli.main(["laws", "besiroglu"]) == 0
    told = capsys.readouterr().out
    for constant in ("1.8172", "482.01", "2085.43", "0.3478", "0.3658", "0.331 to 0.415"):
        assert constant in told
    assert "https://arxiv.org/abs/2404.10102" in told


def test_the_registry_as_json_holds_every_constant(capsys):
    assert cli.main(["laws", "--json"]) == 0
    for record in strict(capsys.readouterr().out):
        law = laws.LAWS[record["name"]]
        assert record["constants"] == asdict(law.form)
        assert set(record["units"]) == set(record["constants"])

"""The command line: it refuses in one sentence, and prints what was trained."""

import csv
import json
import math
import subprocess
import sys
from dataclasses import asdict, fields, replace
from pathlib import Path

import numpy as np
import pytest

from toylab import __main__ as cli
from toylab import devices
from toylab.benchmarks import fit as bench_fit
from toylab.benchmarks import sine as bench
from toylab.cli import sine as command
from toylab.experiments import sine, sine_report, sine_study
from toylab.experiments.sine_results import gather
from toylab.fits import parametric
from toylab.laws import allocation, published  # fmt: skip
from toylab.live.progress import Progress
from toylab.quantities import format_count
from toylab.simulation.isoflop_study import SimulatedStudy, simulate

ROOT = Path(__file__).parents[2]
TINY = ["sine", "--sizes", "4", "32", "--width", "4", "--steps", "20"]
ARTICLE = sine_study.SineStudy.PRESETS["article"]


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
    assert set(told["verdict"]) == {"kind", "sentence", "line", "floor"}
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
    assert [row["law"] for row in rows] == [law.name for law in published.SPLITTING]
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
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(
        published.LAWS
    )
    assert cli.main(["laws", "besiroglu"]) == 0
    told = capsys.readouterr().out
    for constant in ("1.8172", "482.01", "2085.43", "0.3478", "0.3658", "0.331 to 0.415"):
        assert constant in told
    assert "https://arxiv.org/abs/2404.10102" in told


def test_the_registry_as_json_holds_every_constant(capsys):
    assert cli.main(["laws", "--json"]) == 0
    for record in strict(capsys.readouterr().out):
        law = published.LAWS[record["name"]]
        assert record["constants"] == asdict(law.form)
        assert set(record["units"]) == set(record["constants"])


# --- Fits of somebody's runs ------------------------------------------------------------------

FITTED = simulate(published.REFIT.form, SimulatedStudy(noise=0.001))
SURFACE = {
    "E", "A", "B", "alpha", "beta", "objective", "exponent_params", "exponent_tokens",
    "intervals", "starts_agreeing", "warnings",
}  # fmt: skip
VALLEYS = {"exponent_params", "exponent_tokens", "budgets", "warnings"}
HEAD = "params,tokens,loss\n"


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "runs.csv"
    FITTED.frame.to_csv(path, index=False)
    return str(path)


def test_a_fit_as_json_has_its_constants_intervals_and_warnings(table, capsys):
    line = ["fit", table, "--drop-highest", "4", "--at", "5.76e23", "--json"]
    assert cli.main(line) == 0
    told = strict(capsys.readouterr().out)
    assert set(told) >= SURFACE | {"at"}
    fit = parametric.fit(FITTED.without_highest(4))
    for name in ("E", "A", "B", "alpha", "beta"):
        assert told[name] == pytest.approx(getattr(fit.form, name), rel=1e-6)
        assert told["intervals"][name][0] <= told[name] <= told["intervals"][name][1]
    assert told["objective"] == pytest.approx(fit.objective, rel=1e-6)
    assert told["exponent_params"] == pytest.approx(told["beta"] / (told["alpha"] + told["beta"]))
    assert told["exponent_params"] + told["exponent_tokens"] == pytest.approx(1)
    assert (told["runs"], told["starts_agreeing"]) == (59, fit.agreeing)
    at = told["at"]
    assert 6 * at["params"] * at["tokens"] == pytest.approx(5.76e23)
    assert at["tokens_per_param"] == pytest.approx(at["tokens"] / at["params"])
    for name in ("params", "tokens"):
        low, high = at["intervals"][name]
        assert low < at[name] < high
    assert [w for w in told["warnings"] if "5.76e23 FLOPs lie a factor 576 above the largest" in w]


def test_a_fit_without_resamples_has_no_intervals_and_the_same_constants(table, capsys):
    assert cli.main(["fit", table, "--bootstrap", "0", "--at", "1e21", "--json"]) == 0
    bare = strict(capsys.readouterr().out)
    assert (bare["intervals"], bare["at"]["intervals"]) == ({}, {})
    assert cli.main(["fit", table, "--bootstrap", "40", "--at", "1e21", "--json"]) == 0
    full = strict(capsys.readouterr().out)
    assert bare["A"] == full["A"]
    assert bare["at"]["params"] == pytest.approx(full["at"]["params"])
    assert cli.main(["fit", table, "--bootstrap", "0", "--json"]) == 0
    assert "at" not in strict(capsys.readouterr().out)


def test_a_floor_that_is_held_and_exponents_that_are_tied_are_so(table, capsys):
    line = ["fit", table, "--bootstrap", "0", "--json"]
    assert cli.main([*line, "--floor", "1.7"]) == 0
    assert strict(capsys.readouterr().out)["E"] == pytest.approx(1.7)
    assert cli.main([*line, "--tied"]) == 0
    told = strict(capsys.readouterr().out)
    assert told["alpha"] == told["beta"]


def test_valleys_as_json_have_their_budgets(table, capsys):
    assert cli.main(["isoflop", table, "--at", "1e23", "--drop-highest", "4", "--json"]) == 0
    told = strict(capsys.readouterr().out)
    assert set(told) >= VALLEYS | {"at"}
    assert [b["flops"] for b in told["budgets"]] == pytest.approx(list(np.geomspace(1e18, 1e21, 7)))
    assert sum(b["runs"] for b in told["budgets"]) == 59
    for budget in told["budgets"]:
        assert set(budget) >= {"flops", "params_opt", "tokens_opt", "loss_opt", "interior"}
        assert budget["interior"] is True
        assert 6 * budget["params_opt"] * budget["tokens_opt"] == pytest.approx(
            budget["flops"], rel=1e-6
        )
        best = allocation.best(published.REFIT.form, budget["flops"])
        assert budget["loss_opt"] == pytest.approx(best.loss, rel=0.01)
    for name in ("params", "tokens"):
        low, high = told["at"]["intervals"][name]
        assert low < told["at"][name] < high
    assert 6 * told["at"]["params"] * told["at"]["tokens"] == pytest.approx(1e23, rel=1e-6)
    low, high = told["intervals"]["exponent_params"]
    assert low < 0.5126 < high  # the law's


def test_a_budget_without_a_bottom_is_null_in_strict_json(tmp_path, capsys):
    frame = FITTED.without_highest(4).frame
    first = frame["flops"] < 2e18
    frame.loc[first, "loss"] = 3 - 0.05 * np.log(frame.loc[first, "params"] / 1e7) ** 2
    frame.to_csv(tmp_path / "runs.csv", index=False)
    line = ["isoflop", str(tmp_path / "runs.csv"), "--curvature", "own"]
    assert cli.main([*line, "--json"]) == 0
    budget = strict(capsys.readouterr().out)["budgets"][0]
    assert (budget["params_opt"], budget["interior"], budget["used"]) == (None, False, False)
    assert cli.main(line) == 0
    out, err = capsys.readouterr()
    assert "no bottom  (left out)" in out.splitlines()[0]
    assert "warning: Left out: at 1e18 FLOPs" in err


def test_a_window_and_a_curvature_each_change_the_fit(table, capsys):
    exponents = []
    for more in [], ["--within", "3"], ["--curvature", "own"]:
        assert cli.main(["isoflop", table, "--drop-highest", "4", *more, "--json"]) == 0
        exponents.append(strict(capsys.readouterr().out)["exponent_params"])
    assert len(set(exponents)) == 3


@pytest.mark.slow
def test_the_text_of_a_fit_has_the_numbers_of_its_json(table, capsys):
    line = ["fit", table, "--drop-highest", "4", "--at", "5.76e23"]
    assert cli.main([*line, "--json"]) == 0
    told = strict(capsys.readouterr().out)
    assert cli.main(line) == 0
    out, err = capsys.readouterr()
    said = {row.split()[0]: row for row in out.splitlines()}
    for name in ("E", "A", "B", "alpha", "beta", "exponent_params", "exponent_tokens"):
        assert f"{told[name]:.5g}" in said[name]
        assert f"95 %: {told['intervals'][name][0]:.4g} to" in said[name]
    assert f"{told['starts_agreeing']} of {told['starts_walked']} walks" in said["objective"]
    assert f"{format_count(told['at']['params'])} params (95 %:" in said["at"]
    assert err == "".join(f"warning: {warning}\n" for warning in told["warnings"])
    assert err


def test_the_text_of_valleys_has_a_line_for_each(table, capsys):
    assert cli.main(["isoflop", table, "--at", "1e23"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert sum(" bottom " in row for row in out) == 7
    assert [row.split()[0] for row in out[7:]] == ["exponent_params", "exponent_tokens", "at"]
    assert cli.main(["fit", table, "--bootstrap", "0"]) == 0
    assert "95 %" not in capsys.readouterr().out


ROWS = "1e8,2e9,3.5\n2e8,4e9,3.1\n"
FILES = {
    "empty": (b"", "empty"),
    "text": (f"{HEAD}{ROWS}big,4e9,3\n".encode(), "'big'"),
    "short row": (f"{HEAD}{ROWS}1e8,2e9\n".encode(), "line 4"),
    "no loss": (b"params,tokens\n1e8,2e9\n", "no column holds the loss"),
    "workbook": (b"PK\x03\x04" + bytes(100), "Excel"),
    "diverged": (f"{HEAD}{ROWS}1e8,3e9,nan\n".encode(), "'nan'"),
    "too few runs": (f"{HEAD}{ROWS}".encode(), "at least 8 runs, got 2"),
}


@pytest.mark.parametrize(("data", "sentence"), FILES.values(), ids=FILES)
@pytest.mark.parametrize("command", ["fit", "isoflop"])
def test_a_broken_file_is_refused_in_one_line(command, data, sentence, tmp_path, capsys):
    if command == "isoflop" and "at least 8" in sentence:
        sentence = "isoFLOP profiles need 3 budgets"
    (tmp_path / "runs.csv").write_bytes(data)
    said = refused([command, str(tmp_path / "runs.csv")], capsys)
    assert said.startswith(f"toylab {command}: ")
    assert sentence in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["fit", "{}", "--at", "many"], "'many' is not a positive number such as 5.76e23"),
        (["fit", "{}", "--at", "0"], "'0' is not a positive number"),
        (["fit", "{}", "--bootstrap", "3"], "--bootstrap must be 0 or at least 40, got 3"),
        (["fit", "{}", "--bootstrap", "-1"], "--bootstrap must be 0 or at least 40, got -1"),
        (["fit", "{}", "--bootstrap", "all"], "invalid int value: 'all'"),
        (["fit", "{}", "--floor", "-1"], "floor must be zero or positive, got -1.0"),
        (["fit", "{}", "--floor", "nan"], "floor must be zero or positive, got nan"),
        (["fit", "{}", "--drop-highest", "63"], "can drop between 0 and 62 of these runs"),
        (["fit", "{}", "--drop-highest", "-1"], "can drop between 0 and 62 of these runs"),
        (["fit", "{}", "--drop-highest", "58"], "need at least 8 runs, got 5"),
        (["fit", "{}.gone"], "cannot read"),
        (["fit"], "the following arguments are required: RUNS.csv"),
        (["isoflop", "{}", "--at", "nan"], "'nan' is not a positive number"),
        (["isoflop", "{}", "--within", "0.5"], "--within must be above 1, got 0.5"),
        (["isoflop", "{}", "--within", "nan"], "--within must be above 1, got nan"),
        (["isoflop", "{}", "--within", "1.01"], "isoFLOP profiles need 3 budgets"),
        (["isoflop", "{}", "--curvature", "none"], "invalid choice: 'none'"),
        (["isoflop", "{}", "--drop-highest", "55"], "isoFLOP profiles need 3 budgets"),
        (["isoflop", "{}.gone"], "cannot read"),
    ],
)
def test_a_wrong_question_about_runs_is_refused(arguments, sentence, table, capsys):
    assert sentence in refused([part.format(table) for part in arguments], capsys)


def test_fewer_than_three_budgets_are_refused(tmp_path, capsys):
    two = FITTED.frame[FITTED.frame["flops"] < 4e18]
    two.to_csv(tmp_path / "runs.csv", index=False)
    said = refused(["isoflop", str(tmp_path / "runs.csv")], capsys)
    assert "these 18 runs have 2" in said


def test_the_bench_of_the_fit_prints_its_comparison(monkeypatch, capsys):
    monkeypatch.setattr(bench_fit, "RUNS", SimulatedStudy(budgets=3, sizes=5, noise=0.004))
    monkeypatch.setattr(bench_fit, "SAMPLE", 2)
    monkeypatch.setattr(bench_fit, "REPEATS", 1)
    assert cli.main(["bench", "fit", "--json"]) == 0
    told = strict(capsys.readouterr().out)
    assert set(told) == {field.name for field in fields(bench_fit.Timing)}
    assert told["runs"] == 15
    assert told["ratio"] == pytest.approx(told["plain_seconds"] / told["toylab_seconds"])
    assert told["toylab_objective"] <= told["plain_objective"] * (1 + 1e-6)
    monkeypatch.setattr(bench_fit, "measure", lambda: bench_fit.Timing(**told))
    assert cli.main(["bench", "fit"]) == 0
    assert f"{told['ratio']:.0f}" in capsys.readouterr().out

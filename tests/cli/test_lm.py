"""`toylab lm`, `record`, `bench lm`: they refuse in one sentence, and tell what was trained."""

import csv
import io
import math
import platform
import sys
from dataclasses import asdict, replace
from datetime import date
from importlib import metadata

import numpy as np
import pandas as pd
import pytest

from tests.cli.command import ended, refused, strict
from tests.live.fake import Nap
from toylab import __main__ as cli
from toylab import devices
from toylab.benchmarks import lm as bench_lm
from toylab.cli import lm as command
from toylab.cli import maintenance, training
from toylab.data import recorded as runs
from toylab.experiments import charlm_repeats, charlm_study, corpus
from toylab.experiments.charlm_study import RECORDED_STUDIES, CharlmStudy, in_language
from toylab.fits import isoflop
from toylab.fits.runs import make_runs
from toylab.live import training as live_training
from toylab.tables import training_runs

NAMES = ("ten-seconds", "half-minute", "thorough")

TEN = ["lm", "--plan", "ten-seconds"]
QUICK = CharlmStudy.PRESETS["ten-seconds"]
EXPONENT = 0.47
TEXT = '    def a(self, "b"):\n\treturn, \N{REPLACEMENT CHARACTER}'
RUNGS = (
    "toylab lm: budgets must be two of 1e8, 3e8, 1e9, 3e9, 1e10, 3e10, 1e11, 3e11, 1e12, 3e12 "
    "FLOPs, the smaller first, got "
)


def formula(specs):
    """Rows as `charlm.run` yields them, of parabolas with their bottoms on C^0.47."""
    rows, random = [], np.random.default_rng(0)
    for spec in specs:
        start = math.log(spec.recipe.middle[0]) - EXPONENT * math.log(1e9)
        off = math.log(spec.params) - start - EXPONENT * math.log(spec.flops)
        for seed in range(spec.seed, spec.seed + spec.runs):
            noise = 1e-4 * random.standard_normal()
            rows.append({
                "language": spec.language, "net": spec.net, "size": spec.size,
                "params": spec.params, "tokens": spec.tokens,
                "flops": 6.0 * spec.params * spec.tokens,
                "loss": 40 * spec.flops**-0.13 * math.exp(0.05 * off**2 + noise),
                "seed": seed, "batch": spec.batch, "lr": spec.lr, "steps": spec.steps,
                "seconds": 0.1,
                "device": spec.device, "diverged": False,
                "text": f"{TEXT} {spec.size} {seed}" * (spec.language == "python"),
            })  # fmt: skip
    return rows


@pytest.fixture
def asked(monkeypatch):
    """What would have been trained; rows made by a formula come in its place."""
    found = []

    def train(specs):
        found.append(list(specs))
        return ended(formula(specs))

    monkeypatch.setattr(command, "train", train)
    return found


@pytest.fixture(autouse=True)
def _nothing_trains(monkeypatch):
    def refuse(*_):
        raise AssertionError("it would have trained")

    monkeypatch.setattr(live_training.Pool, "start", refuse)


# --- Refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["lm", "--plan", "forever"], "argument --plan: invalid choice: 'forever'"),
        (["lm", "--plan", "python"], "argument --plan: invalid choice: 'python'"),
        ([*TEN, "--language", "french"], "argument --language: invalid choice: 'french'"),
        ([*TEN, "--seeds", "many"], "argument --seeds: invalid int value: 'many'"),
        ([*TEN, "--lowest", "low"], "argument --lowest: invalid float value: 'low'"),
        ([*TEN, "--seeds"], "argument --seeds: expected one argument"),
        ([*TEN, "--nonsense"], "unrecognized arguments: --nonsense"),
        ([*TEN, "--seeds", "0"], "toylab lm: seeds must be between 1 and 100, got 0\n"),
        ([*TEN, "--width", "0.5"], "toylab lm: width must be between 1 and 100, got 0.5\n"),
        ([*TEN, "--width", "nan"], "toylab lm: width must be between 1 and 100, got nan\n"),
        ([*TEN, "--lowest", "1e11"], RUNGS + "1e+11 and 1e+10\n"),
        ([*TEN, "--lowest", "-1"], RUNGS + "-1 and 1e+10\n"),
        ([*TEN, "--lowest", "2e9"], RUNGS + "2e+09 and 1e+10\n"),
        ([*TEN, "--highest", "1e30"], RUNGS + "1e+09 and 1e+30\n"),
        ([*TEN, "--highest", "inf"], RUNGS + "1e+09 and inf\n"),
        ([*TEN, "--highest", "nan"], RUNGS + "1e+09 and nan\n"),
        ([*TEN, "--rate", "0"], "toylab lm: rate must be above 0 and at most 1000, got 0.0\n"),
        ([*TEN, "--rate", "nan"], "rate must be above 0 and at most 1000, got nan\n"),
        ([*TEN, "--seed", "-1"], "seed must be between 0 and 1000000000, got -1\n"),
        ([*TEN, "--seed", str(10**20)], "seed must be between 0 and 1000000000, got 1000"),
        ([*TEN, "--width", "1"], "no size fits these budgets: widen the grid\n"),
        ([*TEN, "--device", "tpu"], "device must be one of cpu, mps, cuda, got tpu\n"),
        ([*TEN, "--csv", "no/such/folder/runs.csv"], "cannot write no/such/folder/runs.csv"),
        (["record", "everything"], "argument what: invalid choice: 'everything'"),
        (["bench", "everything"], "argument what: invalid choice: 'everything'"),
    ],
)  # fmt: skip
def test_bad_arguments_are_refused_in_one_sentence_before_anything_is_trained(
    arguments, sentence, capsys
):
    assert sentence in refused(arguments, capsys)


def test_an_absent_device_is_refused(capsys):
    here = {device.kind for device in devices.available()}
    absent = next(kind for kind in devices.KINDS if kind not in here)
    said = refused([*TEN, "--device", absent], capsys)
    assert said.startswith(f"toylab lm: device {absent} (")
    assert "is not on this machine; it has cpu (" in said


def test_a_python_without_its_source_is_refused_and_the_synthetic_language_is_not(
    monkeypatch, capsys, tmp_path, asked
):
    monkeypatch.setattr(corpus, "present", lambda: False)
    monkeypatch.setattr(corpus, "load", corpus.load.__wrapped__)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    said = refused(TEN, capsys)
    assert said.startswith("toylab lm: this Python carries no source of its standard library")
    assert asked == []
    assert cli.main([*TEN, "--language", "synthetic"]) == 0
    assert len(asked) == 1


# --- What it trains and tells -----------------------------------------------------------------


@pytest.mark.parametrize("language", ["python", "synthetic"])
@pytest.mark.parametrize("name", NAMES)
def test_a_plans_runs_are_trained_and_the_language_to_learn_is_said(name, language, asked, capsys):
    assert cli.main(["lm", "--plan", name, "--language", language]) == 0
    assert asked == [CharlmStudy.PRESETS[in_language(name, language)].specs()]
    err = capsys.readouterr().err
    assert err == (corpus.load().sentence + "\n" if language == "python" else "")


def test_without_a_plan_it_is_the_half_minute_one(asked):
    assert cli.main(["lm"]) == 0
    assert asked == [CharlmStudy.PRESETS["half-minute"].specs()]


def test_what_is_given_changes_the_plan_and_nothing_else_does(asked):
    line = [*TEN, "--seed", "9", "--no-halving", "--rate", "0.5", "--lowest", "3e8"]
    assert cli.main(line) == 0
    changed = replace(QUICK, seed=9, halving=False, rate=0.5, lowest=3e8)
    assert asked == [changed.specs()]


@pytest.mark.usefixtures("asked")
def test_json_is_strict_and_has_the_plan_the_fit_and_the_runs(capsys):
    assert cli.main([*TEN, "--seed", "3", "--json"]) == 0
    told = strict(capsys.readouterr().out)
    assert told["plan"] == asdict(replace(QUICK, seed=3))
    assert told["refusal"] == ""
    exponent = told["fit"]["exponent"]
    assert exponent["low"] <= exponent["value"] <= exponent["high"]
    assert exponent["value"] == pytest.approx(EXPONENT, abs=0.01)
    assert [v["flops"] for v in told["fit"]["valleys"]] == pytest.approx([1e9, 3e9, 1e10], rel=0.01)
    assert isinstance(told["fit"]["warnings"], list)
    rows = CharlmStudy().table(formula(replace(QUICK, seed=3).specs())).to_dict("records")
    assert told["runs"] == rows


def spoil(monkeypatch, losses):
    """Some runs of the ten-second plan end in these losses."""
    rows = formula(QUICK.specs())
    for row, loss in zip(rows, losses, strict=False):
        row.update(loss=loss, diverged=not math.isfinite(loss))
    monkeypatch.setattr(command, "train", lambda _: ended(rows))


def test_json_is_strict_also_when_losses_are_not_finite(monkeypatch, capsys):
    spoil(monkeypatch, [math.nan, math.inf, -math.inf])
    assert cli.main([*TEN, "--json"]) == 0
    told = strict(capsys.readouterr().out)
    assert sorted(row["loss"] is None for row in told["runs"])[-3:] == [True] * 3
    assert sum(row["loss"] is None for row in told["runs"]) == 3
    assert sum(row["diverged"] for row in told["runs"]) == 3
    assert told["fit"]["exponent"]["value"] == pytest.approx(EXPONENT, abs=0.01)


def test_json_is_strict_also_when_a_fit_is_refused(monkeypatch, capsys):
    spoil(monkeypatch, [math.nan] * 48)
    assert cli.main([*TEN, "--json"]) == 0
    told = strict(capsys.readouterr().out)
    assert told["fit"] is None
    assert "isoFLOP profiles need 3 budgets" in told["refusal"]


def test_json_is_strict_also_when_a_valley_has_no_bottom(monkeypatch, capsys):
    """Its valley falls to the largest size; the other three are enough for a line."""
    rows = formula(CharlmStudy().specs())
    for row in rows:
        if row["flops"] < 1.1e9:
            row["loss"] = 1e4 / row["params"]
    monkeypatch.setattr(command, "train", lambda _: ended(rows))
    assert cli.main(["lm", "--json"]) == 0
    told = strict(capsys.readouterr().out)
    assert len(told["fit"]["valleys"]) == 4
    assert told["fit"]["valleys"][0]["trouble"]
    assert any(said.startswith("Left out: at 1e9 FLOPs") for said in told["fit"]["warnings"])
    assert cli.main(["lm"]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert told["fit"]["valleys"][0]["trouble"] in first


@pytest.mark.usefixtures("asked")
def test_the_text_has_a_line_for_each_valley_and_the_exponent(capsys):
    assert cli.main(TEN) == 0
    frame = CharlmStudy().table(formula(QUICK.specs()))
    fit = isoflop.fit(make_runs(frame["params"], frame["tokens"], frame["loss"], frame["flops"]))
    *valleys, exponent = capsys.readouterr().out.splitlines()[:4]
    assert [line.split()[0] for line in valleys] == ["1e9", "3e9", "1e10"]
    for line, valley in zip(valleys, fit.valleys, strict=True):
        assert f"{valley.runs} runs" in line
        assert f"loss {valley.loss:.3f}" in line
    a = fit.params.exponent
    assert exponent == f"N_opt ~ C^{a.value:.3f} [{a.low:.3f}, {a.high:.3f}]"


def test_one_budget_is_trained_and_the_line_that_it_does_not_make_is_told(asked, capsys):
    assert cli.main([*TEN, "--highest", "1e9"]) == 0
    assert {spec.flops for spec in asked[0]} == {1e9}
    said = capsys.readouterr().out
    assert said.startswith("isoFLOP profiles need 3 budgets")
    assert said.count("\n") == 1


@pytest.mark.usefixtures("asked")
def test_a_csv_has_the_columns_of_a_study_and_is_read_by_the_commands_that_fit(tmp_path, capsys):
    path = str(tmp_path / "runs.csv")
    assert cli.main(["lm", "--csv", path]) == 0
    capsys.readouterr()
    frame = CharlmStudy().table(formula(CharlmStudy().specs()))
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {"params", "tokens", "flops", "loss", "seed"} <= set(rows[0])
    for name in ("params", "tokens", "flops", "loss", "seed"):
        np.testing.assert_allclose([float(row[name]) for row in rows], frame[name], rtol=1e-12)
    assert [row["text"] for row in rows] == frame["text"].tolist()
    assert training_runs.read(path).runs == make_runs(
        frame["params"], frame["tokens"], frame["loss"], frame["flops"]
    )
    assert cli.main(["isoflop", path, "--json"]) == 0
    told = strict(capsys.readouterr().out)
    assert told["exponent_params"] == pytest.approx(EXPONENT, abs=0.01)
    assert len(told["budgets"]) == 4
    assert cli.main(["fit", path, "--bootstrap", "0", "--json"]) == 0
    assert strict(capsys.readouterr().out)["runs"] == len(frame)


@pytest.mark.parametrize(
    ("progress", "status", "err"),
    [
        (ended([], failures=["The process died."]), 1, "The process died.\n"),
        (ended([], stopped=True), 130, ""),
        (ended([]), 0, ""),
    ],
)
def test_the_status_tells_a_failed_run_and_an_interrupted_one(
    progress, status, err, monkeypatch, capsys, tmp_path
):
    monkeypatch.setattr(command, "train", lambda _: progress)
    line = [*TEN, "--language", "synthetic", "--csv", str(tmp_path / "runs.csv")]
    assert cli.main(line) == status
    assert capsys.readouterr().err == err
    head = (tmp_path / "runs.csv").read_text().strip()
    assert head.split(",") == list(charlm_study.COLUMNS)


# --- What every training command does ---------------------------------------------------------


class Terminal(io.StringIO):
    """A stream that says it is one."""

    def isatty(self):
        return True


class Line:
    """A pool whose job goes through some stages; where none is left comes an interrupt."""

    def __init__(self, *stages):
        self.stages, self.stopped, self.closed = list(stages), False, False

    def submit(self, specs):
        self.specs = specs
        return self

    def wait(self, _):
        if not self.stages:
            raise KeyboardInterrupt
        return self.stages.pop(0)

    def stop(self):
        self.stopped = True

    def progress(self):
        return ended([{"kept": True}], stopped=self.stopped)

    def close(self):
        self.closed = True


def test_training_waits_for_the_end_and_closes_what_it_opened(monkeypatch):
    last = ended([{"loss": 1.0}])
    line = Line(ended([], live=True), ended([], live=True), last)
    monkeypatch.setattr(live_training, "Pool", lambda _: line)
    assert training.train([Nap("a")]) is last
    assert (line.specs, line.stopped, line.closed) == ([Nap("a")], False, True)


def test_a_process_is_started_for_every_two_seconds_of_training(monkeypatch):
    monkeypatch.setattr(live_training, "cores", lambda: 4)
    naps = [[Nap(f"{k}") for k in range(many)] for many in (0, 1, 2, 3, 6, 7, 100)]
    assert [live_training.workers(specs) for specs in naps] == [1, 1, 1, 2, 3, 4, 4]


def test_an_interrupt_stops_training_and_keeps_what_is_done(monkeypatch):
    line = Line(ended([], live=True))
    monkeypatch.setattr(live_training, "Pool", lambda _: line)
    progress = training.train([Nap("a")])
    assert (line.stopped, line.closed) == (True, True)
    assert progress.rows == [{"kept": True}]
    assert training.status(progress) == 130


def test_a_terminal_sees_a_bar_and_a_pipe_nothing(monkeypatch):
    stages = [replace(ended([], live=True), fraction=0.5, seconds_left=7.6), ended([])]
    for stream in Terminal(), io.StringIO():
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setattr(live_training, "Pool", lambda _: Line(*stages))
        training.train([])
        if stream.isatty():
            half, whole = stream.getvalue().split("\r")[1:]
            assert half.startswith("#" * 15 + "." * 15 + " 50%  8 s left")
            assert whole.startswith("#" * 30 + " 100%")
            assert whole.endswith("\n")
        else:
            assert stream.getvalue() == ""


# --- Record and bench -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "made"),
    [
        ([], list(maintenance.RECORDS)),
        (["lm"], ["lm"]),
        (["sine"], ["sine"]),
        (["lm-grid"], ["lm-grid"]),
        (["batch-steps"], ["batch-steps"]),
    ],
)
def test_all_is_recorded_or_what_is_asked_for(what, made, monkeypatch):
    done = []
    for name in maintenance.RECORDS:
        monkeypatch.setitem(maintenance.RECORDS, name, lambda name=name: done.append(name) or 0)
    assert cli.main(["record", *what]) == 0
    assert done == made


def test_recording_ends_with_the_first_failure_and_its_status(monkeypatch):
    done = []
    for name, status in (("sine", 0), ("regression", 130), ("lm", 0)):
        monkeypatch.setitem(
            maintenance.RECORDS, name, lambda name=name, status=status: done.append(name) or status
        )
    assert cli.main(["record"]) == 130
    assert done == ["sine", "regression"]


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Recorded files of the test's own."""
    for module, name in ((charlm_study, "charlm.csv"), (charlm_repeats, "repeats.csv")):
        (tmp_path / name).write_text("# before\nloss\n1.0\n")
        monkeypatch.setattr(module, "RECORDED", tmp_path / name)
    return tmp_path


@pytest.mark.slow
def test_recording_keeps_every_large_study_and_the_outcome_of_every_repeat(kept, asked):
    assert cli.main(["record", "lm"]) == 0
    found = runs.read(kept / "charlm.csv")
    assert len(asked) == len(RECORDED_STUDIES) + 10 * len(charlm_study.REPEATED)
    before = set()
    for known in RECORDED_STUDIES.values():
        again = CharlmStudy().table(known.recorded().rows)
        whole, new = CharlmStudy().table(formula(known.specs())), []
        for k, row in whole.iterrows():  # what an earlier study trained counts there
            place = (known.language, row["size"], row["tokens"], row["seed"])
            new += [k] * (place not in before)
            before.add(place)
        mine = whole.loc[new].reset_index(drop=True)
        for C in known.budgets:  # the best and the worst are quoted
            at = mine.index[np.isclose(mine["flops"], C, rtol=0.01)]
            losses = mine.loc[at, "loss"]
            mine.loc[at.drop([losses.idxmin(), losses.idxmax()]), "text"] = ""
        pd.testing.assert_frame_equal(again, mine, rtol=1e-5)
    assert len(found.frame) == len(before)
    outcomes = runs.read(kept / "repeats.csv")
    assert len(outcomes.frame) == 10 * len(charlm_study.REPEATED)
    for known in charlm_study.REPEATED:
        band = charlm_repeats.band(known)
        assert band.repeats == 10
        assert band.exponent.value == pytest.approx(EXPONENT, abs=0.01)
    assert found.made == outcomes.made
    assert found.made == training.made("lm")


def test_what_is_recorded_says_which_command_text_and_machine_made_it():
    said = training.made("anything")
    assert said.startswith(f"python -m toylab record anything, {date.today()}, Python 3.")
    for part in (
        platform.python_version(), f"text {corpus.load().digest}", devices.processor(),
        f"torch {metadata.version('torch')}",
    ):  # fmt: skip
        assert said.count(part) == 1
    assert "\n" not in said


@pytest.mark.parametrize("when", [0, len(RECORDED_STUDIES) + 3])
def test_a_recording_that_fails_leaves_what_was_recorded_before(when, kept, monkeypatch):
    count = iter(range(10**6))

    def train(specs):
        failures = ["The process died."] if next(count) == when else []
        return ended(formula(specs), failures=failures)

    monkeypatch.setattr(command, "train", train)
    assert cli.main(["record", "lm"]) == 1
    for name in ("charlm.csv", "repeats.csv"):
        assert (kept / name).read_text().startswith("# before")


def test_the_bench_prints_its_comparison(monkeypatch, capsys):
    timing = bench_lm.Timing(63, 400.5, 10, 62.25, 20.25, 19.7, 2.125, 2.375, 55.0, 0.42)
    monkeypatch.setattr(bench_lm, "measure", lambda _: timing)
    assert cli.main(["bench", "lm", "--json"]) == 0
    assert strict(capsys.readouterr().out) == asdict(timing)
    assert cli.main(["bench", "lm"]) == 0
    said = capsys.readouterr().out
    assert [part for part in ("400.5 s", "20.2 s", "19.7", "63 runs") if part not in said] == []


def test_a_network_is_chosen_with_any_plan_and_named_in_the_json(asked, capsys):
    for name in NAMES[:2]:
        assert cli.main(["lm", "--plan", name, "--net", "lstm", "--json"]) == 0
        report = strict(capsys.readouterr().out)
        assert report["plan"]["net"] == "lstm"
        assert {run["net"] for run in report["runs"]} == {"lstm"}
        assert asked[-1] == replace(CharlmStudy.PRESETS[name], net="lstm").specs()

"""`toylab batch-steps`: it refuses in one sentence, and tells what batches take to a loss."""

import csv
import importlib
import json
import math
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import stats

from tests.cli.command import ended, refused, strict
from toylab import __main__ as cli
from toylab import devices
from toylab.cli import batch_steps as command
from toylab.cli import training
from toylab.data import recorded as runs
from toylab.experiments import corpus, critical_batch_results, critical_batch_study, noise_scale
from toylab.experiments.critical_batch_study import CriticalBatchStudy
from toylab.experiments.steps_to_loss import StepsToLossSpec
from toylab.live import job_queue

LARGE = CriticalBatchStudy.PRESETS["recorded"]

torch.set_num_threads(1)  # as in a worker

CRITICAL = {2.9: 120.0, 2.7: 180.0, 2.55: 240.0}


def raced(spec):
    """Rows as `race.run` yields them: hyperbolas, a hair of noise on their steps."""
    luck = np.random.default_rng(spec.seed * 2000 + spec.batch)
    return [
        {
            "batch": spec.batch, "target": target, "lr": spec.lrs[2], "edge": False,
            "steps": 60 * (1 + CRITICAL[target] / spec.batch)
            * math.exp(0.01 * luck.standard_normal()),
            "seed": spec.seed, "device": spec.device,
        }
        for target in spec.targets
    ]  # fmt: skip


def measured(spec):
    """Rows as `noise_scale.run` yields them: tr(Sigma) = 16, |G|^2 = lr / 40."""
    signal = spec.lr / 40
    return [
        {
            "lr": spec.lr, "seed": spec.seed, "step": step, "loss": loss,
            "small": signal + 16 / 16, "big": signal + 16 / 4096,
        }
        for step, loss in ((4, 3.7), (20, 2.95), (50, 2.71), (90, 2.5))
    ]  # fmt: skip


def formula(specs):
    return [
        row
        for spec in specs
        for row in (raced(spec) if isinstance(spec, StepsToLossSpec) else measured(spec))
    ]


@pytest.fixture
def _nothing_trains(monkeypatch):
    def refuse(*_):
        raise AssertionError("it would have trained")

    monkeypatch.setattr(job_queue.Pool, "start", refuse)


pytestmark = pytest.mark.usefixtures("_nothing_trains")


@pytest.fixture
def asked(monkeypatch):
    """What would have been trained; rows made by a formula come in its place."""
    found = []

    def train(specs):
        found.append(list(specs))
        return ended(formula(specs))

    monkeypatch.setattr(command, "train", train)
    return found


# --- Refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--seeds", "0"], "toylab batch-steps: seeds must be between 1 and 100, got 0\n"),
        (["--seeds", "many"], "argument --seeds: invalid int value: 'many'"),
        (["--last", "2.7"], "batch-steps: last must be at least 2.3 and below 2.7, got 2.7\n"),
        (["--last", "nan"], "last must be at least 2.3 and below 2.7, got nan\n"),
        (["--size", "0"], "size must be between 1 and 1024, got 0\n"),
        (["--seed", "-1"], "seed must be between 0 and 1000000000, got -1\n"),
        (["--device", "tpu"], "device must be one of cpu, mps, cuda, got tpu\n"),
        (["--csv", "no/such/folder/runs.csv"], "cannot write no/such/folder/runs.csv"),
        (["--nonsense"], "unrecognized arguments: --nonsense"),
    ],
)
def test_bad_arguments_are_refused_in_one_sentence_before_anything_is_trained(
    arguments, sentence, capsys
):
    assert sentence in refused(["batch-steps", *arguments], capsys)


def test_an_absent_device_is_refused(asked, capsys):
    here = {device.kind for device in devices.available()}
    absent = next(kind for kind in devices.KINDS if kind not in here)
    said = refused(["batch-steps", "--device", absent], capsys)
    assert said.startswith(f"toylab batch-steps: device {absent} (")
    assert asked == []


def test_a_python_without_its_source_is_refused(asked, monkeypatch, capsys):
    monkeypatch.setattr(corpus, "present", lambda: False)
    said = refused(["batch-steps"], capsys)
    assert said.startswith("toylab batch-steps: this Python carries no source of its standard")
    assert asked == []


def test_a_refused_size_leaves_no_file_behind(tmp_path, capsys):
    refused(["batch-steps", "--size", "0", "--csv", str(tmp_path / "runs.csv")], capsys)
    assert not (tmp_path / "runs.csv").exists()


# --- What it trains and tells -----------------------------------------------------------------


def test_what_is_given_changes_the_plan_and_nothing_else_does(asked, monkeypatch):
    monkeypatch.setitem(CRITICAL, 2.5, 300.0)
    assert cli.main(["batch-steps"]) == 0
    line = ["--seeds", "2", "--last", "2.5", "--size", "16", "--seed", "9"]
    assert cli.main(["batch-steps", *line]) == 0
    assert asked == [CriticalBatchStudy().specs(), CriticalBatchStudy(2, 2.5, 16, 9).specs()]


@pytest.mark.usefixtures("asked")
def test_json_is_strict_and_has_the_plan_the_fits_the_noise_and_the_runs(capsys):
    assert cli.main(["batch-steps", "--seed", "3", "--json"]) == 0
    told = strict(capsys.readouterr().out)
    assert told["plan"] == asdict(CriticalBatchStudy(seed=3))
    races = CriticalBatchStudy().table(formula(CriticalBatchStudy(seed=3).specs()))
    assert told["runs"] == races.to_dict("records")
    assert len(races) == 3 * 8 * 3
    assert [one["group"] for one in told["targets"]] == ["loss 2.9", "loss 2.7", "loss 2.55"]
    for one, (target, B) in zip(told["targets"], CRITICAL.items(), strict=True):
        assert one["B_crit"] == pytest.approx(B, rel=0.05)
        assert one["S_min"] == pytest.approx(60, rel=0.05)
        assert one["E_min"] == pytest.approx(60 * B, rel=0.05)
        assert one["B_20pct"] == pytest.approx(one["B_crit"] / 5)
        assert one["intervals"]["B_crit"][0] < one["B_crit"] < one["intervals"]["B_crit"][1]
        fit = critical_batch_results.fit_target(races, target)
        assert one["B_crit"] == pytest.approx(fit.B_crit.value, rel=1e-6)
        assert (one["batches"], one["warnings"]) == (8, [])
        assert one["rms"] < 0.02


@pytest.mark.usefixtures("asked")
def test_the_noise_scale_is_told_near_each_target_at_each_rate(capsys):
    """tr(Sigma) / |G|^2 = 16 / (lr / 40); pairs at 3.7 are near no target."""
    assert cli.main(["batch-steps", "--seeds", "2", "--json"]) == 0
    scales = strict(capsys.readouterr().out)["scales"]
    assert [(one["lr"], one["loss"]) for one in scales] == [
        (lr, target) for lr in (2.0, 0.4) for target in (2.9, 2.7, 2.55)
    ]
    for one in scales:
        assert set(one) == {"lr", "loss", "pooled", "alone", "hasty"}
        scale = pytest.approx(640 / one["lr"], rel=1e-6)
        assert one["pooled"] == one["hasty"] == scale
        assert one["alone"] == [scale, scale]


@pytest.mark.usefixtures("asked")
def test_the_growth_is_told_with_its_interval_over_seeds(capsys):
    """Of the formula's hyperbolas, from 120 to 240; the interval is scipy's, paired."""
    assert cli.main(["batch-steps", "--seeds", "4", "--json"]) == 0
    told = strict(capsys.readouterr().out)["grown"]
    races = CriticalBatchStudy().table(formula(CriticalBatchStudy(seeds=4).specs()))
    first, last = (
        [math.log(critical_batch_results.fit_target(one, target).B_crit.value)
         for _, one in races.groupby("seed")]
        for target in (2.9, 2.55)
    )  # fmt: skip
    ends = np.exp(stats.ttest_rel(last, first).confidence_interval(0.95))
    assert told["value"] == pytest.approx(2, rel=0.05)
    assert (told["low"], told["high"]) == pytest.approx(tuple(ends), rel=1e-6)
    assert told["low"] < 2 < told["high"]
    assert cli.main(["batch-steps", "--seeds", "4"]) == 0
    assert (
        f"\nfrom loss 2.9 to 2.55 B_crit changed {told['value']:.3g} times "
        f"[{told['low']:.3g}, {told['high']:.3g}] (95 % over seeds)\n"
    ) in capsys.readouterr().out


@pytest.mark.usefixtures("asked")
def test_two_seeds_tell_no_growth(capsys):
    assert cli.main(["batch-steps", "--seeds", "2", "--json"]) == 0
    assert strict(capsys.readouterr().out)["grown"] is None
    assert cli.main(["batch-steps", "--seeds", "2"]) == 0
    assert "changed" not in capsys.readouterr().out


def changed(monkeypatch, change):
    """Every row of the plan, as this leaves it."""
    rows = formula(CriticalBatchStudy().specs())
    for row in rows:
        change(row)
    monkeypatch.setattr(command, "train", lambda _: ended(rows))


def test_a_target_that_no_pair_is_near_has_no_noise_scale(monkeypatch, capsys):
    changed(monkeypatch, lambda row: row.update(loss=2.85) if "big" in row else None)
    assert cli.main(["batch-steps", "--json"]) == 0
    told = strict(capsys.readouterr().out)
    assert [one["loss"] for one in told["scales"]] == [2.9, 2.9]


def test_where_no_signal_is_left_in_the_gradient_no_noise_scale_is_told(monkeypatch, capsys):
    changed(monkeypatch, lambda row: row.update(big=1e-6) if "big" in row else None)
    assert cli.main(["batch-steps", "--json"]) == 0
    told = strict(capsys.readouterr().out)
    assert told["scales"] == []
    assert len(told["targets"]) == 3
    assert cli.main(["batch-steps"]) == 0
    assert "noise scale" not in capsys.readouterr().out


def miss(row):
    """The two smallest batches do not come to the last target."""
    if row.get("target") == 2.55 and row["batch"] < 32:
        row.update(steps=math.nan, lr=math.nan)


def test_json_is_strict_also_where_a_target_was_not_reached(monkeypatch, capsys):
    changed(monkeypatch, miss)
    assert cli.main(["batch-steps", "--json"]) == 0
    told = strict(capsys.readouterr().out)
    missed = [row for row in told["runs"] if row["steps"] is None]
    assert len(missed) == 2 * 3
    assert {row["target"] for row in missed} == {2.55}
    assert [one["batches"] for one in told["targets"]] == [8, 8, 6]
    assert told["targets"][-1]["B_crit"] == pytest.approx(240, rel=0.05)


def test_too_few_batches_are_a_refusal_and_no_fit(monkeypatch, capsys):
    def few(row):
        if row.get("target") == 2.7 and row["batch"] > 16:
            row.update(steps=math.nan)

    changed(monkeypatch, few)
    assert cli.main(["batch-steps", "--json"]) == 0
    first, second, third = strict(capsys.readouterr().out)["targets"]
    said = "a hyperbola needs 3 different batches, got 2"
    assert second == {"group": "loss 2.7", "refusal": said}
    assert first["B_crit"] < third["B_crit"]
    assert cli.main(["batch-steps"]) == 0
    assert f"loss 2.7: {said}\n" in capsys.readouterr().out


@pytest.mark.usefixtures("asked")
def test_the_text_has_a_line_for_each_target_the_growth_and_each_noise_scale(capsys):
    assert cli.main(["batch-steps"]) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert len(lines) == 3 + 1 + 6
    assert err == ""
    for line, target in zip(lines, CRITICAL, strict=False):
        assert line.startswith(f"loss {target}: S_min ")
        assert all(part in line for part in ("E_min ", "B_crit ", "B_20pct ", "rms "))
    assert lines[3].startswith("from loss 2.9 to 2.55 B_crit changed ")
    assert lines[4:] == [
        f"noise scale {320 if lr == 2 else '1.6k'} near loss {target}, at rate {lr}"
        for lr in (2, 0.4)
        for target in CRITICAL
    ]


def test_what_speaks_against_a_fit_goes_to_the_terminal(monkeypatch, capsys):
    changed(monkeypatch, lambda row: row.update(steps=60) if "steps" in row else None)
    assert cli.main(["batch-steps"]) == 0
    assert "warning: loss 2.9: The steps hardly fall" in capsys.readouterr().err


@pytest.mark.usefixtures("asked")
def test_a_csv_has_the_races_and_critical_batch_reads_the_same_fits_from_it(tmp_path, capsys):
    path = tmp_path / "races.csv"
    assert cli.main(["batch-steps", "--csv", str(path), "--json"]) == 0
    told = strict(capsys.readouterr().out)["targets"]
    races = CriticalBatchStudy().table(formula(CriticalBatchStudy().specs()))
    with path.open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == list(races.columns)
    pd.testing.assert_frame_equal(pd.read_csv(path), races, rtol=1e-12)
    assert cli.main(["critical-batch", str(path), "--json"]) == 0
    again = strict(capsys.readouterr().out)["groups"]
    assert list(again) == ["2.9", "2.7", "2.55"]
    for ours, theirs in zip(told, again.values(), strict=True):
        assert theirs["B_crit"] == pytest.approx(ours["B_crit"], rel=1e-6)
        assert theirs["intervals"]["B_crit"] == pytest.approx(ours["intervals"]["B_crit"])


def test_a_csv_of_races_that_did_not_all_arrive_is_read_too(monkeypatch, tmp_path, capsys):
    changed(monkeypatch, miss)
    path = str(tmp_path / "races.csv")
    assert cli.main(["batch-steps", "--csv", path]) == 0
    capsys.readouterr()
    written = pd.read_csv(path)
    assert len(written) == 3 * 8 * 3 - 2 * 3
    assert written[["steps", "lr"]].notna().all(axis=None)
    assert set(written.loc[written["target"] == 2.55, "batch"]) == {2**k for k in range(5, 11)}
    assert cli.main(["critical-batch", path, "--json"]) == 0
    groups = strict(capsys.readouterr().out)["groups"].values()
    assert [one["batches"] for one in groups] == [8, 8, 6]


@pytest.mark.parametrize(
    ("progress", "status", "err"),
    [
        (ended([], failures=["The process died."]), 1, "The process died.\n"),
        (ended([], stopped=True), 130, ""),
        (ended([]), 0, ""),
    ],
)
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_the_status_tells_a_failed_run_and_an_interrupted_one(
    progress, status, err, more, monkeypatch, capsys, tmp_path
):
    monkeypatch.setattr(command, "train", lambda _: progress)
    assert cli.main(["batch-steps", "--csv", str(tmp_path / "r.csv"), *more]) == status
    out, said = capsys.readouterr()
    assert said == err
    assert (strict(out)["targets"] == []) if more else (out == "")
    head = (tmp_path / "r.csv").read_text().strip()
    assert head.split(",") == [*critical_batch_study.RACES, "examples"]


# --- Trained ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_tiny_study_is_trained_told_and_read_again(monkeypatch, capsys, tmp_path):
    """Three batches to two targets near each other and one path, in this process."""
    monkeypatch.setattr(critical_batch_study, "BATCHES", (32, 128, 512))
    monkeypatch.setattr(critical_batch_study, "RATES", (2.0,))
    monkeypatch.setattr(noise_scale, "PAIRS", 2)

    def train(specs):
        modules = [importlib.import_module(type(spec).__module__) for spec in specs]
        last = [list(m.run(spec))[-1] for m, spec in zip(modules, specs, strict=True)]
        assert {fraction for fraction, _ in last} == {1.0}
        return ended([row for _, rows in last for row in json.loads(json.dumps(rows))])

    monkeypatch.setattr(command, "train", train)
    critical_batch_study._specs.cache_clear()
    path = str(tmp_path / "races.csv")
    line = ["batch-steps", "--seeds", "1", "--last", "2.69", "--csv", path, "--json"]
    try:
        assert cli.main(line) == 0
    finally:
        critical_batch_study._specs.cache_clear()
    told = strict(capsys.readouterr().out)
    assert len(told["runs"]) == 9
    assert {row["batch"] for row in told["runs"]} == {32, 128, 512}
    for target, one in zip((2.9, 2.7, 2.69), told["targets"], strict=True):
        mine = [row for row in told["runs"] if row["target"] == target]
        steps = [row["steps"] for row in sorted(mine, key=lambda row: row["batch"])]
        assert steps == sorted(steps, reverse=True)
        assert 20 < one["B_crit"] < 2000
        assert any(said.startswith("Only 3 batches") for said in one["warnings"])
    assert {one["loss"] for one in told["scales"]} >= {2.7}
    assert all(50 < one["pooled"] < 5000 for one in told["scales"])
    assert all(one["alone"] == [one["pooled"]] for one in told["scales"])  # of one seed
    assert told["grown"] is None
    assert cli.main(["critical-batch", path, "--json"]) == 0
    again = strict(capsys.readouterr().out)["groups"].values()
    assert [one["B_crit"] for one in again] == pytest.approx(
        [one["B_crit"] for one in told["targets"]], rel=1e-6
    )


# --- Recorded ---------------------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Recorded files of the test's own."""
    for name in ("RECORDED", "RECORDED_PATHS"):
        (tmp_path / name).write_text("# before\nloss\n1.0\n")
        monkeypatch.setattr(critical_batch_study, name, tmp_path / name)
    return tmp_path


def test_recording_keeps_the_races_and_the_paths_and_says_what_made_them(kept, asked):
    assert cli.main(["record", "batch-steps"]) == 0
    assert asked == [LARGE.specs()]
    rows = formula(LARGE.specs())
    again = LARGE.recorded()
    for table in (LARGE.table, LARGE.noise_table):
        ours, theirs = (table(some).reset_index(drop=True) for some in (again.rows, rows))
        assert len(ours) > 20
        pd.testing.assert_frame_equal(ours, theirs, rtol=1e-5)
    for name in ("RECORDED", "RECORDED_PATHS"):
        assert runs.read(kept / name).made == training.made("batch-steps") == again.made
    assert "examples" not in runs.read(kept / "RECORDED").frame


@pytest.mark.parametrize("progress", [ended([], failures=["It died."]), ended([], stopped=True)])
def test_a_recording_that_fails_leaves_what_was_recorded_before(progress, kept, monkeypatch):
    monkeypatch.setattr(command, "train", lambda _: progress)
    assert cli.main(["record", "batch-steps"]) == (130 if progress.stopped else 1)
    for name in ("RECORDED", "RECORDED_PATHS"):
        assert (kept / name).read_text().startswith("# before")

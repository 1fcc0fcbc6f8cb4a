"""`toylab lm-grid`: it refuses in one sentence, and tells where each grid is lowest."""

import csv
import math
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest
import torch

from tests.cli.command import ended, refused, strict
from toylab import __main__ as cli
from toylab import devices
from toylab.cli import lm_grid as command
from toylab.cli import training
from toylab.data import recorded as runs
from toylab.experiments import batch_lr_study, charlm, corpus
from toylab.experiments.batch_lr_study import BATCHES, LRS, BatchLrStudy
from toylab.live import job_queue
from toylab.simulation.batch_lr_bowl import Bowl

LARGE = BatchLrStudy.PRESETS["recorded"]

torch.set_num_threads(1)  # as in a worker


def formula(specs):
    """Rows as `charlm.run` yields them, of bowls whose bottoms are at batches of 40 and 80."""
    rows = []
    for spec in specs:
        bowl = Bowl(2.4, 40 * math.sqrt(spec.tokens / 20_480), 0.015, 0.02, 0.05)
        rows += [
            {
                "language": "python", "size": 24, "params": spec.params, "tokens": spec.tokens,
                "flops": spec.flops, "seed": seed, "batch": spec.batch, "lr": spec.lr,
                "loss": float(bowl.loss(spec.batch, spec.lr)) + 1e-3 * seed,
                "steps": spec.steps, "seconds": 0.1, "device": spec.device, "diverged": False,
                "text": "def",
            }
            for seed in range(spec.seed, spec.seed + spec.runs)
        ]  # fmt: skip
    return rows


@pytest.fixture(autouse=True)
def _nothing_trains(monkeypatch):
    def refuse(*_):
        raise AssertionError("it would have trained")

    monkeypatch.setattr(job_queue.Pool, "start", refuse)


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
        (["--budgets", "0"], "toylab lm-grid: budgets must be 1 to 3, got 0\n"),
        (["--budgets", "4"], "toylab lm-grid: budgets must be 1 to 3, got 4\n"),
        (["--budgets", "two"], "argument --budgets: invalid int value: 'two'"),
        (["--seeds", "0"], "toylab lm-grid: seeds must be between 1 and 100, got 0\n"),
        (["--seeds"], "argument --seeds: expected one argument"),
        (["--seed", "-1"], "seed must be between 0 and 1000000000, got -1\n"),
        (["--device", "tpu"], "device must be one of cpu, mps, cuda, got tpu\n"),
        (["--csv", "no/such/folder/runs.csv"], "cannot write no/such/folder/runs.csv"),
        (["--nonsense"], "unrecognized arguments: --nonsense"),
    ],
)
def test_bad_arguments_are_refused_in_one_sentence_before_anything_is_trained(
    arguments, sentence, capsys
):
    assert sentence in refused(["lm-grid", *arguments], capsys)


def test_an_absent_device_is_refused(asked, capsys):
    here = {device.kind for device in devices.available()}
    absent = next(kind for kind in devices.KINDS if kind not in here)
    said = refused(["lm-grid", "--device", absent], capsys)
    assert said.startswith(f"toylab lm-grid: device {absent} (")
    assert asked == []


def test_a_python_without_its_source_is_refused(asked, monkeypatch, capsys):
    monkeypatch.setattr(corpus, "present", lambda: False)
    said = refused(["lm-grid"], capsys)
    assert said.startswith("toylab lm-grid: this Python carries no source of its standard")
    assert asked == []


def test_a_refused_seed_leaves_no_file_behind(tmp_path, capsys):
    refused(["lm-grid", "--seed", "-1", "--csv", str(tmp_path / "runs.csv")], capsys)
    assert not (tmp_path / "runs.csv").exists()


# --- What it trains and tells -----------------------------------------------------------------


def test_what_is_given_changes_the_plan_and_nothing_else_does(asked):
    assert cli.main(["lm-grid"]) == 0
    assert cli.main(["lm-grid", "--budgets", "1", "--seed", "9", "--seeds", "2"]) == 0
    assert asked == [BatchLrStudy().specs(), BatchLrStudy(1, 2, 9).specs()]


@pytest.mark.usefixtures("asked")
def test_json_is_strict_and_has_the_plan_the_bottoms_and_the_runs(capsys):
    assert cli.main(["lm-grid", "--seed", "3", "--json"]) == 0
    told = strict(capsys.readouterr().out)
    assert told["plan"] == asdict(BatchLrStudy(seed=3))
    rows = BatchLrStudy().table(formula(BatchLrStudy(seed=3).specs())).to_dict("records")
    assert told["runs"] == rows
    assert len(rows) == 2 * 42 * 3
    for one, (tokens, batch, cell) in zip(
        told["budgets"], [(20_480, 40, 32), (81_920, 80, 64)], strict=True
    ):
        assert one["tokens"] == tokens
        assert one["flops"] == 6 * 226 * 24 * tokens
        assert one["trouble"] == ""
        assert (one["lowest"]["batch"], one["lowest"]["lr"]) == (cell, 2**-6)
        bottom = one["bottom"]
        assert bottom["batch"] == pytest.approx(batch, rel=1e-6)
        assert bottom["lr"] == pytest.approx(0.015, rel=1e-6)
        assert bottom["loss"] == pytest.approx(2.404, rel=1e-6)
        assert one["lowest"]["loss"] > bottom["loss"]
        assert bottom["batch_of_seeds"] == pytest.approx([batch] * 3, rel=1e-6)
        assert bottom["lr_of_seeds"] == pytest.approx([0.015] * 3, rel=1e-6)


def spoil(monkeypatch, *losses):
    """The first runs of the plan end in these losses."""
    rows = formula(BatchLrStudy(1).specs())
    for row, loss in zip(rows, losses, strict=False):
        row.update(loss=loss, diverged=not math.isfinite(loss))
    monkeypatch.setattr(command, "train", lambda _: ended(rows))


def test_json_is_strict_also_where_a_run_diverged(monkeypatch, capsys):
    spoil(monkeypatch, math.nan, math.nan)
    assert cli.main(["lm-grid", "--budgets", "1", "--json"]) == 0
    told = strict(capsys.readouterr().out)
    assert [row["loss"] for row in told["runs"]].count(None) == 2
    assert sum(row["diverged"] for row in told["runs"]) == 2
    (one,) = told["budgets"]
    assert one["trouble"] == ""
    assert one["lowest"]["batch"] == 32
    assert one["bottom"]["batch"] == pytest.approx(40, rel=1e-6)
    assert one["bottom"]["batch_of_seeds"] == pytest.approx([40] * 3, rel=1e-6)


@pytest.mark.parametrize("loss", [math.inf, -math.inf])
def test_json_is_strict_also_where_a_loss_is_endless(loss, monkeypatch, capsys):
    spoil(monkeypatch, loss)
    assert cli.main(["lm-grid", "--budgets", "1", "--json"]) == 0
    told = strict(capsys.readouterr().out)
    assert [row["loss"] for row in told["runs"]].count(None) == 1
    assert told["budgets"][0]["bottom"]["batch"] == pytest.approx(40, rel=1e-6)


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_a_grid_of_which_only_diverged_cells_are_trained_is_told(more, monkeypatch, capsys):
    rows = formula(BatchLrStudy(1).specs())[:3]
    for row in rows:
        row.update(loss=math.nan, diverged=True)
    monkeypatch.setattr(command, "train", lambda _: ended(rows, stopped=True))
    try:
        status = cli.main(["lm-grid", *more])
    except SystemExit as end:
        status = end.code
    assert status == 130
    out, err = capsys.readouterr()
    assert err == ""
    if more:
        (one,) = strict(out)["budgets"]
        assert (one["lowest"], one["bottom"]) == (None, None)
    else:
        assert out == (
            "6.67e8 FLOPs, 20.5k characters: no bottom: not all of its cells are trained\n"
        )


@pytest.mark.usefixtures("asked")
def test_the_text_has_a_line_for_each_budget(capsys):
    assert cli.main(["lm-grid", "--seeds", "2"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    text, _, loss = first.rpartition(" ")
    assert text == (
        "6.67e8 FLOPs, 20.5k characters: lowest cell batch 32, rate 0.0156, loss 2.403; bottom "
        "batch 40 (seeds alone: 40 to 40), rate 0.015, loss"
    )
    assert float(loss) == pytest.approx(2.4005, abs=0.0006)  # the mean of two seeds: a tie
    assert second.startswith("2.67e9 FLOPs, 81.9k characters: lowest cell batch 64, rate 0.01")


def test_the_text_says_how_far_the_seeds_are_apart(monkeypatch, capsys):
    rows = formula(BatchLrStudy(1, 2).specs())
    for row in rows:
        bowl = Bowl(2.4, 50.0 if row["seed"] else 30.0, 0.015, 0.02, 0.05)
        row["loss"] = float(bowl.loss(row["batch"], row["lr"]))
    monkeypatch.setattr(command, "train", lambda _: ended(rows))
    assert cli.main(["lm-grid", "--budgets", "1"]) == 0
    assert "bottom batch 39 (seeds alone: 30 to 50), rate 0.015" in capsys.readouterr().out


def test_seeds_whose_own_bottom_lies_outside_the_grid_are_left_out_of_those_alone(
    monkeypatch, capsys
):
    """Two seeds at 60 and one far below 16: the mean's bottom is inside, that seed's is not."""
    rows = formula(BatchLrStudy(1).specs())
    for row in rows:
        batch = 6.0 if row["seed"] == 2 else 60.0
        row["loss"] = float(Bowl(2.4, batch, 0.015, 0.02, 0.05).loss(row["batch"], row["lr"]))
    monkeypatch.setattr(command, "train", lambda _: ended(rows))
    assert cli.main(["lm-grid", "--budgets", "1", "--json"]) == 0
    (one,) = strict(capsys.readouterr().out)["budgets"]
    assert one["trouble"] == ""
    assert one["bottom"]["batch_of_seeds"] == pytest.approx([60, 60], rel=1e-6)
    assert one["bottom"]["lr_of_seeds"] == pytest.approx([0.015] * 2, rel=1e-6)


def test_the_text_says_why_there_is_no_bottom(monkeypatch, capsys):
    rows = formula(BatchLrStudy(1, 1).specs())
    monkeypatch.setattr(command, "train", lambda _: ended(rows[5:], stopped=True))
    assert cli.main(["lm-grid"]) == 130
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert said.endswith("; no bottom: not all of its cells are trained\n")
    assert "lowest cell batch 32, rate 0.0156, loss 2.402; no" in said


@pytest.mark.usefixtures("asked")
def test_a_csv_has_the_table_row_by_row(tmp_path, capsys):
    path = tmp_path / "runs.csv"
    assert cli.main(["lm-grid", "--csv", str(path), "--seeds", "1"]) == 0
    assert capsys.readouterr().out.count("\n") == 2
    frame = BatchLrStudy().table(formula(BatchLrStudy(seeds=1).specs()))
    with path.open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == list(frame.columns)
    pd.testing.assert_frame_equal(pd.read_csv(path), frame, rtol=1e-12)


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
    assert cli.main(["lm-grid", "--csv", str(tmp_path / "runs.csv"), *more]) == status
    out, said = capsys.readouterr()
    assert said == err
    assert (strict(out)["budgets"] == []) if more else (out == "")
    head = (tmp_path / "runs.csv").read_text().strip()
    assert head.split(",") == list(batch_lr_study.COLUMNS)


# --- Trained ----------------------------------------------------------------------------------


class Corpus:
    """The corpus with a short exam."""

    def __init__(self, real):
        self.draw, self.exam, self.digest = real.draw, real.exam[:256], real.digest

    def reading(self, _):
        return self


@pytest.mark.slow
def test_a_tiny_grid_is_trained_and_told(monkeypatch, capsys):
    """Of 1024 characters, in this process: 42 cells, the smallest batches learn the most."""
    monkeypatch.setattr(batch_lr_study, "TOKENS", (1024, 4096))
    short = Corpus(corpus.load())
    monkeypatch.setattr(corpus, "load", lambda: short)
    monkeypatch.setattr(
        command,
        "train",
        lambda specs: ended([row for spec in specs for row in list(charlm.run(spec))[-1][1]]),
    )
    batch_lr_study._specs.cache_clear()
    try:
        assert cli.main(["lm-grid", "--budgets", "1", "--seeds", "1", "--json"]) == 0
    finally:
        batch_lr_study._specs.cache_clear()
    told = strict(capsys.readouterr().out)
    frame = pd.DataFrame(told["runs"])
    assert len(frame) == 42
    assert set(frame["flops"]) == {6 * 226 * 24 * 1024}
    assert (frame["steps"] * frame["batch"] == 1024).all()
    assert sorted(set(frame["batch"])) == list(BATCHES)
    np.testing.assert_allclose(sorted(set(frame["lr"])), LRS, rtol=1e-12)
    low = frame.loc[frame["loss"].idxmin()]
    (one,) = told["budgets"]
    assert one["lowest"] == {"batch": low["batch"], "lr": low["lr"], "loss": low["loss"]}
    assert low["batch"] < 200
    best = frame.groupby("batch")["loss"].min()
    assert best.loc[1024] > best.min() + 0.3


# --- Recorded ---------------------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A recorded file of the test's own."""
    path = tmp_path / "lm_grid.csv"
    path.write_text("# before\nloss\n1.0\n")
    monkeypatch.setattr(batch_lr_study, "RECORDED", path)
    return path


def test_recording_keeps_the_large_plan_and_says_what_made_it(kept, asked):
    assert cli.main(["record", "lm-grid"]) == 0
    assert asked == [LARGE.specs()]
    assert "diverged" not in runs.read(kept).frame
    assert runs.read(kept).made == training.made("lm-grid")
    again = BatchLrStudy().table(LARGE.recorded().rows)
    frame = BatchLrStudy().table(formula(LARGE.specs()))
    pd.testing.assert_frame_equal(again, frame, rtol=1e-5)


@pytest.mark.parametrize("progress", [ended([], failures=["It died."]), ended([], stopped=True)])
def test_a_recording_that_fails_leaves_what_was_recorded_before(progress, kept, monkeypatch):
    monkeypatch.setattr(command, "train", lambda _: progress)
    assert cli.main(["record", "lm-grid"]) == (130 if progress.stopped else 1)
    assert kept.read_text().startswith("# before")

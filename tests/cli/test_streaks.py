"""`toylab streaks`: it refuses in one sentence, and tells k in a row beside k unrelated ones."""

import csv
import math
from dataclasses import asdict, replace

import pytest

from tests.cli.command import (
    ended,
    ends_with,
    refused,
    rows_in_place_of_training,
    strict,
)
from toylab import __main__ as cli
from toylab.cli import streaks as command
from toylab.data import recorded as runs
from toylab.experiments import streaks_study
from toylab.experiments.streaks import LONGEST
from toylab.experiments.streaks_study import BUDGETS, StreaksStudy


def formula(specs):
    """Rows as `streaks.run` yields them: p = 0.3 (C/1e8)^0.1, k in a row p^(k/2)."""
    return [
        {
            "budget": spec.flops, "seed": seed, "symbols": k,
            "exact": p ** (1 if k == 1 else k / 2), "exact_blank": p ** (k / 2) / 2,
            "exact_beside_blanks": p**k, "loss": 2.0, "size": spec.model.size,
            "params": spec.model.params, "tokens": spec.model.tokens, "device": spec.device,
            "diverged": False, "seconds": 0.1,
        }
        for spec in specs
        for seed in range(spec.seed, spec.seed + spec.runs)
        for p in [0.3 * (spec.flops / 1e8) ** 0.1 + 1e-4 * (seed % 3)]
        for k in range(1, LONGEST + 1)
    ]  # fmt: skip


@pytest.fixture(autouse=True)
def asked(monkeypatch):
    """What would have been trained; rows made by a formula come in its place."""
    return rows_in_place_of_training(monkeypatch, command, formula)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--seeds", "2"], "toylab streaks: seeds must be between 3 and 100, got 2\n"),
        (["--seed", "-1"], "seed must be between 0 and 1000000000, got -1\n"),
        (["--symbols", "17"], "argument --symbols: invalid choice: 17"),
        (["--device", "tpu"], "device must be one of cpu, mps, cuda, got tpu\n"),
        (["--csv", "no/such/folder/runs.csv"], "cannot write no/such/folder/runs.csv"),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_trained(words, sentence, asked, capsys):
    assert sentence in refused(["streaks", *words], capsys)
    assert asked == []


def test_json_is_strict_and_has_the_exams_of_every_budget(asked, capsys):
    assert cli.main(["streaks", "--symbols", "4", "--seed", "9", "--json"]) == 0
    told = strict(capsys.readouterr().out)
    study = StreaksStudy(seed=9)
    assert asked == [study.specs()]
    assert told["study"] == asdict(study)
    assert told["symbols"] == 4
    assert [exam["budget"] for exam in told["budgets"]] == BUDGETS
    for exam, C in zip(told["budgets"], BUDGETS, strict=True):
        p = 0.3 * (C / 1e8) ** 0.1
        assert exam["accuracy"]["value"] == pytest.approx(p, rel=1e-3)
        assert exam["in_a_row"]["value"] == pytest.approx(p**2, rel=2e-3)
        assert exam["unrelated"]["value"] == pytest.approx(p**4, rel=2e-3)
        assert exam["blank"] == pytest.approx(0.5)
        assert exam["accuracy"]["low"] < exam["accuracy"]["value"] < exam["accuracy"]["high"]
    assert told["runs"] == StreaksStudy().table(formula(asked[0])).to_dict("records")


def test_json_is_strict_also_when_a_loss_is_not_finite(monkeypatch, capsys):
    rows = formula(StreaksStudy().specs())
    for row in rows[:LONGEST]:
        row.update(loss=math.nan, diverged=True)
    ends_with(monkeypatch, command, lambda _: ended(rows))
    assert cli.main(["streaks", "--json"]) == 0
    told = strict(capsys.readouterr().out)
    assert [exam["budget"] for exam in told["budgets"]] == BUDGETS[1:]  # two seeds are left
    assert sum(row["loss"] is None for row in told["runs"]) == LONGEST


def test_the_text_has_a_line_for_each_budget_and_the_file_a_row_for_each_exam(tmp_path, capsys):
    path = tmp_path / "exams.csv"
    assert cli.main(["streaks", "--csv", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["1e8", "3e8", "1e9", "3e9", "1e10", "3e10"]
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(streaks_study.COLUMNS)
    assert len(rows) == len(BUDGETS) * 3 * LONGEST


def test_what_the_page_shows_is_trained_from_seeds_of_its_own_and_written(
    tmp_path, monkeypatch, asked
):
    monkeypatch.setattr(streaks_study, "RECORDED", tmp_path / "streaks.csv")
    assert cli.main(["record", "streaks"]) == 0
    assert asked == [StreaksStudy.PRESETS["recorded"].specs()]
    known = runs.read(tmp_path / "streaks.csv")
    assert known.made.startswith("python -m toylab record streaks, ")
    study = replace(StreaksStudy(), seeds=8, seed=1000)
    assert len(study.table(known.rows)) == len(BUDGETS) * 8 * LONGEST


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
    ends_with(monkeypatch, command, lambda _: progress)
    assert cli.main(["streaks"]) == status
    assert capsys.readouterr().err == err

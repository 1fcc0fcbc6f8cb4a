"""`toylab copy` and `toylab addition`: refusals in one sentence, and exams as text and JSON."""

import csv
import math
from dataclasses import asdict

import pytest

from tests.cli.command import (
    ended,
    ends_with,
    refused,
    rows_in_place_of_training,
    strict,
)
from toylab import __main__ as cli
from toylab.cli import tasks as command
from toylab.data import recorded as runs
from toylab.experiments import task_studies
from toylab.experiments.task_studies import STUDIES, AdditionStudy, CopyStudy


def formula(specs):
    """Rows as `tasks.run` yields them, with p = 1 - 0.3 / width, and independent errors."""
    return [
        {
            "task": spec.task, "width": spec.width, "params": spec.params, "steps": spec.steps,
            "step": spec.steps * (look + 1) // spec.looks, "seed": seed, "loss": 1 / spec.width,
            "accuracy": p, **{f"right_{k}": p for k in asked},
            **{f"exact_{k}": p**k for k in asked}, "seconds": 0.1, "device": spec.device,
            "diverged": False,
        }
        for spec in specs
        for look in range(spec.looks)
        for seed in range(spec.seed, spec.seed + spec.runs)
        for p in [1 - 0.3 / spec.width]
        for asked in [range(1, spec.kind.asked + 1)]
    ]  # fmt: skip


@pytest.fixture(autouse=True)
def asked(monkeypatch):
    """What would have been trained; rows made by a formula come in its place."""
    return rows_in_place_of_training(monkeypatch, command, formula)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["copy", "--seeds", "0"], "toylab copy: seeds must be between 1 and 100, got 0\n"),
        (["copy", "--widths", "9", "4"], "widths must be two numbers, from and to"),
        (["copy", "--symbols", "13"], "argument --symbols: invalid choice: 13"),
        (["copy", "--rate", "0"], "rate must be above 0 and at most 1000, got 0.0\n"),
        (["addition", "--width", "6"], "width must be a multiple of 4 for addition, got 6\n"),
        (["addition", "--steps", "10"], "looks must be between 1 and the steps, got 50\n"),
        (["addition", "--csv", "no/such/runs.csv"], "cannot write no/such/runs.csv"),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_trained(words, sentence, asked, capsys):
    assert sentence in refused(words, capsys)
    assert asked == []


def test_copy_as_json_is_strict_and_has_every_size_with_its_seeds(asked, capsys):
    assert cli.main(["copy", "--preset", "small", "--symbols", "12", "--json"]) == 0
    told, study = strict(capsys.readouterr().out), CopyStudy.PRESETS["small"]
    assert asked == [study.specs()]
    assert told["study"] == asdict(study) | {"widths": list(study.widths)}
    assert told["symbols"] == 12
    assert [size["params"] for size in told["sizes"]] == study.sizes
    for size, width in zip(told["sizes"], study.grid, strict=True):
        p = 1 - 0.3 / width
        assert size["loss"] == pytest.approx(1 / width)
        assert size["accuracy"] == pytest.approx(p)
        assert size["exact"] == pytest.approx(p**12)
        assert [one["seed"] for one in size["by_seed"]] == [0, 1]
        assert [one["expected"] for one in size["by_seed"]] == pytest.approx([p**12] * 2)
    assert 0.94**12 < 0.5 < 0.95**12
    assert told["threshold"] == {"median": 780, "low": 780, "high": 780, "by_seed": [780, 780]}
    assert len(told["runs"]) == 10


def test_a_threshold_that_nobody_reaches_is_null(monkeypatch, capsys):
    ends_with(
        monkeypatch, command,
        lambda specs: ended([row | {"exact_12": 0.2, "loss": math.nan, "diverged": True}
                             for row in formula(specs)]),
    )  # fmt: skip
    assert cli.main(["copy", "--preset", "small", "--json"]) == 0
    told = strict(capsys.readouterr().out)
    assert told["threshold"]["median"] is None
    assert told["sizes"][0]["loss"] is None
    assert cli.main(["copy", "--preset", "small"]) == 0
    assert "half of the answers never; " in capsys.readouterr().out


def test_addition_as_json_has_every_look(asked, capsys):
    assert cli.main(["addition", "--seeds", "3", "--looks", "5", "--json"]) == 0
    told = strict(capsys.readouterr().out)
    assert asked == [AdditionStudy(seeds=3, looks=5).specs()]
    assert [step["step"] for step in told["steps"]] == [500, 1000, 1500, 2000, 2500]
    assert {step["seeds"] for step in told["steps"]} == {3}
    assert told["threshold"]["by_seed"] == [500] * 3


def test_text_has_a_line_for_each_size_or_look_and_csv_a_row_for_each_exam(tmp_path, capsys):
    file = tmp_path / "runs.csv"
    assert cli.main(["copy", "--preset", "small", "--csv", str(file)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 5 + 1
    with file.open() as lines:
        rows = list(csv.DictReader(lines))
    assert [(row["params"], row["seed"]) for row in rows[:3]] == [
        ("424", "0"), ("424", "1"), ("590", "0"),
    ]  # fmt: skip
    assert cli.main(["addition", "--looks", "4"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 4 + 1


def test_what_is_recorded_is_found_again_by_its_studies(tmp_path, monkeypatch, asked):
    monkeypatch.setattr(task_studies, "RECORDED", tmp_path / "tasks.csv")
    assert cli.main(["record", "tasks"]) == 0
    assert asked == [study.specs() for study in STUDIES.values()]
    for study in STUDIES.values():
        found = study.recorded()
        assert found.made.startswith("python -m toylab record tasks, ")
        frame, made = (study.table(rows) for rows in (found.rows, formula(study.specs())))
        assert len(frame) == len(made)
        assert frame["accuracy"].tolist() == pytest.approx(made["accuracy"].tolist(), rel=1e-5)
    runs.read.cache_clear()

"""`toylab repetition` and `repetition-sizes`: what they train, print and refuse."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from tests.cli.command import (
    ended,
    ends_with,
    refused,
    rows_in_place_of_training,
    strict,
)
from tests.experiments import repetition_runs
from toylab import __main__ as cli
from toylab.cli import repetition as command
from toylab.experiments.repetition_sizes import SizesStudy
from toylab.experiments.repetition_study import PLAIN, RepetitionStudy

SHORT = RepetitionStudy(epochs=4, unique=5120)


@pytest.fixture
def asked(monkeypatch):
    """What would have been trained; runs of known losses come in its place."""

    def rows_of(specs):
        studies = (*RepetitionStudy.PRESETS.values(), SHORT)
        study = next((one for one in studies if one.specs() == list(specs)), None)
        return repetition_runs.rows(study) if study else of_sizes(specs)

    return rows_in_place_of_training(monkeypatch, command, rows_of)


def of_sizes(specs):
    """Rows of a study of sizes: bigger is worse without decay, better with it."""
    (row, *_) = repetition_runs.rows(replace(SHORT, seeds=2))
    return [
        row | {
            "text": "pool", "size": spec.size, "params": spec.params, "decay": spec.decay,
            "seed": spec.seed + k,
            "loss": 2.5 + (-1 if spec.decay else 1) * spec.params / 1e5 + k / 1000,
        }
        for spec in specs
        for k in range(spec.runs)
    ]  # fmt: skip


def test_json_has_a_row_a_length_and_the_lowest_of_each_decay(asked, capsys):
    assert cli.main(["repetition", "--json"]) == 0
    report = strict(capsys.readouterr().out)
    assert asked == [RepetitionStudy().specs()]
    assert set(report["lowest_at"]) == {"0", "0.3"}
    assert report["lowest_at"]["0"] == 4
    rows = {(row["decay"], row["epochs"]): row for row in report["curves"]}
    assert len(rows) == 2 * 7
    for (decay, epochs), row in rows.items():
        name = "weight decay" if decay else PLAIN
        known = repetition_runs.known(RepetitionStudy(), name, epochs)
        assert row["loss"] == pytest.approx(known, rel=0.01)
        fresh = float(repetition_runs.fresh(10_240 * epochs))
        assert row["fresh"] == pytest.approx(fresh, rel=0.01)
    assert len(report["runs"]) == RepetitionStudy().networks
    assert RepetitionStudy(**report["study"]) == RepetitionStudy()


def test_json_of_noise_has_the_noisy_text_beside_the_pool(asked, capsys):
    assert cli.main(["repetition", "--preset", "filter-or-mix", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert len(asked) == 1
    assert all(row["noisy"] > 0 and "fresh" not in row for row in report["curves"])


def test_text_has_every_mean_the_lowest_points_and_the_crossing(asked, capsys):
    assert cli.main(["repetition", "--preset", "filter-or-mix"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sum(" epochs  loss " in line for line in lines) == 3 * 7
    assert sum(line.startswith("no weight decay: lowest at 4 epochs") for line in lines) == 1
    assert sum("text with noise is better from" in line for line in lines) == 2
    assert len(asked) == 1


def test_options_change_the_study_and_the_runs_go_to_a_file(asked, tmp_path, capsys):
    path = tmp_path / "runs.csv"
    options = ["--epochs", "4", "--unique", "5120", "--csv", str(path)]
    assert cli.main(["repetition", *options]) == 0
    assert "lowest at 4 epochs" in capsys.readouterr().out
    assert asked == [SHORT.specs()]
    frame = pd.read_csv(path)
    assert len(frame) == SHORT.networks
    assert set(frame["unique"]) == {5120}


def test_sizes_are_told_with_their_losses_and_in_json(asked, capsys):
    assert cli.main(["repetition-sizes"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 * 6
    assert cli.main(["repetition-sizes", "--json", "--epochs", "8"]) == 0
    report = strict(capsys.readouterr().out)
    assert asked == [SizesStudy().specs(), SizesStudy(epochs=8).specs()]
    losses = {(row["curve"], row["size"]): row["loss"] for row in report["curves"]}
    assert losses[PLAIN, 128] > losses[PLAIN, 4]
    assert losses["weight decay", 128] < losses["weight decay", 4]
    assert len(report["runs"]) == SizesStudy().networks


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["repetition", "--seeds", "1"], "one shows no spread"),
        (["repetition", "--epochs", "5"], "epochs must be one of"),
        (["repetition", "--decay", "0"], "decay must be above 0"),
        (["repetition", "--decay", "nan"], "decay must be above 0"),
        (["repetition", "--unique", "1000"], "unique must be a multiple of 512"),
        (["repetition", "--dirty", "1.5"], "dirty must be between 0 and 1"),
        (["repetition", "--kind", "pages"], "invalid choice"),
        (["repetition-sizes", "--epochs", "0"], "epochs must be at least 1"),
        (["repetition-sizes", "--seeds", "1"], "one shows no spread"),
    ],
)
def test_they_refuse_in_one_sentence(options, sentence, capsys, asked):
    assert sentence in refused(options, capsys)
    assert not asked


def test_a_curve_that_diverged_is_null_in_json(monkeypatch, capsys):
    """NaN is no JSON."""
    made = repetition_runs.rows(RepetitionStudy(), lost=("fresh text", "weight decay"))
    ends_with(monkeypatch, command, lambda _: ended(made))
    assert cli.main(["repetition", "--json"]) == 0
    report = strict(capsys.readouterr().out)
    assert {row["fresh"] for row in report["curves"]} == {None}
    assert set(report["lowest_at"]) == {"0"}

"""`toylab architecture`: what it trains, prints and refuses."""

import json

import pandas as pd
import pytest

from tests.cli.command import refused, rows_in_place_of_training
from tests.experiments import architecture_runs
from toylab import __main__ as cli
from toylab.cli import architecture as command
from toylab.experiments.architecture_study import ArchitectureStudy


@pytest.fixture
def asked(monkeypatch):
    """What would have been trained; runs of known laws come in its place."""

    def rows_of(specs):
        studies = (*ArchitectureStudy.PRESETS.values(), ArchitectureStudy(highest=3e9))
        return architecture_runs.rows(next(one for one in studies if one.specs() == list(specs)))

    return rows_in_place_of_training(monkeypatch, command, rows_of)


def test_json_has_the_slope_interval_and_best_losses_of_each_net(asked, capsys):
    assert cli.main(["architecture", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert asked == [ArchitectureStudy().specs()]
    assert set(report["nets"]) == {"ngram", "lstm", "transformer"}
    for net, known in report["nets"].items():
        assert known["slope"] == pytest.approx(architecture_runs.LAWS[net][1], abs=0.01)
        assert set(known["best"]) == {"1e+09", "3e+09", "1e+10"}
        assert known["interval"][0] < known["slope"] < known["interval"][1]
    assert len(report["runs"]) == ArchitectureStudy().networks
    assert ArchitectureStudy(**report["study"]) == ArchitectureStudy()


def test_text_has_every_slope_and_every_ratio(asked, capsys):
    assert cli.main(["architecture", "--preset", "optimizers"]) == 0
    lines = capsys.readouterr().out.splitlines()
    study = ArchitectureStudy.PRESETS["optimizers"]
    assert len(asked) == 1
    for design in study.designs.values():
        assert sum(line.startswith(f"{design.title} ") for line in lines) >= 1
    assert sum(" times the compute" in line for line in lines) == 3 * 4


def test_the_runs_go_to_a_file(asked, tmp_path, capsys):
    path = tmp_path / "runs.csv"
    assert cli.main(["architecture", "--highest", "3e9", "--csv", str(path)]) == 0
    capsys.readouterr()
    runs = sum(spec.runs for spec in asked[0])
    assert len(pd.read_csv(path)) == runs


def test_a_folder_is_no_file_and_is_refused_before_anything_is_trained(asked, tmp_path, capsys):
    assert "cannot write" in refused(["architecture", "--csv", str(tmp_path)], capsys)
    assert not asked


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--seeds", "1"], "one shows no spread"),
        (["--highest", "5e9"], "highest must be one of"),
        (["--compare", "cars"], "invalid choice"),
    ],
)
def test_it_refuses_in_one_sentence(options, sentence, capsys, asked):
    assert sentence in refused(["architecture", *options], capsys)
    assert not asked

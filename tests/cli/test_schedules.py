"""`toylab schedules`, `wsd`, `collapse`, `draw-schedule`: what they train, print and refuse."""

import pytest

from tests.cli.command import refused, rows_in_place_of_training, strict
from tests.experiments import schedule_runs
from toylab import __main__ as cli
from toylab.cli import schedules as command
from toylab.experiments.collapse_study import FAMILIES

ROWS = {
    tuple(study.specs()): make
    for study, make in (
        (schedule_runs.HORIZON, schedule_runs.horizon_rows),
        (schedule_runs.WSD, schedule_runs.wsd_rows),
        (schedule_runs.COLLAPSE, schedule_runs.collapse_rows),
        (schedule_runs.DRAWN_STUDY, schedule_runs.drawn_rows),
    )
}


@pytest.fixture(autouse=True)
def asked(monkeypatch):
    """What would have been trained; runs of known losses come in its place."""
    return rows_in_place_of_training(monkeypatch, command, lambda specs: ROWS[tuple(specs)]())


def test_json_has_horizons_branches_and_the_collapse_with_its_spread(asked, capsys):
    assert cli.main(["schedules", "--json"]) == 0
    report = strict(capsys.readouterr().out)
    assert len(asked) == 3
    assert len(report["horizons"]) == 18
    usual = next(r for r in report["horizons"] if r["rate"] == 1 and r["horizon"] == 2)
    assert usual["excess"] == pytest.approx(0.02, abs=0.01)
    tuned = [row["gap"] for row in report["wsd"] if row["rate"] == "tuned"]
    assert tuned == pytest.approx([0.0] * 6, abs=0.01)
    assert set(report["collapse"]["spread"]) == set(FAMILIES)
    assert report["collapse"]["spread"]["valley"]["spread"] < 0.01


def test_only_leaves_the_rest_out_and_the_table_goes_to_a_file(asked, capsys, tmp_path):
    path = tmp_path / "runs.csv"
    assert cli.main(["schedules", "--only", "--csv", str(path)]) == 0
    assert len(asked) == 1
    assert len(path.read_text().splitlines()) == 1 + schedule_runs.HORIZON.networks
    assert len(capsys.readouterr().out.splitlines()) == 18


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("wsd", "steps: stable run and branches 5,358, cosines 10,787"),
        ("collapse", "losses as they are"),
        ("draw-schedule", "the annealing law fits the cosine to"),
    ],
)
def test_each_part_has_a_command_of_its_own(name, said, capsys):
    assert cli.main([name]) == 0
    assert said in capsys.readouterr().out
    assert cli.main([name, "--json"]) == 0
    assert "study" in strict(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (["schedules", "--seeds", "1"], "one shows no spread"),
        (["wsd", "--decay", "0"], "decay must be above 0"),
        (["collapse", "--lowest", "5"], "budgets must be two of"),
        (["draw-schedule", "--warm", "2"], "warm must be between 0 and 1"),
        (["schedules", "--shape", "1-sqrt"], "invalid choice"),
    ],
)
def test_what_cannot_be_trained_is_refused_in_a_sentence(line, sentence, capsys):
    assert sentence in refused(line, capsys)

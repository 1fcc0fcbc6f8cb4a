"""`toylab transfer`: what it trains, prints and refuses."""

import pytest

from tests.cli.command import refused, rows_in_place_of_training, strict
from tests.experiments import transfer_runs
from toylab import __main__ as cli
from toylab.cli import transfer as command
from toylab.experiments.transfer_study import TransferStudy


@pytest.fixture
def asked(monkeypatch):
    """What would have been trained; runs of known valleys come in its place."""

    def rows(specs):
        return [transfer_runs.row(spec, octave) for spec in specs for octave in spec.octaves]

    return rows_in_place_of_training(monkeypatch, command, rows)


def test_json_has_the_losses_of_both_and_how_far_their_minima_move(asked, capsys):
    assert cli.main(["transfer", "--json", "--widest", "128"]) == 0
    report = strict(capsys.readouterr().out)
    assert asked == [TransferStudy(widest=128).specs()]
    for scaling in ("standard", "mup"):
        assert len(report[scaling]) == 3 * 7
        assert set(report[scaling][0]) == {"width", "lr", "loss"}
    assert len(report["minima"]) == 6
    assert len(report["runs"]) == TransferStudy(widest=128).networks


def test_words_have_a_line_a_minimum_a_movement_and_a_price(asked, capsys):
    assert cli.main(["transfer"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sum("log2 of the best rate" in line for line in lines) == 10
    assert sum("octaves a doubling of width" in line for line in lines) == 2
    assert sum("loss above the lowest" in line for line in lines) == 2
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--widest", "100"], "widest must be one of"),
        (["--base", "1024"], "base must be one of the widths below"),
        (["--decay", "nan"], "decay must be between"),
        (["--branch", "half"], "invalid choice"),
        (["--seeds", "1"], "one shows no spread"),
    ],
)
def test_it_refuses_in_one_sentence(options, sentence, capsys, asked):
    assert sentence in refused(["transfer", *options], capsys)
    assert not asked

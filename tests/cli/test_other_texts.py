"""`toylab other-texts`: it refuses in one sentence, and reports lines and texts that are absent."""

import pytest

from tests.cli.command import ended, ends_with, refused, strict
from tests.experiments.other_texts_rows import SLOPES, STUDY, rows
from toylab import __main__ as cli
from toylab.cli import other_texts as command


@pytest.fixture(autouse=True)
def trained(monkeypatch):
    """Rows made by a formula, in the place of training."""
    ends_with(monkeypatch, command, lambda _: ended(rows(STUDY, absent=["headers"])))


def test_it_reports_lines_and_runs_as_json(capsys, tmp_path):
    path = tmp_path / "runs.csv"
    assert cli.main(["other-texts", "--preset", "wide", "--json", "--csv", str(path)]) == 0
    told = strict(capsys.readouterr().out)
    assert told["study"]["largest"] == 256
    assert {line["text"]: line["slope"] for line in told["lines"]} == pytest.approx(
        {text: slope for text, slope in SLOPES.items() if text != "headers"}
    )
    assert told["absent"] == ["headers"]
    assert {row["headers"] for row in told["runs"]} == {None}
    assert len(path.read_text().splitlines()) == 1 + len(told["runs"]) == 1 + 18 + 1


def test_it_says_that_a_text_is_absent(capsys):
    assert cli.main(["other-texts", "--preset", "wide"]) == 0
    *lines, last = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert last.startswith("C headers")
    assert "absent" in last


def test_a_setting_that_is_none_is_refused_in_a_line(capsys):
    assert "largest must be one of" in refused(["other-texts", "--largest", "100"], capsys)

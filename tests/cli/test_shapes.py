"""`toylab shapes`: it refuses in one sentence, and tells what depth costs."""

import numpy as np
import pandas as pd
import pytest

from tests.cli.command import ended, ends_with, refused, strict
from toylab import __main__ as cli
from toylab.cli import shapes as command
from toylab.data import recorded
from toylab.experiments import shapes, shapes_study
from toylab.experiments.shapes_study import ShapesStudy


def formula(specs):
    """Rows as `shapes.run` yields them: a layer without a skip costs 3 %."""
    rows = []
    for spec in specs:
        for k in range(spec.runs):
            luck = np.random.default_rng([spec.seed + k, spec.depth]).normal(0, 0.002)
            loss = 2 * np.exp((0.0 if spec.skips else 0.03 * (spec.depth - 1)) + luck)
            rows.append(shapes._row(spec, k, loss, 0.1))
    return rows


@pytest.fixture
def trained(monkeypatch):
    """Training replaced by the formula."""
    ends_with(monkeypatch, command, lambda specs: ended(formula(specs)))


@pytest.mark.usefixtures("trained")
def test_shapes_are_told_as_json_and_written_as_csv(capsys, tmp_path):
    path = tmp_path / "runs.csv"
    assert cli.main(["shapes", "--seeds", "4", "--json", "--csv", str(path)]) == 0
    told = strict(capsys.readouterr().out)
    assert told["verdicts"] == {"plain": "much", "with skips": "hardly"}
    deep = {row["kind"]: row["excess"] for row in told["shapes"] if row["depth"] == 6}
    assert deep["plain"] == pytest.approx(100 * np.expm1(0.15), abs=1)
    assert deep["with skips"] < 1
    assert len(told["runs"]) == 36 == len(pd.read_csv(path))
    assert told["study"]["seeds"] == 4


def test_shapes_are_told_in_words_and_a_broken_run_is_left_out(monkeypatch, capsys):
    rows = formula(ShapesStudy().specs())
    ends_with(monkeypatch, command, lambda _: ended(rows))
    assert cli.main(["shapes"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 12
    assert "6 x 19" in lines[4]
    rows[0] |= {"loss": float("inf"), "diverged": True}
    assert cli.main(["shapes", "--json"]) == 0
    assert strict(capsys.readouterr().out)["verdicts"]["plain"] == "open"


def test_what_is_no_study_is_refused_in_a_sentence(capsys):
    said = refused(["shapes", "--params", "7000"], capsys)
    assert said == "toylab shapes: params must be 6000 or 25000, got 7000\n"


@pytest.mark.usefixtures("trained")
def test_what_is_recorded_is_every_study_of_the_page(monkeypatch, tmp_path):
    monkeypatch.setattr(shapes_study, "RECORDED", tmp_path / "shapes.csv")
    assert cli.main(["record", "shapes"]) == 0
    kept = recorded.read(tmp_path / "shapes.csv")
    assert kept.made.startswith("python -m toylab record shapes, ")
    assert set(kept.frame["study"]) == set(shapes_study.RECORDED_STUDIES)
    for study in shapes_study.RECORDED_STUDIES.values():
        assert len(study.table(study.recorded().rows)) == study.networks

"""`toylab bench`: its comparisons, as text and as JSON."""

from dataclasses import asdict, fields

import pytest

from tests.cli.command import strict
from toylab import __main__ as cli
from toylab.benchmarks import fit as bench_fit
from toylab.benchmarks import sine as bench
from toylab.simulation.isoflop_study import SimulatedStudy


def test_the_bench_prints_its_comparison(monkeypatch, capsys):
    timing = bench.Timing(8.0, 2.0, 4.0, 3e-6, 2e-6, 9.0, 50.0, 0.63)
    monkeypatch.setattr(bench, "measure", lambda _: timing)
    assert cli.main(["bench", "sine", "--json"]) == 0
    assert strict(capsys.readouterr().out) == asdict(timing)
    assert cli.main(["bench", "sine"]) == 0
    said = capsys.readouterr().out
    assert [
        n for n in ("8.00 s", "2.00 s", "4.00", "3.0e-06", "63%", "50 GFLOP") if n not in said
    ] == []


def test_the_bench_of_the_fit_prints_its_comparison(monkeypatch, capsys):
    monkeypatch.setattr(bench_fit, "RUNS", SimulatedStudy(budgets=3, sizes=5, noise=0.004))
    monkeypatch.setattr(bench_fit, "SAMPLE", 2)
    monkeypatch.setattr(bench_fit, "REPEATS", 1)
    assert cli.main(["bench", "fit", "--json"]) == 0
    told = strict(capsys.readouterr().out)
    assert set(told) == {field.name for field in fields(bench_fit.Timing)}
    assert told["runs"] == 15
    assert told["ratio"] == pytest.approx(told["plain_seconds"] / told["toylab_seconds"])
    assert told["toylab_objective"] <= told["plain_objective"] * (1 + 1e-6)
    monkeypatch.setattr(bench_fit, "measure", lambda: bench_fit.Timing(**told))
    assert cli.main(["bench", "fit"]) == 0
    assert f"{told['ratio']:.0f}" in capsys.readouterr().out

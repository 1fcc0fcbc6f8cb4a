"""The comparison of rates at several widths adds up. Its times are never asserted."""

import json

import pytest
import torch

from tests.experiments import transfer_runs
from toylab.benchmarks import lm as bench_lm
from toylab.benchmarks import transfer as bench
from toylab.experiments.transfer import TransferSpec, run
from toylab.experiments.transfer_study import TransferStudy

torch.set_num_threads(1)  # as in a worker


def test_both_ways_train_every_rate_and_the_numbers_add_up(monkeypatch, capsys):
    study, asked = TransferStudy(widest=64, base=32), []

    def plain(spec, octave, *_):
        asked.append((spec.width, spec.scaling, octave))
        return 3.0 - octave / 100

    monkeypatch.setattr(bench, "plain", plain)
    monkeypatch.setattr(bench, "timed", lambda _: (0.5, transfer_runs.rows(study), 2))
    found = bench.measure(study)
    assert len(asked) == len(set(asked)) == study.networks / study.seeds == 21
    assert found.ratio == pytest.approx(found.plain_seconds / 0.5)
    assert found.plain_loss == pytest.approx(3.03)
    monkeypatch.setattr(bench, "measure", lambda _: found)
    assert bench.transfer(as_json=True) == 0
    assert json.loads(capsys.readouterr().out) == vars(found)
    assert bench.transfer(as_json=False) == 0
    assert "42 runs" in capsys.readouterr().out


def test_the_plain_way_starts_and_learns_as_the_parameters_say():
    spec = TransferSpec(48, "mup", base=16, depth=3, steps=40, lowest=-6.0, highest=-6.0)
    *_, (_, (row,)) = run(spec)
    assert bench.plain(spec, -6.0, *bench_lm.tensors()) == pytest.approx(row["loss"], abs=0.2)

"""The comparison of deep and wide networks adds up. Its times are never asserted."""

import json

import pytest
import torch

from toylab.benchmarks import lm as bench_lm
from toylab.benchmarks import shapes as bench
from toylab.experiments import shapes
from toylab.experiments.shapes import ShapeSpec
from toylab.experiments.shapes_study import SHAPES, ShapesStudy

torch.set_num_threads(1)  # as in a worker


def test_both_ways_train_every_shape_and_the_numbers_add_up(monkeypatch, capsys):
    study, asked = ShapesStudy(seeds=2), []

    def plain(spec, *_):
        asked.append(spec)
        return 2.0 + spec.depth

    rows = [shapes._row(spec, k, 2.5, 0.1) for spec in study.specs() for k in range(spec.runs)]
    monkeypatch.setattr(bench, "plain", plain)
    monkeypatch.setattr(bench, "timed", lambda _: (0.5, rows, 2))
    found = bench.measure(study)
    assert [(spec.skips, spec.depth) for spec in asked] == SHAPES
    assert (found.runs, found.toylab_loss) == (18, 2.5)
    assert found.plain_loss == pytest.approx(2 + sum(depth for _, depth in SHAPES) / 9)
    assert found.ratio == pytest.approx(found.plain_seconds / 0.5)
    monkeypatch.setattr(bench, "measure", lambda _: found)
    assert bench.shapes(as_json=True) == 0
    assert json.loads(capsys.readouterr().out) == vars(found)
    assert bench.shapes(as_json=False) == 0
    assert "18 runs of 9 shapes" in capsys.readouterr().out


@pytest.mark.slow
def test_the_plain_way_learns_about_as_well_as_the_engine():
    spec = ShapeSpec(2, skips=True, near=1000)
    (row,) = list(shapes.run(spec))[-1][1]
    assert bench.plain(spec, *bench_lm.tensors()) == pytest.approx(row["loss"], abs=0.15)

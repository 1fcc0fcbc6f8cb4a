"""The comparison of the copy task adds up. Its times are never asserted."""

import json

import pytest
import torch

from toylab.benchmarks import copy as bench
from toylab.experiments import tasks
from toylab.experiments.task_studies import CopyStudy
from toylab.experiments.tasks import TaskSpec

torch.set_num_threads(1)  # as in a worker

SPEC = TaskSpec("copy", 8, 200)


def test_the_plain_network_has_the_engines_parameters():
    """Torch's block and norm have gains, which hardly matter: 3 d of them."""
    counted = sum(p.numel() for p in bench.network(SPEC).parameters())
    assert counted == SPEC.params + 4 * SPEC.width


def test_the_plain_way_learns_as_the_engine_does_and_touches_nobodys_draws():
    torch.manual_seed(3)
    before = torch.random.get_rng_state()
    share = bench.plain(SPEC)
    assert torch.equal(torch.random.get_rng_state(), before)
    (row,) = list(tasks.run(SPEC))[-1][1]
    assert share > 0.5
    assert row["accuracy"] > 0.5


def test_the_comparison_adds_up_and_is_printed(monkeypatch, capsys):
    study = CopyStudy(widths=(4, 5), seeds=3, steps=5)
    rows = [{"accuracy": 0.5}] * 6
    monkeypatch.setattr(bench, "timed", lambda _: (2.0, rows, 2))
    monkeypatch.setattr(bench, "plain", lambda spec: spec.width / 10)
    timing = bench.measure(study)
    assert (timing.runs, timing.toylab_seconds, timing.toylab_accuracy) == (6, 2.0, 0.5)
    assert timing.plain_accuracy == pytest.approx(0.45)
    assert timing.plain_seconds == pytest.approx(3 * timing.sampled_seconds)
    assert timing.ratio == pytest.approx(timing.plain_seconds / 2)
    monkeypatch.setattr(bench, "measure", lambda _: timing)
    assert bench.copy(as_json=True) == 0
    assert json.loads(capsys.readouterr().out) == vars(timing)
    assert bench.copy(as_json=False) == 0
    assert "0.450" in capsys.readouterr().out

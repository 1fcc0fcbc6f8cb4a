"""The plain way of `bench repetition` trains the engine's network on the engine's text."""

import pytest
import torch

from toylab.benchmarks import lm, repetition
from toylab.benchmarks.repetition import SPEC, plain
from toylab.experiments.repetition import RepetitionSpec, run

torch.set_num_threads(1)  # as in a worker


def test_the_plain_network_has_as_many_weights_in_matrix_products():
    net = lm.network(SPEC.size)
    weights = [layer.weight for layer in net if isinstance(layer, torch.nn.Linear)]
    assert sum(weight.numel() for weight in weights) == SPEC.params


def test_both_ways_come_to_about_the_same_loss_at_the_same_pool():
    """Two epochs of 2,048 characters, half of them noise of order and of first weights."""
    spec = RepetitionSpec(unique=2048, epochs=2, size=8, decay=0.3, runs=3)
    _, exam = lm.tensors()
    losses = [plain(spec, seed, exam) for seed in range(3)]
    *_, (_, rows) = run(spec)
    assert sum(losses) / 3 == pytest.approx(sum(row["loss"] for row in rows) / 3, abs=0.1)


def test_the_report_says_both_seconds_and_their_ratio(monkeypatch, capsys):
    timing = repetition.Timing(2, 3.0, 1.5, 2.0, 2.25, 2.26)
    monkeypatch.setattr(repetition, "measure", lambda _: timing)
    assert repetition.repetition(as_json=False) == 0
    out = capsys.readouterr().out
    assert all(part in out for part in ("3.00 s", "1.50 s", " 2.00 ", "2.250", "2.260"))

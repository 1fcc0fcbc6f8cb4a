"""The plain way of `bench schedules` trains the engine's network under the engine's rates."""

import pytest
import torch

from toylab.benchmarks import lm, schedules
from toylab.benchmarks.schedules import plain
from toylab.experiments.schedules import ScheduleSpec, run

torch.set_num_threads(1)  # as in a worker


def test_both_ways_come_to_about_the_same_loss_under_the_same_schedule():
    spec = ScheduleSpec(size=8, tokens=8192, decay=0.3, shape="1-sqrt", held=32, runs=3)
    _, exam = lm.tensors()
    losses = [plain(spec, seed, exam) for seed in range(3)]
    *_, (_, rows) = run(spec)
    assert sum(losses) / 3 == pytest.approx(sum(row["loss"] for row in rows) / 3, abs=0.1)


def test_the_report_says_both_seconds_and_their_ratio(monkeypatch, capsys):
    timing = schedules.Timing(4, 3.0, 1.5, 2.0, 2.25, 2.26)
    monkeypatch.setattr(schedules, "measure", lambda _: timing)
    assert schedules.schedules(as_json=False) == 0
    out = capsys.readouterr().out
    assert all(part in out for part in ("3.00 s", "1.50 s", " 2.00 ", "2.250", "2.260"))

"""The races against the plain way: the same work, printed honestly. Nothing here is timed."""

import json

import pytest
import torch

from toylab.benchmarks import batch_steps, lm
from toylab.experiments.steps_to_loss import EXAM, TARGETS, StepsToLossSpec

torch.set_num_threads(1)  # as in a worker


def timing():
    return batch_steps.Timing(8, 48, 30.5, 4.25, 7.18, 2.61, 2.55)


@pytest.mark.slow
def test_the_plain_way_learns_with_one_of_its_rates_and_touches_nobodys_draws():
    letters, exam = lm.tensors()
    state = torch.get_rng_state()
    race = StepsToLossSpec(512, targets=(3.1,))
    few, many = (batch_steps.plain(race, steps, letters, exam[:EXAM]) for steps in (2, 40))
    assert torch.equal(torch.get_rng_state(), state)
    assert many < 3.3 < few  # the engine's races come to 3.1 after about 30 steps
    assert batch_steps.plain(race, 2, letters, exam[:EXAM]) == few


def test_both_ways_do_the_same_races_and_the_plain_way_as_many_steps(monkeypatch):
    asked = []

    def plain(spec, steps, letters, exam):
        asked.append((spec, steps, letters, len(exam)))
        return 2.5

    monkeypatch.setattr(batch_steps, "plain", plain)
    monkeypatch.setattr(batch_steps, "tensors", lambda: ("text", range(2 * EXAM)))
    rows = [
        {"target": target, "batch": 64, "seed": 0, "steps": steps, "lr": 1.0, "edge": False}
        for target, steps in zip(TARGETS, (90.2, 160.0, 300.6), strict=True)
    ]
    monkeypatch.setattr(batch_steps, "timed", lambda _: (2.0, rows, 2))
    found = batch_steps.measure([StepsToLossSpec(64)])
    assert asked == [(StepsToLossSpec(64), 301, "text", EXAM)]
    assert found.ratio == pytest.approx(found.plain_seconds / 2.0)
    assert (found.races, found.rates) == (1, len(StepsToLossSpec(64).lrs))
    assert (found.plain_loss, found.toylab_loss) == (2.5, TARGETS[-1])


def test_the_comparison_is_printed_in_words_or_as_json(monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(batch_steps, "measure", lambda specs: asked.append(specs) or timing())
    assert batch_steps.race(as_json=True) == 0
    assert json.loads(capsys.readouterr().out) == vars(timing())
    assert batch_steps.race(as_json=False) == 0
    said = capsys.readouterr().out
    for part in ("8 races, 48 learning rates", "30.50 s", "4.25 s", "7.18", "2.610", "2.550"):
        assert part in said
    assert asked[0] == [StepsToLossSpec(2**k) for k in range(3, 11)]

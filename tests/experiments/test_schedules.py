"""Runs under a schedule, stems with branches, and losses on the way."""

from dataclasses import replace

import pytest
import torch

from toylab.experiments import charlm, schedules, wsd
from toylab.experiments.charlm import CharlmSpec
from toylab.experiments.schedules import ScheduleSpec
from toylab.experiments.wsd import WsdSpec

torch.set_num_threads(1)  # as in a worker

SMALL = ScheduleSpec(size=4, tokens=4096, shape="linear", seed=5, runs=2)
TREE = WsdSpec(size=4, shortest=64, longest=128, lengths=2, warm=8, batch=32, seed=5, runs=2)


def rows(module, spec):
    *_, (done, found) = module.run(spec)
    assert done == 1
    return found


def test_a_line_to_zero_is_the_run_of_the_language_models_bit_for_bit():
    mine, plain = rows(schedules, SMALL), rows(charlm, SMALL.plain)
    assert [row["loss"] for row in mine] == [row["loss"] for row in plain]
    other = rows(schedules, replace(SMALL, shape="cosine"))
    assert [row["loss"] for row in other] != [row["loss"] for row in plain]


def test_looks_change_nothing_and_end_at_the_end():
    looked = rows(schedules, replace(SMALL, looks=4))
    assert [row["done"] for row in looked[::2]] == [
        -(-SMALL.plain.steps * k // 4) for k in (1, 2, 3, 4)
    ]
    first = [row["loss"] for row in looked if row["seed"] == 5]
    assert first[-1] < first[0]
    assert first[-1] == pytest.approx(rows(schedules, SMALL)[0]["loss"], abs=0.05)  # part of it


def test_a_row_of_the_study_of_language_models_has_its_losses_on_its_way():
    flops = CharlmSpec(4, 1e7).flops_per_token * 4096
    plain, looked = (rows(charlm, CharlmSpec(4, flops, looks=on)) for on in (False, True))
    assert looked[0]["loss"] == plain[0]["loss"]
    assert plain[0]["curve"] == []
    curve = looked[0]["curve"]
    assert len(curve) == charlm.LOOKS
    assert curve[-1] < curve[0]
    assert curve[-1] == pytest.approx(looked[0]["loss"], abs=0.1)


def test_a_branch_is_the_run_of_its_schedule_alone_bit_for_bit():
    branches = rows(wsd, TREE)
    for alone in TREE.branches:
        losses = [row["loss"] for row in rows(schedules, alone)]
        mine = [row["loss"] for row in branches if row["steps"] == alone.plain.steps]
        assert mine == losses


def test_the_stem_and_its_branches_spend_what_is_said():
    """Branches of T steps decay for a fifth; the stem goes to four fifths of the longest."""
    tree = WsdSpec()
    assert tree.steps[0] == 500
    assert tree.steps[-1] == 4000
    assert tree.spent == pytest.approx(0.8 * 4000 + 0.2 * sum(tree.steps), abs=6)
    assert [one.plain.steps for one in tree.cosines] == tree.steps


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"lengths": 1}, "lengths must be between 2 and 12"),
        ({"shortest": 10}, "shortest must be at least 50 steps"),
        ({"longest": 600}, "longest must be twice the shortest or more"),
        ({"decay": 0.0}, "decay must be above 0 and below 1"),
        ({"warm": 450}, "warm must be between 0 and 400 steps"),
        ({"size": 0}, "size must be between"),
    ],
)
def test_trees_that_are_none_are_refused(wrong, rule):
    with pytest.raises(ValueError, match=rule):
        replace(WsdSpec(), **wrong)


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"tokens": 10}, "tokens must be between 2,048 and 4,000,000"),
        ({"looks": 1000}, "looks must be between 0 and 100"),
        ({"horizon": 0.1}, "horizon must be between"),
        ({"rate": 0.0}, "rate must be above 0"),
    ],
)
def test_runs_that_are_none_are_refused(wrong, rule):
    with pytest.raises(ValueError, match=rule):
        replace(SMALL, **wrong)

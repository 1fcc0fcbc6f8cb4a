"""Runs of the tasks: their questions, accounts and refusals, and networks that were trained."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from toylab import devices
from toylab.experiments import tasks
from toylab.experiments.nets import task_transformer, training
from toylab.experiments.tasks import EXAM, TASKS, TaskSpec

torch.set_num_threads(1)  # as in a worker

COPY = TaskSpec("copy", 4, 20, looks=2, runs=2)
ADD = TaskSpec("addition", 4, 20, looks=2, runs=2)
both = pytest.mark.parametrize("spec", [COPY, ADD], ids=["copy", "addition"])


def rows(spec):
    """The rows at the end."""
    return list(tasks.run(spec))[-1][1]


def without_seconds(rows):
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows]


# --- Questions --------------------------------------------------------------------------------


def test_a_copy_is_twelve_letters_a_bar_and_the_letters():
    drawn = tasks.copies(np.random.default_rng(0), 1000)
    assert drawn.shape == (1000, 25)
    assert (drawn[:, :12] == drawn[:, 13:]).all()
    assert set(drawn[:, 12]) == {16}
    counts = np.bincount(drawn[:, :12].flatten(), minlength=16)
    assert (np.abs(counts / 750 - 1) < 0.2).all()  # each letter as often, to 5 standard errors


def test_sums_are_right_and_have_their_last_digit_first():
    a, b, plus, c, d, equals, *answer = tasks.sums().T.astype(int)
    total = 10 * a + b + 10 * c + d
    assert (sum(digit * 10**place for place, digit in enumerate(answer)) == total).all()
    assert set(plus) == {10}
    assert set(equals) == {11}
    assert len({tuple(row) for row in tasks.sums()}) == 10_000


def test_the_exam_asks_no_sum_that_is_learned_and_the_training_all_others():
    asked = {tuple(row) for row in TASKS["addition"].exam()}
    learned = {tuple(row) for row in tasks.additions(np.random.default_rng(1), 200_000)}
    assert len(asked) == EXAM
    assert not asked & learned
    assert len(learned) == 10_000 - EXAM


@both
def test_the_exam_has_its_questions_and_all_symbols(spec):
    kind = spec.kind
    assert kind.exam().shape == (EXAM, kind.places + 1)
    assert kind.exam().max() == kind.symbols - 1


# --- Accounts and refusals --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"task": "sorting"}, "task must be one of copy, addition, got sorting"),
        ({"width": 0}, "width must be between 1 and 1024, got 0"),
        ({"task": "addition", "width": 6}, "width must be a multiple of 4 for addition, got 6"),
        ({"steps": 0}, "steps must be between 1 and 100000, got 0"),
        ({"looks": 0}, "looks must be between 1 and the steps, got 0"),
        ({"looks": 21}, "looks must be between 1 and the steps, got 21"),
        ({"rate": 0.0}, "rate must be above 0 and at most 1000, got 0.0"),
        ({"rate": math.nan}, "rate must be above 0 and at most 1000, got nan"),
        ({"seed": -1}, "seed must be between 0 and 1000000000, got -1"),
        ({"runs": 0}, "runs must be between 1 and 1000, got 0"),
        ({"width": 1024, "runs": 1000}, "1000 runs of width 1024 need .* GB of memory; the limit"),
    ],
)
def test_a_wrong_argument_is_refused_with_the_rule_and_the_value(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        replace(COPY, **wrong)


@both
def test_rows_account_for_the_run(spec):
    looks = list(tasks.run(spec))
    assert [share for share, _ in looks] == [0.5, 1.0]
    assert [len(found) for _, found in looks] == [2, 4]
    for k, row in enumerate(looks[-1][1]):
        assert (row["step"], row["seed"]) == ((10, 20)[k // 2], k % 2)
        assert (row["task"], row["width"], row["params"]) == (spec.task, 4, spec.params)
        asked = range(1, spec.kind.asked + 1)
        exact, right = ([row[f"{name}_{k}"] for k in asked] for name in ("exact", "right"))
        assert row["accuracy"] == pytest.approx(np.mean(right))
        assert exact == sorted(exact, reverse=True)
        assert exact[0] == pytest.approx(row["accuracy"])
        assert f"exact_{len(asked) + 1}" not in row
        assert not row["diverged"]


def test_symbols_in_a_row_are_counted_wherever_they_begin():
    right = np.array([[1, 1, 0, 1], [1, 1, 1, 1], [0, 1, 1, 0]], dtype=bool)
    counted = [tasks.in_a_row(right, k) for k in (1, 2, 3, 4)]
    assert counted == pytest.approx([9 / 12, 5 / 9, 2 / 6, 1 / 3])


def test_a_wider_net_a_longer_run_and_more_seeds_cost_more():
    for more in ({"width": 8}, {"steps": 40}, {"runs": 4}):
        assert replace(COPY, **more).cost > COPY.cost


# --- Training ---------------------------------------------------------------------------------


@both
def test_the_same_spec_gives_bitwise_the_same_rows_at_every_look(spec):
    one, other = ([without_seconds(found) for _, found in tasks.run(spec)] for _ in range(2))
    assert one == other


@both
def test_a_seed_learns_the_same_alone_and_in_a_stack(spec):
    stacked = [row["loss"] for row in rows(spec) if row["seed"] == 1]
    alone = [row["loss"] for row in rows(replace(spec, seed=1, runs=1))]
    assert alone == pytest.approx(stacked, rel=1e-4)


def test_a_run_of_one_look_is_the_run_of_two_at_its_end():
    once = rows(replace(COPY, looks=1))
    assert without_seconds(once) == without_seconds(rows(COPY)[2:])


def test_a_network_learns_what_its_answers_say():
    """Where the first symbols have been learned and nothing else: less than ln 16 is known."""
    (row,) = rows(TaskSpec("copy", 8, 200))
    assert row["accuracy"] > 0.5
    assert row["loss"] < 0.6 * math.log(16)


@both
def test_an_absurd_rate_ends_in_rows(spec):
    for row in rows(replace(spec, rate=1000.0)):
        assert 0 <= row["accuracy"] <= 1
        assert row["diverged"] == (not math.isfinite(row["loss"]))


def test_a_run_without_a_finite_loss_is_marked_and_its_neighbour_is_not(monkeypatch):
    healthy, initial = rows(COPY), task_transformer.initial

    def poisoned(width, symbols, places, seeds):
        flat = initial(width, symbols, places, seeds)
        training.unflatten(flat, task_transformer.shapes(width, symbols, places))[0][1] = math.nan
        return flat

    monkeypatch.setattr(task_transformer, "initial", poisoned)
    found = rows(COPY)
    assert [row["diverged"] for row in found] == [False, True] * 2
    assert without_seconds(found[::2]) == without_seconds(healthy[::2])


@both
def test_an_absent_device_is_refused_and_not_replaced(spec):
    here = {device.kind for device in devices.available()}
    absent = next(kind for kind in devices.KINDS if kind not in here)
    with pytest.raises(ValueError, match=rf"device {absent} \(.*\) is not on this machine"):
        next(tasks.run(replace(spec, device=absent)))

"""Races of learning rates to a loss, against plain loops; the noise along a run, likewise."""

import json
import math
import re
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

from toylab import devices
from toylab.experiments import corpus, noise_scale, steps_to_loss
from toylab.experiments.nets import ngram
from toylab.experiments.noise_scale import NoiseScaleSpec
from toylab.experiments.steps_to_loss import StepsToLossSpec
from toylab.live import worker_process

torch.set_num_threads(1)  # as in a worker

QUICK = StepsToLossSpec(256, 3, 32, (2.9, 2.8, 2.7))
SHORT = NoiseScaleSpec(2.0, 2.9, 1)
COLUMNS = {
    "batch": int, "target": float, "steps": float, "lr": float, "edge": bool, "seed": int,
    "device": str,
}  # fmt: skip
PAIR = {"lr": float, "seed": int, "step": int, "loss": float, "small": float, "big": float}
gpus = pytest.mark.parametrize(
    "kind",
    [
        pytest.param(
            "cuda",
            marks=[
                pytest.mark.cuda,
                pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device"),
            ],
        ),
        pytest.param(
            "mps",
            marks=pytest.mark.skipif(not torch.backends.mps.is_available(), reason="no Apple GPU"),
        ),
    ],
)


def raced(spec):
    """The rows at the end."""
    return list(steps_to_loss.run(spec))[-1][1]


@cache
def reports(batch, seed=3, targets=QUICK.targets):
    """What a race says at every look; several tests look at it."""
    return tuple(steps_to_loss.run(StepsToLossSpec(batch, seed, 32, targets)))


def known(*which, **how):
    """Its rows at the end."""
    return reports(*which, **how)[-1][1]


# --- What a race tells ------------------------------------------------------------------------


def module(layers):
    """The nn.Module that the first run of a stack is."""
    e, W1, b1, W2, b2 = (layer[0].clone() for layer in layers)
    net = nn.Sequential(
        nn.Embedding.from_pretrained(e, freeze=False), nn.Flatten(),
        nn.Linear(*W1.shape), nn.ReLU(), nn.Linear(*W2.shape),
    )  # fmt: skip
    for linear, W, b in ((net[2], W1, b1), (net[4], W2, b2)):
        linear.weight.data, linear.bias.data = W.T.clone(), b[0].clone()
    return net


def start(size, seed):
    return ngram.layers(ngram.initial(size, [seed]), size)


def walked(spec, lr):
    """A network that torch's autograd trains, after every step; rates rise in 10 steps."""
    net, random = module(start(spec.size, spec.seed)), np.random.default_rng(spec.seed)
    for step in range(1, 10**6):
        examples = torch.from_numpy(corpus.load().draw(random, spec.batch)).long()
        net.zero_grad()
        nn.functional.cross_entropy(net(examples[:, :-1]), examples[:, -1]).backward()
        with torch.no_grad():
            for parameter in net.parameters():
                parameter.sub_(lr * min(1, step / 10) * parameter.grad)
        yield step, net


def held_out(net):
    """Its loss on the first 4096 of the characters that every network is tested on."""
    exam = torch.from_numpy(corpus.load().exam[:4096]).long()
    with torch.no_grad():
        return nn.functional.cross_entropy(net(exam[:, :-1]), exam[:, -1]).item()


def curve(spec, lr, last):
    """Steps and losses of one rate at the looks: 4, and then each a tenth later, to a loss."""
    looks, losses, look = [], [], 4
    for step, net in walked(spec, lr):
        if step == look:
            looks.append(step)
            losses.append(held_out(net))
            look = max(step + 1, math.ceil(1.1 * step))
        if step > 120 or (losses and losses[-1] < last):
            break
    return np.array(looks), np.array(losses)


def crossing(looks, losses, target):
    """Where log steps against the loss pass the target first; endless where they do not."""
    below = np.flatnonzero(losses <= target)
    if not len(below):
        return math.inf
    pair = slice(below[0] - 1, below[0] + 1)
    return math.exp(np.interp(-target, -losses[pair], np.log(looks[pair])))


@pytest.mark.slow
def test_a_row_is_what_plain_loops_over_the_rates_find(monkeypatch):
    """Every rate alone, by autograd; the fewest steps, to what single precision costs.

    At rates that do not swing: from 2.8 on rounding grows a hundredfold in thirty steps. At 1.4
    other processors' rounding moves the last target by a hundredth; the next rate is at 1.07.
    """
    lrs = [0.5, 2**-0.5, 1.0, 2**0.5]
    monkeypatch.setattr(StepsToLossSpec, "lrs", lrs)
    curves = {lr: curve(QUICK, lr, QUICK.targets[-1]) for lr in lrs}
    rows = list(steps_to_loss.run(QUICK))[-1][1]
    for row, target in zip(rows, QUICK.targets, strict=True):
        took = {lr: crossing(*found, target) for lr, found in curves.items()}
        best = min(took, key=took.__getitem__)
        assert row["target"] == target
        assert row["steps"] == pytest.approx(took[best], rel=2e-2)
        assert took[row["lr"]] < 1.01 * took[best]
        assert len([lr for lr in took if took[lr] < 1.01 * took[best]]) < 3


@pytest.mark.slow
def test_the_same_race_gives_bitwise_the_same_rows_at_every_look():
    again = list(steps_to_loss.run(replace(QUICK, targets=(2.9,))))
    assert again == list(reports(256, targets=(2.9,)))
    fractions = [fraction for fraction, _ in again]
    assert all(a <= b for a, b in pairwise(fractions))
    assert fractions[0] > 0
    assert fractions[-1] == 1.0
    assert max(fractions[:-1]) < 1


def test_rows_come_as_targets_are_passed_and_stay():
    reported = [rows for _, rows in reports(256)]
    assert reported[0] == []
    assert all(after[: len(before)] == before for before, after in pairwise(reported))
    assert {len(rows) for rows in reported} == {0, 1, 2, 3}
    assert [row["target"] for row in reported[-1]] == list(QUICK.targets)


def test_a_row_has_its_columns_and_survives_the_way_to_the_server():
    for row in known(256):
        assert {name: type(value) for name, value in row.items()} == COLUMNS
        assert json.loads(json.dumps(row)) == row
        assert (row["batch"], row["seed"], row["device"]) == (256, 3, "cpu")
        assert row["lr"] in QUICK.lrs
        assert row["edge"] == (row["lr"] in (QUICK.lrs[0], QUICK.lrs[-1]))


def test_what_a_worker_makes_of_a_request_is_the_race():
    """JSON knows no tuples; equal specs must stay equal, and cheap to look up."""
    asked = json.loads(worker_process.request(QUICK))
    assert (asked["module"], asked["spec"]) == (
        "toylab.experiments.steps_to_loss",
        "StepsToLossSpec",
    )
    assert StepsToLossSpec(**asked["fields"]) == QUICK
    assert hash(StepsToLossSpec(**asked["fields"])) == hash(QUICK)
    path = json.loads(worker_process.request(SHORT))
    assert (path["module"], path["spec"]) == ("toylab.experiments.noise_scale", "NoiseScaleSpec")
    assert NoiseScaleSpec(**path["fields"]) == SHORT


@pytest.mark.parametrize("targets", [(2.9,), (2.9, 2.7)])
def test_targets_passed_on_the_way_take_the_steps_that_they_take_alone(targets):
    """The looks are the same, and so are the steps, to the last digit."""
    rows = [row for row in known(256) if row["target"] in targets]
    assert known(256, targets=targets) == rows


def test_lower_targets_take_more_steps():
    taken = [row["steps"] for row in known(256)]
    assert all(b > 1.05 * a for a, b in pairwise(taken))


@pytest.mark.slow
def test_larger_batches_take_fewer_steps_and_more_examples():
    """At a third to six times B_crit, about: between them both change by far."""
    taken = {batch: known(batch)[-1]["steps"] for batch in (64, 256, 1024)}
    few, some, many = (batch * found for batch, found in taken.items())
    assert many > 2 * some > 2 * 1.2 * few
    assert taken[64] > 2 * taken[256] > 2 * taken[1024]


@pytest.mark.slow
def test_seeds_race_from_other_starts_and_on_other_examples():
    first, second = (known(256, seed, (2.9,))[0]["steps"] for seed in (3, 4))
    assert first != second
    assert first == pytest.approx(second, rel=0.4)


# --- Rates ------------------------------------------------------------------------------------


@pytest.mark.parametrize("batch", [1, 2, 8, 100, 256, 1024, 5000, 16384])
def test_six_rates_a_factor_of_root_two_apart_lie_around_the_expected_one(batch):
    lrs, expected = StepsToLossSpec(batch).lrs, 3.6 / (1 + 180 / batch)
    assert len(lrs) == 6
    np.testing.assert_allclose(np.array(lrs[1:]) / lrs[:-1], math.sqrt(2), rtol=1e-12)
    assert lrs[1] < expected < lrs[-2]


@pytest.mark.parametrize(("top", "place"), [(0.45, -1), (12.0, 0)])
def test_a_winner_at_the_edge_of_its_rates_is_marked(top, place, monkeypatch):
    """Rates all below, or all above, the best one, which is about 2."""
    assert known(256)[0]["edge"] is False  # before the patches: what it trains is kept
    monkeypatch.setattr(steps_to_loss, "TOP", top)
    monkeypatch.setattr(steps_to_loss, "PATIENCE", 40)
    spec = replace(QUICK, targets=(2.9,))
    (row,) = raced(spec)
    assert row["lr"] == spec.lrs[place]
    assert row["edge"] is True


# --- Targets out of reach ---------------------------------------------------------------------


def test_a_target_that_no_rate_reaches_ends_in_a_row_without_steps(monkeypatch):
    """Those before it are as ever; a batch of 256 takes 50 steps to 2.9, 277 to 2.3."""
    spec = replace(QUICK, targets=(2.9, 2.3))
    monkeypatch.setattr(steps_to_loss, "PATIENCE", 90 / spec.usual)
    assert spec.most in (90, 91)
    reported = list(steps_to_loss.run(spec))
    reached, missed = reported[-1][1]
    assert reached == known(256)[0]
    assert math.isnan(missed["steps"])
    assert math.isnan(missed["lr"])
    assert missed | {"steps": 0, "lr": 0} == reached | {"target": 2.3, "steps": 0, "lr": 0}
    assert reported[-1][0] == 1.0
    assert all(rows in ([], [reached]) for _, rows in reported[:-1])
    again = json.loads(json.dumps(missed))
    assert list(again) == list(missed)
    assert math.isnan(again["steps"])


def test_a_race_is_given_up_after_its_most_steps(monkeypatch):
    monkeypatch.setattr(steps_to_loss, "PATIENCE", 0.2)
    spec = StepsToLossSpec(512, targets=(2.5,))
    seen = [step for step, _ in steps_to_loss.descend(spec, spec.lrs, spec.most)]
    assert seen == list(range(1, spec.most + 1))
    looked = []
    monkeypatch.setattr(
        steps_to_loss, "losses", lambda net: looked.append(net) or [math.inf] * len(net[0])
    )
    assert math.isnan(raced(spec)[0]["steps"])
    due = [4]
    while (look := max(due[-1] + 1, math.ceil(1.1 * due[-1]))) <= spec.most:
        due.append(look)
    assert len(looked) == len(due)


@pytest.mark.parametrize("loss", [math.nan, math.inf])
def test_rates_that_all_diverge_reach_nothing_and_a_diverged_one_wins_nothing(loss, monkeypatch):
    spec = StepsToLossSpec(512, targets=(2.9, 2.6))
    monkeypatch.setattr(steps_to_loss, "losses", lambda _: [loss] * 6)
    monkeypatch.setattr(steps_to_loss, "PATIENCE", 0.1)
    assert [math.isnan(row["steps"]) for row in raced(spec)] == [True, True]
    monkeypatch.setattr(steps_to_loss, "losses", lambda _: [loss, 2.65, loss, 2.95, loss, loss])
    first, second = raced(spec)
    assert (first["steps"], first["lr"]) == (4, spec.lrs[1])
    assert math.isnan(second["steps"])


def test_between_two_looks_log_steps_go_with_the_loss_and_the_first_rate_wins(monkeypatch):
    """Losses made to order: at steps 4 and 5, both rates pass 2.8, the second one earlier."""
    told = iter([[4.0, 3.0, 5.0, 5.0, 5.0, math.nan], [2.0, 2.5, 5.0, 5.0, 5.0, math.nan]])
    monkeypatch.setattr(steps_to_loss, "losses", lambda _: next(told))
    spec = StepsToLossSpec(512, targets=(2.8,))
    (row,) = raced(spec)
    assert row["lr"] == spec.lrs[1]
    assert row["steps"] == pytest.approx(4 * (5 / 4) ** 0.4)


def test_two_targets_between_the_same_two_looks_have_steps_of_their_own(monkeypatch):
    told = iter([[3.0] * 6, [2.5, 2.0, 3.0, 3.0, 3.0, 3.0]])
    monkeypatch.setattr(steps_to_loss, "losses", lambda _: next(told))
    rows = raced(StepsToLossSpec(512, targets=(2.9, 2.6)))
    assert [row["steps"] for row in rows] == pytest.approx([4 * 1.25**0.1, 4 * 1.25**0.4])


# --- One exam for all -------------------------------------------------------------------------


@pytest.mark.slow
def test_every_run_is_tested_on_the_same_held_out_characters(monkeypatch):
    """Whatever its batch, seed, size and kind, and whatever was drawn before."""
    exams, plain = [], ngram.loss

    def overheard(layers, exam):
        exams.append(exam)
        return plain(layers, exam)

    monkeypatch.setattr(ngram, "loss", overheard)
    monkeypatch.setattr(noise_scale, "PAIRS", 1)
    raced(replace(QUICK, targets=(3.2, 2.9)))
    raced(StepsToLossSpec(512, 9, 4, (3.2,)))
    list(noise_scale.run(NoiseScaleSpec(1.0, 3.2, 5)))
    assert len(exams) > 10
    assert all(np.array_equal(exam, exams[0]) for exam in exams)
    assert np.array_equal(exams[0], corpus.load().exam[:4096])
    held = np.lib.stride_tricks.sliding_window_view(corpus.load().held, 9)
    places = np.random.default_rng(corpus.MIXED).integers(0, len(held), corpus.EXAM)
    assert np.array_equal(exams[0], held[places[:4096]])


def test_every_rate_of_a_race_sees_the_same_examples_from_the_same_start(monkeypatch):
    seen = []

    def overheard(params, grads, batch):
        write = ngram_gradient(params, grads, batch)

        def see(contexts, targets):
            if not seen:
                seen.extend([contexts.clone(), targets.clone(), [p.clone() for p in params]])
            write(contexts, targets)

        return see

    ngram_gradient = ngram.gradient
    monkeypatch.setattr(ngram, "gradient", overheard)
    next(steps_to_loss.descend(QUICK, QUICK.lrs, 3))
    contexts, targets, params = seen
    drawn = corpus.load().draw(np.random.default_rng(3), 256)
    for r in range(6):
        assert np.array_equal(contexts.view(6, 256, 8)[r] - 98 * r, drawn[:, :-1])
        assert np.array_equal(targets[r, :, 0], drawn[:, -1])
        for one, layer in zip(params, start(32, 3), strict=True):
            assert torch.equal(one[r], layer[0])


# --- Refusals ---------------------------------------------------------------------------------

FALL = "targets must fall and lie between 2.3 and 3.2, got "


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"batch": 0}, "batch must be between 1 and 16384, got 0"),
        ({"batch": 16385}, "batch must be between 1 and 16384, got 16385"),
        ({"seed": -1}, "seed must be between 0 and 1000000000, got -1"),
        ({"seed": 10**9 + 1}, "seed must be between 0 and 1000000000, got 1000000001"),
        ({"size": 0}, "size must be between 1 and 1024, got 0"),
        ({"size": 1025}, "size must be between 1 and 1024, got 1025"),
        ({"targets": ()}, FALL + "()"),
        ({"targets": (2.7, 2.9)}, FALL + "(2.7, 2.9)"),
        ({"targets": (2.7, 2.7)}, FALL + "(2.7, 2.7)"),
        ({"targets": [2.9, 2.29]}, FALL + "(2.9, 2.29)"),
        ({"targets": (3.21, 2.9)}, FALL + "(3.21, 2.9)"),
        ({"targets": (math.nan,)}, FALL + "(nan,)"),
    ],
)
def test_a_wrong_argument_is_refused_with_the_rule_and_the_value(wrong, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        StepsToLossSpec(**({"batch": 64} | wrong))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"lr": 0.0}, "lr must be above 0 and at most 10, got 0.0"),
        ({"lr": 10.5}, "lr must be above 0 and at most 10, got 10.5"),
        ({"lr": math.nan}, "lr must be above 0 and at most 10, got nan"),
        ({"target": 2.2}, "target must be between 2.3 and 3.2, got 2.2"),
        ({"target": 3.3}, "target must be between 2.3 and 3.2, got 3.3"),
        ({"target": math.nan}, "target must be between 2.3 and 3.2, got nan"),
        ({"seed": -1}, "seed must be between 0 and 1000000000, got -1"),
        ({"size": 1025}, "size must be between 1 and 1024, got 1025"),
    ],
)
def test_a_path_refuses_what_its_run_could_not_be(wrong, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        NoiseScaleSpec(**({"lr": 1.0} | wrong))


@pytest.mark.parametrize(("batch", "size"), [(1, 1), (16384, 1024)])
def test_the_ends_of_what_is_allowed_are_taken(batch, size):
    spec = StepsToLossSpec(batch, 10**9, size, (3.2, 2.3))
    assert spec.targets == (3.2, 2.3)
    assert NoiseScaleSpec(10.0, 2.3, 10**9, size).lr == 10


@pytest.mark.parametrize(("run", "spec"), [(steps_to_loss.run, QUICK), (noise_scale.run, SHORT)])
def test_an_absent_device_is_refused_and_not_replaced(run, spec):
    here = {device.kind for device in devices.available()}
    absent = next(kind for kind in devices.KINDS if kind not in here)
    with pytest.raises(ValueError, match=rf"device {absent} \(.*\) is not on this machine"):
        next(run(replace(spec, device=absent)))


# --- What it costs ----------------------------------------------------------------------------


def test_smaller_batches_lower_targets_and_larger_networks_cost_more():
    costs = [StepsToLossSpec(batch).cost for batch in (1, 4, 16, 64)]
    assert all(a > b > 0 for a, b in pairwise(costs))
    assert (
        StepsToLossSpec(64, targets=(2.9, 2.5)).cost > StepsToLossSpec(64, targets=(2.9, 2.7)).cost
    )
    assert StepsToLossSpec(64, size=512).cost > 2 * StepsToLossSpec(64).cost
    assert NoiseScaleSpec(0.4).cost > NoiseScaleSpec(2.0).cost > NoiseScaleSpec(2.0, 2.7).cost > 0
    assert NoiseScaleSpec(0.2).usual == pytest.approx(2 * NoiseScaleSpec(0.4).usual)
    assert (
        NoiseScaleSpec(4.0).usual
        == NoiseScaleSpec(2.0).usual
        == StepsToLossSpec(256, targets=(2.55,)).usual
    )


# --- The noise along a path -------------------------------------------------------------------


class Overheard:
    """The corpus, and all that was drawn from it, by how many at a time."""

    def __init__(self, real):
        self.exam, self.held, self.real, self.drawn = real.exam, real.held, real, []

    def draw(self, random, examples):
        self.drawn.append(self.real.draw(random, examples))
        return self.drawn[-1]


@pytest.fixture
def overheard(monkeypatch):
    heard = Overheard(corpus.load())
    monkeypatch.setattr(corpus, "load", lambda: heard)
    return heard


@cache
def looks():
    """What a path says at every look; several tests look at it."""
    return tuple(noise_scale.run(SHORT))


def noise():
    """Its rows at the end."""
    return looks()[-1][1]


def squared(net, examples):
    """|G|^2 of the mean loss over these examples, by autograd."""
    examples = torch.from_numpy(examples).long()
    net.zero_grad()
    nn.functional.cross_entropy(net(examples[:, :-1]), examples[:, -1]).backward()
    return sum(parameter.grad.square().sum().item() for parameter in net.parameters())


@pytest.mark.slow
def test_squared_lengths_are_autograds_on_the_same_examples(overheard, monkeypatch):
    """Of the network as it is at every look."""
    monkeypatch.setattr(noise_scale, "PAIRS", 2)
    nets = []
    monkeypatch.setattr(
        noise_scale, "losses", lambda net: nets.append(module(net)) or steps_to_loss.losses(net)
    )
    *_, (_, rows) = noise_scale.run(NoiseScaleSpec(1.0, 3.1, 2))
    small = iter([d for d in overheard.drawn if len(d) == 16])
    big = iter([d for d in overheard.drawn if len(d) == 4096])
    assert len(nets) > 5
    for row, net in zip(rows, [net for net in nets for _ in range(2)], strict=True):
        few = [squared(net, next(small)) for _ in range(16)]
        assert row["small"] == pytest.approx(np.mean(few), rel=1e-5)
        assert row["big"] == pytest.approx(squared(net, next(big)), rel=1e-5)
        assert row["loss"] == pytest.approx(held_out(net), rel=1e-5)
        assert max(few) > 1.05 * min(few)
    assert (next(small, None), next(big, None)) == (None, None)


def test_the_noise_is_measured_on_examples_that_the_run_does_not_learn_from(overheard, monkeypatch):
    monkeypatch.setattr(noise_scale, "PAIRS", 1)
    runs = []
    for seed in (0, 1):
        overheard.drawn.clear()
        list(noise_scale.run(NoiseScaleSpec(1.0, 3.2, seed)))
        small = np.concatenate([d for d in overheard.drawn if len(d) in (16, 4096)])
        learned = np.concatenate([d for d in overheard.drawn if len(d) not in (16, 4096)])
        assert not np.array_equal(small[:16], learned[:16])
        runs.append(small)
    assert not np.array_equal(runs[0][:16], runs[1][:16])


@pytest.mark.slow
def test_a_path_has_a_row_for_each_pair_and_survives_the_way_to_the_server():
    rows = noise()
    for row in rows:
        assert {name: type(value) for name, value in row.items()} == PAIR
        assert json.loads(json.dumps(row)) == row
        assert (row["lr"], row["seed"]) == (2.0, 1)
    found = [row["step"] for row in rows]
    assert found == sorted(found)
    at = sorted(set(found))
    assert {found.count(step) for step in at} == {8}
    assert at[0] == 4
    assert at[1:] == [max(a + 1, math.ceil(1.2 * a)) for a in at[:-1]]


def test_a_path_ends_at_the_first_look_below_its_target():
    losses = list(dict.fromkeys(row["loss"] for row in noise()))
    assert losses[-1] <= SHORT.target < min(losses[:-1])


@pytest.mark.slow
def test_the_same_path_gives_bitwise_the_same_rows_at_every_look():
    reported = tuple(noise_scale.run(SHORT))
    assert reported == looks()
    fractions = [fraction for fraction, _ in reported]
    assert all(a <= b for a, b in pairwise(fractions))
    assert fractions[-1] == 1.0
    assert max(fractions[:-1]) < 1
    assert [len(rows) for _, rows in reported[:3]] == [8, 16, 24]
    assert reported[-1][1] == reported[-2][1]


def test_a_path_learns_what_a_race_of_its_rate_does(monkeypatch):
    """Its loss at a look is that of the race's network at the same step."""
    monkeypatch.setattr(noise_scale, "PAIRS", 1)
    for lr in (1.0, 2.8):
        *_, (_, rows) = noise_scale.run(NoiseScaleSpec(lr, 3.0, 1))
        losses = {row["step"]: row["loss"] for row in rows}
        for step, net in steps_to_loss.descend(StepsToLossSpec(256, 1), [lr], max(losses)):
            assert step not in losses or steps_to_loss.losses(net) == [losses[step]]
        assert step == max(losses) > 10


def test_the_noise_scale_grows_from_the_start_to_a_target_near_the_critical_batch():
    """From tens at the start to hundreds, of few pairs: 290 to 2000 over six seeds."""
    rows = noise()

    def between(low, high):
        chosen = [row for row in rows if low <= row["loss"] <= high]
        small, big = ([row[name] for row in chosen] for name in ("small", "big"))
        return noise_scale.scale(small, big)

    early, late = between(3.4, 9), between(2.7, 3.0)
    assert 5 < early < 100 < late < 3000


def test_a_path_that_diverges_or_never_arrives_ends(monkeypatch):
    monkeypatch.setattr(noise_scale, "PAIRS", 1)
    monkeypatch.setattr(steps_to_loss, "losses", None)  # its own name counts
    monkeypatch.setattr(noise_scale, "losses", lambda _: [math.nan])
    *_, (fraction, rows) = noise_scale.run(SHORT)
    assert (fraction, [row["step"] for row in rows]) == (1.0, [4])
    assert math.isnan(rows[0]["loss"])
    assert math.isnan(json.loads(json.dumps(rows))[0]["loss"])
    monkeypatch.setattr(noise_scale, "losses", lambda _: [3.0])
    monkeypatch.setattr(noise_scale, "PATIENCE", 20 / SHORT.usual)
    *_, (fraction, rows) = noise_scale.run(SHORT)
    assert fraction == 1.0
    assert [row["step"] for row in rows][-1] in (18, 19, 20)


# --- On a GPU ---------------------------------------------------------------------------------


@pytest.mark.slow
@gpus
def test_a_gpu_races_as_the_processor_does(kind):
    """From the same draws, in another order of sums: looks are a tenth apart."""
    there = raced(replace(QUICK, device=kind))
    assert [row["device"] for row in there] == [kind] * 3
    assert [row["steps"] for row in there] == pytest.approx(
        [row["steps"] for row in known(256)], rel=0.03
    )
    *_, (_, rows) = noise_scale.run(replace(SHORT, device=kind))
    for name in ("loss", "small", "big"):
        ours, theirs = ([row[name] for row in some[:8]] for some in (rows, noise()))
        np.testing.assert_allclose(ours, theirs, rtol=1e-2)

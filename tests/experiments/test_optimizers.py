"""Optimizers of the n-gram network: their rates, batches and refusals, and what they train."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from toylab.experiments import charlm, corpus, languages
from toylab.experiments.charlm import CharlmSpec
from toylab.experiments.nets import ngram, training
from toylab.experiments.optimizers import OPTIMIZERS

torch.set_num_threads(1)  # as in a worker

SMALL = CharlmSpec(4, 3e7, runs=2)
names = pytest.mark.parametrize("name", OPTIMIZERS)


def trained(spec):
    """The rows at the end."""
    return list(charlm.run(spec))[-1][1]


def test_every_optimizer_is_trained_by_one_of_that_name():
    assert list(training.OPTIMIZERS) == list(OPTIMIZERS)
    assert CharlmSpec(4, 3e7).optimizer == "adam"


@names
def test_an_optimizer_brings_its_rate_and_batch_unless_told_others(name):
    spec, known = replace(SMALL, optimizer=name), OPTIMIZERS[name]
    assert spec.lr == (known.lr or languages.NGRAM.lr)
    assert replace(spec, rate=0.125).lr == spec.lr / 8
    assert spec.batch == (known.batch or replace(SMALL).batch)
    assert replace(spec, held=64).batch == 64
    assert replace(spec, flops=3e9).batch == (known.batch or replace(SMALL, flops=3e9).batch)
    assert spec.tokens == spec.steps * spec.batch


def test_memory_counts_what_the_optimizer_keeps_and_more_steps_cost_more():
    adam, momentum, sgd = (
        replace(CharlmSpec(24, 3e9, held=32), optimizer=name)
        for name in ("adam", "momentum", "sgd")
    )
    one = 4 * adam.params
    assert adam.memory - momentum.memory == pytest.approx(one)
    assert momentum.memory - sgd.memory == pytest.approx(one)
    assert replace(adam, held=0).cost < adam.cost
    assert sgd.cost <= momentum.cost <= adam.cost < 2 * sgd.cost


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"optimizer": "lion"}, "^optimizer must be one of adam, sgd, momentum, got lion$"),
        ({"net": "lstm"}, "^the learning rate of SGD is tuned .* must be adam, got sgd$"),
        ({"language": "synthetic"}, "^the learning rate of SGD is tuned"),
    ],
)
def test_an_optimizer_without_a_rate_of_its_own_is_refused(changed, said):
    with pytest.raises(ValueError, match=said):
        CharlmSpec(**{"size": 4, "flops": 3e7, "optimizer": "sgd"} | changed)


def test_a_run_takes_at_least_a_batch_of_its_optimizer():
    CharlmSpec(1, 6 * 226 * 20.0)
    with pytest.raises(ValueError, match="a run takes between 32 and"):
        CharlmSpec(1, 6 * 226 * 20.0, optimizer="sgd")


@names
def test_a_run_learns_tells_its_optimizer_and_is_bitwise_the_same_again(name):
    spec = replace(SMALL, optimizer=name)
    rows = trained(spec)
    assert [row["optimizer"] for row in rows] == [name, name]
    assert [row["lr"] for row in rows] == [spec.lr] * 2
    assert all(1.5 < row["loss"] < 3.8 for row in rows)  # ln 98 is 4.58
    assert [row["loss"] for row in trained(spec)] == [row["loss"] for row in rows]


def test_a_rate_far_too_large_is_marked_diverged():
    rows = trained(replace(SMALL, optimizer="sgd", rate=1000.0))
    assert [row["diverged"] for row in rows] == [True, True]


@pytest.mark.parametrize("name", ["sgd", "momentum"])
def test_training_is_what_torchs_modules_autograd_and_sgd_make_of_the_same_batches(name):
    """In double precision, to rounding."""
    steps, batch, size, V = 60, 16, 5, corpus.SYMBOLS
    flat, rates = ngram.initial(size, [7]).double(), training.learning_rates(steps, 0.2)
    e, W1, b1, W2, b2 = (layer[0].clone() for layer in ngram.layers(flat, size))
    first, second = nn.Linear(128, size).double(), nn.Linear(size, V).double()
    first.weight.data, first.bias.data = W1.T.clone(), b1[0]
    second.weight.data, second.bias.data = W2.T.clone(), b2[0]
    embedding = nn.Embedding.from_pretrained(e, freeze=False)
    module = nn.Sequential(embedding, nn.Flatten(), first, nn.ReLU(), second)
    momentum = training.MOMENTUM if name == "momentum" else 0.0
    oracle = torch.optim.SGD(module.parameters(), lr=1.0, momentum=momentum)
    source = corpus.load().reading(corpus.BEFORE)
    data = list(training.batches(source, [7], steps, batch, V, torch.device("cpu")))
    for lr, (contexts, targets) in zip(rates, data, strict=True):
        oracle.param_groups[0]["lr"] = lr
        oracle.zero_grad()
        nn.functional.cross_entropy(module(contexts.view(batch, -1)), targets[0, :, 0]).backward()
        oracle.step()
    list(training.train(flat, ngram.shapes(size), ngram.gradient, batch, data, rates, 1, name))
    linear = (first.weight.T, first.bias[None], second.weight.T, second.bias[None])
    theirs = (embedding.weight, *linear)
    for ours, weight in zip(ngram.layers(flat, size), theirs, strict=True):
        torch.testing.assert_close(ours[0], weight.detach(), rtol=1e-9, atol=1e-11)

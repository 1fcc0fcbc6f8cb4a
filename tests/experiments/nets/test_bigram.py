"""The table of low rank written out by hand, against torch's own modules and autograd."""

import math

import pytest
import torch
from torch import nn

from toylab.experiments import synthetic
from toylab.experiments.nets import bigram
from toylab.experiments.synthetic import WORDS

torch.set_num_threads(1)  # as in a worker

# Against the same sums in another order: to rounding.
TOLERANCE = {
    torch.float64: {"rtol": 1e-11, "atol": 1e-13},
    torch.float32: {"rtol": 1e-4, "atol": 2e-6},
}
dtypes = pytest.mark.parametrize("dtype", TOLERANCE, ids=str)
ranks = pytest.mark.parametrize("rank", [1, 2, 24, 96])
SEEDS = [11, 4, 30]
LANGUAGE = synthetic.language()


def drawn(rank, dtype):
    """Parameters of unrelated runs, none zero."""
    random = torch.Generator().manual_seed(rank)
    flat = bigram.initial(rank, SEEDS).to(dtype)
    return flat + 0.2 * torch.randn(flat.shape, generator=random, dtype=dtype)


def network(flat, rank, r):
    """The nn.Module that has these parameters."""
    e, W, b = (layer[r].clone() for layer in bigram.layers(flat, rank))
    linear = nn.Linear(rank, WORDS, dtype=e.dtype)
    linear.weight.data, linear.bias.data = W.T.clone(), b[0].clone()
    return nn.Sequential(nn.Embedding.from_pretrained(e, freeze=False), linear)


def pairs(batch, words, seed):
    """x and y, (runs, batch) each."""
    random = torch.Generator().manual_seed(seed)
    return torch.randint(0, words, (2, len(SEEDS), batch), generator=random)


@dtypes
@ranks
@pytest.mark.parametrize(("batch", "words"), [(1, 512), (32, 512), (50, 3), (64, 1)])
def test_the_gradient_of_each_run_is_autograds_and_replaces_what_was_there(
    rank, dtype, batch, words
):
    """Few words come often: their rows collect many gradients."""
    flat = drawn(rank, dtype)
    grads = torch.full_like(flat, 7.0)
    write = bigram.gradient(bigram.layers(flat, rank), bigram.layers(grads, rank), batch)
    for again in range(2):  # what is kept between steps must not show
        x, y = pairs(batch, words, again)
        offset = WORDS * torch.arange(len(SEEDS))[:, None]
        write((x + offset).flatten(), y[..., None])
        for r in range(len(SEEDS)):
            net = network(flat, rank, r)
            nn.functional.cross_entropy(net(x[r]), y[r]).backward()
            e, W, b = (p.grad for p in net.parameters())
            for ours, theirs in zip(bigram.layers(grads, rank), (e, W.T, b[None]), strict=True):
                torch.testing.assert_close(ours[r], theirs, **TOLERANCE[dtype])


@dtypes
@ranks
def test_the_loss_of_each_run_is_torchs_cross_entropy_weighted_over_the_table(rank, dtype):
    flat = drawn(rank, dtype)
    first, following = map(torch.from_numpy, (LANGUAGE.first, LANGUAGE.following))
    expected = []
    for r in range(len(SEEDS)):
        said = network(flat, rank, r)(torch.arange(WORDS)).double()
        rows = nn.functional.cross_entropy(said, following, reduction="none")
        expected.append((first @ rows).item())
    assert len(set(expected)) == len(SEEDS)
    losses = bigram.loss(bigram.layers(flat, rank), LANGUAGE.exam)
    assert losses == pytest.approx(expected, rel=TOLERANCE[dtype]["rtol"] / 10)


@ranks
def test_a_stack_has_the_losses_of_its_runs_alone(rank):
    layers = bigram.layers(drawn(rank, torch.float64), rank)
    alone = [
        bigram.loss([layer[r : r + 1] for layer in layers], LANGUAGE.exam)[0]
        for r in range(len(SEEDS))
    ]
    assert bigram.loss(layers, LANGUAGE.exam) == pytest.approx(alone, rel=1e-12)


def test_a_network_that_knows_the_table_has_the_languages_entropy_as_its_loss():
    truth = torch.from_numpy(LANGUAGE.following).log()
    layers = (torch.eye(WORDS).double()[None], truth[None], torch.zeros(1, 1, WORDS).double())
    assert bigram.loss(layers, LANGUAGE.exam) == pytest.approx([LANGUAGE.entropy], rel=1e-12)


def test_a_network_that_knows_nothing_has_the_loss_of_a_guess():
    layers = bigram.layers(torch.zeros(len(bigram.initial(3, [0]))), 3)
    assert bigram.loss(layers, LANGUAGE.exam) == pytest.approx([math.log(512)])


@ranks
def test_a_network_starts_with_the_stated_variances_and_no_bias(rank):
    """e 0.09, W 0.09 / r; of n draws a variance is good to sqrt(2 / n)."""
    e, W, b = bigram.layers(bigram.initial(rank, range(10)), rank)
    for layer, variance in ((e, 0.09), (W, 0.09 / rank)):
        n = layer.numel()
        assert layer.var().item() == pytest.approx(variance, rel=4 * math.sqrt(2 / n))
        assert abs(layer.mean().item()) < 4 * math.sqrt(variance / n)
    assert not b.any()


@ranks
def test_a_network_has_two_tables_and_a_bias(rank):
    assert len(bigram.initial(rank, [0])) == 2 * 512 * rank + 512


def test_a_language_of_numbered_words_is_not_written():
    layers = bigram.layers(drawn(2, torch.float32), 2)
    assert [bigram.write(layers, r, 20) for r in range(len(SEEDS))] == [""] * len(SEEDS)

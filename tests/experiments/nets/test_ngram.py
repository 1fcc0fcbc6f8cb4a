"""The character network written out by hand, against torch's own modules and autograd."""

import math

import numpy as np
import pytest
import torch
from scipy import stats
from torch import nn

from toylab.experiments.corpus import BEFORE, CHARACTERS, SYMBOLS, codes
from toylab.experiments.nets import ngram

torch.set_num_threads(1)  # as in a worker

# Against the same sums in another order: to rounding.
TOLERANCE = {
    torch.float64: {"rtol": 1e-11, "atol": 1e-13},
    torch.float32: {"rtol": 1e-4, "atol": 2e-6},
}
dtypes = pytest.mark.parametrize("dtype", TOLERANCE, ids=str)
widths = pytest.mark.parametrize("width", [1, 2, 24, 96])
SEEDS = [11, 4, 30]


def drawn(width, dtype, seeds=SEEDS):
    """Parameters of unrelated runs, none zero."""
    random = torch.Generator().manual_seed(width)
    flat = ngram.initial(width, seeds).to(dtype)
    return flat + 0.2 * torch.randn(flat.shape, generator=random, dtype=dtype)


def network(flat, width, r=0):
    """The nn.Module that has these parameters."""
    e, W1, b1, W2, b2 = (layer[r].clone() for layer in ngram.layers(flat, width))
    net = nn.Sequential(
        nn.Embedding.from_pretrained(e, freeze=False), nn.Flatten(),
        nn.Linear(8 * 16, width, dtype=e.dtype), nn.ReLU(),
        nn.Linear(width, 98, dtype=e.dtype),
    )  # fmt: skip
    for linear, W, b in ((net[2], W1, b1), (net[4], W2, b2)):
        linear.weight.data, linear.bias.data = W.T.clone(), b[0].clone()
    return net


def gradients(net, width):
    """Of the module, in the order and shape of the layers."""
    e, W1, b1, W2, b2 = (p.grad for p in net.parameters())
    return [e, W1.T, b1.view(1, width), W2.T, b2[None]]


def passages(runs, batch, symbols=SYMBOLS, seed=0):
    """Contexts (runs, batch, K) and targets (runs, batch)."""
    random = np.random.default_rng(seed)
    found = torch.from_numpy(random.integers(0, symbols, (runs, batch, BEFORE + 1)))
    return found[..., :-1], found[..., -1]


def offset(contexts):
    """As `gradient` wants them."""
    return contexts + SYMBOLS * torch.arange(len(contexts))[:, None, None]


@dtypes
@widths
@pytest.mark.parametrize(("batch", "symbols"), [(1, 98), (16, 98), (50, 3), (64, 1)])
def test_the_gradient_of_each_run_is_autograds_and_replaces_what_was_there(
    width, dtype, batch, symbols
):
    """Few symbols come often: their rows collect many gradients."""
    flat = drawn(width, dtype)
    grads = torch.full_like(flat, 7.0)
    write = ngram.gradient(ngram.layers(flat, width), ngram.layers(grads, width), batch)
    for again in range(2):  # what is kept between steps must not show
        contexts, targets = passages(len(SEEDS), batch, symbols, seed=again)
        write(offset(contexts).flatten(), targets[..., None])
        for r in range(len(SEEDS)):
            net = network(flat, width, r)
            nn.functional.cross_entropy(net(contexts[r]), targets[r]).backward()
            for ours, theirs in zip(ngram.layers(grads, width), gradients(net, width), strict=True):
                torch.testing.assert_close(ours[r], theirs, **TOLERANCE[dtype])


@dtypes
@widths
def test_each_run_predicts_what_its_nn_module_does(width, dtype):
    flat, (contexts, _) = drawn(width, dtype), passages(len(SEEDS), 20)
    said = ngram.logits(ngram.layers(flat, width), offset(contexts))
    rows = [network(flat, width, r)(contexts[r]).detach() for r in range(len(SEEDS))]
    torch.testing.assert_close(said, torch.stack(rows), **TOLERANCE[dtype])


@dtypes
@widths
@pytest.mark.parametrize("examples", [1, ngram.AT_ONCE, ngram.AT_ONCE + 77])
def test_the_loss_of_each_run_is_torchs_cross_entropy_over_all_the_exam(width, dtype, examples):
    flat = drawn(width, dtype)
    exam = np.random.default_rng(1).integers(0, SYMBOLS, (examples, 9)).astype(np.uint8)
    asked = torch.from_numpy(exam).long()
    expected = [
        nn.functional.cross_entropy(network(flat, width, r)(asked[:, :-1]), asked[:, -1]).item()
        for r in range(len(SEEDS))
    ]
    assert len(set(expected)) == len(SEEDS)
    losses = ngram.loss(ngram.layers(flat, width), exam)
    assert losses == pytest.approx(expected, rel=TOLERANCE[dtype]["rtol"] / 10)


def test_places_told_right_are_those_whose_likeliest_character_comes():
    """Against the module, place by place; the passages are longer than what is read at once."""
    flat = drawn(24, torch.float64)
    text = np.random.default_rng(1).integers(0, SYMBOLS, (1500, BEFORE + 4)).astype(np.uint8)
    found = ngram.correct(ngram.layers(flat, 24), text)
    assert found.shape == (len(SEEDS), 1500, 4)
    asked = torch.from_numpy(text).long()
    for r in range(len(SEEDS)):
        net = network(flat, 24, r)
        for place in range(4):
            likeliest = net(asked[:, place : place + BEFORE]).argmax(-1)
            right = likeliest == asked[:, place + BEFORE]
            np.testing.assert_array_equal(found[r, :, place], right.numpy())
    assert 0 < found.mean() < 0.1


@widths
def test_a_stack_has_the_losses_of_its_runs_alone(width):
    flat = drawn(width, torch.float64)
    exam = np.random.default_rng(1).integers(0, SYMBOLS, (100, 9)).astype(np.uint8)
    alone = []
    for r in range(len(SEEDS)):
        layers = [layer[r : r + 1] for layer in ngram.layers(flat, width)]
        alone += ngram.loss(layers, exam)
    assert ngram.loss(ngram.layers(flat, width), exam) == pytest.approx(alone, rel=1e-12)


@widths
def test_a_network_starts_with_the_stated_variances_and_no_bias(width):
    """e 1, W1 2/128, W2 1/(4 h); of n draws a variance is good to sqrt(2 / n)."""
    e, W1, b1, W2, b2 = ngram.layers(ngram.initial(width, range(30)), width)
    for layer, variance in ((e, 1.0), (W1, 2 / 128), (W2, 1 / (4 * width))):
        n = layer.numel()
        assert layer.var().item() == pytest.approx(variance, rel=4 * math.sqrt(2 / n))
        assert abs(layer.mean().item()) < 4 * math.sqrt(variance / n)
    assert not b1.any()
    assert not b2.any()


@widths
def test_a_network_has_98_16_and_128_h_and_h_98_weights_and_the_biases(width):
    assert len(ngram.initial(width, [0])) == 98 * 16 + 128 * width + width + width * 98 + 98


def told(bias, length, run=0, runs=1):
    """What a network writes that knows nothing but how often characters come."""
    flat = torch.zeros(runs * len(ngram.initial(3, [0])))
    layers = ngram.layers(flat, 3)
    layers[-1][run, 0] = torch.as_tensor(bias, dtype=torch.float32)
    said = ngram.write(layers, run, length)
    assert said.startswith("    def ")
    return said.removeprefix("    def ")


@pytest.mark.parametrize("symbol", ["\n", " ", "x", "~", "\t", CHARACTERS[-1]])
def test_a_network_sure_of_one_character_writes_it(symbol):
    bias = np.zeros(SYMBOLS)
    bias[CHARACTERS.index(symbol)] = 50.0
    assert told(bias, 30) == symbol * 30


def test_a_network_sure_of_two_characters_writes_each_as_often_as_it_believes():
    bias = np.full(SYMBOLS, -50.0)
    bias[CHARACTERS.index("a")], bias[CHARACTERS.index("b")] = math.log(3), 0.0
    said = told(bias, 10_000)
    assert set(said) == {"a", "b"}
    assert said.count("a") / 10_000 == pytest.approx(0.75, abs=3 * math.sqrt(3 / 16 / 10_000))


def test_characters_are_written_as_often_as_they_are_predicted():
    """Chi-square of 20000 characters; a bias shifts every height and changes nothing."""
    bias = np.random.default_rng(2).normal(0, 1, SYMBOLS)
    p = np.exp(bias) / np.exp(bias).sum()
    seen = np.bincount(codes_of(told(bias + 300, 20_000)), minlength=SYMBOLS)
    assert stats.chisquare(seen, 20_000 * p).pvalue > 0.01


def codes_of(said):
    return [CHARACTERS.index(character) for character in said]


def test_what_is_written_follows_from_the_eight_characters_before():
    """Each run so sure that its draws are its nn.Module's best guesses."""
    width = 64
    flat = drawn(width, torch.float32, [3, 4])
    layers = ngram.layers(flat, width)
    for layer in layers[3:]:
        layer.mul_(1e4)
    texts = [ngram.write(layers, r, 60) for r in range(2)]
    assert texts[0] != texts[1]
    for r, written in enumerate(texts):
        net, said = network(flat, width, r), codes(b"    def ").tolist()
        for _ in range(60):
            said.append(net(torch.tensor([said[-8:]])).argmax().item())
        assert len(set(written[8:])) > 5
        assert codes_of(written) == said


def test_every_run_of_a_stack_draws_with_the_luck_of_one_alone():
    """Equal networks write equal texts, wherever they stand; unequal ones others."""
    bias = np.random.default_rng(2).normal(0, 1, SYMBOLS)
    said = told(bias, 50)
    assert [told(bias, 50, run, runs=3) for run in range(3)] == [said] * 3
    assert told(bias[::-1].copy(), 50) != said


def test_what_is_written_longer_begins_as_it_did():
    bias = np.zeros(SYMBOLS)
    assert told(bias, 80)[:30] == told(bias, 30)


@pytest.mark.parametrize("broken", [math.nan, math.inf, -math.inf, 1e38])
def test_a_network_that_diverged_writes_something_too(broken):
    flat = ngram.initial(4, [0])
    flat[:] = broken
    assert len(ngram.write(ngram.layers(flat, 4), 0, 20)) == 28

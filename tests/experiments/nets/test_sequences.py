"""The transformer and the LSTM, against torch's own modules, autograd and FLOP counter."""

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from toylab.experiments.corpus import SYMBOLS, WINDOW, codes
from toylab.experiments.languages import LSTM, TRANSFORMER
from toylab.experiments.nets import lstm, transformer

torch.set_num_threads(1)  # as in a worker

SEEDS, BATCH = [11, 4, 30], 3
EXACT = {"rtol": 1e-10, "atol": 1e-12}


class Transformer(nn.Module):
    """The same block by torch's encoder layer, whose mask is the bias of attention."""

    def __init__(self, flat, width):
        super().__init__()
        e, qkv, o, up, down, out = (layer[0].clone() for layer in transformer.layers(flat, width))
        self.heads = width // 4
        self.embed = nn.Embedding.from_pretrained(e, freeze=False)
        self.block = nn.TransformerEncoderLayer(
            width, self.heads, 4 * width, dropout=0.0, batch_first=True, norm_first=True,
            bias=False, dtype=flat.dtype,
        )  # fmt: skip
        self.norm = nn.LayerNorm(width, dtype=flat.dtype)
        self.out = nn.Linear(width, SYMBOLS, bias=False, dtype=flat.dtype)
        attention, block = self.block.self_attn, self.block
        pairs = (
            (attention.in_proj_weight, qkv), (attention.out_proj.weight, o),
            (block.linear1.weight, up), (block.linear2.weight, down), (self.out.weight, out),
        )  # fmt: skip
        for weight, ours in pairs:
            weight.data = ours.T.clone()

    def forward(self, contexts):
        """What is said after every place."""
        far = torch.arange(contexts.shape[1])[:, None] - torch.arange(contexts.shape[1])
        steep = 2.0 / 2.0 ** torch.arange(self.heads)
        bias = torch.where(far >= 0, -steep[:, None, None] * far, -math.inf)
        mask = bias.repeat(len(contexts), 1, 1).to(self.out.weight.dtype)
        return self.out(self.norm(self.block(self.embed(contexts), src_mask=mask)))

    @property
    def gradients(self):
        """In the order and shape of the layers."""
        attention, block = self.block.self_attn, self.block
        linear = (
            attention.in_proj_weight, attention.out_proj.weight, block.linear1.weight,
            block.linear2.weight, self.out.weight,
        )  # fmt: skip
        return [self.embed.weight.grad, *(weight.grad.T for weight in linear)]


class Lstm(nn.Module):
    """The same network by torch's cell, one place after the other."""

    def __init__(self, flat, width):
        super().__init__()
        e, W_x, W_h, b, W_out, b_out = (layer[0].clone() for layer in lstm.layers(flat, width))
        self.embed = nn.Embedding.from_pretrained(e, freeze=False)
        self.cell = nn.LSTMCell(16, width, dtype=flat.dtype)
        self.out = nn.Linear(width, SYMBOLS, dtype=flat.dtype)
        self.cell.weight_ih.data, self.cell.weight_hh.data = W_x, W_h
        self.cell.bias_ih.data, self.cell.bias_hh.data = b[0], torch.zeros_like(b[0])
        self.out.weight.data, self.out.bias.data = W_out.T.clone(), b_out[0]

    def forward(self, contexts):
        """What is said after every place."""
        state, said = None, []
        for x in self.embed(contexts).unbind(1):
            state = self.cell(x, state)
            said.append(self.out(state[0]))
        return torch.stack(said, 1)

    @property
    def gradients(self):
        """In the order and shape of the layers."""
        cell, out = self.cell, self.out
        return [
            self.embed.weight.grad, cell.weight_ih.grad, cell.weight_hh.grad,
            cell.bias_ih.grad[None], out.weight.grad.T, out.bias.grad[None],
        ]  # fmt: skip


NETS = {"transformer": transformer, "lstm": lstm}
RECIPES, MODULES = {transformer: TRANSFORMER, lstm: LSTM}, {transformer: Transformer, lstm: Lstm}
nets = pytest.mark.parametrize("net", NETS.values(), ids=NETS)


def drawn(net, width=12):
    """Parameters of unrelated runs, none zero, in float64."""
    random = torch.Generator().manual_seed(width)
    flat = net.initial(width, SEEDS).double()
    return flat + 0.2 * torch.randn(flat.shape, generator=random, dtype=flat.dtype)


def alone(net, flat, width, r):
    """The flat parameters of one run."""
    return torch.cat([layer[r].flatten() for layer in net.layers(flat, width)])


def passages(runs=3, seed=0):
    """Contexts (runs, batch, T) and targets likewise."""
    random = np.random.default_rng(seed)
    found = torch.from_numpy(random.integers(0, SYMBOLS, (runs, BATCH, WINDOW + 1)))
    return found[..., :-1], found[..., 1:]


def offset(contexts):
    """As `gradient` wants them."""
    return contexts + SYMBOLS * torch.arange(len(contexts))[:, None, None]


@nets
@pytest.mark.parametrize("width", [4, 24])
def test_predictions_and_gradients_of_each_run_are_those_of_torchs_modules(net, width):
    flat = drawn(net, width)
    grads = torch.full_like(flat, 7.0)  # what was there before must not show
    write = net.gradient(net.layers(flat, width), net.layers(grads, width), BATCH)
    for seed in range(2):
        contexts, targets = passages(seed=seed)
        with torch.no_grad():
            write(offset(contexts).flatten(), targets)
            said = net.logits(net.layers(flat, width), offset(contexts), WINDOW)
            last = net.logits(net.layers(flat, width), offset(contexts), 1)
        torch.testing.assert_close(last, said[:, :, -1:], **EXACT)
        for r in range(len(SEEDS)):
            theirs = MODULES[net](alone(net, flat, width, r), width)
            expected = theirs(contexts[r])
            torch.testing.assert_close(said[r], expected.detach(), **EXACT)
            nn.functional.cross_entropy(expected.flatten(0, 1), targets[r].flatten()).backward()
            for ours, right in zip(net.layers(grads, width), theirs.gradients, strict=True):
                torch.testing.assert_close(ours[r], right, **EXACT)


@nets
def test_nothing_is_told_from_what_comes_later(net):
    flat = drawn(net)
    contexts, _ = passages()
    other = contexts.clone()
    other[..., 20:] = (other[..., 20:] + 1) % SYMBOLS
    said = [net.logits(net.layers(flat, 12), offset(which), WINDOW) for which in (contexts, other)]
    torch.testing.assert_close(said[0][:, :, :20], said[1][:, :, :20], **EXACT)
    assert (said[0][:, :, 20:] != said[1][:, :, 20:]).any(-1).all()


@nets
@pytest.mark.parametrize("size", [8, 32])
def test_params_are_the_weights_that_multiply_and_flops_are_torchs(net, size):
    """Torch also multiplies the pairs that the mask hides, half of the attention's; of an LSTM
    it counts cells, and there no gradient goes to the empty memory before the first place.
    """
    flat = net.initial(size, [0])
    theirs = MODULES[net](flat, size)
    multiply = [p for name, p in theirs.named_parameters() if p.ndim == 2 and "embed" not in name]
    assert RECIPES[net].params(size) == sum(p.numel() for p in multiply)
    write = net.gradient(net.layers(flat, size), net.layers(torch.zeros_like(flat), size), BATCH)
    contexts, targets = passages(runs=1)
    with FlopCounterMode(display=False) as counter:
        if net is lstm:
            theirs(contexts[0]).sum().backward()
        else:
            write(contexts.flatten(), targets)
    counted = RECIPES[net].flops(size) * BATCH * WINDOW
    unpaid = -2 * 4 * size * size * BATCH if net is lstm else 6 * WINDOW * size * BATCH * WINDOW
    assert counter.get_total_flops() == counted + unpaid


@nets
def test_the_exam_is_torchs_cross_entropy_of_the_last_characters(net):
    flat = drawn(net)
    exam = np.random.default_rng(1).integers(0, SYMBOLS, (300, WINDOW + 1)).astype(np.uint8)
    asked = torch.from_numpy(exam).long()
    expected = [
        nn.functional.cross_entropy(
            MODULES[net](alone(net, flat, 12, r), 12)(asked[:, :-1])[:, -1], asked[:, -1]
        ).item()
        for r in range(len(SEEDS))
    ]
    assert len(set(expected)) == len(SEEDS)
    with torch.no_grad():
        assert net.loss(net.layers(flat, 12), exam) == pytest.approx(expected, rel=1e-10)


@nets
def test_a_network_writes_what_its_module_would(net):
    """Each run so sure that its draws are its module's best guesses."""
    flat = drawn(net)
    layers = net.layers(flat, 12)
    for layer in layers[-2:]:
        layer.mul_(1e4)
    texts = [net.write(layers, r, 40) for r in range(2)]
    assert texts[0] != texts[1]
    for r, written in enumerate(texts):
        theirs, said = MODULES[net](alone(net, flat, 12, r), 12), codes(b"    def ").tolist()
        for _ in range(40):
            said.append(theirs(torch.tensor([said[-WINDOW:]]))[0, -1].argmax().item())
        assert codes(written.encode()).tolist() == said


@nets
def test_a_network_starts_with_the_stated_variances(net):
    """Of n draws a variance is good to sqrt(2 / n)."""
    stated = {
        transformer: (1, 1 / 32, 1 / 64, 2 / 32, 1 / 256, 1 / 128),
        lstm: (1, 1 / 16, 1 / 32, 0, 1 / 128, 0),
    }[net]
    found = net.layers(net.initial(32, range(20)), 32)
    for layer, variance in zip(found, stated, strict=True):
        if variance:
            good = 4 * math.sqrt(2 / layer.numel())
            assert layer.var().item() == pytest.approx(variance, rel=good)
    if net is lstm:
        gates = found[3][:, 0].view(20, 4, 32)
        assert (gates[:, 1] == 1).all()
        assert gates.sum() == 20 * 32

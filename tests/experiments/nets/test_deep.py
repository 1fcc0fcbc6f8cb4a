"""Deep n-gram networks, against torch's modules, autograd and FLOP counter."""

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.utils.flop_counter import FlopCounterMode

from toylab.benchmarks.shapes import network
from toylab.experiments.corpus import SYMBOLS, codes
from toylab.experiments.nets import ngram
from toylab.experiments.nets.deep import DeepNet
from toylab.experiments.shapes import ShapeSpec

torch.set_num_threads(1)  # as in a worker

SEEDS, BATCH, EXACT = [11, 4, 30], 7, {"rtol": 1e-10, "atol": 1e-12}
shapes = pytest.mark.parametrize(
    "net",
    [DeepNet(6, 1, False), DeepNet(5, 2, False), DeepNet(4, 6, False), DeepNet(5, 2, True),
     DeepNet(4, 6, True)],
    ids=str,
)  # fmt: skip


def drawn(net):
    """Parameters of unrelated runs, none zero, in float64."""
    random = torch.Generator().manual_seed(net.width)
    flat = net.initial(SEEDS).double()
    return flat + 0.2 * torch.randn(flat.shape, generator=random, dtype=flat.dtype)


def passages():
    """Contexts (runs, batch, 8) and targets (runs, batch, 1)."""
    random = torch.Generator().manual_seed(0)
    found = torch.randint(0, SYMBOLS, (len(SEEDS), BATCH, 9), generator=random)
    return found[..., :-1], found[..., -1:]


def offset(contexts):
    """As the embeddings of all runs want them."""
    return contexts + SYMBOLS * torch.arange(len(contexts))[:, None, None]


def modules(net, flat):
    """The plain way's networks with the same weights, one a run."""
    found = []
    for r in range(len(SEEDS)):
        module = network(net.width, net.depth, net.skips).double()
        e, *rest = (layer[r].clone() for layer in net.layers(flat))
        module.embedding.weight.data = e
        linear = [part for part in module.modules() if isinstance(part, nn.Linear)]
        order = [linear[0], *module.inner, module.last]
        for part, W, b in zip(order, rest[::2], rest[1::2], strict=True):
            part.weight.data, part.bias.data = W.T.clone(), b[0]
        found.append((module, order))
    return found


@shapes
def test_logits_gradient_and_loss_are_those_of_torchs_modules_and_autograd(net):
    flat, (contexts, targets) = drawn(net), passages()
    grads = torch.full_like(flat, 7.0)  # what stood there before is overwritten
    params = net.layers(flat)
    net.gradient(params, net.layers(grads), BATCH)(offset(contexts).flatten(), targets)
    logits = net.logits(params, offset(contexts))
    exam = codes(b"def f(x):\n    return x + 1")[:18].reshape(2, 9)
    losses = net.loss(params, exam)
    for r, (module, order) in enumerate(modules(net, flat)):
        said = module(contexts[r])
        torch.testing.assert_close(logits[r], said, **EXACT)
        cross_entropy(said, targets[r, :, 0]).backward()
        theirs = [module.embedding.weight.grad]
        for part in order:
            theirs += [part.weight.grad.T, part.bias.grad[None]]
        for ours, slope in zip(net.layers(grads), theirs, strict=True):
            torch.testing.assert_close(ours[r], slope, **EXACT)
        passages_of = torch.from_numpy(exam).long()
        expected = cross_entropy(module(passages_of[:, :-1]), passages_of[:, -1])
        assert losses[r] == pytest.approx(expected.item(), rel=1e-10)


def test_one_hidden_layer_is_the_ngram_network_bit_for_bit():
    net, seeds = DeepNet(9, 1, False), [3, 8]
    flat, (contexts, targets) = net.initial(seeds), passages()
    assert torch.equal(flat, ngram.initial(9, seeds))
    slopes = [torch.zeros_like(flat) for _ in range(2)]
    for gradient, into in zip((net.gradient, ngram.gradient), slopes, strict=True):
        write = gradient(net.layers(flat), net.layers(into), BATCH)
        write(offset(contexts[:2]).flatten(), targets[:2])
    assert torch.equal(*slopes)
    assert slopes[0].abs().max() > 0


@pytest.mark.parametrize("skips", [False, True])
@pytest.mark.parametrize("depth", [2, 6])
def test_n_is_the_weights_that_multiply_and_6_of_them_a_character_are_torchs_flops(depth, skips):
    spec = ShapeSpec(depth, skips)
    module = network(spec.width, depth, skips)
    linear = [part for part in module.modules() if isinstance(part, nn.Linear)]
    assert spec.params == sum(part.weight.numel() for part in linear)
    contexts = torch.zeros((10, 8), dtype=torch.long)
    with FlopCounterMode(display=False) as counter:
        module(contexts).sum().backward()
    assert 6 * spec.params * 10 == counter.get_total_flops()

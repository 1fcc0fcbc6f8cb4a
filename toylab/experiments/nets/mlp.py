"""Perceptron of two hidden layers on a curve, many runs at once.

    f(x) = W3 tanh(W2 tanh(W1 x + b1) + b2) + b3,        w^2 + 4w + 1 parameters at width w

trained on the mean squared error of all its examples at once by Adam. Every tensor has a
leading axis of independent runs, and examples lie on the last axis: x and y are (runs, 1,
examples). The gradient is written out by hand and the parameters of a run are one row of one
tensor, because at these sizes the overhead of a step, not its arithmetic, is what a training
run waits for.
"""

import math
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from toylab.experiments.nets.adam import Adam
from toylab.experiments.nets.cores import spread

# Activations (runs x width x examples) a processor works on at a time: they stay in a core's
# cache, and their memory is reused; at twice this the system takes it back after every step.
BLOCK = 2**16
PART = 2e8  # FLOPs of a step that are worth a core of their own: milliseconds
PARTS, ROOM = 8, 2**22  # most of them, and most numbers in the gradients of all
Layers = tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]
Blocks = list[tuple[Tensor, Tensor]]  # x and y of some of the examples
Part = tuple[Layers, Blocks]  # what is added to where


def layers(flat: Tensor, width: int) -> Layers:
    """W1, b1, W2, b2, W3, b3 as windows into `flat` (runs, params)."""
    w = width
    shapes = (w, 1), (w, 1), (w, w), (w, 1), (1, w), (1, 1)
    parts = torch.split(flat, [rows * columns for rows, columns in shapes], dim=1)
    W1, b1, W2, b2, W3, b3 = (
        part.view(-1, *shape) for part, shape in zip(parts, shapes, strict=True)
    )
    return W1, b1, W2, b2, W3, b3


def predict(params: Layers, x: Tensor) -> Tensor:
    """f(x), shape (runs, 1, examples)."""
    W1, b1, W2, b2, W3, b3 = params
    hidden = _tanh(torch.baddbmm(b1, W1, x, beta=2, alpha=2))
    hidden = _tanh(torch.baddbmm(b2, W2, hidden, beta=2, alpha=2))
    return torch.baddbmm(b3, W3, hidden)


def add_gradient(grads: Layers, params: Layers, x: Tensor, y: Tensor, weight: float) -> None:
    """Add the gradient of weight * sum (f(x) - y)^2 to `grads`."""
    W1, b1, W2, b2, W3, b3 = params
    h1 = _tanh(torch.baddbmm(b1, W1, x, beta=2, alpha=2))  # (runs, w, examples)
    h2 = _tanh(torch.baddbmm(b2, W2, h1, beta=2, alpha=2))
    d3 = (torch.baddbmm(b3, W3, h2) - y).mul_(2 * weight)  # (runs, 1, examples)
    d2 = _through_tanh(W3.mT * d3, h2)
    d1 = _through_tanh(torch.bmm(W2.mT, d2), h1)
    for W, b, d, below in zip(grads[::2], grads[1::2], (d1, d2, d3), (x, h1, h2), strict=True):
        W.baddbmm_(d, below.mT)
        b.add_(d.sum(-1, keepdim=True))


@torch.inference_mode()
def train(
    flat: Tensor, width: int, x: Tensor, y: Tensor, rates: Sequence[float], looks: int
) -> Iterator[int]:
    """Training of `flat` (runs, params) in place, one full-batch step for each learning rate.

    Yields the number of steps done, `looks` times (after every step, if there are fewer), the
    last time at the end. A run that diverges fills with nan and leaves its neighbours alone. A
    wide network's examples are split into parts that the processor's cores take by turns; the
    sum of the parts' gradients is the same however many cores there are.
    """
    params, adam = layers(flat, width), Adam(flat)
    parts = _parts(flat, width, x, y)
    grads = flat.new_zeros(len(parts), *flat.shape)

    def add(part: Part) -> None:
        into, blocks = part
        for xs, ys in blocks:
            add_gradient(into, params, xs, ys, 1 / x.shape[2])

    stops = {math.ceil(len(rates) * k / looks) for k in range(1, looks + 1)}
    into = [layers(part, width) for part in grads]
    with spread(add, list(zip(into, parts, strict=True))) as add_all:
        for done, lr in enumerate(rates, start=1):
            grads.zero_()
            add_all()
            adam.step(grads.sum(0) if len(parts) > 1 else grads[0], lr)
            if done in stops:
                yield done


@torch.inference_mode()
def mse(flat: Tensor, width: int, x: Tensor, y: Tensor) -> Tensor:
    """Mean squared error of each run, (runs,)."""
    params = layers(flat, width)
    squares = [
        (predict(params, xs) - ys).square_().sum((1, 2))
        for xs, ys in _blocks(len(flat) * width, x, y)
    ]
    return torch.stack(squares).sum(0) / x.shape[2]


def _parts(flat: Tensor, width: int, x: Tensor, y: Tensor) -> list[Blocks]:
    """The blocks in parts that are worth a core of their own; a GPU has one."""
    blocks = _blocks(len(flat) * width, x, y)
    worth = min(6 * flat.numel() * x.shape[2] / PART, ROOM / flat.numel())
    count = max(1, int(min(PARTS, len(blocks), worth)))
    return [blocks[part::count] for part in range(count)]


def _blocks(neurons: int, x: Tensor, y: Tensor) -> Blocks:
    """The examples in blocks that a processor core's cache holds; a GPU takes them whole."""
    size = max(1, BLOCK // neurons) if x.device.type == "cpu" else x.shape[2]
    return list(zip(torch.split(x, size, dim=2), torch.split(y, size, dim=2), strict=True))


def _tanh(doubled: Tensor) -> Tensor:
    """tanh z from 2z, in place: 2 sigmoid(2z) - 1, to 2e-7 and four times faster on a CPU."""
    return doubled.sigmoid_().mul_(2).sub_(1)


def _through_tanh(d: Tensor, h: Tensor) -> Tensor:
    """The gradient before a tanh, from the one after it and the tanh's value; in place."""
    return torch.ops.aten.tanh_backward.grad_input(d, h, grad_input=d)

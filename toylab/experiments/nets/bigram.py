"""Bigram network: which word follows which, as a table of low rank.

    p(y | x) = softmax(e(x) W + b),    e (V, r), W (r, V): rank r

trained on the mean cross-entropy. Its shape is `ngram`'s: tensors with a leading axis of
independent runs, all parameters in one flat tensor, the gradient written out by hand.
"""

from collections.abc import Iterable

import torch
from torch import Tensor

from toylab.experiments.nets.training import Gradient, Layers, draw_flat, softmax_grad, unflatten
from toylab.experiments.synthetic import WORDS, Array

SPREAD = 0.3


def shapes(rank: int) -> list[tuple[int, int]]:
    """Shapes of e, W and b."""
    return [(WORDS, rank), (rank, WORDS), (1, WORDS)]


def layers(flat: Tensor, rank: int) -> Layers:
    """e, W, b of all runs, each (runs, rows, columns), as windows into `flat`."""
    return unflatten(flat, shapes(rank))


def initial(rank: int, seeds: Iterable[int]) -> Tensor:
    """First parameters: e ~ N(0, 0.3^2), W ~ N(0, 0.3^2 / r), b = 0."""
    return draw_flat(shapes(rank), (SPREAD, SPREAD * rank**-0.5, 0.0), seeds)


def gradient(params: Layers, grads: Layers, batch: int) -> Gradient:
    """A function that writes the mean cross-entropy's gradient to `grads`; as in `ngram`."""
    e, W, b = params
    d_e, d_W, d_b = grads
    x, y = (e.new_empty(len(e), batch, n) for n in W.shape[1:])
    d_x = torch.empty_like(x)
    minus, share = e.new_full((len(e), batch, 1), -1.0), e.new_tensor(1 / batch)

    def write(contexts: Tensor, targets: Tensor) -> None:
        torch.index_select(e.flatten(0, 1), 0, contexts, out=x.flatten(0, 1))
        torch.baddbmm(b, x, W, out=y)
        p = softmax_grad(y, targets, minus, share)
        torch.bmm(x.mT, p, out=d_W)
        torch.sum(p, 1, keepdim=True, out=d_b)
        torch.bmm(p, W.mT, out=d_x)
        d_e.zero_().flatten(0, 1).index_add_(0, contexts, d_x.flatten(0, 1))

    return write


def loss(params: Layers, exam: Array) -> list[float]:
    """Each run's cross-entropy over all pairs of words, nats a word: exact."""
    e, W, b = (layer.cpu().double() for layer in params)
    table = torch.baddbmm(b, e, W).log_softmax(-1)  # (runs, V, V)
    return (-table * torch.from_numpy(exam)).sum((1, 2)).tolist()


def write(params: Layers, run: int, length: int) -> str:  # noqa: ARG001
    """Nothing: the words of this language are numbers."""
    return ""

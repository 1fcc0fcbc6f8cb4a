"""Decoder-only transformer: the next character from up to T = 32 before, of one block.

    x = e(c_1) .. e(c_T)
    x = x + attention(norm(x)) W_o,      attention = softmax(q k' / sqrt(4) - s |i - j|) v
    x = x + relu(norm(x) W_up) W_down
    p = softmax(norm(x) W_out)

pre-norm (Xiong et al. 2020, arXiv:2002.04745), with heads of 4 numbers whose attention falls
with distance in place of positions (ALiBi, Press et al. 2021, arXiv:2108.12409; s = 2, 1, 1/2,
... from head to head), no biases, and layer norms without gains. For width d:

    N = 12 d^2 + 98 d,        FLOPs a character = 6 N + 6 T d

of which the second term is the attention's: a place looks at T/2 others on average. As in
`ngram` every tensor has a leading axis of independent runs; the gradient is autograd's.
"""

from collections.abc import Iterable
from functools import cache, partial

import torch
from torch import Tensor
from torch.nn.functional import layer_norm

from toylab.experiments.corpus import SYMBOLS
from toylab.experiments.nets import sequences
from toylab.experiments.nets.training import Layers, draw_flat, unflatten

HEAD = 4  # numbers of a head
STEEPEST = 2.0  # slope of the first head


def shapes(width: int) -> list[tuple[int, int]]:
    """Shapes of e, W_q W_k W_v side by side, W_o, W_up, W_down and W_out."""
    d = width
    return [(SYMBOLS, d), (d, 3 * d), (d, d), (d, 4 * d), (4 * d, d), (d, SYMBOLS)]


def layers(flat: Tensor, width: int) -> Layers:
    """The layers of all runs, each (runs, rows, columns), as windows into `flat`."""
    return unflatten(flat, shapes(width))


def initial(width: int, seeds: Iterable[int]) -> Tensor:
    """First parameters: e ~ N(0, 1), variances 1/d of W_q, W_k and W_v, 2/d of W_up.

    Of W_o and W_down half the inverse of their inputs, as two are added to x; of W_out 1/(4 d).
    """
    d = width
    variances = (1.0, 1 / d, 1 / (2 * d), 2 / d, 1 / (8 * d), 1 / (4 * d))
    return draw_flat(shapes(d), [variance**0.5 for variance in variances], seeds)


def logits(params: Layers, contexts: Tensor, asked: int) -> Tensor:
    """Unnormalised ln p of what follows the last `asked` places, (runs, batch, asked, V).

    The contexts, (runs, batch, T), are rows of all runs' embeddings, as in `ngram`.
    """
    e, W_qkv, W_o, W_up, W_down, W_out = params
    runs, batch, places = contexts.shape
    x = e.view(-1, e.shape[2])[contexts].flatten(1, 2)  # (runs, batch * T, d)
    inner = torch.bmm(norm(x), W_qkv).view(runs * batch, places, 3, -1, HEAD)
    q, k, v = inner.permute(2, 0, 3, 1, 4)  # (runs * batch, heads, T, HEAD)
    scores = torch.matmul(q[:, :, -asked:] * HEAD**-0.5, k.mT)
    scores = scores + slopes(q.shape[1], places, x.device, x.dtype)[:, -asked:]
    mixed = torch.matmul(scores.softmax(-1), v).transpose(1, 2).reshape(runs, batch * asked, -1)
    x = x.view(runs, batch, places, -1)[:, :, -asked:].flatten(1, 2)
    x = torch.baddbmm(x, mixed, W_o)
    x = torch.baddbmm(x, torch.bmm(norm(x), W_up).relu(), W_down)
    return torch.bmm(norm(x), W_out).view(runs, batch, asked, SYMBOLS)


def norm(x: Tensor) -> Tensor:
    """x less its mean over its standard deviation, place by place."""
    return layer_norm(x, x.shape[-1:])


@cache
def slopes(heads: int, places: int, device: torch.device, dtype: torch.dtype) -> Tensor:
    """The bias of attention, (heads, i, j): -s (i - j), and no look at what comes later."""
    place = torch.arange(places, device=device, dtype=dtype)
    back = place[:, None] - place
    steep = STEEPEST * 0.5 ** torch.arange(heads, device=device, dtype=dtype)
    return (-steep[:, None, None] * back).masked_fill(back < 0, -torch.inf)


gradient = partial(sequences.gradient, logits)
loss = partial(sequences.loss, logits)
write = partial(sequences.write, logits)

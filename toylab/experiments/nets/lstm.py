"""LSTM (Hochreiter and Schmidhuber 1997): the next character from a memory of those before.

    i, f, o = sigmoid(W_x e(c_t) + W_h h_t-1 + b)       gates of input, memory and output
    m_t = f m_t-1 + i tanh(W_x e(c_t) + W_h h_t-1 + b)
    h_t = o tanh(m_t),    p = softmax(h_t W_out + b_out)

with embeddings of 16 numbers, h hidden units, and a bias of 1 for the gate of memory (Jozefowicz
et al. 2015). It reads windows of T = 32 characters, each from an empty memory:

    N = 4 h (16 + h) + 98 h,        FLOPs a character = 6 N

The gradient is autograd's through torch's own kernel, which is several times as fast as a loop
over the places and does not stack: the runs go one after the other.
"""

from collections.abc import Iterable
from functools import partial

import torch
from torch import Tensor

from toylab.experiments.corpus import NUMBERS, SYMBOLS
from toylab.experiments.nets import sequences
from toylab.experiments.nets.training import Layers, draw_flat, unflatten


def shapes(width: int) -> list[tuple[int, int]]:
    """Shapes of e, W_x, W_h, b, W_out and b_out; rows of the gates i, f, memory, o."""
    h = width
    gates = [(4 * h, NUMBERS), (4 * h, h), (1, 4 * h)]
    return [(SYMBOLS, NUMBERS), *gates, (h, SYMBOLS), (1, SYMBOLS)]


def layers(flat: Tensor, width: int) -> Layers:
    """The layers of all runs, each (runs, rows, columns), as windows into `flat`."""
    return unflatten(flat, shapes(width))


def initial(width: int, seeds: Iterable[int]) -> Tensor:
    """First parameters: e ~ N(0, 1), variances 1/16 of W_x, 1/h of W_h, 1/(4 h) of W_out; b = 1
    for the gate of memory, other biases 0.
    """
    spreads = (1.0, NUMBERS**-0.5, width**-0.5, 0.0, 0.5 * width**-0.5, 0.0)
    flat = draw_flat(shapes(width), spreads, seeds)
    layers(flat, width)[3][:, 0, width : 2 * width] = 1.0
    return flat


def logits(params: Layers, contexts: Tensor, asked: int) -> Tensor:
    """Unnormalised ln p of what follows the last `asked` places, (runs, batch, asked, V).

    The contexts, (runs, batch, T), are rows of all runs' embeddings, as in `ngram`.
    """
    e, W_x, W_h, b, W_out, b_out = params
    runs, batch, _ = contexts.shape
    x = e.view(-1, NUMBERS)[contexts]
    hidden = torch.stack([_read(x[r], W_x[r], W_h[r], b[r, 0])[:, -asked:] for r in range(runs)])
    return torch.baddbmm(b_out, hidden.flatten(1, 2), W_out).view(runs, batch, asked, SYMBOLS)


def _read(x: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor) -> Tensor:
    """h of one run after every place, (batch, T, h), by torch's kernel in float32."""
    empty = x.new_zeros(1, len(x), W_h.shape[1])
    weights = [W_x, W_h, b, torch.zeros_like(b)]  # the kernel wants its bias in two parts
    with torch.backends.cudnn.flags(enabled=False):  # NVIDIA's own rounds factors to 10 bits
        return torch.lstm(x, (empty, empty), weights, True, 1, 0.0, True, False, True)[0]


gradient = partial(sequences.gradient, logits)
loss = partial(sequences.loss, logits)
write = partial(sequences.write, logits)

"""Decoder-only transformer: the next character from up to T = 32 before, of one block.

    x = e(c_1) .. e(c_T),      p = softmax(norm(block(x)) W_out)

The `block` has heads of 4 numbers whose attention falls with distance in place of positions
(ALiBi, Press et al. 2021, arXiv:2108.12409): its bias is -s |i - j|, s = 2, 1, 1/2, ... from
head to head. For width d:

    N = 12 d^2 + 98 d,        FLOPs a character = 6 N + 6 T d

of which the second term is the attention's: a place looks at T/2 others on average. The
gradient is autograd's.
"""

from collections.abc import Iterable
from functools import cache, partial

import torch
from torch import Tensor

from toylab.experiments.corpus import SYMBOLS
from toylab.experiments.nets import block, sequences
from toylab.experiments.nets.training import Layers, draw_flat, unflatten

HEAD = 4  # numbers of a head
STEEPEST = 2.0  # slope of the first head


def shapes(width: int) -> list[tuple[int, int]]:
    """Shapes of e, the block's weights and W_out."""
    return [(SYMBOLS, width), *block.shapes(width), (width, SYMBOLS)]


def layers(flat: Tensor, width: int) -> Layers:
    """The layers of all runs, each (runs, rows, columns), as windows into `flat`."""
    return unflatten(flat, shapes(width))


def initial(width: int, seeds: Iterable[int]) -> Tensor:
    """First parameters: e ~ N(0, 1), the block's, and W_out ~ N(0, 1 / (4 d))."""
    return draw_flat(shapes(width), [1.0, *block.spreads(width), (4 * width) ** -0.5], seeds)


def logits(params: Layers, contexts: Tensor, asked: int) -> Tensor:
    """Unnormalised ln p of what follows the last `asked` places, (runs, batch, asked, V).

    The contexts, (runs, batch, T), are rows of all runs' embeddings, as in `ngram`.
    """
    e, *weights, W_out = params
    runs, batch, places = contexts.shape
    x = e.view(-1, e.shape[2])[contexts]
    heads = e.shape[2] // HEAD
    bias = slopes(heads, places, x.device, x.dtype)
    x = block.block(x, tuple(weights), heads, bias, asked)
    return torch.bmm(block.norm(x), W_out).view(runs, batch, asked, SYMBOLS)


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

"""Transformer for short tasks of few symbols: one block, with learned positions.

    x = e(c_1) + w_1 .. e(c_T) + w_T,      p = softmax(norm(block(x)) W_out)

A passage is a question and, after it, the answer; only the answer's symbols are predicted. Each
place looks at itself and those before it. For width d, V symbols and T places

    N = 12 d^2 + (2 V + T) d

counts all parameters: so small a network has most of them in e, w and W_out. All runs go side by
side, as in `ngram`.
"""

from collections.abc import Iterable
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from toylab.experiments.nets import block
from toylab.experiments.nets.training import Layers, Shapes, draw_flat

PLACE = 0.3  # standard deviation of the first positions
AT_ONCE = 512  # questions of an exam


def shapes(width: int, symbols: int, places: int) -> Shapes:
    """Shapes of e, w, the block's weights and W_out."""
    return [(symbols, width), (places, width), *block.shapes(width), (width, symbols)]


def initial(width: int, symbols: int, places: int, seeds: Iterable[int]) -> Tensor:
    """First parameters: e ~ N(0, 1), w ~ N(0, 0.09), the block's, and W_out ~ N(0, 1 / (4 d))."""
    spreads = [1.0, PLACE, *block.spreads(width), (4 * width) ** -0.5]
    return draw_flat(shapes(width, symbols, places), spreads, seeds)


def logits(heads: int, params: Layers, contexts: Tensor, asked: int) -> Tensor:
    """Unnormalised ln p of what follows the last `asked` places, (runs, batch, asked, V).

    The contexts, (runs, batch, T), are rows of all runs' embeddings, as in `ngram`.
    """
    e, w, *weights, W_out = params
    runs, batch, places = contexts.shape
    x = e.view(-1, e.shape[2])[contexts] + w[:, None]
    x = block.block(x, tuple(weights), heads, causal(places, x.device, x.dtype), asked)
    return torch.bmm(block.norm(x), W_out).view(runs, batch, asked, -1)


@cache
def causal(places: int, device: torch.device, dtype: torch.dtype) -> Tensor:
    """The bias of attention, (1, i, j): no look at what comes later."""
    return torch.full((1, places, places), -torch.inf, device=device, dtype=dtype).triu(1)


def grade(
    heads: int, params: Layers, exam: NDArray[np.integer], asked: int
) -> tuple[list[float], NDArray[np.bool_]]:
    """Each run's mean cross-entropy, nats a symbol, and which of its symbols are right.

    The likeliest symbol is the network's. Each is asked after the right ones before it: so the
    first k are all right just where the network, left to itself, writes them.

    Args:
        heads: of attention.
        params: of all runs.
        exam: questions with their answers, (questions, T + 1).
        asked: symbols of an answer.

    Returns:
        Losses (runs,) and right symbols (runs, questions, asked).
    """
    e = params[0]
    passages = torch.from_numpy(exam).to(e.device).long()
    offset = e.shape[1] * torch.arange(len(e), device=e.device)[:, None, None]
    total, right = torch.zeros(len(e), dtype=torch.float64), []
    for part in torch.split(passages, AT_ONCE):
        answers = part[:, -asked:].expand(len(e), -1, -1)
        log_p = logits(heads, params, part[:, :-1] + offset, asked).log_softmax(-1)
        total -= log_p.gather(3, answers[..., None]).sum((1, 2, 3)).cpu()
        right.append((log_p.argmax(-1) == answers).cpu())
    return (total / (len(exam) * asked)).tolist(), torch.cat(right, 1).numpy()

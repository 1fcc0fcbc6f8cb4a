"""Transformer block: each place looks at others, and then a small network works on each place.

    x = x + attention(norm(x)) W_o,      attention = softmax(q k' / sqrt(d / heads) + bias) v
    x = x + relu(norm(x) W_up) W_down

pre-norm (Xiong et al. 2020, arXiv:2002.04745), no biases, and layer norms without gains. As in
`ngram` every tensor has a leading axis of independent runs.
"""

import torch
from torch import Tensor
from torch.nn.functional import layer_norm

from toylab.experiments.nets.training import Layers


def shapes(width: int) -> list[tuple[int, int]]:
    """Shapes of W_q W_k W_v side by side, W_o, W_up and W_down: 12 d^2 numbers."""
    d = width
    return [(d, 3 * d), (d, d), (d, 4 * d), (4 * d, d)]


def spreads(width: int) -> list[float]:
    """Their first standard deviations: variances 1/d of W_q, W_k and W_v, 2/d of W_up.

    Of W_o and W_down half the inverse of their inputs, as two are added to x.
    """
    d = width
    return [variance**0.5 for variance in (1 / d, 1 / (2 * d), 2 / d, 1 / (8 * d))]


def block(x: Tensor, weights: Layers, heads: int, bias: Tensor, asked: int) -> Tensor:
    """The last `asked` places of x, (runs, batch, T, d), after the block: (runs, batch * asked, d).

    Args:
        x: what each place holds.
        weights: as `shapes` lists them, each (runs, rows, columns).
        heads: of attention, each of d / heads numbers.
        bias: added to the attention's scores, (heads, T, T); minus infinity hides a place.
        asked: places that are worked on; the others are only looked at.
    """
    W_qkv, W_o, W_up, W_down = weights
    runs, batch, places, width = x.shape
    inner = torch.bmm(norm(x).flatten(1, 2), W_qkv).view(runs * batch, places, 3, heads, -1)
    q, k, v = inner.permute(2, 0, 3, 1, 4)  # (runs * batch, heads, T, d / heads)
    scores = torch.matmul(q[:, :, -asked:] * (width // heads) ** -0.5, k.mT) + bias[:, -asked:]
    mixed = torch.matmul(scores.softmax(-1), v).transpose(1, 2).reshape(runs, batch * asked, -1)
    x = torch.baddbmm(x[:, :, -asked:].flatten(1, 2), mixed, W_o)
    return torch.baddbmm(x, torch.bmm(norm(x), W_up).relu(), W_down)


def norm(x: Tensor) -> Tensor:
    """x less its mean over its standard deviation, place by place."""
    return layer_norm(x, x.shape[-1:])

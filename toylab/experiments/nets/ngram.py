"""N-gram network: the next character from the K before.

    x = e(c_1) .. e(c_K),   p = softmax(relu(x W1 + b1) W2 + b2),   K = 8 characters before

the n-gram network of Bengio et al. 2003 (JMLR 3:1137), with embeddings of 16 numbers and h
hidden units, trained on the mean cross-entropy. Every tensor has a leading axis of independent
runs, all parameters lie in one flat tensor, and the gradient is written out by hand: at these
sizes the overhead of a step, not its arithmetic, is what a training run waits for.
"""

from collections.abc import Callable, Iterable
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from toylab.experiments.corpus import BEFORE, NUMBERS, SYMBOLS, Codes
from toylab.experiments.nets.training import Gradient, Layers, draw_flat, softmax_grad, unflatten
from toylab.experiments.nets.writing import draw_text

INPUTS = BEFORE * NUMBERS
AT_ONCE = 1024  # characters of the exam: their activations stay in a core's cache


def shapes(width: int) -> list[tuple[int, int]]:
    """Shapes of e, W1, b1, W2 and b2."""
    return [(SYMBOLS, NUMBERS), (INPUTS, width), (1, width), (width, SYMBOLS), (1, SYMBOLS)]


def layers(flat: Tensor, width: int) -> Layers:
    """e, W1, b1, W2, b2 of all runs, each (runs, rows, columns), as windows into `flat`."""
    return unflatten(flat, shapes(width))


def initial(width: int, seeds: Iterable[int]) -> Tensor:
    """First parameters: e ~ N(0, 1), W1 ~ N(0, 2/inputs), W2 ~ N(0, 1/(4h)), biases 0."""
    spreads = (1.0, (2 / INPUTS) ** 0.5, 0.0, 0.5 * width**-0.5, 0.0)
    return draw_flat(shapes(width), spreads, seeds)


def logits(params: Layers, contexts: Tensor) -> Tensor:
    """Unnormalised ln p of every symbol, (runs, batch, V).

    The contexts, (runs, batch, K), are rows of all runs' embeddings: those of run r plus r V.
    """
    e, W1, b1, W2, b2 = params
    x = e.view(-1, NUMBERS).index_select(0, contexts.flatten()).view(*contexts.shape[:2], -1)
    return torch.baddbmm(b2, torch.baddbmm(b1, x, W1).relu_(), W2)


def gradient(params: Layers, grads: Layers, batch: int) -> Gradient:
    """A function that writes the gradient of each run's mean cross-entropy, in nats, to `grads`.

    All that a step needs is made here, once: at these sizes it costs more than the arithmetic.

    Args:
        params: of `layers`, (runs, rows, columns).
        grads: likewise.
        batch: examples a step.
    """
    e, W1, b1, W2, b2 = params
    d_e, d_W1, d_b1, d_W2, d_b2 = grads
    x, hidden, y = (e.new_empty(len(e), batch, n) for n in (INPUTS, W1.shape[2], SYMBOLS))
    d, d_x = torch.empty_like(hidden), torch.empty_like(x)
    table, d_table, rows, d_rows = (part.view(-1, NUMBERS) for part in (e, d_e, x, d_x))
    xT, hT, W1T, W2T = x.mT, hidden.mT, W1.mT, W2.mT
    minus, share = e.new_full((len(e), batch, 1), -1.0), e.new_tensor(1 / batch)

    def write(contexts: Tensor, targets: Tensor) -> None:
        torch.index_select(table, 0, contexts, out=rows)
        torch.baddbmm(b1, x, W1, out=hidden).relu_()
        torch.baddbmm(b2, hidden, W2, out=y)
        p = softmax_grad(y, targets, minus, share)
        torch.bmm(hT, p, out=d_W2)
        torch.sum(p, 1, keepdim=True, out=d_b2)
        torch.bmm(p, W2T, out=d)
        torch.ops.aten.threshold_backward.grad_input(d, hidden, 0, grad_input=d)
        torch.bmm(xT, d, out=d_W1)
        torch.sum(d, 1, keepdim=True, out=d_b1)
        torch.bmm(d, W1T, out=d_x)
        d_table.zero_().index_add_(0, contexts, d_rows)

    return write


def exam_loss(
    logits: Callable[[Layers, Tensor], Tensor], params: Layers, exam: Codes
) -> list[float]:
    """Each run's mean cross-entropy over the exam (passages, K + 1), nats a character."""
    e = params[0]
    passages = torch.from_numpy(exam).to(e.device).long()
    offset = SYMBOLS * torch.arange(len(e), device=e.device)[:, None, None]
    total = torch.zeros(len(e), dtype=torch.float64)
    for part in torch.split(passages, AT_ONCE):
        log_p = logits(params, part[:, :-1] + offset).log_softmax(-1)
        right = log_p.gather(2, part[:, -1:].expand(len(e), -1, 1))
        total -= right.sum((1, 2)).cpu()
    return (total / len(exam)).tolist()


loss = partial(exam_loss, logits)


def correct(params: Layers, passages: Codes) -> NDArray[np.bool_]:
    """True where the likeliest next character is the right one, (runs, passages, places).

    A passage of K + n characters has n places, each told from the K characters before it.
    """
    e = params[0]
    windows = np.lib.stride_tricks.sliding_window_view(passages, BEFORE + 1, axis=1)
    examples = torch.tensor(windows.reshape(-1, BEFORE + 1), device=e.device).long()
    offset = SYMBOLS * torch.arange(len(e), device=e.device)[:, None, None]
    told = [
        logits(params, part[:, :-1] + offset).argmax(-1) == part[:, -1]
        for part in torch.split(examples, AT_ONCE)
    ]
    return np.asarray(torch.cat(told, 1).view(len(e), *windows.shape[:2]).cpu())


def write(params: Layers, run: int, length: int) -> str:
    """The text that a run writes after the beginning, each character drawn as it predicts it."""
    e, W1, b1, W2, b2 = (layer[run].cpu().numpy() for layer in params)

    def heights(written: list[int]) -> NDArray[np.float32]:
        hidden = np.maximum(e[written[-BEFORE:]].reshape(INPUTS) @ W1 + b1, 0)
        return np.asarray((hidden @ W2 + b2)[0])

    return draw_text(heights, length)

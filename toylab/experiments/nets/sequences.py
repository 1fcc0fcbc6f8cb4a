"""Networks that read a window of characters and predict the next one at each of its places.

    loss = -mean over batch and places of ln p(c_{t+1} | c_1 .. c_t)

A network is its function `logits(params, contexts, asked)`: contexts (runs, batch, T), rows of
all runs' embeddings, to unnormalised ln p (runs, batch, asked, V) after the last `asked` places.
In training all T are asked; the exam and a text to be written ask after the last one alone.
"""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import cross_entropy

from toylab.experiments.corpus import SYMBOLS, WINDOW, Codes
from toylab.experiments.nets.training import Gradient, Layers
from toylab.experiments.nets.writing import draw_text

Logits = Callable[[Layers, Tensor, int], Tensor]
AT_ONCE = 256  # passages of the exam: their activations stay in a core's cache


def gradient(logits: Logits, params: Layers, grads: Layers, batch: int) -> Gradient:
    """A function that writes the gradient of each run's mean cross-entropy, in nats, to `grads`.

    Training does without autograd's records; here they are kept, for tensors of our own.
    """
    with torch.inference_mode(mode=False):
        leaves = tuple(window.detach().requires_grad_() for window in params)

    def write(contexts: Tensor, targets: Tensor) -> None:
        with torch.inference_mode(mode=False), torch.enable_grad():
            asked = targets.shape[2]
            scores = logits(leaves, contexts.clone().view(len(targets), batch, -1), asked)
            total = cross_entropy(scores.flatten(0, 2), targets.clone().flatten(), reduction="sum")
            slopes = torch.autograd.grad(total / (batch * asked), leaves)
        for into, part in zip(grads, slopes, strict=True):
            into.copy_(part)

    return write


def loss(logits: Logits, params: Layers, exam: Codes) -> list[float]:
    """Each run's mean cross-entropy over the last characters of the exam, nats a character."""
    e = params[0]
    passages = torch.from_numpy(exam).to(e.device).long()
    offset = SYMBOLS * torch.arange(len(e), device=e.device)[:, None, None]
    total = torch.zeros(len(e), dtype=torch.float64)
    for part in torch.split(passages, AT_ONCE):
        log_p = logits(params, part[:, :-1] + offset, 1).log_softmax(-1)[:, :, 0]
        total -= log_p.gather(2, part[:, -1:].expand(len(e), -1, 1)).sum((1, 2)).cpu()
    return (total / len(exam)).tolist()


def write(logits: Logits, params: Layers, run: int, length: int) -> str:
    """The text that a run writes, each character drawn as it predicts it."""
    alone = tuple(window[run : run + 1].cpu() for window in params)

    def heights(written: list[int]) -> NDArray[np.float32]:
        scores = logits(alone, torch.tensor([[written[-WINDOW:]]]), 1)
        return np.asarray(scores[0, 0, 0].numpy())

    return draw_text(heights, length)

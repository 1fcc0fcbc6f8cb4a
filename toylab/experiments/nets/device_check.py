"""Device check: gradients and steps of each network on a device, held against the processor.

Nobody can try every GPU, so each is tried where it is, when it is first used. All results are
float32, whose rounding (6e-8) grows in sums of a few thousand terms to about 1e-6 of the largest
number; a device that is off by more than LIMIT computes something else, and is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import Tensor

from toylab import devices
from toylab.experiments import corpus, synthetic, tasks
from toylab.experiments.nets import (
    bigram,
    lstm,
    mlp,
    ngram,
    sequences,
    task_transformer,
    training,
    transformer,
)
from toylab.experiments.nets.adam import Adam
from toylab.experiments.nets.deep import DeepNet
from toylab.experiments.nets.sgd import Sgd

LIMIT = 1e-4  # of a result's largest number
RUNS = 2  # windows into the flat parameters are then strided
SIZE, EXAMPLES, STEPS = 8, 32, 2
MARKED = 1024  # characters: of fewer none is right by chance
CPU = torch.device("cpu")


@dataclass(frozen=True)
class Comparison:
    """A result on a device beside the processor's."""

    what: str
    difference: float  # the largest one, as a share of the processor's largest number

    @property
    def agrees(self) -> bool:
        """True where they differ by rounding only; a result that is not finite never does."""
        return self.difference <= LIMIT


def checked_device(kind: str) -> torch.device:
    """The torch device of a kind, cpu, mps or cuda, held against the processor at its first use.

    Raises:
        ValueError: if it is not on this machine, or computes something else; it says by how much.
    """
    device = devices.find(kind, devices.available())
    wrong = [one for one in compare(kind) if not one.agrees]
    if wrong:
        worst = max(wrong, key=lambda one: one.difference)
        raise ValueError(
            f"device {kind} ({device.name}) computes {worst.what} differently from the processor, "
            f"by {worst.difference:.2g} of its largest number; rounding would be below "
            f"{LIMIT:g}. It is not used here: choose another device"
        )
    return torch.device(kind)


@cache
def compare(kind: str) -> tuple[Comparison, ...]:
    """The results of a kind of device, each beside the processor's; none for the processor."""
    if kind == "cpu":
        return ()
    ours = results(CPU)
    try:
        theirs = results(torch.device(kind))
    except RuntimeError as error:  # a kernel that the device does not have
        return (Comparison(f"nothing ({str(error).splitlines()[0][:120]})", np.inf),)
    return tuple(Comparison(what, _difference(ours[what], theirs[what])) for what in ours)


@torch.no_grad()
def results(device: torch.device) -> dict[str, list[Tensor]]:
    """Small results of all that training calls, by what they are, on the processor."""
    computed = {what: result(device) for what, result in RESULTS.items()}
    return {what: [part.cpu() for part in parts] for what, parts in computed.items()}


def _difference(ours: list[Tensor], theirs: list[Tensor]) -> float:
    """The largest difference, over the parts of a result."""
    shares = [
        ((there - here).abs().max() / here.abs().max()).item()
        for here, there in zip(ours, theirs, strict=True)
    ]
    return max(share if np.isfinite(share) else np.inf for share in shares)


def _curve(device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
    """Parameters, x and y of two perceptrons."""
    random = torch.Generator().manual_seed(0)
    flat = 0.3 * torch.randn(RUNS, SIZE**2 + 4 * SIZE + 1, generator=random)
    x = torch.linspace(-3, 3, EXAMPLES).expand(RUNS, 1, -1).contiguous()
    return flat.to(device), x.to(device), x.sin().to(device)


def _mlp_gradient(device: torch.device) -> list[Tensor]:
    flat, x, y = _curve(device)
    into = torch.zeros_like(flat)
    mlp.add_gradient(mlp.layers(into, SIZE), mlp.layers(flat, SIZE), x, y, 1 / EXAMPLES)
    return list(mlp.layers(into, SIZE))


def _mlp_error(device: torch.device) -> list[Tensor]:
    flat, x, y = _curve(device)
    return [mlp.mse(flat, SIZE, x, y)]


def _gradient(
    net: ModuleType, source: Any, symbols: int, device: torch.device, asked: int = 1
) -> list[Tensor]:
    flat = net.initial(SIZE, range(RUNS)).to(device)
    into = torch.zeros_like(flat)
    layers = net.layers(into, SIZE)
    data = training.batches(source, range(RUNS), 1, EXAMPLES, symbols, device, asked)
    net.gradient(net.layers(flat, SIZE), layers, EXAMPLES)(*next(data))
    return list(layers)


def _loss(net: ModuleType, exam: corpus.Codes, device: torch.device) -> list[Tensor]:
    layers = net.layers(net.initial(SIZE, range(RUNS)).to(device), SIZE)
    return [torch.tensor(net.loss(layers, exam[:EXAMPLES]))]


def _ngram_gradient(device: torch.device) -> list[Tensor]:
    return _gradient(ngram, corpus.load(), corpus.SYMBOLS, device)


def _ngram_loss(device: torch.device) -> list[Tensor]:
    return _loss(ngram, corpus.load().exam, device)


def _ngram_correct(device: torch.device) -> list[Tensor]:
    layers = ngram.layers(ngram.initial(SIZE, range(RUNS)).to(device), SIZE)
    return [torch.as_tensor(ngram.correct(layers, corpus.load().exam[:MARKED])).float()]


def _read_gradient(net: ModuleType, device: torch.device) -> list[Tensor]:
    text = corpus.load().reading(corpus.WINDOW)
    return _gradient(net, text, corpus.SYMBOLS, device, corpus.WINDOW)


def _read_loss(net: ModuleType, device: torch.device) -> list[Tensor]:
    return _loss(net, corpus.load().reading(corpus.WINDOW).exam, device)


COPY = tasks.TASKS["copy"]


def _copying(device: torch.device) -> training.Layers:
    """Two networks that shall copy."""
    flat = task_transformer.initial(SIZE, COPY.symbols, COPY.places, range(RUNS)).to(device)
    return training.unflatten(flat, task_transformer.shapes(SIZE, COPY.symbols, COPY.places))


def _copy_gradient(device: torch.device) -> list[Tensor]:
    layers = _copying(device)
    into = tuple(torch.zeros_like(layer) for layer in layers)
    data = training.batches(COPY, range(RUNS), 1, EXAMPLES, COPY.symbols, device, COPY.asked)
    answer = partial(task_transformer.logits, COPY.heads)
    sequences.gradient(answer, layers, into, EXAMPLES)(*next(data))
    return list(into)


def _copy_grade(part: int, device: torch.device) -> list[Tensor]:
    """The losses (0), or which symbols are right (1)."""
    exam = COPY.exam()[:EXAMPLES]
    grade = task_transformer.grade(COPY.heads, _copying(device), exam, COPY.asked)
    return [torch.as_tensor(grade[part]).float()]


def _bigram_gradient(device: torch.device) -> list[Tensor]:
    return _gradient(bigram, synthetic.language(), synthetic.WORDS, device)


def _deep_gradient(skips: bool, device: torch.device) -> list[Tensor]:
    net = DeepNet(SIZE, 3, skips)
    flat = net.initial(range(RUNS)).to(device)
    into = net.layers(torch.zeros_like(flat))
    data = training.batches(corpus.load(), range(RUNS), 1, EXAMPLES, corpus.SYMBOLS, device)
    net.gradient(net.layers(flat), into, EXAMPLES)(*next(data))
    return list(into)


def _steps(optimizer: Callable[[Tensor], training.Optimizer], device: torch.device) -> list[Tensor]:
    """Two steps down a bowl from far away: the change of every parameter."""
    start = torch.linspace(-3, 3, EXAMPLES).to(device)
    params = start.clone()
    descent = optimizer(params)
    for _ in range(STEPS):
        descent.step(params.clone(), 0.1)
    return [params - start]


def _sgd_steps(device: torch.device) -> list[Tensor]:
    """Two steps of the n-gram network, each run at a rate of its own: the changes."""
    start = ngram.initial(SIZE, range(RUNS)).to(device)
    flat = start.clone()
    data = training.batches(
        corpus.load(), range(RUNS), STEPS, EXAMPLES, corpus.SYMBOLS, device
    )  # fmt: skip
    rates = [1.0 * (run + 1) for run in range(RUNS)]
    for _ in training.train_sgd(
        flat, ngram.shapes(SIZE), ngram.gradient, EXAMPLES, data, rates, warm=1
    ):
        pass
    return list(ngram.layers(flat - start, SIZE))


RESULTS: dict[str, Callable[[torch.device], list[Tensor]]] = {
    "the perceptron's gradient": _mlp_gradient,
    "the perceptron's error": _mlp_error,
    "the n-gram network's gradient": _ngram_gradient,
    "the n-gram network's loss": _ngram_loss,
    "the n-gram network's right characters": _ngram_correct,
    "the transformer's gradient": partial(_read_gradient, transformer),
    "the transformer's loss": partial(_read_loss, transformer),
    "the LSTM's gradient": partial(_read_gradient, lstm),
    "the LSTM's loss": partial(_read_loss, lstm),
    "the deep network's gradient": partial(_deep_gradient, False),
    "the deep network's gradient, with skips": partial(_deep_gradient, True),
    "the task transformer's gradient": _copy_gradient,
    "the task transformer's loss": partial(_copy_grade, 0),
    "the task transformer's right symbols": partial(_copy_grade, 1),
    "the bigram network's gradient": _bigram_gradient,
    "two steps of Adam": partial(_steps, Adam),
    "two steps of AdamW": partial(_steps, partial(Adam, decay=0.3)),
    "two steps of momentum": partial(_steps, partial(Sgd, momentum=training.MOMENTUM)),
    "two steps of SGD": _sgd_steps,
}

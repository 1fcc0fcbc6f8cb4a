"""Training on a stream of examples, a learning rate for every step; or plain SGD at steady rates.

Each step draws a new batch; T = D / B steps make a run of D tokens, with a decay of its own.
Independent runs go side by side, each on the draws of its own seed. The first examples that a
seed draws are the same whatever the network, the batch or the device.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from toylab.experiments.learning_rates import USUAL, Schedule
from toylab.experiments.nets.adam import Adam, AdamByLayer
from toylab.experiments.nets.sgd import Sgd

BETA2, EPS = 0.99, 1e-9
MOMENTUM = 0.9
BLOCK = 2**15  # examples of a run drawn at a time
Layers = tuple[Tensor, ...]
Gradient = Callable[[Tensor, Tensor], None]  # contexts, targets: writes where it was told to
Shapes = Sequence[tuple[int, int]]
Stream = Callable[[int], NDArray[np.integer]]  # so many more examples, (examples, K + 1)


class Source(Protocol):
    """Source of fresh examples."""

    def draw(self, random: np.random.Generator, examples: int) -> NDArray[np.integer]:
        """Symbols before and, last, the one to predict: (examples, K + 1)."""


class Optimizer(Protocol):
    """Optimizer of parameters that it was made for."""

    def step(self, grads: Tensor, lr: float) -> None:
        """One step down."""


OPTIMIZERS: Mapping[str, Callable[[Tensor, float], Optimizer]] = {
    "adam": lambda params, decay: Adam(params, BETA2, EPS, decay),
    "sgd": lambda params, _: Sgd(params),
    "momentum": lambda params, _: Sgd(params, MOMENTUM),
}


def unflatten(flat: Tensor, shapes: Shapes) -> Layers:
    """Windows (runs, rows, columns) into `flat`: layer by layer, in each run by run."""
    sizes = [rows * columns for rows, columns in shapes]
    runs = len(flat) // sum(sizes)
    parts = torch.split(flat, [runs * size for size in sizes])
    return tuple(part.view(runs, *shape) for part, shape in zip(parts, shapes, strict=True))


def draw_flat(shapes: Shapes, spreads: Sequence[float], seeds: Iterable[int]) -> Tensor:
    """Normal draws of these standard deviations, flat as `unflatten` wants them; one run a seed."""
    drawn = []
    for seed in seeds:
        random = torch.Generator().manual_seed(seed)
        drawn.append([
            spread * torch.randn(shape, generator=random).flatten()
            for shape, spread in zip(shapes, spreads, strict=True)
        ])  # fmt: skip
    return torch.cat([part for layer in zip(*drawn, strict=True) for part in layer])


def learning_rates(steps: int, peak: float, schedule: Schedule = USUAL) -> list[float]:
    """The learning rate of every step; usually 2 % of them rise to the peak, then all fall."""
    return schedule.rates(steps, peak)


def batches(
    source: Source,
    seeds: Sequence[int],
    steps: int,
    batch: int,
    symbols: int,
    device: torch.device,
    asked: int = 1,
) -> Iterator[tuple[Tensor, Tensor]]:
    """A step's contexts (runs * batch * K,), run r's offset by r times `symbols`, and targets.

    The contexts are rows of all runs' embeddings; the targets, (runs, batch, asked), are the
    last `asked` symbols of each passage.
    """
    streams = [partial(source.draw, np.random.default_rng(seed)) for seed in seeds]
    return batches_of(streams, steps, batch, symbols, device, asked)


def batches_of(
    streams: Sequence[Stream],
    steps: int,
    batch: int,
    symbols: int,
    device: torch.device,
    asked: int = 1,
) -> Iterator[tuple[Tensor, Tensor]]:
    """The same from a stream of examples for each run."""
    offset = symbols * torch.arange(len(streams), device=device)[:, None, None]
    at_once = max(1, BLOCK // batch)
    for first in range(0, steps, at_once):
        taken = min(at_once, steps - first)
        drawn = np.stack([stream(taken * batch) for stream in streams])
        block = torch.from_numpy(drawn).to(device).long().view(len(streams), taken, batch, -1)
        block = block.transpose(0, 1)  # (steps, runs, batch, K + 1)
        contexts = (block[..., :-1] + offset).flatten(1)
        yield from zip(contexts, block[..., -asked:].contiguous(), strict=True)


def shared(
    data: Iterable[tuple[Tensor, Tensor]], runs: int, symbols: int
) -> Iterator[tuple[Tensor, Tensor]]:
    """One seed's `batches` for several runs, which then see the same examples."""
    offset = None
    for contexts, targets in data:
        if offset is None:
            offset = symbols * torch.arange(runs, device=contexts.device)[:, None]
        yield (contexts + offset).flatten(), targets.expand(runs, -1, -1)


def softmax_grad(logits: Tensor, targets: Tensor, minus: Tensor, share: Tensor) -> Tensor:
    """d mean cross-entropy / d logits: (p - 1) / B at the target, p / B elsewhere.

    `minus` is -1 in the shape of targets and `share` 1/B, made beforehand.
    """
    return torch.softmax(logits, -1).scatter_add_(2, targets, minus).mul_(share)


@torch.inference_mode()
def train(
    flat: Tensor,
    shapes: Shapes,
    gradient: Callable[[Layers, Layers, int], Gradient],
    batch: int,
    data: Iterable[tuple[Tensor, Tensor]],
    rates: Sequence[float],
    looks: int,
    optimizer: str = "adam",
    decay: float = 0.0,
) -> Iterator[int]:
    """Training of `flat` in place, a step for each learning rate; yields the steps done.

    Yields `looks` times (after every step, if there are fewer), the last time at the end. A run
    that diverges fills with nan and leaves its neighbours alone. `decay` is Adam's decoupled
    weight decay.
    """
    grads = torch.zeros_like(flat)
    step = OPTIMIZERS[optimizer](flat, decay).step
    write = gradient(unflatten(flat, shapes), unflatten(grads, shapes), batch)
    stops = {-(-len(rates) * k // looks) for k in range(1, looks + 1)}
    for done, (lr, (contexts, targets)) in enumerate(zip(rates, data, strict=True), start=1):
        write(contexts, targets)
        step(grads, lr)
        if done in stops:
            yield done


@torch.inference_mode()
def train_sgd(
    flat: Tensor,
    shapes: Shapes,
    gradient: Callable[[Layers, Layers, int], Gradient],
    batch: int,
    data: Iterable[tuple[Tensor, Tensor]],
    lrs: Sequence[float],
    warm: int,
) -> Iterator[int]:
    """Plain SGD on `flat` in place, each run at a rate of its own; yields after every step.

    The rates rise over the first `warm` steps and then stay; it goes on for as long as there
    are data.
    """
    grads, rates = torch.zeros_like(flat), torch.empty_like(flat)
    for window in unflatten(rates, shapes):
        window.copy_(flat.new_tensor(lrs)[:, None, None].expand_as(window))
    write = gradient(unflatten(flat, shapes), unflatten(grads, shapes), batch)
    for step, (contexts, targets) in enumerate(data, start=1):
        write(contexts, targets)
        flat.addcmul_(grads, rates, value=-min(1.0, step / warm))
        yield step


@torch.inference_mode()
def train_by_layer(
    flat: Tensor,
    shapes: Shapes,
    gradient: Callable[[Layers, Layers, int], Gradient],
    batch: int,
    data: Iterable[tuple[Tensor, Tensor]],
    factors: Sequence[float],
    rates: Sequence[Sequence[float]],
    decays: Sequence[Sequence[float]] | None,
) -> Iterator[int]:
    """Adam on `flat` in place, each layer of each run at a rate of its own; yields every step.

    Args:
        flat: parameters of all runs.
        shapes: of the layers.
        gradient: of the network.
        batch: examples a step.
        data: contexts and targets of each step.
        factors: what all rates and decays are multiplied by, a step each.
        rates: peak learning rates, a layer each, in it a run each.
        decays: what a layer of a run shrinks by where the factor is 1, likewise; or None.
    """
    grads, blank = torch.zeros_like(flat), torch.zeros_like(flat)
    layers = unflatten(flat, shapes)

    def columns(values: Sequence[Sequence[float]]) -> list[Tensor]:
        return [flat.new_tensor(of_runs)[:, None, None] for of_runs in values]

    optimizer = AdamByLayer(
        layers, unflatten(blank, shapes), blank, columns(rates),
        columns(decays) if decays else None, BETA2, EPS,
    )  # fmt: skip
    write = gradient(layers, unflatten(grads, shapes), batch)
    for done, (factor, (contexts, targets)) in enumerate(zip(factors, data, strict=True), start=1):
        write(contexts, targets)
        optimizer.step(grads, factor)
        yield done

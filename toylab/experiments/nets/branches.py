"""Training of one stem with branches: from a checkpoint each branch goes on at rates of its own.

    stem       t = 0 .. the last checkpoint
    branches   from checkpoint t_k on, with the parameters, Adam's moments and the place in the
               stream of examples that the stem has there

A branch so is the same run, bit for bit, as one that was trained alone at the stem's rates up to
its checkpoint, and at its own ones after it.
"""

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from toylab.experiments.nets.adam import Adam
from toylab.experiments.nets.training import (
    BETA2,
    EPS,
    Gradient,
    Layers,
    Shapes,
    Source,
    Stream,
    unflatten,
)

Data = Callable[[Sequence[Stream], int], Iterable[tuple[Tensor, Tensor]]]  # of so many steps


class Draws:
    """Stream of a seed's fresh examples, which goes on from the same place in a copy."""

    def __init__(self, source: Source, random: np.random.Generator) -> None:
        self.source, self.random = source, random

    def __call__(self, examples: int) -> NDArray[np.integer]:
        return self.source.draw(self.random, examples)

    def __copy__(self) -> "Draws":
        return Draws(self.source, copy.deepcopy(self.random))


@torch.inference_mode()
def train_branches(
    flat: Tensor,
    shapes: Shapes,
    gradient: Callable[[Layers, Layers, int], Gradient],
    batch: int,
    streams: Sequence[Draws],
    data: Data,
    stem: Sequence[float],
    branches: Mapping[int, Sequence[float]],
) -> Iterator[int]:
    """Training of `flat` in place; yields each checkpoint when its branch has come to its end.

    At a yield `flat` is what the branch has learned; after it the stem goes on.

    Args:
        flat: parameters of all runs.
        shapes: of the layers.
        gradient: as in `training.train`.
        batch: examples a step.
        streams: of each run.
        data: batches of so many steps from streams.
        stem: the stem's learning rates.
        branches: the rates of each branch by the steps of the stem before it.
    """
    grads, adam = torch.zeros_like(flat), Adam(flat, BETA2, EPS)
    write = gradient(unflatten(flat, shapes), unflatten(grads, shapes), batch)
    state = (flat, adam.mean, adam.square, adam.steps)

    def descend(streams: Sequence[Stream], rates: Sequence[float]) -> None:
        for lr, (contexts, targets) in zip(rates, data(streams, len(rates)), strict=True):
            write(contexts, targets)
            adam.step(grads, lr)

    for begun, checkpoint in pairwise([0, *sorted(branches)]):
        descend(streams, stem[begun:checkpoint])
        kept = [part.clone() for part in state]
        descend([copy.copy(stream) for stream in streams], branches[checkpoint])
        yield checkpoint
        for part, before in zip(state, kept, strict=True):
            part.copy_(before)

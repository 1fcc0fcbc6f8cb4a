"""Run of a small transformer on a task whose answers are right or wrong: copying, or addition.

    copying     x_1 .. x_12 | x_1 .. x_12          x of 16 symbols
    addition    a b + c d = g f e                  the sum e f g of two numbers, last digit first

Only the answer's symbols are learned and asked for. The exam, the same for all networks, has
questions that no training has (16^12 are too many to meet one twice; of the 10,000 sums a fifth is
put aside). It tells the cross-entropy, the share of symbols that are right, and for each k the
share of k symbols in a row that all are: of the answers themselves, where k is all there are.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from toylab.experiments.learning_rates import CONSTANT, USUAL
from toylab.refusals import refuse

Symbols = NDArray[np.uint8]
EXAM = 2048  # questions
LETTERS = 16
LONGEST = 100_000  # steps
MEMORY = 2e9  # bytes one process may need


def copies(random: np.random.Generator, questions: int) -> Symbols:
    """Twelve letters, a bar, and the letters again: (questions, 25)."""
    letters = random.integers(0, LETTERS, (questions, 12), dtype=np.uint8)
    bar = np.full((questions, 1), LETTERS, np.uint8)
    return np.concatenate([letters, bar, letters], 1)


@cache
def sums() -> Symbols:
    """All sums of two numbers below 100, in a fixed random order: a b + c d = g f e, (10000, 9)."""
    first, second = (grid.flatten() for grid in np.mgrid[:100, :100])
    digits = [
        first // 10, first % 10, np.full(10_000, 10), second // 10, second % 10,
        np.full(10_000, 11), *((first + second) // 10**place % 10 for place in range(3)),
    ]  # fmt: skip
    return np.random.default_rng(0).permutation(np.stack(digits, 1).astype(np.uint8))


def additions(random: np.random.Generator, questions: int) -> Symbols:
    """Sums to learn from, which the exam does not ask: (questions, 9)."""
    return sums()[random.integers(EXAM, len(sums()), questions)]


@dataclass(frozen=True)
class Task:
    """A task, and how a network is trained on it."""

    title: str
    symbols: int  # V
    places: int  # T: symbols that are read
    asked: int  # symbols of an answer
    heads: int  # of the network's attention
    draw: Callable[[np.random.Generator, int], Symbols]  # questions with answers, (..., T + 1)
    exam: Callable[[], Symbols]
    lr: float  # of Adam
    batch: int
    decay: bool  # the rate falls to zero at the end; else it stays


TASKS = {
    "copy": Task(
        title="copying",
        symbols=LETTERS + 1,
        places=24,
        asked=12,
        heads=1,
        draw=copies,
        exam=lambda: copies(np.random.default_rng([0, 1]), EXAM),
        lr=0.02,
        batch=64,
        decay=True,
    ),
    "addition": Task(
        title="addition",
        symbols=12,
        places=8,
        asked=3,
        heads=4,
        draw=additions,
        exam=lambda: sums()[:EXAM],
        lr=0.005,
        batch=64,
        decay=False,
    ),
}


@dataclass(frozen=True)
class TaskSpec:
    """One width, and the seeds `seed`, `seed + 1`, ... that train it side by side."""

    task: str
    width: int
    steps: int
    rate: float = 1.0  # learning rate over the task's usual one
    looks: int = 1  # exams, the last at the end
    seed: int = 0
    runs: int = 1
    device: str = "cpu"

    def __post_init__(self) -> None:
        heads = TASKS[self.task].heads if self.task in TASKS else 1
        rules = {
            f"task must be one of {', '.join(TASKS)}, got {self.task}": self.task in TASKS,
            f"width must be between 1 and 1024, got {self.width}": 1 <= self.width <= 1024,
            f"width must be a multiple of {heads} for {self.task}, got {self.width}": (
                self.width % heads == 0
            ),
            f"steps must be between 1 and {LONGEST}, got {self.steps}": 1 <= self.steps <= LONGEST,
            f"looks must be between 1 and the steps, got {self.looks}": (
                1 <= self.looks <= self.steps
            ),
            f"rate must be above 0 and at most 1000, got {self.rate}": 0 < self.rate <= 1000,
            f"seed must be between 0 and 1000000000, got {self.seed}": 0 <= self.seed <= 1e9,
            f"runs must be between 1 and 1000, got {self.runs}": 1 <= self.runs <= 1000,
        }
        refuse(rules)
        if self.memory > MEMORY:
            raise ValueError(
                f"{self.runs} runs of width {self.width} need {self.memory / 1e9:.3g} GB of "
                f"memory; the limit is {MEMORY / 1e9:.3g} GB"
            )

    @property
    def kind(self) -> Task:
        """The task, and how it is learned."""
        return TASKS[self.task]

    @property
    def params(self) -> int:
        """N: all parameters."""
        return 12 * self.width**2 + (2 * self.kind.symbols + self.kind.places) * self.width

    @property
    def lr(self) -> float:
        """Peak learning rate."""
        return self.kind.lr * self.rate

    @property
    def memory(self) -> float:
        """Bytes at the peak, about: parameters, gradient and Adam's state; activations."""
        wide = 16 * self.width + 2 * self.kind.places + 4 * self.kind.symbols
        return 4.0 * self.runs * (4 * self.params + 512 * self.kind.places * wide)

    @property
    def cost(self) -> float:
        """Seconds on the machine it was measured on; elsewhere good for comparisons."""
        places = self.kind.batch * self.kind.places * self.runs
        passes = self.steps + self.looks * EXAM / self.kind.batch / 3
        if self.device != "cpu":
            return 0.3 + passes * 3e-3
        return 0.05 + passes * (7e-4 + places * (5e-7 + self.params * 1.5e-10))


def run(spec: TaskSpec) -> Iterator[tuple[float, list[dict[str, Any]]]]:
    """Train, with exams on the way: (fraction done, rows so far), one row a look and seed.

    The same spec on the same processor gives bitwise the same rows, but for their `seconds`, a
    run's share of the time its stack took. A run without a finite loss is marked `diverged`.
    """
    from toylab.experiments.nets import sequences, task_transformer, training
    from toylab.experiments.nets.device_check import checked_device

    begun = time.perf_counter()
    device, kind, net = checked_device(spec.device), spec.kind, task_transformer
    seeds = range(spec.seed, spec.seed + spec.runs)
    shapes = net.shapes(spec.width, kind.symbols, kind.places)
    flat = net.initial(spec.width, kind.symbols, kind.places, seeds).to(device)
    data = training.batches(
        kind, seeds, spec.steps, kind.batch, kind.symbols, device, kind.asked
    )  # fmt: skip
    gradient = partial(sequences.gradient, partial(net.logits, kind.heads))
    schedule = USUAL if kind.decay else CONSTANT
    rates = training.learning_rates(spec.steps, spec.lr, schedule)
    exam, rows = kind.exam(), list[dict[str, Any]]()
    for done in training.train(
        flat, shapes, gradient, batch=kind.batch, data=data, rates=rates, looks=spec.looks
    ):
        layers = training.unflatten(flat, shapes)
        losses, right = net.grade(kind.heads, layers, exam, kind.asked)
        seconds = (time.perf_counter() - begun) / spec.runs
        rows += [_row(spec, k, done, losses[k], right[k], seconds) for k in range(spec.runs)]
        yield done / spec.steps, list(rows)


def in_a_row(right: NDArray[np.bool_], symbols: int) -> float:
    """The share of so many symbols in a row, wherever in an answer, that are all right."""
    return float(sliding_window_view(right, symbols, axis=1).all(-1).mean())


def _row(
    spec: TaskSpec, k: int, done: int, loss: float, right: NDArray[np.bool_], seconds: float
) -> dict[str, Any]:
    """The row of the k-th seed at a look; `right` is (questions, asked)."""
    asked = range(1, right.shape[1] + 1)
    return {
        "task": spec.task,
        "width": spec.width,
        "params": spec.params,
        "steps": spec.steps,
        "step": done,
        "seed": spec.seed + k,
        "loss": loss,
        "accuracy": float(right.mean()),
        **{f"right_{place}": float(right[:, place - 1].mean()) for place in asked},
        **{f"exact_{symbols}": in_a_row(right, symbols) for symbols in asked},
        "seconds": seconds,
        "device": spec.device,
        "diverged": not math.isfinite(loss),
    }

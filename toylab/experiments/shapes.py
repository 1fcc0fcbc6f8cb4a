"""Run of an n-gram network of a given depth, whose width makes up for it: N is held.

    N = 128 h + (depth - 1) h^2 + 98 h,     depth 1 .. 6 hidden layers of width h

learns the source of Python's library, D characters at 128 a step, whatever its shape. Every
shape of a seed sees the same characters in the same order, so that shapes can be compared seed
by seed.
"""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from toylab.experiments import corpus
from toylab.laws.forms import FLOPS
from toylab.refusals import refuse

DEPTHS = (1, 2, 3, 4, 6)  # hidden layers
SIZES = (6000, 25_000)  # N, which the width meets to a per cent or two
TOKENS = 150_000  # D, at least
BATCH = 128  # tokens a step
LR = 2**-6  # peak learning rate of Adam
EDGES = corpus.BEFORE * corpus.NUMBERS + corpus.SYMBOLS  # weights a hidden unit, first and last
LOOKS = 5  # at a run on its way


@dataclass(frozen=True)
class ShapeSpec:
    """One depth at a size, and the seeds `seed`, `seed + 1`, ... that train it side by side."""

    depth: int
    skips: bool = False  # around every hidden layer but the first
    near: int = SIZES[0]  # N, which the width meets to 2 %
    rate: float = 1.0  # peak learning rate over the usual one
    tokens: int = TOKENS  # D, to half a batch
    seed: int = 0
    runs: int = 1
    device: str = "cpu"

    def __post_init__(self) -> None:
        rules = {
            f"depth must be between 1 and 12, got {self.depth}": 1 <= self.depth <= 12,
            f"skips need two hidden layers or more, got {self.depth}": (
                self.depth > 1 or not self.skips
            ),
            f"near must be between 1000 and 100000 parameters, got {self.near}": (
                1000 <= self.near <= 1e5
            ),
            f"tokens must be between {TOKENS} and 10000000, got {self.tokens}": (
                TOKENS <= self.tokens <= 1e7
            ),
            f"rate must be above 0 and at most 1000, got {self.rate}": 0 < self.rate <= 1000,
            f"seed must be between 0 and 1000000000, got {self.seed}": 0 <= self.seed <= 1e9,
            f"runs must be between 1 and 32, got {self.runs}": 1 <= self.runs <= 32,
        }
        refuse(rules)

    @property
    def width(self) -> int:
        """h: the positive root of (depth - 1) h^2 + 226 h = N, to a whole unit."""
        curved = 4 * (self.depth - 1) * self.near
        return round(2 * self.near / (EDGES + math.sqrt(EDGES**2 + curved)))

    @property
    def params(self) -> int:
        """N: matrix-multiply weights."""
        return EDGES * self.width + (self.depth - 1) * self.width**2

    @property
    def lr(self) -> float:
        """Peak learning rate."""
        return LR * self.rate

    @property
    def steps(self) -> int:
        """T, of Adam."""
        return round(self.tokens / BATCH)

    @property
    def flops(self) -> float:
        """Training FLOPs of a seed."""
        return float(FLOPS * self.params * self.steps * BATCH)

    @property
    def cost(self) -> float:
        """Seconds on the machine it was measured on; elsewhere good for comparisons."""
        spent = self.runs * (self.flops + 2 * self.params * corpus.EXAM)
        if self.device != "cpu":
            return 0.3 + self.steps * 1e-4 * (6 + 3 * self.depth) + spent / 5e12
        step = self.steps * (1e-4 + 5e-5 * self.depth + 7e-5 * self.runs)
        return 0.02 * self.runs + step + spent / 5e10


def run(spec: ShapeSpec) -> Iterator[tuple[float, list[dict[str, Any]]]]:
    """Training, then the exam: (fraction done, one row a seed); rows come with the last fraction.

    The same spec on the same processor gives bitwise the same rows but for their `seconds`, a
    run's share of the time of its stack. A run without a finite loss is marked `diverged`.
    """
    from toylab.experiments.nets import training
    from toylab.experiments.nets.deep import DeepNet
    from toylab.experiments.nets.device_check import checked_device

    begun = time.perf_counter()
    device, net = checked_device(spec.device), DeepNet(spec.width, spec.depth, spec.skips)
    text, seeds = corpus.load().reading(corpus.BEFORE), range(spec.seed, spec.seed + spec.runs)
    flat = net.initial(seeds).to(device)
    data = training.batches(text, seeds, spec.steps, BATCH, corpus.SYMBOLS, device)
    rates = training.learning_rates(spec.steps, spec.lr)
    for done in training.train(flat, net.shapes, net.gradient, BATCH, data, rates, LOOKS):
        if done < spec.steps:
            yield done / spec.steps, []
    losses = net.loss(net.layers(flat), text.exam)
    seconds = (time.perf_counter() - begun) / spec.runs
    yield 1.0, [_row(spec, k, loss, seconds) for k, loss in enumerate(losses)]


def _row(spec: ShapeSpec, k: int, loss: float, seconds: float) -> dict[str, Any]:
    """The row of the k-th seed."""
    return {
        "depth": spec.depth,
        "skips": spec.skips,
        "width": spec.width,
        "params": spec.params,
        "tokens": spec.steps * BATCH,
        "flops": spec.flops,
        "loss": loss,
        "seed": spec.seed + k,
        "lr": spec.lr,
        "seconds": seconds,
        "device": spec.device,
        "diverged": not math.isfinite(loss),
    }

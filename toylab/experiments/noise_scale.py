"""Noise scale of a gradient, from the squared lengths of two batches' gradients.

    E |G_B|^2 = |G|^2 + tr(Sigma) / B,      B_simple = tr(Sigma) / |G|^2

G is the gradient over all data, Sigma one example's covariance. Two batch sizes b < B tell both
without bias (McCandlish et al. 2018, app. A.1):

    |G|^2 ~ (B |G_B|^2 - b |G_b|^2) / (B - b),   tr(Sigma) ~ (|G_b|^2 - |G_B|^2) / (1/b - 1/B)

Their ratio is biased, and wild where |G|^2 is small beside its error: average numerator and
denominator each, over many batches, and divide once. B_simple is an estimate of the critical
batch under assumptions that no network meets, and depends on the path that is measured.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toylab.experiments import corpus
from toylab.experiments.steps_to_loss import FIRST, PATIENCE, StepsToLossSpec, descend, losses

if TYPE_CHECKING:
    from toylab.experiments.nets.training import Layers

Array = NDArray[np.float64]
SMALL, BIG = 16, 4096  # examples of the two batches
EACH = 16  # small batches to one big: a pair's |G_b|^2 is their mean
PAIRS = 8  # at each look
GROWTH = 1.2  # from one look to the next, in steps
BATCH, TUNED = 256, 2.0  # of the path, and the best learning rate there, about


def parts(small: ArrayLike, big: ArrayLike, b: float = SMALL, B: float = BIG) -> Array:
    """Unbiased tr(Sigma) and |G|^2, (2, ...), from |G_b|^2 and |G_B|^2 of any one shape."""
    if not 0 < b < B:
        raise ValueError(f"the small batch must be smaller than the big one, got {b} and {B}")
    few, many = np.asarray(small, dtype=np.float64), np.asarray(big, dtype=np.float64)
    return np.stack([(few - many) / (1 / b - 1 / B), (B * many - b * few) / (B - b)])


def scale(small: ArrayLike, big: ArrayLike, b: float = SMALL, B: float = BIG) -> float:
    """B_simple of many pairs: the ratio of averages. Not finite where |G|^2 comes out as 0."""
    noise, signal = (float(part.mean()) for part in parts(small, big, b, B))
    return noise / signal if signal > 0 else np.inf


def mean_of_ratios(small: ArrayLike, big: ArrayLike, b: float = SMALL, B: float = BIG) -> float:
    """The average of each pair's ratio, which is biased: for comparison only."""
    noise, signal = parts(small, big, b, B)
    return float(np.mean(noise / signal))


@dataclass(frozen=True)
class NoiseScaleSpec:
    """A run at one learning rate, and the noise scale along it."""

    lr: float
    target: float = 2.55  # nats/character: where it ends
    seed: int = 0
    size: int = 32  # hidden units
    device: str = "cpu"

    def __post_init__(self) -> None:
        if not 0 < self.lr <= 10:
            raise ValueError(f"lr must be above 0 and at most 10, got {self.lr}")
        if not 2.3 <= self.target <= 3.2:
            raise ValueError(f"target must be between 2.3 and 3.2, got {self.target}")
        self.race  # noqa: B018 (it refuses what is out of range)

    @property
    def race(self) -> StepsToLossSpec:
        """The same run as a race of one."""
        return StepsToLossSpec(BATCH, self.seed, self.size, (self.target,), self.device)

    @property
    def usual(self) -> float:
        """Steps that it takes, about: with a low rate in proportion more."""
        return self.race.usual * max(1.0, TUNED / self.lr)

    @property
    def cost(self) -> float:
        """Seconds on the machine it was measured on; elsewhere good for comparisons."""
        looks = math.log(self.usual / FIRST) / math.log(GROWTH)
        return 0.1 + looks * PAIRS * (EACH * 1e-4 + 8e-3) + self.usual * 3e-4


def run(spec: NoiseScaleSpec) -> Iterator[tuple[float, list[dict[str, Any]]]]:
    """Train, and look at intervals: (fraction done, rows so far), one row a pair of batches.

    A run that has not come to its target after many steps ends there.
    """
    rows: list[dict[str, Any]] = []
    look, drawn = FIRST, np.random.default_rng([spec.seed, 1])  # other examples than it learns
    meters = None
    for step, net in descend(spec.race, [spec.lr], most=round(PATIENCE * spec.usual)):
        meters = meters or [_meter(net, spec, batch, drawn) for batch in (SMALL, BIG)]
        if step < look:
            continue
        look = max(step + 1, math.ceil(step * GROWTH))
        reached = losses(net)[0]
        common = {"lr": spec.lr, "seed": spec.seed, "step": step, "loss": reached}
        for _ in range(PAIRS):
            small, big = np.mean([meters[0]() for _ in range(EACH)]), meters[1]()
            rows.append(common | {"small": float(small), "big": big})
        yield min(0.99, step / spec.usual), list(rows)
        if not reached > spec.target:
            break
    yield 1.0, rows


def _meter(
    net: "Layers", spec: NoiseScaleSpec, batch: int, random: np.random.Generator
) -> Callable[[], float]:
    """A measure of |G_B|^2 of the net as it then is, on a fresh batch each time."""
    import torch

    from toylab.experiments.nets import ngram, training

    flat = torch.zeros(sum(layer.numel() for layer in net), device=net[0].device)
    write = ngram.gradient(net, training.unflatten(flat, ngram.shapes(spec.size)), batch)

    def measure() -> float:
        drawn = torch.from_numpy(corpus.load().draw(random, batch)).to(flat.device).long()
        write(drawn[:, :-1].flatten(), drawn[None, :, -1:])
        return float(flat.square().sum())

    return measure

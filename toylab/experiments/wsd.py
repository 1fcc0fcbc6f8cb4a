"""Stable run with branches that decay (WSD), in place of a run for every length.

    stem       warm-up, then the peak for (1 - d) of the longest length
    branches   from (1 - d) T_k of the stem on, d T_k steps of decay: a run of T_k steps

so that m lengths cost (1 - d) T_m + d sum T_k steps, where runs of their own cost sum T_k. Each
branch is the run that its schedule would give if it were trained alone.

Source: Hu et al. 2024 (MiniCPM), arXiv:2404.06395, sec. 4.
"""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from toylab.experiments import charlm, corpus
from toylab.experiments.schedules import ScheduleSpec
from toylab.refusals import refuse

MOST = 12  # lengths
LEAST_STEPS = 50


@dataclass(frozen=True)
class WsdSpec:
    """A stem and its branches, and the seeds `seed`, `seed + 1`, ... that train them."""

    size: int = 32  # hidden units
    shortest: int = 500  # steps of the first branch, with its part of the stem
    longest: int = 4000
    lengths: int = 6  # evenly spaced by ratio
    decay: float = 0.2  # share of the steps of each length
    shape: str = "1-sqrt"
    rate: float = 1.0  # peak learning rate over the usual one
    batch: int = 64  # characters a step
    warm: int = 40  # steps
    seed: int = 0
    runs: int = 1
    device: str = "cpu"

    def __post_init__(self) -> None:
        refuse({
            f"lengths must be between 2 and {MOST}, got {self.lengths}": 2 <= self.lengths <= MOST,
            f"shortest must be at least {LEAST_STEPS} steps, got {self.shortest}": (
                self.shortest >= LEAST_STEPS
            ),
            f"longest must be twice the shortest or more, got {self.longest}": (
                self.longest >= 2 * self.shortest
            ),
            f"decay must be above 0 and below 1, got {self.decay}": 0 < self.decay < 1,
            f"warm must be between 0 and {self.stable(self.shortest)} steps, got {self.warm}": (
                0 <= self.warm <= self.stable(self.shortest)
            ),
        })  # fmt: skip
        _ = self.branches  # refuse the rest

    def stable(self, steps: int) -> int:
        """The steps before the decay of a branch."""
        return round((1 - self.decay) * steps)

    @property
    def steps(self) -> list[int]:
        """T_k, ascending."""
        return [round(T) for T in np.geomspace(self.shortest, self.longest, self.lengths)]

    @property
    def branches(self) -> list[ScheduleSpec]:
        """The same runs, each trained alone."""
        return [
            ScheduleSpec(
                self.size, self.batch * T, self.warm / T, self.decay, self.shape, rate=self.rate,
                held=self.batch, seed=self.seed, runs=self.runs, device=self.device,
            )
            for T in self.steps
        ]  # fmt: skip

    @property
    def cosines(self) -> list[ScheduleSpec]:
        """As many runs with a cosine of their own each."""
        return [replace(one, decay=1.0, shape="cosine") for one in self.branches]

    @property
    def spent(self) -> int:
        """Steps of the stem and all branches."""
        stem = self.stable(self.longest)
        return stem + sum(T - self.stable(T) for T in self.steps)

    @property
    def cost(self) -> float:
        """Seconds on the machine it was measured on; elsewhere good for comparisons."""
        longest = self.branches[-1].plain
        share = self.spent / self.longest
        exams = 2 * longest.params * corpus.EXAM * self.runs * self.lengths / 6e10
        return longest.cost * share + exams


def run(spec: WsdSpec) -> Iterator[tuple[float, list[dict[str, Any]]]]:
    """Training, with an exam at the end of each branch: (fraction done, one row a branch and seed).

    Repeats itself as `charlm.run` does.
    """
    from toylab.experiments.nets import training
    from toylab.experiments.nets.branches import Draws, train_branches
    from toylab.experiments.nets.device_check import checked_device

    begun, device = time.perf_counter(), checked_device(spec.device)
    alone = {spec.stable(one.plain.steps): one for one in spec.branches}
    plain, seeds = spec.branches[-1].plain, range(spec.seed, spec.seed + spec.runs)
    net, text = plain.recipe.network, charlm.source(plain)
    flat, shapes = net.initial(spec.size, seeds).to(device), net.shapes(spec.size)
    rates = {at: training.learning_rates(one.plain.steps, plain.lr, one.schedule)
             for at, one in alone.items()}  # fmt: skip
    streams = [Draws(text, np.random.default_rng(seed)) for seed in seeds]
    ends: list[tuple[ScheduleSpec, list[float]]] = []
    for checkpoint in train_branches(
        flat, shapes, net.gradient, spec.batch, streams,
        lambda streams, steps: training.batches_of(
            streams, steps, spec.batch, corpus.SYMBOLS, device
        ),
        rates[max(rates)],
        {at: rates[at][at:] for at in rates},
    ):  # fmt: skip
        ends.append((alone[checkpoint], net.loss(net.layers(flat, spec.size), text.exam)))
        yield len(ends) / (spec.lengths + 1), []
    seconds = (time.perf_counter() - begun) / spec.runs / spec.lengths
    yield (
        1.0,
        [_row(one, k, loss, seconds) for one, losses in ends for k, loss in enumerate(losses)],
    )


def _row(one: ScheduleSpec, k: int, loss: float, seconds: float) -> dict[str, Any]:
    """The row of a branch of the k-th seed."""
    return {
        "kind": "wsd",
        "size": one.size,
        "steps": one.plain.steps,
        "tokens": one.plain.tokens,
        "decay": one.decay,
        "shape": one.shape,
        "rate": one.rate,
        "loss": loss,
        "seed": one.seed + k,
        "seconds": seconds,
        "device": one.device,
        "diverged": not math.isfinite(loss),
    }

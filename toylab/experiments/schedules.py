"""Run under any schedule of the learning rate, and its losses on its way.

An n-gram network of characters as in `charlm`, whose schedule is given by its parts as
`learning_rates.Schedule` has them. Runs of a seed see the same characters in the same order,
whatever their schedule, so that schedules can be compared seed by seed.
"""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toylab.experiments import charlm, corpus
from toylab.experiments.charlm import CharlmSpec
from toylab.experiments.languages import NGRAM
from toylab.experiments.learning_rates import WARM, Schedule
from toylab.refusals import refuse

if TYPE_CHECKING:
    from toylab.experiments.nets.training import Layers

SHORTEST, LONGEST = 2_048, 4_000_000  # characters of a run
PLACES = 16_384  # of the exam, that a look asks for
MOST_LOOKS = 100


@dataclass(frozen=True)
class ScheduleSpec:
    """One schedule at a size and length, and the seeds `seed`, `seed + 1`, ... side by side."""

    size: int = 32  # hidden units
    tokens: int = 163_840  # characters to read
    warm: float = WARM  # share of the steps
    decay: float = 1.0  # share of the horizon
    shape: str = "cosine"
    end: float = 0.0  # share of the peak
    horizon: float = 1.0  # steps that the schedule is planned for over those that are run
    rate: float = 1.0  # peak learning rate over the usual one
    held: int = 0  # characters a step; 0 for as many as suit the length
    looks: int = 0  # at the loss on its way; the last one at its end
    seed: int = 0
    runs: int = 1
    device: str = "cpu"

    def __post_init__(self) -> None:
        refuse({
            f"tokens must be between {SHORTEST:,} and {LONGEST:,}, got {self.tokens:,}": (
                SHORTEST <= self.tokens <= LONGEST
            ),
            f"looks must be between 0 and {MOST_LOOKS}, got {self.looks}": (
                0 <= self.looks <= MOST_LOOKS
            ),
        })  # fmt: skip
        _ = self.plain, self.schedule  # which refuse the rest

    @property
    def schedule(self) -> Schedule:
        """The course of its learning rate."""
        return Schedule(self.warm, self.decay, self.shape, self.end, self.horizon)

    @property
    def plain(self) -> CharlmSpec:
        """The run of the same network under the usual schedule."""
        return CharlmSpec(
            self.size, NGRAM.flops(self.size) * self.tokens, rate=self.rate, seed=self.seed,
            runs=self.runs, device=self.device, held=self.held,
        )  # fmt: skip

    @property
    def cost(self) -> float:
        """Seconds on the machine it was measured on; elsewhere good for comparisons."""
        asked = 2 * self.plain.params * self.looks * PLACES * NGRAM.seconds[2]
        return self.plain.cost + self.runs * asked


def run(spec: ScheduleSpec) -> Iterator[tuple[float, list[dict[str, Any]]]]:
    """Training, then the exam: (fraction done, one row a look and seed); rows come at the end.

    With looks all of them, the last one too, ask for the first places of the exam only. Repeats
    itself as `charlm.run` does.
    """
    begun, plain = time.perf_counter(), spec.plain
    net, exam = plain.recipe.network, corpus.load().exam[: PLACES if spec.looks else None]
    seen: list[tuple[int, list[float]]] = []

    def look(done: int, layers: "Layers") -> None:
        if spec.looks or done == plain.steps:
            seen.append((done, net.loss(layers, exam)))

    looks = spec.looks or charlm.LOOKS
    yield from charlm.trained(plain, schedule=spec.schedule, looks=looks, look=look)
    seconds = (time.perf_counter() - begun) / spec.runs
    rows = [
        _row(spec, k, done, loss, seconds) for done, losses in seen for k, loss in enumerate(losses)
    ]
    yield 1.0, rows


def _row(spec: ScheduleSpec, k: int, done: int, loss: float, seconds: float) -> dict[str, Any]:
    """The row of the k-th seed after so many steps."""
    plain = spec.plain
    return {
        "size": spec.size,
        "params": plain.params,
        "tokens": plain.tokens,
        "warm": spec.warm,
        "decay": spec.decay,
        "shape": spec.shape,
        "end": spec.end,
        "horizon": spec.horizon,
        "rate": spec.rate,
        "done": done,
        "steps": plain.steps,
        "batch": plain.batch,
        "loss": loss,
        "seed": spec.seed + k,
        "seconds": seconds,
        "device": spec.device,
        "diverged": not math.isfinite(loss),
    }

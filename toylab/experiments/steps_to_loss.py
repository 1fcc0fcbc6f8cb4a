"""Steps that a batch needs to reach a loss: a race of learning rates, on real text.

The character model of `charlm` with h hidden units, trained by plain SGD at one rate after a
warm-up of 10 steps. Six or seven rates, a factor sqrt(2) apart, run side by side on the same
batches from the same start; the first to reach a target has taken the fewest steps. Where the
best rate of a batch lies was found by trial and goes as top / (1 + knee / B), as theory has it
(`noisy_quadratic`); a winner at the edge of these is marked, for a better one may lie outside.
One race passes several targets.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from toylab.experiments import corpus
from toylab.experiments.languages import NGRAM
from toylab.laws.forms import FLOPS
from toylab.refusals import refuse

if TYPE_CHECKING:
    from toylab.experiments.nets.training import Layers

TARGETS = (2.9, 2.7, 2.55)  # nats/character
WARM = 10  # steps
TOP, KNEE = 3.6, 180.0  # of the best rate
LADDER = [2.0 ** (k / 2) for k in range(-16, 10)]
NEAR = 2.9  # rates within this factor of the expected one run
EXAM = 4096  # held-out characters that tell the loss
GROWTH = 1.1  # from one look to the next, in steps
FIRST = 4  # steps before the first look
USUAL = (66.0, 16_000.0)  # S_min and E_min at the usual last target: for the time it takes
STEEP = 3.6  # and how ln S grows as the target falls, 1/nats
PATIENCE = 12  # times the usual steps, and the race is given up
WEIGHTS = NGRAM.params(1)  # a hidden unit
PARAMS = 32 * WEIGHTS  # of the usual size


@dataclass(frozen=True)
class StepsToLossSpec:
    """One batch and one seed, all rates, to the last of its targets."""

    batch: int
    seed: int = 0
    size: int = 32  # hidden units
    targets: tuple[float, ...] = TARGETS  # nats/character, descending
    device: str = "cpu"

    def __post_init__(self) -> None:
        object.__setattr__(self, "targets", tuple(self.targets))  # a list, where JSON was
        rules = {
            f"batch must be between 1 and 16384, got {self.batch}": 1 <= self.batch <= 16384,
            f"seed must be between 0 and 1000000000, got {self.seed}": 0 <= self.seed <= 1e9,
            f"size must be between 1 and 1024, got {self.size}": 1 <= self.size <= 1024,
            f"targets must fall and lie between 2.3 and 3.2, got {self.targets}": (
                bool(self.targets)
                and list(self.targets) == sorted(set(self.targets), reverse=True)
                and self.targets[0] <= 3.2
                and self.targets[-1] >= 2.3
            ),
        }
        refuse(rules)

    @property
    def lrs(self) -> list[float]:
        """The learning rates that run."""
        expected = TOP / (1 + KNEE / self.batch)
        return [lr for lr in LADDER if expected / NEAR <= lr <= expected * NEAR]

    @property
    def usual(self) -> float:
        """The steps that it takes, about."""
        S_min, E_min = USUAL
        return (S_min + E_min / self.batch) * math.exp(STEEP * (TARGETS[-1] - self.targets[-1]))

    @property
    def most(self) -> int:
        """The steps after which it is given up."""
        return math.ceil(PATIENCE * self.usual)

    @property
    def cost(self) -> float:
        """Seconds on the machine it was measured on; elsewhere good for comparisons."""
        looks = math.log(max(self.usual, 10)) / math.log(GROWTH)
        rates, spent = len(self.lrs), FLOPS * WEIGHTS * self.size * self.batch
        if self.device != "cpu":
            return 0.3 + self.usual * 6e-4 + looks * 5e-3
        step = 1e-4 + 1e-5 * rates + rates * spent / 5e10
        return 0.03 + self.usual * step + looks * rates * 1e-3


def run(spec: StepsToLossSpec) -> Iterator[tuple[float, list[dict[str, Any]]]]:
    """Train to the last target: (fraction done, rows so far), a row for each target reached.

    A target that no rate reaches has a row without steps, at the end.
    """
    rows: list[dict[str, Any]] = []
    before = (0, [math.inf] * len(spec.lrs))
    look = FIRST
    for step, net in descend(spec, spec.lrs, spec.most):
        if step < look:
            continue
        look = max(step + 1, math.ceil(step * GROWTH))
        now = (step, losses(net))
        for target in spec.targets[len(rows) :]:
            if not any(value <= target for value in now[1]):  # nan is no loss
                break
            rows.append(_row(spec, target, *_first(spec, target, before, now)))
        if len(rows) == len(spec.targets):
            break
        before = now
        yield min(0.99, step / spec.usual), list(rows)
    missed = [_row(spec, target, math.nan, math.nan) for target in spec.targets[len(rows) :]]
    yield 1.0, rows + missed


def descend(
    spec: StepsToLossSpec, lrs: Sequence[float], most: int
) -> Iterator[tuple[int, "Layers"]]:
    """SGD at these rates side by side, for at most so many steps.

    Yields after each step its number and the layers, (rates, ...).
    """
    from toylab.experiments.nets import ngram, training
    from toylab.experiments.nets.device_check import checked_device

    device = checked_device(spec.device)
    shapes, symbols = ngram.shapes(spec.size), corpus.SYMBOLS
    flat = ngram.initial(spec.size, [spec.seed] * len(lrs)).to(device)
    data = training.batches(corpus.load(), [spec.seed], most, spec.batch, symbols, device)
    layers, same = training.unflatten(flat, shapes), training.shared(data, len(lrs), symbols)
    for step in training.train_sgd(
        flat, shapes, ngram.gradient, batch=spec.batch, data=same, lrs=lrs, warm=WARM
    ):
        yield step, layers


def losses(net: "Layers") -> list[float]:
    """Each rate's loss on the first held-out characters, nats; not finite where it diverged."""
    from toylab.experiments.nets import ngram

    return ngram.loss(net, _exam())


@cache
def _exam() -> corpus.Codes:
    return corpus.load().exam[:EXAM]


def _first(
    spec: StepsToLossSpec,
    target: float,
    before: tuple[int, list[float]],
    now: tuple[int, list[float]],
) -> tuple[float, float]:
    """Fewest steps to a target and their rate; between two looks log steps go with the loss."""
    crossings = []
    for lr, high, low in zip(spec.lrs, before[1], now[1], strict=True):
        if not low <= target:
            continue
        share = (high - target) / (high - low) if math.isfinite(high) else 1.0
        start = math.log(max(before[0], 1))
        crossings.append((math.exp(start + share * (math.log(now[0]) - start)), lr))
    return min(crossings)


def _row(spec: StepsToLossSpec, target: float, steps: float, lr: float) -> dict[str, Any]:
    return {
        "batch": spec.batch,
        "target": target,
        "steps": steps,
        "lr": lr,
        "edge": lr in (spec.lrs[0], spec.lrs[-1]),
        "seed": spec.seed,
        "device": spec.device,
    }

"""Runs of a deep n-gram network of one width at several learning rates, side by side.

In the standard parametrisation or in muP (`parametrization`), by Adam from the same first draws
and on the same characters at every rate; the schedule is that of `nets.training`. After
CHECKED steps the coordinate check looks how far the activations have moved:

    change of h_l  =  root mean square over units and contexts of  h_l(after) - h_l(before)

With weight decay each parameter shrinks at every step by the decay times its own learning rate,
as in torch's AdamW (coupled: muP then divides both); or, whatever its kind, by the decay times
the rate that the ladder says (independent of the width; Wang and Aitchison 2024,
arXiv:2405.13698, and what the package `mup` does unless it is told otherwise).

Beside skips a branch may count 1/L, L branches in all (CompleteP; Dey et al. 2025,
arXiv:2505.01618, whose other rules for depth are not followed).
"""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from toylab.experiments import corpus, parametrization
from toylab.experiments.parametrization import SCALINGS, Parameter
from toylab.laws.forms import FLOPS
from toylab.refusals import refuse

BATCH = 64  # tokens a step
EXAM = 4096  # held-out characters: a large exam would take as long as the training
CHECKED = 5  # steps before the coordinate check
PROBE = 256  # contexts of the coordinate check
LOOKS = 5  # at a run on its way
WIDEST = 2048
BRANCHES = ("none", "1", "1/L")  # skips: none, or what a branch beside one counts


@dataclass(frozen=True)
class TransferSpec:
    """One width and seed, at the learning rates 2^lowest, ..., 2^highest."""

    width: int
    scaling: str = "standard"
    base: int = 64  # the width at which both parametrisations are one
    depth: int = 2  # hidden layers
    branch: str = "none"
    steps: int = 200
    decay: float = 0.0  # weight decay
    independent: bool = False  # of muP's division of the rate
    lowest: float = -9.0  # log2 of the lowest peak learning rate
    highest: float = -3.0
    apart: float = 1.0  # octaves from one rate to the next
    seed: int = 0
    device: str = "cpu"

    def __post_init__(self) -> None:
        rules = {
            f"scaling must be one of {', '.join(SCALINGS)}, got {self.scaling}": (
                self.scaling in SCALINGS
            ),
            f"branch must be one of {', '.join(BRANCHES)}, got {self.branch}": (
                self.branch in BRANCHES
            ),
            f"width must be between 4 and {WIDEST}, got {self.width}": 4 <= self.width <= WIDEST,
            f"base must be between 4 and {WIDEST}, got {self.base}": 4 <= self.base <= WIDEST,
            f"depth must be between 1 and 16 hidden layers, got {self.depth}": (
                1 <= self.depth <= 16
            ),
            f"steps must be between {2 * CHECKED} and 10000, got {self.steps}": (
                2 * CHECKED <= self.steps <= 10_000
            ),
            f"decay must be between 0 and 10, got {self.decay}": 0 <= self.decay <= 10,
            f"lowest must be between -20 and highest, got {self.lowest}": (
                -20 <= self.lowest <= self.highest
            ),
            f"highest must be at most 2, got {self.highest}": self.highest <= 2,
            f"apart must be between 0.25 and 4 octaves, got {self.apart}": 0.25 <= self.apart <= 4,
            f"seed must be between 0 and 1000000000, got {self.seed}": 0 <= self.seed <= 1e9,
        }
        refuse(rules)

    @property
    def octaves(self) -> list[float]:
        """log2 of the peak learning rates, ascending."""
        count = math.floor((self.highest - self.lowest) / self.apart + 1e-9) + 1
        return [self.lowest + k * self.apart for k in range(count)]

    @property
    def parameters(self) -> list[Parameter]:
        """The parameters of the network: how each starts and learns."""
        skips = self.branch != "none"
        if self.scaling == "mup":
            return parametrization.mup(self.width, self.depth, self.base, skips=skips)
        return parametrization.standard(self.width, self.depth, skips=skips)

    @property
    def params(self) -> int:
        """N: matrix-multiply weights."""
        return parametrization.count(self.width, self.depth)

    @property
    def flops(self) -> float:
        """Training FLOPs at one rate."""
        return float(FLOPS * self.params * self.steps * BATCH)

    @property
    def cost(self) -> float:
        """Seconds on the machine it was measured on; elsewhere good for comparisons."""
        runs = len(self.octaves)
        spent = runs * (self.flops + 2 * self.params * EXAM)
        if self.device != "cpu":
            return 0.3 + self.steps * 1e-4 * (6 + 3 * self.depth) + spent / 5e12
        return 0.03 + self.steps * (2e-4 + 2e-5 * runs) + spent / 5.5e10


def run(spec: TransferSpec) -> Iterator[tuple[float, list[dict[str, Any]]]]:
    """Training, then the exam: (fraction done, one row a rate); rows come with the last fraction.

    The same spec on the same processor gives bitwise the same rows but for their `seconds`, a
    run's share of the time of its stack. A run without a finite loss is marked `diverged`.
    """
    from toylab.experiments.nets import training
    from toylab.experiments.nets.coordinate_check import CoordinateCheck
    from toylab.experiments.nets.deep import DeepNet
    from toylab.experiments.nets.device_check import checked_device

    begun = time.perf_counter()
    device, runs = checked_device(spec.device), len(spec.octaves)
    branch = 1 / max(1, spec.depth - 1) if spec.branch == "1/L" else 1.0
    net = DeepNet(spec.width, spec.depth, spec.branch != "none", branch)
    text = corpus.load().reading(corpus.BEFORE)
    exam = text.exam[:EXAM]
    flat = net.initial([spec.seed] * runs, spec.parameters).to(device)
    params = net.layers(flat)
    check = CoordinateCheck(net, params, exam[:PROBE])
    drawn = training.batches(text, [spec.seed], spec.steps, BATCH, corpus.SYMBOLS, device)
    lrs = [2.0**octave for octave in spec.octaves]
    rates = [[one.rate * lr for lr in lrs] for one in spec.parameters]
    strengths = [lrs] * len(rates) if spec.independent else rates
    decays = [[spec.decay * rate for rate in of] for of in strengths] if spec.decay else None
    changes: list[list[float]] = []
    for done in training.train_by_layer(
        flat, net.shapes, net.gradient, BATCH, training.shared(drawn, runs, corpus.SYMBOLS),
        training.learning_rates(spec.steps, 1.0), rates, decays,
    ):  # fmt: skip
        if done == CHECKED:
            changes = check.changes(params)
        if done < spec.steps and done % -(-spec.steps // LOOKS) == 0:
            yield done / spec.steps, []
    losses = net.loss(params, exam)
    seconds = (time.perf_counter() - begun) / runs
    yield 1.0, [_row(spec, lrs[k], losses[k], changes[k], seconds) for k in range(runs)]


def _row(
    spec: TransferSpec, lr: float, loss: float, changes: list[float], seconds: float
) -> dict[str, Any]:
    """The row of one rate."""
    return {
        "scaling": spec.scaling,
        "width": spec.width,
        "depth": spec.depth,
        "params": spec.params,
        "lr": lr,
        "loss": loss,
        "seed": spec.seed,
        "steps": spec.steps,
        "flops": spec.flops,
        "first": changes[0],
        "last": changes[-2],
        "logits": changes[-1],
        "seconds": seconds,
        "device": spec.device,
        "diverged": not math.isfinite(loss),
    }

"""Benchmark of races to a loss: the engine's seconds for a batch's steps against the plain way.

The plain way is what an article would print: nn.Embedding and nn.Linear, autograd,
torch.optim.SGD, one learning rate after the other, each for as many steps as the winner took
and looked at as often; torch's default threads. Both do all the races of one seed.
"""

import json
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toylab.benchmarks.lm import network, tensors
from toylab.benchmarks.timing import timed
from toylab.experiments import corpus
from toylab.experiments.critical_batch_study import BATCHES, CriticalBatchStudy
from toylab.experiments.steps_to_loss import EXAM, FIRST, GROWTH, TARGETS, WARM, StepsToLossSpec

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Timing:
    """One comparison of both ways on the same races."""

    races: int
    rates: int  # learning rates in all
    plain_seconds: float
    toylab_seconds: float  # its processes were warm
    ratio: float  # plain / toylab
    plain_loss: float  # the lowest of each race, on average
    toylab_loss: float  # the target: races end there


def race(*, as_json: bool) -> int:
    """Time the races of one seed done both ways, and print the comparison."""
    timing = measure([StepsToLossSpec(batch) for batch in BATCHES])
    if as_json:
        sys.stdout.write(json.dumps(vars(timing)) + "\n")
    else:
        sys.stdout.write(
            f"{timing.races} races, {timing.rates} learning rates in all\n"
            f"  plain way  {timing.plain_seconds:7.2f} s   lowest loss "
            f"{timing.plain_loss:.3f}\n"
            f"  toylab     {timing.toylab_seconds:7.2f} s   to a loss of "
            f"{timing.toylab_loss:.3f}\n"
            f"  ratio      {timing.ratio:7.2f}\n"
        )
    return 0


def measure(specs: list[StepsToLossSpec]) -> Timing:
    """Run the same races both ways, the engine first: it tells how long they are."""
    sys.stderr.write("the races of one seed by toylab, then the plain way: a minute or so\n")
    corpus.load()
    ours, rows, _ = timed(specs)
    frame = CriticalBatchStudy().table(rows)
    last = frame[frame["target"] == TARGETS[-1]].set_index("batch")["steps"]
    letters, exam = tensors()
    steps = [round(float(last[spec.batch])) for spec in specs]
    begun = time.perf_counter()
    there = [
        plain(spec, taken, letters, exam[:EXAM]) for spec, taken in zip(specs, steps, strict=True)
    ]
    seconds = time.perf_counter() - begun
    return Timing(
        races=len(specs),
        rates=sum(len(spec.lrs) for spec in specs),
        plain_seconds=seconds,
        toylab_seconds=ours,
        ratio=seconds / ours,
        plain_loss=sum(there) / len(there),
        toylab_loss=TARGETS[-1],
    )


def plain(spec: StepsToLossSpec, steps: int, letters: "Tensor", exam: "Tensor") -> float:
    """Train each rate the way an article would print it; the lowest loss that any saw."""
    import torch
    from torch import nn

    lowest, places = float("inf"), torch.arange(corpus.BEFORE + 1)
    for lr in spec.lrs:
        with torch.random.fork_rng(devices=[]):  # nothing else's draws are touched
            torch.manual_seed(spec.seed)
            net = network(spec.size)
            optimizer, look = torch.optim.SGD(net.parameters(), lr=lr), FIRST
            for step in range(1, steps + 1):
                start = torch.randint(0, len(letters) - corpus.BEFORE, (spec.batch, 1))
                passage = letters[start + places]
                optimizer.param_groups[0]["lr"] = lr * min(1.0, step / WARM)
                optimizer.zero_grad()
                loss = nn.functional.cross_entropy(net(passage[:, :-1]), passage[:, -1])
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                if step >= look or step == steps:
                    look = max(step + 1, round(step * GROWTH))
                    with torch.no_grad():
                        seen = nn.functional.cross_entropy(net(exam[:, :-1]), exam[:, -1])
                    lowest = min(lowest, float(seen))
    return lowest

"""Benchmark of schedules: the engine's seconds for a stable run with branches, and the plain way.

The plain way is what an article would print: an nn.Module, autograd, torch.optim.Adam with a
LambdaLR, a run of its own for every length, one seed after the other, torch's default threads.
Both end at the same lengths, under the same rates, on batches as large.
"""

import json
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from toylab.benchmarks import lm
from toylab.benchmarks.timing import timed
from toylab.experiments import corpus
from toylab.experiments.schedules import ScheduleSpec
from toylab.experiments.wsd import WsdSpec

if TYPE_CHECKING:
    from torch import Tensor

SPEC = WsdSpec(shortest=250, longest=2000, lengths=4, runs=2)


@dataclass(frozen=True)
class Timing:
    """One comparison of both ways on the same seeds."""

    lengths: int
    plain_seconds: float
    toylab_seconds: float  # its processes were warm
    ratio: float  # plain / toylab
    plain_loss: float  # mean of the longest runs, on the exam
    toylab_loss: float


def schedules(*, as_json: bool) -> int:
    """Time four lengths under a late decay, both ways."""
    sys.stderr.write("two seeds of four lengths the plain way, then by toylab: 30 s or so\n")
    timing = measure(SPEC)
    if as_json:
        sys.stdout.write(json.dumps(vars(timing)) + "\n")
    else:
        sys.stdout.write(
            f"{timing.lengths} lengths   plain {timing.plain_seconds:6.2f} s   toylab "
            f"{timing.toylab_seconds:6.2f} s   ratio {timing.ratio:5.2f}   losses "
            f"{timing.plain_loss:.3f}, {timing.toylab_loss:.3f}\n"
        )
    return 0


def measure(spec: WsdSpec) -> Timing:
    """Train the same seeds both ways."""
    _, exam = lm.tensors()
    begun = time.perf_counter()
    seeds = range(spec.seed, spec.seed + spec.runs)
    losses = [[plain(one, seed, exam) for seed in seeds] for one in spec.branches]
    plain_seconds = time.perf_counter() - begun
    seconds, rows, _ = timed([spec])
    longest = [float(row["loss"]) for row in rows if row["steps"] == spec.longest]
    return Timing(
        lengths=spec.lengths,
        plain_seconds=plain_seconds,
        toylab_seconds=seconds,
        ratio=plain_seconds / seconds,
        plain_loss=sum(losses[-1]) / spec.runs,
        toylab_loss=sum(longest) / spec.runs,
    )


def plain(spec: ScheduleSpec, seed: int, exam: "Tensor") -> float:
    """Train one seed and length the way an article would print it; its loss on the exam."""
    import torch
    from torch import nn

    run, random = spec.plain, np.random.default_rng(seed)
    rates = spec.schedule.rates(run.steps, 1.0)
    with torch.random.fork_rng(devices=[]):  # nothing else's draws are touched
        torch.manual_seed(seed)
        net = lm.network(spec.size)
        adam = torch.optim.Adam(net.parameters(), lr=run.lr, betas=(0.9, 0.99), eps=1e-9)
        course = torch.optim.lr_scheduler.LambdaLR(adam, lambda t: rates[min(t, run.steps - 1)])
        for _ in range(run.steps):
            drawn = corpus.load().draw(random, run.batch)
            passages = torch.from_numpy(drawn.astype(np.int64))
            adam.zero_grad()
            loss = nn.functional.cross_entropy(net(passages[:, :-1]), passages[:, -1])
            loss.backward()  # type: ignore[no-untyped-call]
            adam.step()
            course.step()
    with torch.no_grad():
        return float(nn.functional.cross_entropy(net(exam[:, :-1]), exam[:, -1]))

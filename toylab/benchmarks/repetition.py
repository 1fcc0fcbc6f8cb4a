"""Benchmark of text that is read again: the engine's seconds against the plain way.

The plain way is what an article would print: an nn.Module, autograd, torch.optim.AdamW, a
shuffled index for each epoch, one run after the other, torch's default threads. Both read the same
pools as often, on batches as large, with the same rates and the same weight decay.
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
from toylab.experiments.repetition import RepetitionSpec

if TYPE_CHECKING:
    from torch import Tensor

SPEC = RepetitionSpec(epochs=8, decay=0.3, runs=2)


@dataclass(frozen=True)
class Timing:
    """One comparison of both ways on the same seeds."""

    runs: int
    plain_seconds: float
    toylab_seconds: float  # its processes were warm
    ratio: float  # plain / toylab
    plain_loss: float  # mean, on the exam
    toylab_loss: float


def repetition(*, as_json: bool) -> int:
    """Time eight epochs of the usual pool, both ways."""
    sys.stderr.write("two networks the plain way, then by toylab: ten seconds or so\n")
    timing = measure(SPEC)
    if as_json:
        sys.stdout.write(json.dumps(vars(timing)) + "\n")
    else:
        sys.stdout.write(
            f"{timing.runs} runs of {SPEC.epochs} epochs   plain {timing.plain_seconds:6.2f} s   "
            f"toylab {timing.toylab_seconds:6.2f} s   ratio {timing.ratio:5.2f}   losses "
            f"{timing.plain_loss:.3f}, {timing.toylab_loss:.3f}\n"
        )
    return 0


def measure(spec: RepetitionSpec) -> Timing:
    """Train the same seeds both ways."""
    _, exam = lm.tensors()
    begun = time.perf_counter()
    losses = [plain(spec, spec.seed + k, exam) for k in range(spec.runs)]
    plain_seconds = time.perf_counter() - begun
    seconds, rows, _ = timed([spec])
    return Timing(
        runs=spec.runs,
        plain_seconds=plain_seconds,
        toylab_seconds=seconds,
        ratio=plain_seconds / seconds,
        plain_loss=sum(losses) / spec.runs,
        toylab_loss=sum(float(row["loss"]) for row in rows) / spec.runs,
    )


def plain(spec: RepetitionSpec, seed: int, exam: "Tensor") -> float:
    """Train one seed the way an article would print it; its loss on the exam."""
    import torch
    from torch import nn

    run = spec.plain
    drawn = corpus.load().draw(np.random.default_rng(seed), spec.unique)
    pool = torch.from_numpy(drawn.astype(np.int64))
    with torch.random.fork_rng(devices=[]):  # nothing else's draws are touched
        torch.manual_seed(seed)
        net = lm.network(spec.size)
        optimizer = torch.optim.AdamW(
            net.parameters(), lr=run.lr, betas=(0.9, 0.99), eps=1e-9, weight_decay=spec.decay
        )
        order = torch.cat([torch.randperm(spec.unique) for _ in range(spec.epochs)])
        for t in range(run.steps):
            batch = order[t * run.batch : (t + 1) * run.batch]
            warm = min(1.0, (t + 1) / max(1.0, 0.02 * run.steps))
            optimizer.param_groups[0]["lr"] = run.lr * warm * (1 - t / run.steps)
            optimizer.zero_grad()
            passages = pool[batch]
            loss = nn.functional.cross_entropy(net(passages[:, :-1]), passages[:, -1])
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    with torch.no_grad():
        return float(nn.functional.cross_entropy(net(exam[:, :-1]), exam[:, -1]))

"""Benchmark of language models: the engine's seconds for a study against the plain way.

The plain way is what an article would print: nn.Embedding and nn.Linear, autograd,
torch.optim.Adam, one run after the other, torch's default threads. Every few runs of the plan,
in the order of their steps, are trained so, and their time is scaled by the plan's steps; the
engine trains all of it.
"""

import json
import sys
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from toylab.benchmarks.timing import matmul_rate, timed
from toylab.experiments import batch_lr_study, corpus
from toylab.experiments.charlm import CharlmSpec
from toylab.experiments.charlm_study import CharlmStudy
from toylab.live.progress import Row

if TYPE_CHECKING:
    from torch import Tensor, nn

EVERY = 6  # of the plan's runs, one the plain way


@dataclass(frozen=True)
class Timing:
    """One comparison of both ways on the same runs."""

    runs: int
    plain_seconds: float  # scaled from the sample
    sampled: int  # runs that were timed
    sampled_seconds: float
    toylab_seconds: float  # its processes were warm
    ratio: float  # plain / toylab
    plain_loss: float  # mean over the sample
    toylab_loss: float  # of the same runs
    matmul_gflops: float  # float32, one thread
    reached: float  # share of all cores' matrix-multiply rate, by 6 FLOPs a weight and token


def lm(*, as_json: bool) -> int:
    """Time the half-minute plan done both ways, and print the comparison."""
    return _report(measure(CharlmStudy().specs()), "the half-minute plan", as_json=as_json)


def grid(*, as_json: bool) -> int:
    """Time the usual grid of batches and learning rates, likewise."""
    return _report(
        measure(batch_lr_study.BatchLrStudy().specs()), "the usual grid", as_json=as_json
    )


def _report(timing: Timing, what: str, *, as_json: bool) -> int:
    if as_json:
        sys.stdout.write(json.dumps(vars(timing)) + "\n")
    else:
        sys.stdout.write(
            f"{timing.runs} runs of {what}\n"
            f"  plain way  {timing.plain_seconds:7.1f} s   mean loss {timing.plain_loss:.3f}   "
            f"scaled from {timing.sampled} runs in {timing.sampled_seconds:.1f} s\n"
            f"  toylab     {timing.toylab_seconds:7.1f} s   mean loss "
            f"{timing.toylab_loss:.3f}   "
            "the same runs\n"
            f"  ratio      {timing.ratio:7.1f}\n"
            f"it reaches {timing.reached:.0%} of the cores' matrix-multiply rate, "
            f"{timing.matmul_gflops:.0f} GFLOP/s each\n"
        )
    return 0


def measure(specs: list[CharlmSpec]) -> Timing:
    """Train a sample of the runs the plain way, and all by toylab."""
    single = [replace(spec, seed=spec.seed + k, runs=1) for spec in specs for k in range(spec.runs)]
    single.sort(key=lambda run: run.steps)
    sample = single[EVERY // 2 :: EVERY]
    sys.stderr.write(f"{len(sample)} of {len(single)} runs the plain way, then all by toylab\n")
    corpus.load()
    letters, exam = tensors()
    begun = time.perf_counter()
    losses = [plain(run, letters, exam) for run in sample]
    sampled = time.perf_counter() - begun
    ours, rows, workers = timed(specs)
    rate, spent = matmul_rate(), sum(spec.flops * spec.runs for spec in specs)
    seconds = sampled * sum(run.steps for run in single) / sum(run.steps for run in sample)
    return Timing(
        runs=len(single),
        plain_seconds=seconds,
        sampled=len(sample),
        sampled_seconds=sampled,
        toylab_seconds=ours,
        ratio=seconds / ours,
        plain_loss=sum(losses) / len(losses),
        toylab_loss=_mean_loss(sample, rows),
        matmul_gflops=rate / 1e9,
        reached=spent / ours / (rate * workers),
    )


def plain(run: CharlmSpec, letters: "Tensor", exam: "Tensor") -> float:
    """Train one run the way an article would print it; its loss on the exam."""
    import torch
    from torch import nn

    with torch.random.fork_rng(devices=[]):  # nothing else's draws are touched
        torch.manual_seed(run.seed)
        net = network(run.size)
        places = torch.arange(corpus.BEFORE + 1)
        peak = run.lr
        optimizer = torch.optim.Adam(net.parameters(), lr=peak, betas=(0.9, 0.99), eps=1e-9)
        for t in range(run.steps):
            start = torch.randint(0, len(letters) - corpus.BEFORE, (run.batch, 1))
            passage = letters[start + places]
            warm = min(1.0, (t + 1) / max(1.0, 0.02 * run.steps))
            optimizer.param_groups[0]["lr"] = peak * warm * (1 - t / run.steps)
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(net(passage[:, :-1]), passage[:, -1])
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    with torch.no_grad():
        return float(nn.functional.cross_entropy(net(exam[:, :-1]), exam[:, -1]))


def network(size: int) -> "nn.Sequential":
    """The network of `nets.ngram`, as an article would print it."""
    from torch import nn

    from toylab.experiments.corpus import NUMBERS
    from toylab.experiments.nets.ngram import INPUTS

    return nn.Sequential(
        nn.Embedding(corpus.SYMBOLS, NUMBERS), nn.Flatten(), nn.Linear(INPUTS, size),
        nn.ReLU(), nn.Linear(size, corpus.SYMBOLS),
    )  # fmt: skip


def tensors() -> tuple["Tensor", "Tensor"]:
    """The text to learn from and the exam, as numbers."""
    import torch

    text = corpus.load()
    return torch.from_numpy(text.train).long(), torch.from_numpy(text.exam).long()


def _mean_loss(sample: list[CharlmSpec], rows: list[Row]) -> float:
    """The mean loss over the runs of the sample, nats/token."""
    known = {
        (row["size"], row["batch"], row["steps"], row["lr"], row["seed"]): row["loss"]
        for row in rows
    }
    losses = [known[run.size, run.batch, run.steps, run.lr, run.seed] for run in sample]
    return float(sum(losses) / len(losses))

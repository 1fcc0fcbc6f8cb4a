"""Benchmark of the copy task: the engine's seconds for a study against the plain way.

The plain way is what an article would print: torch's own encoder layer, autograd and
torch.optim.Adam, one run after the other, torch's default threads. One seed of each width is
trained so, and the time is scaled by the seeds; the engine trains all of them.
"""

import json
import sys
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from toylab.benchmarks.timing import timed
from toylab.experiments.task_studies import CopyStudy
from toylab.experiments.tasks import TaskSpec

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True)
class Timing:
    """One comparison of both ways on the same runs."""

    runs: int
    plain_seconds: float  # scaled from one seed of each width
    sampled_seconds: float
    toylab_seconds: float  # its processes were warm
    ratio: float  # plain / toylab
    plain_accuracy: float  # mean over the widths
    toylab_accuracy: float  # of all runs


def copy(*, as_json: bool) -> int:
    """Time the usual study of copying done both ways, and print the comparison."""
    timing = measure(CopyStudy())
    if as_json:
        sys.stdout.write(json.dumps(vars(timing)) + "\n")
        return 0
    sys.stdout.write(
        f"{timing.runs} runs of the usual study of copying\n"
        f"  plain way  {timing.plain_seconds:7.1f} s   symbols right {timing.plain_accuracy:.3f}   "
        f"scaled from one seed in {timing.sampled_seconds:.1f} s\n"
        f"  toylab     {timing.toylab_seconds:7.1f} s   symbols right "
        f"{timing.toylab_accuracy:.3f}\n"
        f"  ratio      {timing.ratio:7.1f}\n"
    )
    return 0


def measure(study: CopyStudy) -> Timing:
    """Train one seed of each width the plain way, and all by toylab."""
    specs = study.specs()
    sys.stderr.write(f"{len(study.grid)} runs the plain way, then all by toylab\n")
    begun = time.perf_counter()
    shares = [plain(spec) for spec in replace(study, seeds=1).specs()]
    sampled = time.perf_counter() - begun
    ours, rows, _ = timed(specs)
    seconds = sampled * study.seeds
    return Timing(
        runs=len(rows),
        plain_seconds=seconds,
        sampled_seconds=sampled,
        toylab_seconds=ours,
        ratio=seconds / ours,
        plain_accuracy=sum(shares) / len(shares),
        toylab_accuracy=sum(row["accuracy"] for row in rows) / len(rows),
    )


def plain(spec: TaskSpec) -> float:
    """Train one run the way an article would print it; the share of symbols it has right."""
    import torch
    from torch import nn

    task, random = spec.kind, np.random.default_rng(spec.seed)
    with torch.random.fork_rng(devices=[]):  # nothing else's draws are touched
        torch.manual_seed(spec.seed)
        net = network(spec)
    optimizer = torch.optim.Adam(net.parameters(), lr=spec.lr, betas=(0.9, 0.99), eps=1e-9)
    for t in range(spec.steps):
        warm = min(1.0, (t + 1) / max(1.0, 0.02 * spec.steps))
        optimizer.param_groups[0]["lr"] = spec.lr * warm * (1 - t / spec.steps)
        passages = torch.from_numpy(task.draw(random, task.batch)).long()
        optimizer.zero_grad()
        scores, answers = net(passages[:, :-1])[:, -task.asked :], passages[:, -task.asked :]
        nn.functional.cross_entropy(scores.flatten(0, 1), answers.flatten()).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    exam = torch.from_numpy(task.exam()).long()
    with torch.no_grad():
        scores = net(exam[:, :-1])[:, -task.asked :].argmax(-1)
    return float((scores == exam[:, -task.asked :]).float().mean())


def network(spec: TaskSpec) -> "nn.Module":
    """The network of `nets.task_transformer`, as an article would print it."""
    import torch
    from torch import nn

    task, width = spec.kind, spec.width

    class Net(nn.Module):
        """Embeddings, positions, a block and a readout."""

        def __init__(self) -> None:
            super().__init__()
            self.embed = nn.Embedding(task.symbols, width)
            self.places = nn.Parameter(0.3 * torch.randn(task.places, width))
            self.block = nn.TransformerEncoderLayer(
                width, task.heads, 4 * width, dropout=0.0, batch_first=True, norm_first=True,
                bias=False,
            )  # fmt: skip
            self.norm = nn.LayerNorm(width)
            self.out = nn.Linear(width, task.symbols, bias=False)

        def forward(self, read: "Tensor") -> "Tensor":
            mask = nn.Transformer.generate_square_subsequent_mask(read.shape[1])
            x = self.block(self.embed(read) + self.places, src_mask=mask, is_causal=True)
            scores: Tensor = self.out(self.norm(x))
            return scores

    return Net()

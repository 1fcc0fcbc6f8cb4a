"""Benchmark of deep and wide networks: the engine's seconds for a study against the plain way.

The plain way is what an article would print: nn.Embedding, nn.Linear and a loop over the layers,
autograd, torch.optim.Adam, one run after the other, torch's default threads. It trains one seed
of every shape, and its time is scaled by the study's seeds; the engine trains all of them.
"""

import json
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toylab.benchmarks.lm import tensors
from toylab.benchmarks.timing import timed
from toylab.experiments import corpus
from toylab.experiments.shapes import BATCH, ShapeSpec
from toylab.experiments.shapes_study import SHAPES, ShapesStudy

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True)
class Timing:
    """One comparison of both ways on the same shapes."""

    runs: int
    plain_seconds: float  # scaled from one seed of each shape
    toylab_seconds: float  # its processes were warm
    ratio: float  # plain / toylab
    plain_loss: float  # mean over the shapes
    toylab_loss: float


def shapes(*, as_json: bool) -> int:
    """Time the smaller study done both ways, and print the comparison."""
    timing = measure(ShapesStudy())
    if as_json:
        sys.stdout.write(json.dumps(vars(timing)) + "\n")
    else:
        sys.stdout.write(
            f"{timing.runs} runs of {len(SHAPES)} shapes\n"
            f"  plain way  {timing.plain_seconds:7.1f} s   mean loss {timing.plain_loss:.3f}   "
            f"scaled from one seed\n"
            f"  toylab     {timing.toylab_seconds:7.1f} s   mean loss {timing.toylab_loss:.3f}\n"
            f"  ratio      {timing.ratio:7.1f}\n"
        )
    return 0


def measure(study: ShapesStudy) -> Timing:
    """Train one seed of every shape the plain way, and all by toylab."""
    sys.stderr.write(f"{len(SHAPES)} runs the plain way, then all by toylab: a minute or so\n")
    corpus.load()
    text = tensors()
    begun = time.perf_counter()
    losses = [
        plain(ShapeSpec(depth, skips, study.params, study.rate, seed=study.seed), *text)
        for skips, depth in SHAPES
    ]
    seconds = (time.perf_counter() - begun) * study.seeds
    ours, rows, _ = timed(study.specs())
    return Timing(
        runs=study.networks,
        plain_seconds=seconds,
        toylab_seconds=ours,
        ratio=seconds / ours,
        plain_loss=sum(losses) / len(losses),
        toylab_loss=float(study.table(rows)["loss"].mean()),
    )


def plain(spec: ShapeSpec, letters: "Tensor", exam: "Tensor") -> float:
    """Train one run the way an article would print it; its loss on the exam."""
    import torch
    from torch import nn

    with torch.random.fork_rng(devices=[]):  # nothing else's draws are touched
        torch.manual_seed(spec.seed)
        net = network(spec.width, spec.depth, spec.skips)
        places = torch.arange(corpus.BEFORE + 1)
        optimizer = torch.optim.Adam(net.parameters(), lr=spec.lr, betas=(0.9, 0.99), eps=1e-9)
        for t in range(spec.steps):
            start = torch.randint(0, len(letters) - corpus.BEFORE, (BATCH, 1))
            passage = letters[start + places]
            warm = min(1.0, (t + 1) / (0.02 * spec.steps))
            optimizer.param_groups[0]["lr"] = spec.lr * warm * (1 - t / spec.steps)
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(net(passage[:, :-1]), passage[:, -1])
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    with torch.no_grad():
        return float(nn.functional.cross_entropy(net(exam[:, :-1]), exam[:, -1]))


def network(width: int, depth: int, skips: bool) -> "nn.Module":
    """The network of `nets.deep`, as an article would print it, torch's own first weights."""
    from torch import Tensor, nn

    from toylab.experiments.corpus import NUMBERS, SYMBOLS
    from toylab.experiments.nets.ngram import INPUTS

    class Deep(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(SYMBOLS, NUMBERS)
            self.first = nn.Linear(INPUTS, width)
            self.inner = nn.ModuleList(nn.Linear(width, width) for _ in range(depth - 1))
            self.last = nn.Linear(width, SYMBOLS)

        def forward(self, contexts: Tensor) -> Tensor:
            h = self.first(self.embedding(contexts).flatten(1)).relu()
            for layer in self.inner:
                h = h + layer(h).relu() if skips else layer(h).relu()
            out: Tensor = self.last(h)
            return out

    return Deep()

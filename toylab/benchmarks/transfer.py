"""Benchmark of learning rates at several widths: the engine's seconds against the plain way.

The plain way is what an article would print: an nn.Module, autograd, torch.optim.Adam with a
group of parameters for each rate, one run after the other, torch's default threads. It trains one
seed, and its time is scaled by the study's seeds; the engine trains all of them.
"""

import json
import sys
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from toylab.benchmarks.lm import tensors
from toylab.benchmarks.shapes import network
from toylab.benchmarks.timing import timed
from toylab.experiments import corpus
from toylab.experiments.parametrization import Parameter
from toylab.experiments.transfer import BATCH, EXAM, TransferSpec
from toylab.experiments.transfer_study import TransferStudy

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True)
class Timing:
    """One comparison of both ways on the same study."""

    runs: int
    plain_seconds: float  # scaled from one seed
    toylab_seconds: float  # its processes were warm
    ratio: float  # plain / toylab
    plain_loss: float  # lowest
    toylab_loss: float


def transfer(*, as_json: bool) -> int:
    """Time a study up to width 128 done both ways, and print the comparison."""
    timing = measure(TransferStudy(widest=128))
    if as_json:
        sys.stdout.write(json.dumps(vars(timing)) + "\n")
    else:
        sys.stdout.write(
            f"{timing.runs} runs\n"
            f"  plain way  {timing.plain_seconds:7.1f} s   lowest loss {timing.plain_loss:.3f}   "
            f"scaled from one seed\n"
            f"  toylab     {timing.toylab_seconds:7.1f} s   lowest loss {timing.toylab_loss:.3f}\n"
            f"  ratio      {timing.ratio:7.1f}\n"
        )
    return 0


def measure(study: TransferStudy) -> Timing:
    """Train one seed the plain way, and all by toylab."""
    specs = replace(study, seeds=2).specs()
    one = [spec for spec in specs if spec.seed == study.seed]
    sys.stderr.write("one seed the plain way, then all by toylab: half a minute or so\n")
    text = tensors()
    begun = time.perf_counter()
    losses = [plain(spec, octave, *text) for spec in one for octave in spec.octaves]
    seconds = (time.perf_counter() - begun) * study.seeds
    ours, rows, _ = timed(study.specs())
    return Timing(
        runs=study.networks,
        plain_seconds=seconds,
        toylab_seconds=ours,
        ratio=seconds / ours,
        plain_loss=min(losses),
        toylab_loss=float(study.table(rows)["loss"].min()),
    )


def plain(spec: TransferSpec, octave: float, letters: "Tensor", exam: "Tensor") -> float:
    """Train one run the way an article would print it; its loss on the exam."""
    import torch
    from torch import nn

    with torch.random.fork_rng(devices=[]):  # nothing else's draws are touched
        torch.manual_seed(spec.seed)
        net = network(spec.width, spec.depth, spec.branch != "none")
        groups = [
            {"params": [weights], "rate": one.rate * 2.0**octave}
            for one, weights in zip(spec.parameters, drawn(net, spec.parameters), strict=True)
        ]
        optimizer = torch.optim.Adam(groups, betas=(0.9, 0.99), eps=1e-9)
        places = torch.arange(corpus.BEFORE + 1)
        for t in range(spec.steps):
            start = torch.randint(0, len(letters) - corpus.BEFORE, (BATCH, 1))
            passage = letters[start + places]
            factor = min(1.0, (t + 1) / (0.02 * spec.steps)) * (1 - t / spec.steps)
            for group in optimizer.param_groups:
                group["lr"] = group["rate"] * factor
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(net(passage[:, :-1]), passage[:, -1])
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    with torch.no_grad():
        exam = exam[:EXAM]
        return float(nn.functional.cross_entropy(net(exam[:, :-1]), exam[:, -1]))


def drawn(net: "nn.Module", parameters: list[Parameter]) -> "list[nn.Parameter]":
    """The network's weights and biases in the order of the parameters, drawn as these say."""
    from torch import nn

    named = dict(net.named_parameters())
    layers = ["first", *(f"inner.{k}" for k in range(len(parameters) // 2 - 2)), "last"]
    names = [f"{layer}.{part}" for layer in layers for part in ("weight", "bias")]
    weights = [named[name] for name in ["embedding.weight", *names]]
    for one, tensor in zip(parameters, weights, strict=True):
        nn.init.normal_(tensor, std=one.std)
    return weights

"""Benchmark of the sine lab: the engine's seconds against the plain way, on this machine, now.

The plain way is what an article would print: one nn.Module and one torch.optim.Adam a run, one
run after the other, torch's default threads. Both do the same work in the same call, except
that the engine trains only once what is asked for twice. Only the ratio means something;
machines and moments differ.
"""

import json
import math
import sys
import time
from dataclasses import dataclass

from toylab.benchmarks.timing import matmul_rate, timed
from toylab.experiments.sine import GRID, SineSpec, clean, examples
from toylab.experiments.sine_study import SineStudy

# The article's two sweeps, one seed: 7 + 8 runs; width 64 with 2048 samples is in both.
ARTICLE = sorted(
    [*SineStudy(seeds=1).specs(), *SineStudy(seeds=1, sweep="width").specs()],
    key=lambda run: -run.cost,
)


@dataclass(frozen=True)
class Timing:
    """One comparison of both ways on the same runs."""

    plain_seconds: float
    toylab_seconds: float  # its processes were warm
    ratio: float  # plain / toylab
    plain_error: float  # geometric mean of the test errors
    toylab_error: float
    bound: float  # the ratio if every core did nothing but multiply matrices
    matmul_gflops: float  # float32, one thread
    reached: float  # ratio / bound: share of all cores' matrix-multiply rate


def sine(*, as_json: bool) -> int:
    """Time the article's work done both ways, and print the comparison."""
    timing = measure(ARTICLE)
    if as_json:
        sys.stdout.write(json.dumps(vars(timing)) + "\n")
    else:
        sys.stdout.write(
            f"{len(ARTICLE)} runs of the article's two sweeps, one seed\n"
            f"  plain way  {timing.plain_seconds:7.2f} s   error {timing.plain_error:.1e}\n"
            f"  toylab     {timing.toylab_seconds:7.2f} s   error {timing.toylab_error:.1e}\n"
            f"  ratio      {timing.ratio:7.2f}     it would be {timing.bound:.1f} if only "
            f"the matrix products took time\n"
            f"it reaches {timing.reached:.0%} of the cores' matrix-multiply rate, "
            f"{timing.matmul_gflops:.0f} GFLOP/s each\n"
        )
    return 0


def measure(specs: list[SineSpec]) -> Timing:
    """Train the same specs both ways."""
    sys.stderr.write(f"{len(specs)} runs the plain way, then by toylab: half a minute or so\n")
    begun = time.perf_counter()
    plainly = [plain(spec) for spec in specs]
    plain_seconds = time.perf_counter() - begun
    toylab_seconds, rows, workers = timed(specs)
    rate = matmul_rate()
    least = sum(spec.flops for spec in set(specs)) / (rate * workers)
    return Timing(
        plain_seconds=plain_seconds,
        toylab_seconds=toylab_seconds,
        ratio=plain_seconds / toylab_seconds,
        bound=plain_seconds / least,
        plain_error=_geometric_mean(plainly),
        toylab_error=_geometric_mean([row["test_mse"] for row in rows]),
        matmul_gflops=rate / 1e9,
        reached=least / toylab_seconds,
    )


def plain(spec: SineSpec) -> float:
    """Train one run the way an article would print it; its test error."""
    import torch
    from torch import nn

    x, y = (torch.from_numpy(array).float().reshape(-1, 1) for array in examples(spec))
    w = spec.width
    with torch.random.fork_rng(devices=[]):  # nothing else's draws are touched
        torch.manual_seed(spec.seed)
        net = nn.Sequential(nn.Linear(1, w), nn.Tanh(), nn.Linear(w, w), nn.Tanh(), nn.Linear(w, 1))
    optimizer = torch.optim.Adam(net.parameters(), lr=spec.lr)
    for _ in range(spec.steps):
        optimizer.zero_grad()
        nn.functional.mse_loss(net(x), y).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    with torch.no_grad():
        predicted = net(torch.from_numpy(GRID).float().reshape(-1, 1))
    truth = torch.from_numpy(clean(spec.target, spec.frequency, GRID))
    return float((predicted[:, 0].double() - truth).square().mean())


def _geometric_mean(values: list[float]) -> float:
    return math.exp(sum(map(math.log, values)) / len(values))

"""Benchmark of the loss surface's fit: the engine's seconds against the plain way, here and now.

The plain way is a loop over the paper's 4,500 starts of scipy's L-BFGS-B with numeric gradients
(`lbfgs_baseline`); an even sample of the starts is timed, and scaled. Both see the same runs in the
same call, so only the ratio means something.
"""

import json
import sys
import time
from dataclasses import dataclass

import numpy as np

from toylab.fits import lbfgs_baseline, parametric
from toylab.fits.parametric_options import USUAL
from toylab.laws import published
from toylab.simulation.isoflop_study import SimulatedStudy, simulate

RUNS = SimulatedStudy(budgets=8, sizes=30, noise=0.004)  # 240 runs, as many as the published points
SAMPLE = 90  # of the 4,500 starts
REPEATS = 3  # of our own fit: the quickest counts


@dataclass(frozen=True)
class Timing:
    """One comparison of both ways on the same runs."""

    plain_seconds: float  # for all starts, scaled
    toylab_seconds: float
    ratio: float  # plain / toylab
    bootstrap_seconds: float  # for 400 resamples
    plain_objective: float  # the lowest of the sample
    toylab_objective: float
    plain_success: float  # share of the sample that scipy calls a success ...
    plain_arrived: float  # ... and that is within 1e-4 of our objective
    runs: int


def fit(*, as_json: bool) -> int:
    """Time the multistart both ways, and print the comparison."""
    timing = measure()
    if as_json:
        sys.stdout.write(json.dumps(vars(timing)) + "\n")
    else:
        sys.stdout.write(
            f"{timing.runs} simulated runs, {len(USUAL.starts)} starts\n"
            f"  plain way  {timing.plain_seconds:7.1f} s   objective "
            f"{timing.plain_objective:.10f}, scaled from {SAMPLE} starts\n"
            f"  toylab     {timing.toylab_seconds:7.2f} s   objective "
            f"{timing.toylab_objective:.10f}\n"
            f"  ratio      {timing.ratio:7.0f}\n"
            f"{parametric.RESAMPLES} bootstraps {timing.bootstrap_seconds:.2f} s\n"
            f"of the plain starts {timing.plain_success:.0%} report success, "
            f"{timing.plain_arrived:.0%} are at the lowest objective\n"
        )
    return 0


def measure() -> Timing:
    """Fit the same runs both ways."""
    runs, starts = simulate(published.REFIT.form, RUNS), USUAL.starts
    sys.stderr.write(f"{SAMPLE} starts the plain way, then all of them by toylab\n")
    some = starts[np.linspace(0, len(starts) - 1, SAMPLE).astype(int)]
    begun = time.perf_counter()
    stops = lbfgs_baseline.minimise(runs, some, lbfgs_baseline.Options())
    plain_seconds = (time.perf_counter() - begun) * len(starts) / SAMPLE
    seconds = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        surface = parametric.fit(runs)
        seconds.append(time.perf_counter() - begun)
    begun = time.perf_counter()
    parametric.bootstrap(surface)
    bootstrap_seconds = time.perf_counter() - begun
    near = surface.objective * (1 + parametric.SAME)
    return Timing(
        plain_seconds,
        min(seconds),
        plain_seconds / min(seconds),
        bootstrap_seconds,
        min(stop.objective for stop in stops),
        surface.objective,
        float(np.mean([stop.success for stop in stops])),
        float(np.mean([stop.objective <= near for stop in stops])),
        len(runs),
    )

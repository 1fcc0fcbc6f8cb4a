"""Training outside the app: specs on the cores that pay, with a pool that ends with it."""

import math
from collections.abc import Callable, Sequence
from contextlib import closing

from toylab.live.job import Spec
from toylab.live.job_queue import Pool, most_workers
from toylab.live.progress import Progress

LOOK = 0.2  # seconds between two reports, at most
WORTH = 2.0  # seconds of training that are worth a process: it takes as long to import torch


def train(specs: Sequence[Spec], report: Callable[[Progress], None] = lambda _: None) -> Progress:
    """The end of training: all rows, and what failed.

    Ctrl-C stops it, and keeps what is done: the progress says `stopped`. The processes end with
    it, whatever happens, and they end themselves should this process be killed.

    Args:
        specs: what to train, in this order.
        report: called with the progress a few times a second, and once at the end.
    """
    with closing(Pool(workers(specs))) as pool:
        job = pool.submit(specs)
        try:
            while (progress := job.wait(LOOK)).live:
                report(progress)
        except KeyboardInterrupt:
            job.stop()
            progress = job.progress()
    report(progress)
    return progress


def workers(specs: Sequence[Spec]) -> int:
    """The processes worth starting for these: at least one, at most one a core."""
    return min(most_workers(), max(1, math.ceil(sum(spec.cost for spec in specs) / WORTH)))

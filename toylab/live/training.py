"""Training outside the app: specs on the cores that pay, or on a cluster, with a pool that ends."""

import math
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from functools import partial

from toylab.devices import cores
from toylab.live import cluster
from toylab.live.cluster_connection import Cluster
from toylab.live.cluster_worker import ClusterWorker
from toylab.live.job import Spec
from toylab.live.job_queue import Pool
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

    Raises:
        ValueError: if a cluster is named that cannot train these.
    """
    with ExitStack() as stack:
        job = _pool(specs, stack).submit(specs)
        try:
            while (progress := job.wait(LOOK)).live:
                report(progress)
        except KeyboardInterrupt:
            job.stop()
            progress = job.progress()
    report(progress)
    return progress


def _pool(specs: Sequence[Spec], stack: ExitStack) -> Pool:
    """A pool for these, here or on a cluster, which ends with the stack."""
    if not (address := cluster.address()):
        return stack.enter_context(closing(Pool(workers(specs))))
    connection = stack.enter_context(closing(Cluster(address)))
    connection.connect()
    for device in {spec.device for spec in specs}:
        connection.members.able(device)
    return stack.enter_context(closing(Pool(1, partial(ClusterWorker, connection))))


def workers(specs: Sequence[Spec]) -> int:
    """The processes worth starting for these: at least one, at most one a core."""
    return min(cores(), max(1, math.ceil(sum(spec.cost for spec in specs) / WORTH)))

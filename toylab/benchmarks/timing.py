"""Timing of specs over warm worker processes, and the matrix-multiply rate of one core."""

import time
from collections.abc import Sequence
from contextlib import closing

from toylab.live.job import Spec
from toylab.live.job_queue import Pool
from toylab.live.progress import Row


def timed(specs: Sequence[Spec]) -> tuple[float, list[Row], int]:
    """The engine's seconds for these, its processes warm; the rows; how many processes."""
    with closing(Pool()) as pool:
        pool.warm()
        begun = time.perf_counter()
        job = pool.submit(specs)
        while (progress := job.wait(1.0)).live:
            pass
        return time.perf_counter() - begun, progress.rows, pool.workers


def matmul_rate(size: int = 1024, seconds: float = 0.5) -> float:
    """Float32 matrix-multiply FLOPs a second of one core."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    a = b = torch.ones(size, size)
    out = a @ b
    begun, products = time.perf_counter(), 0
    while time.perf_counter() - begun < seconds:
        torch.mm(a, b, out=out)
        products += 1
    rate = 2.0 * size**3 * products / (time.perf_counter() - begun)
    torch.set_num_threads(threads)
    return rate

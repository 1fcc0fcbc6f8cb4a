"""Training outside the app: specs on every core, with a pool of one's own that ends with it."""

from collections.abc import Callable, Sequence
from contextlib import closing

from toylab.live.job_queue import Pool, Spec
from toylab.live.progress import Progress

LOOK = 0.2  # seconds between two reports, at most


def train(specs: Sequence[Spec], report: Callable[[Progress], None] = lambda _: None) -> Progress:
    """The end of training: all rows, and what failed.

    Ctrl-C stops it, and keeps what is done: the progress says `stopped`. The processes end with
    it, whatever happens, and they end themselves should this process be killed.

    Args:
        specs: what to train, in this order.
        report: called with the progress a few times a second, and once at the end.
    """
    with closing(Pool()) as pool:
        job = pool.submit(specs)
        try:
            while (progress := job.wait(LOOK)).live:
                report(progress)
        except KeyboardInterrupt:
            job.stop()
            progress = job.progress()
    report(progress)
    return progress

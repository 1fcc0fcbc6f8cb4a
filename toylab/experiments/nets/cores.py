"""Parts of one step on several cores: threads that take the next part until none is left.

What a part computes does not depend on which thread takes it, nor on how many there are, so
neither do results: as long as the parts are the same and are added up in the same order. Torch lets
go of the interpreter while it computes; a part must be long beside the microseconds of a call.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

import torch

from toylab.devices import cores

Part = TypeVar("Part")


@contextmanager
def spread(work: Callable[[Part], None], parts: Sequence[Part]) -> Iterator[Callable[[], None]]:
    """A function that works on all parts, each on the next core that is free; then returns."""
    threads = min(len(parts), cores())
    settings = partial(torch.set_flush_denormal, True)  # each thread has its own
    with ThreadPoolExecutor(threads, initializer=settings) as pool:

        def take(waiting: Iterator[Part]) -> None:
            with torch.inference_mode():
                for part in waiting:  # the threads share this iterator
                    work(part)

        def step() -> None:
            waiting = iter(parts)
            others = [pool.submit(take, waiting) for _ in range(threads - 1)]
            take(waiting)
            for other in others:
                other.result()

        yield step

"""Garbage collection of the server: what lives on is kept out of it."""

import gc
import math
import time
from dataclasses import dataclass

SETTLES, SEARCHES = 3.0, 120.0  # seconds between two times; see `freeze_heap`


@dataclass
class _Heap:
    """The times at which what lives on was last put aside, and last looked through."""

    frozen: float = -math.inf  # time.monotonic()
    searched: float = -math.inf


_HEAP = _Heap()


def freeze_heap() -> None:
    """Keep what lives on out of the collection that Streamlit does after every rerun.

    That looks through all the memory of all visitors: with thirty of them it took half of the
    server's time. What died in the meantime is found when everything is looked through again,
    in 0.1 s: so a server keeps no more than what visitors of the last minutes left behind.
    """
    now = time.monotonic()
    if now - _HEAP.frozen < SETTLES:
        return
    _HEAP.frozen = now
    if now - _HEAP.searched > SEARCHES:
        _HEAP.searched = now
        gc.unfreeze()
        gc.collect()
    gc.freeze()

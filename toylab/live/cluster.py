"""Address of the Dask cluster that trains in place of this machine, where one is named."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

VARIABLE = "TOYLAB_CLUSTER"
_chosen: ContextVar[str | None] = ContextVar("cluster", default=None)


def address() -> str:
    """The scheduler's address, as tcp://host:8786; empty where this machine trains."""
    chosen = _chosen.get()
    return os.environ.get(VARIABLE, "") if chosen is None else chosen


def place() -> str:
    """Where runs are trained, in words."""
    return "the cluster" if address() else "this machine"


@contextmanager
def using(chosen: str | None) -> Iterator[None]:
    """Within it, another address than the environment's; None for none other."""
    token = _chosen.set(chosen)
    try:
        yield
    finally:
        _chosen.reset(token)

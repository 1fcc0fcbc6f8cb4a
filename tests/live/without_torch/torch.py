"""What a worker asks of torch before it trains, for workers that train nothing.

The real one takes seconds to import, and a pool starts a worker for each one that it kills.
"""

from types import SimpleNamespace


def _absent() -> bool:
    return False


cuda = SimpleNamespace(is_available=_absent)
backends = SimpleNamespace(mps=SimpleNamespace(is_available=_absent))


def set_num_threads(_: int) -> None:
    """Nothing here has threads."""


def set_flush_denormal(_: bool) -> None:
    """Nothing here is computed."""

"""One pool of workers for all tests of pages, closed after them."""

from collections.abc import Iterator

import pytest

from toylab.live import job_queue


@pytest.fixture(scope="session", autouse=True)
def _pool() -> Iterator[None]:
    job_queue.pool().warm()
    yield
    job_queue.pool().close()
    job_queue._pool.cache_clear()

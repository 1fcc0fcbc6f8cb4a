"""One pool of workers for the tests of a file, closed after it."""

from collections.abc import Iterator

import pytest

from toylab.live import job_queue


@pytest.fixture(scope="module", autouse=True)
def _pool() -> Iterator[None]:
    job_queue.pool().warm()
    yield
    job_queue.pool().close()
    job_queue._pool.cache_clear()

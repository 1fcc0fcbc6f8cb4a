"""One pool of workers for all tests of pages, closed after them."""

from collections.abc import Iterator

import pytest

from toylab.experiments import corpus
from toylab.live import job_queue


@pytest.fixture(scope="session", autouse=True)
def _pool() -> Iterator[None]:
    job_queue.pool().warm()
    yield
    job_queue.pool().close()
    job_queue._pool.cache_clear()


@pytest.fixture
def without_a_corpus(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Python that carries no source of its library, and has not read any."""
    corpus.present.cache_clear()
    corpus.load.cache_clear()
    monkeypatch.setattr(corpus, "_paths", lambda: ())
    yield
    corpus.present.cache_clear()
    corpus.load.cache_clear()

"""The app's frame on every run, and one pool of workers for all tests of pages."""

from collections.abc import Iterator
from functools import cache

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.pages_manager import PagesManager

from toylab.experiments import corpus
from toylab.live import job_queue
from ui import live


@pytest.fixture(autouse=True)
def _the_frame_is_drawn_on_every_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that has drawn its menu once runs app.py for every page, and not the page alone.

    Streamlit's own test runner forgets that after the first run, because there is a folder of
    the name `pages`: without this a click would be tested without frame and foot.
    """
    plain = PagesManager.__init__

    def begin(self: PagesManager, *args: object, **how: object) -> None:
        plain(self, *args, **how)  # type: ignore[arg-type]
        PagesManager.uses_pages_directory = False

    monkeypatch.setattr(PagesManager, "__init__", begin)


@pytest.fixture(scope="session", autouse=True)
def _packages_are_searched_once() -> Iterator[None]:
    """A server looks once for components in what is installed; `AppTest` at every first run."""
    with pytest.MonkeyPatch.context() as patch:
        search = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", search)
        yield


@pytest.fixture(autouse=True)
def _a_replay_is_over_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "REPLAY", 0.0)


@pytest.fixture(scope="session", autouse=True)
def _pool() -> Iterator[None]:
    """One worker: each takes seconds to import what it needs, and runs here are short."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job_queue, "cores", lambda: 1)
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

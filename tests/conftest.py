"""Fixtures and settings of all tests: the app's frame, the engine's mark, hypothesis profiles."""

import os
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy; see app.py

# isort: split
import pytest
from hypothesis import HealthCheck, settings
from streamlit.runtime.pages_manager import PagesManager

TESTS = Path(__file__).parent
SCREEN = {"ui", "concepts", "app", "browser"}  # folders whose tests need the app
settings.register_profile("ci", max_examples=25, deadline=None, derandomize=True,
                          suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
settings.register_profile("thorough", max_examples=200, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the quick tests of the engine, and tests in Chromium, by where they lie."""
    for item in items:
        folders = set(item.path.relative_to(TESTS).parts[:-1])
        if "browser" in folders:
            item.add_marker("browser")
        elif folders and not folders & SCREEN and "slow" not in item.keywords:
            item.add_marker("engine")


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

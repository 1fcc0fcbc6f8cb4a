"""What every test of a page needs: the app around it, on every run, as on a real server."""

import pytest
from streamlit.runtime.pages_manager import PagesManager


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

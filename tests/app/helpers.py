"""Helpers of tests that open a page of the app in Streamlit's own test runner."""

import re
import time
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox, SelectSlider

ROOT = Path(__file__).parents[2]
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
PREFIXES = {"tune": "batch_lr", "critical": "critical_batch"}  # of keys, where no stem
WITHOUT_FIGURES = ("glossary", "mistakes", "own_runs", "quiz", "teaching")  # at first
# These follow what they set, or set others.
CHOSEN = ("_preset", "_model", "_language", "_net", "_data")
SETTABLE = ("slider", "number_input", "select_slider", "selectbox")


def opened(page: str, **link: str | list[str]) -> AppTest:
    """A page by its stem with its figure shown, unless the link says otherwise."""
    page = page.removesuffix(".py")
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    for key, value in ({"ask": "off"} | link).items():
        app.query_params[key] = value
    return app.switch_page(f"pages/{page}.py").run()


def figures(app: AppTest) -> list[Any]:
    """The charts of a page."""
    return list(app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart"))


def charts(app: AppTest) -> int:
    """How many charts a page has."""
    return len(figures(app))


def says(app: AppTest, words: str) -> bool:
    """Whether a page says these words; what its terms mean is not among them."""
    html = [re.sub(r"<span [^>]*popover>.*?</span>", "", one.proto.body) for one in app.get("html")]
    said = [re.sub(r"<[^>]*>", "", one) for one in html]
    return any(words in text for text in [*said, *(text.value for text in app.markdown)])


def ends(widget: Any) -> list[Any]:
    """The extremes of a widget, or all its options."""
    if isinstance(widget, Selectbox):
        return list(widget.options)
    if not isinstance(widget, SelectSlider):
        return [widget.min, widget.max]
    pair = isinstance(widget.value, tuple | list)
    kind = type(widget.value[0] if pair else widget.value)
    first, last = kind(widget.options[0]), kind(widget.options[-1])
    return [(first, first), (first, last), (last, last)] if pair else [first, last]


def widgets(app: AppTest, prefix: str = "") -> dict[str, Any]:
    """What can be set on a page, by its key."""
    every = (widget for kind in SETTABLE for widget in app.get(kind))
    return {
        widget.key: widget
        for widget in every
        if widget.key and widget.key.startswith(prefix) and not widget.proto.disabled
    }


def walk(app: AppTest, prefix: str = "", *, most: int = 9) -> None:
    """All controls to their first ends together, then to the next ones, and so on.

    In `most` rounds, the last of which has their last ends; then each choice that sets others.
    """
    rounds = max((len(ends(widget)) for widget in widgets(app, prefix).values()), default=0)
    rounds = min(rounds, most)
    for k in range(rounds):
        asked = {}
        for key, widget in widgets(app, prefix).items():
            if not key.endswith(CHOSEN):
                every = ends(widget)
                asked[key] = every[-1] if k == rounds - 1 else every[k % len(every)]
                widget.set_value(asked[key])
        app.run()
        assert not app.exception
        now = widgets(app, prefix)
        for key, value in asked.items():
            assert key not in now or app.session_state[key] == value, key
    chosen = [key for key in widgets(app, prefix) if key.endswith(CHOSEN)]
    for key in reversed(chosen):  # a later one may be there only for one choice of an earlier one
        for option in ends(widgets(app, prefix)[key]):
            widgets(app, prefix)[key].set_value(option)
            app.run()
            assert not app.exception


def wait(app: AppTest, job: str, seconds: float = 60.0) -> AppTest:
    """The page once a job of the session, by its key, has ended."""
    end = time.monotonic() + seconds
    while app.session_state[job].live:
        assert time.monotonic() < end
        time.sleep(0.05)
    return app.run()

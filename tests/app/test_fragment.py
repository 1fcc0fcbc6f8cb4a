"""A control runs its page alone, and what stands in the frame runs all: on a real server.

Streamlit's runner for tests has no fragments: it runs everything each time.
"""

import random
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from tests.visitor import run
from toylab.benchmarks.classroom import Lesson, serving
from ui.load_test.client import Tab, connected

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def url():
    with serving(Lesson()) as (urls, _):
        yield urls[0]


@pytest.fixture
def ran(monkeypatch):
    """For each run of a tab, whether it was one of all or of a part alone."""
    ran, hear = [], Tab._hear

    def note(tab: Tab, said: Any) -> None:
        if said.WhichOneof("type") == "new_session":
            ran.append("part" if said.metadata.run.fragment_ids else "all")
        hear(tab, said)

    monkeypatch.setattr(Tab, "_hear", note)
    return ran


def visit(url: str, ran: list[str], doing: Callable[[Tab], Coroutine[Any, Any, Any]]) -> None:
    """Do something on a page, which must not break; what ran is noted from then on."""

    async def look() -> None:
        async with connected(url) as tab:
            await tab.open("kaplan", "ask=off")
            ran.clear()
            await doing(tab)
            assert tab.errors == []

    run(look())


def test_a_slider_runs_the_page_alone_again_and_again(url, ran):
    async def move(tab: Tab) -> None:
        for k in range(3):
            await tab.move(random.Random(k))

    visit(url, ran, move)
    assert ran == ["part"] * 3


def test_an_experiment_runs_the_frame_too_which_shows_what_it_moved(url, ran):
    visit(url, ran, lambda tab: tab.press("kaplan_try_2"))
    assert ran == ["part", "all"]

"""Every page, light on a laptop and dark on a phone: nobody is kept out, nothing sticks out.

One visitor walks through all pages on each of the two. A page comes as by Back and Forward, so
that the app is fetched and started once: the look of its pages is what is tested here.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import PHONE, WIDE, settle, until, watched
from tests.browser.screen import FIGURES, button, flaws, reads_at_a_glance
from toylab.teaching.contents import TITLES
from ui.concepts.allocation import blocks as allocation
from ui.concepts.critical_batch import blocks as critical_batch

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGES = sorted(path.stem for path in (Path(__file__).parents[2] / "pages").glob("*.py"))
WITHOUT_FIGURES = {"glossary", "mistakes", "own_runs", "quiz", "teaching"}  # at first
CITED = {"kaplan", "allocation", "disagreement"}  # every figure there is from a paper
FIRST = [  # pages that begin with one large figure
    "home", "allocation", "architecture", "batch_lr", "charlm", "critical_batch", "disagreement",
    "emergence", "isoflop", "kaplan", "parametric", "recipes", "repetition", "schedules", "sine",
    "transfer",
]  # fmt: skip
COLOURS = ["color-contrast"]  # the rules whose findings another theme may change
MAIN = "[data-testid=stMain]"  # beside it is the menu, which is the same on every page
QUESTION = '[class*="st-key-"][class*="_ask"]'
DARK = {"viewport": PHONE, "color_scheme": "dark"}
LIGHT = {"viewport": WIDE, "color_scheme": "light"}
STAGES = ["/kaplan?present=on&ask=off", "/allocation?way=demo&step=3&done=1.2"]
TABS = [
    *(f"/allocation?ask=off&allocation_about={tab}" for tab in list(allocation.TABS)[2:4]),
    *(f"/critical_batch?ask=off&critical_about={tab}" for tab in list(critical_batch.TABS)[3:]),
]
GO = """path => {
  history.pushState({}, '', path);
  dispatchEvent(new PopStateEvent('popstate', {state: {}}));
}"""
MENU_FITS = """() => (menu => menu.scrollHeight <= menu.clientHeight)(
  document.querySelector('[data-testid=stSidebarContent]'))"""


@pytest.fixture(scope="module")
def tab(context: BrowserContext, url: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A visitor who stays, with that screen and theme."""
    page = context.new_page()
    page.set_viewport_size(request.param["viewport"])
    page.emulate_media(color_scheme=request.param["color_scheme"])
    page.goto(url)
    settle(page)
    yield page
    page.evaluate("localStorage.clear(); sessionStorage.clear()")
    page.close()


@pytest.fixture
def go(tab: Page):
    """Lead the visitor to a page, from its top on; no script fails there."""

    def go(path: str) -> Page:
        tab.evaluate(GO, path)
        name = path.partition("?")[0].strip("/") or "home"
        expect(tab.locator("h1")).to_have_text(TITLES[name])
        to_the_top(tab)
        return tab

    with watched(tab.context):
        yield go


@pytest.mark.parametrize("tab", [LIGHT], indirect=True, ids=["laptop"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_before_its_answer_and_reads_at_a_glance_on_a_laptop(go, name):
    page = go(f"/{'' if name == 'home' else name}")
    if name in FIRST:
        expect(page.locator(".stVegaLiteChart svg.marks")).to_have_count(1)
        assert flaws(page, COLOURS, QUESTION) == []
        reads_at_a_glance(page)
        button(page, "Just show it").click()
        expect(button(page, "Just show it")).to_have_count(0)
        to_the_top(page)
    assert flaws(page, COLOURS, "html" if name == "home" else MAIN) == []
    until(page, MENU_FITS)
    reads_at_a_glance(page)
    if name in CITED:
        page.get_by_text("Why?", exact=True).first.click()
        badges = page.get_by_test_id("stMain").get_by_text(re.compile("^(simulated|published)$"))
        why = page.get_by_test_id("stPopoverBody")
        expect(why.locator('a[href*="arxiv.org/abs/"]').first).to_be_visible()
        kinds = badges.all_inner_texts()  # two where dots of real models lie on a formula's map
        assert len(kinds) == len(set(kinds)) == 1 + (name == "allocation")
        page.keyboard.press("Escape")


@pytest.mark.parametrize("tab", [LIGHT], indirect=True, ids=["laptop"])
@pytest.mark.parametrize("path", [*TABS, *STAGES])
def test_a_page_that_presents_and_a_tab_keep_nobody_out(go, path):
    assert flaws(go(path)) == []


@pytest.mark.parametrize("tab", [DARK], indirect=True, ids=["phone"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_nobody_out_on_a_phone(go, name):
    page = go(f"/{'' if name == 'home' else name}?ask=off")
    expect(page.locator(FIGURES).first).to_be_attached(attached=name not in WITHOUT_FIGURES)
    expect(page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "true")
    assert flaws(page) == []


def to_the_top(page: Page) -> None:
    """The beginning of a page again: a click has brought its button into sight."""
    settle(page)
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
    settle(page)

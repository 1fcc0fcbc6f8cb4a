"""Every page, dark on a phone and light on a laptop: nobody is kept out, nothing sticks out."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, WIDE, settle, until
from tests.browser.screen import FIGURES, button, flaws, reads_at_a_glance
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
THEMED = """scheme => {
  const ground = getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor;
  return (Math.max(...ground.match(/\\d+/g).slice(0, 3)) > 127) === (scheme === 'light');
}"""
MENU_FITS = """() => (menu => menu.scrollHeight <= menu.clientHeight)(
  document.querySelector('[data-testid=stSidebarContent]'))"""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_nobody_out_and_one_that_asks_does_not_before_its_answer(url, visit, name):
    """Opened once, on a phone: a menu that is drawn on a laptop would stay open there."""
    page = visit(f"{url}/{'' if name == 'home' else name}", **DARK)
    if name in FIRST:
        button(page, "Just show it").click()
        expect(button(page, "Just show it")).to_have_count(0)
        settle(page)
    if name not in WITHOUT_FIGURES:
        expect(page.locator(FIGURES).first).to_be_attached()
    else:
        expect(page.locator(FIGURES)).to_have_count(0)
    expect(page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "true")
    assert flaws(page) == []
    shows(page, **LIGHT)
    assert flaws(page, COLOURS, "html" if name == "home" else MAIN) == []
    until(page, MENU_FITS)  # it comes in from the side; on a laptop it does not scroll
    reads_at_a_glance(page)
    if name in CITED:
        page.get_by_text("Why?", exact=True).first.click()
        badges = page.get_by_test_id("stMain").get_by_text(re.compile("^(simulated|published)$"))
        why = page.get_by_test_id("stPopoverBody")
        expect(why.locator('a[href*="arxiv.org/abs/"]').first).to_be_visible()
        kinds = badges.all_inner_texts()  # two where dots of real models lie on a formula's map
        assert len(kinds) == len(set(kinds)) == 1 + (name == "allocation")
        page.keyboard.press("Escape")
    if name in FIRST:  # as it was at first: each change of screen and theme draws all anew
        button(page, "Ask me again").click()
        expect(button(page, "Just show it")).to_be_visible()
        to_the_top(page)
        expect(page.locator(".stVegaLiteChart svg.marks")).to_have_count(1)
        assert flaws(page, COLOURS, QUESTION) == []
        reads_at_a_glance(page)


def shows(page, viewport, color_scheme):
    """Another screen and theme for the same visitor."""
    page.set_viewport_size(viewport)
    page.emulate_media(color_scheme=color_scheme)
    until(page, THEMED, color_scheme)  # the new theme comes a moment later, and fades in
    to_the_top(page)


def to_the_top(page):
    """The beginning of a page again: a click has brought its button into sight."""
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
    settle(page)


@pytest.mark.parametrize("path", [*STAGES, *TABS])
def test_a_page_that_presents_and_a_tab_keep_nobody_out(url, visit, path):
    assert flaws(visit(url + path)) == []

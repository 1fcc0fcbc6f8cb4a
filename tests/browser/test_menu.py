"""The menu: one section open, nothing moves, room for more pages, entries large enough."""

from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, settle
from ui.menu import SECTIONS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ENTRIES = """() => [...document.querySelectorAll('.st-key-menu :is(a, summary)')]
  .filter(one => one.checkVisibility() && !one.closest('details:not([open]) > :not(summary)'))
  .map(one => [one.textContent, one.getBoundingClientRect()])
  .map(([text, box]) => [text, box.top, box.bottom])"""
MORE = """() => {  // one more section, and of four more pages two in the one that is open
  const menu = document.querySelector('.st-key-menu');
  const shut = [...menu.querySelectorAll('details:not([open])')].at(-1);
  const wrapper = [...menu.children].find(one => one.contains(shut));
  for (let k = 0; k < 1; k++) menu.append(wrapper.cloneNode(true));
  const link = menu.querySelector('details[open] [data-testid=stElementContainer]');
  for (let k = 0; k < 2; k++) link.after(link.cloneNode(true));
}"""
FITS = """() => (menu => menu.scrollHeight <= menu.clientHeight)(
  document.querySelector('[data-testid=stSidebarContent]'))"""


def entries(page: Page, least: float) -> list[list[object]]:
    """What can be pressed in the menu: of that height at least, and none on another."""
    found = page.evaluate(ENTRIES)
    assert all(bottom - top >= least for _, top, bottom in found), found
    assert all(one[2] <= other[1] + 1 for one, other in pairwise(found)), found
    return found


def test_the_menu_has_room_for_four_more_pages_and_no_link_moves_when_it_is_pressed(url, visit):
    page = visit(url + "/kaplan")
    before = entries(page, 24)
    menu = page.locator(".st-key-menu")
    menu.get_by_text("Why did they disagree?").click()
    expect(page.locator("h1")).to_have_text("Why did they disagree?")
    settle(page)
    assert entries(page, 24) == before
    menu.get_by_text("Tune").click()
    expect(menu.get_by_text("Why did they disagree?")).to_be_hidden()
    opened = entries(page, 24)
    menu.get_by_text("Which batch, which learning rate?").click()
    expect(page.locator("h1")).to_have_text("Which batch, which learning rate?")
    settle(page)
    assert entries(page, 24) == opened
    menu.get_by_text(max(SECTIONS, key=lambda section: len(SECTIONS[section]))).click()
    expect(menu.get_by_text("Why did they disagree?")).to_be_visible()
    expect(menu.get_by_text("Which batch, which learning rate?")).to_be_hidden()
    page.evaluate(MORE)
    assert len(entries(page, 24)) >= len(before) + 3
    assert page.evaluate(FITS), "the menu scrolls on a laptop"
    page.set_viewport_size(PHONE)
    page.reload()
    settle(page)
    page.get_by_test_id("stExpandSidebarButton").click()
    expect(menu).to_be_visible()
    entries(page, 40)
    page.set_viewport_size(WIDE)

"""The first page as its visitors meet it, in real Chromium."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, WIDE, settle
from tests.browser.screen import button, figure, run

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_guess_is_placed_by_a_click_while_networks_train_in_the_same_figure(url, visit):
    page = visit(url)
    for screen, fold in ((PHONE, 200), (WIDE, 200)):
        page.set_viewport_size(screen)
        box = button(page, "Ten-minute demo").bounding_box()
        assert box
        assert box["y"] + box["height"] <= fold
    settle(page)
    run(page, "Train 96 networks now")
    drawn = figure(page)
    drawn.evaluate("svg => { svg.dataset.first = 'yes' }")
    plot = page.locator(".stVegaLiteChart svg .background").first.bounding_box()
    page.mouse.click(plot["x"] + 0.5 * plot["width"], plot["y"] + 0.6 * plot["height"])
    expect(button(page, "Commit and see")).to_be_enabled()
    assert drawn.get_attribute("data-first") == "yes", "the figure was redrawn, not updated"
    expect(button(page, "Stop run")).to_have_count(0, timeout=120_000)
    assert drawn.get_attribute("data-first") == "yes", "the figure was redrawn, not updated"
    button(page, "Commit and see").click()
    expect(page.get_by_text("You said")).to_be_visible()
    expect(button(page, "Train the 96 larger ones")).to_be_enabled()
    expect(page.get_by_text("live", exact=True).first).to_be_visible()

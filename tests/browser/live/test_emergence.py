"""Sudden, or smooth? as its visitors meet it, in real Chromium: a run to its end, and k moved."""

import pytest
from playwright.sync_api import expect

from tests.browser.screen import button, figure, run

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHORT = (
    "/emergence?ask=off&emergence_widths=8&emergence_widths=10&emergence_seeds=1&emergence_seed=700"
)
LATE = 120_000  # milliseconds: minutes where the processor is shared


def test_networks_are_trained_to_their_end_and_k_draws_into_the_same_figure(url, visit):
    page = visit(url + SHORT)
    drawn = figure(page)
    run(page)
    expect(button(page, "Stop run")).to_have_count(0, timeout=LATE)
    expect(page.get_by_text("live", exact=True).first).to_be_visible()
    drawn.evaluate("svg => { svg.dataset.first = 'yes' }")
    expect(page.locator(".numbers")).to_contain_text("of 12")
    slider = page.locator(".st-key-emergence_symbols").get_by_role("slider")
    slider.focus()
    slider.press("ArrowLeft")
    expect(page.locator(".numbers")).to_contain_text("of 11")
    assert drawn.get_attribute("data-first") == "yes", "the figure was redrawn, not updated"

"""How should the learning rate end? as its visitors meet it, in real Chromium: a run to its end."""

import pytest
from playwright.sync_api import expect

from tests.browser.screen import button, figure, run

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHORT = (
    "/schedules?ask=off&schedules_size=8&schedules_tokens=40960&schedules_seeds=2"
    "&schedules_seed=700"
)
LATE = 240_000  # milliseconds: minutes where the processor is shared


def test_decays_are_trained_to_their_end_in_one_figure(url, visit):
    page = visit(url + SHORT)
    run(page)
    drawn = figure(page)
    drawn.evaluate("svg => { svg.dataset.first = 'yes' }")
    expect(button(page, "Stop run")).to_have_count(0, timeout=LATE)
    assert drawn.get_attribute("data-first") == "yes", "the figure was redrawn, not updated"
    expect(page.get_by_text("live", exact=True).first).to_be_visible()
    expect(page.locator(".st-key-says")).to_contain_text("planned for twice the steps")

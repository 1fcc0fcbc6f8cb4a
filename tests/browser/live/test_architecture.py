"""Which design scales? as its visitors meet it, in real Chromium: a run to its end."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.screen import button, figure, run

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHORT = (
    "/architecture?ask=off&architecture_highest=3e9&architecture_sizes=1&architecture_seeds=2"
    "&architecture_seed=700&architecture_about=wrote"
)
LATE = 240_000  # milliseconds: minutes where the processor is shared


def test_three_networks_are_trained_to_their_end_in_one_figure_and_write(url, visit):
    page = visit(url + SHORT)
    run(page)
    said = page.locator(".st-key-says").last  # the one before may stand for a moment
    expect(said).to_contain_text(re.compile(r"[1-9]\d* of 12 networks"))
    drawn = figure(page)
    drawn.evaluate("svg => { svg.dataset.first = 'yes' }")
    expect(button(page, "Stop run")).to_have_count(0, timeout=LATE)
    assert drawn.get_attribute("data-first") == "yes", "the figure was redrawn, not updated"
    expect(page.get_by_text("live", exact=True).first).to_be_visible()
    expect(said).to_contain_text("At 3e9 FLOPs")
    for net in "n-gram network", "LSTM", "transformer":
        expect(page.get_by_text(re.compile(f"^{net}, .* parameters, loss"))).to_be_visible()

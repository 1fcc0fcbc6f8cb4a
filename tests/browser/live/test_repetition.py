"""How often may you read it? as its visitors meet it, in real Chromium: a run to its end."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.screen import button, figure, run

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHORT = (
    "/repetition?ask=off&repetition_epochs=4&repetition_unique=5120&repetition_size=4"
    "&repetition_seeds=2&repetition_seed=700"
)
LATE = 240_000  # milliseconds: minutes where the processor is shared


def test_a_text_is_read_four_times_to_its_end_in_one_figure(url, visit):
    page = visit(url + SHORT)
    run(page)
    drawn = figure(page)
    drawn.evaluate("svg => { svg.dataset.first = 'yes' }")
    expect(button(page, "Stop run")).to_have_count(0, timeout=LATE)
    assert drawn.get_attribute("data-first") == "yes", "the figure was redrawn, not updated"
    expect(page.get_by_text("live", exact=True).first).to_be_visible()
    expect(page.locator(".st-key-says")).to_contain_text(
        re.compile("Without weight decay the loss")
    )
    page.get_by_role("radio", name="By heart").click()
    expect(figure(page)).to_contain_text("Loss on the pool")

"""A link into a new server, whose first visitor follows it: frame, tab and setting are there."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_link_opens_its_tab_and_sets_its_control_on_a_new_server(cold_url, look):
    page = look(cold_url + "/critical_batch?critical_about=wall_clock&hall_sync=100")
    expect(page.get_by_role("heading", name="How big a batch is too big?")).to_be_visible()
    expect(page.get_by_role("link", name="Scaling laws, live")).to_be_visible()
    expect(page.get_by_role("tab", selected=True)).to_have_text("Time against money")
    slider = page.get_by_role("slider", name="A step costs at least, ms")
    expect(slider).to_have_attribute("aria-valuetext", "100")

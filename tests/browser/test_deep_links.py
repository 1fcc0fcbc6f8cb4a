"""Links into a new server, the first to its first visitor: frame, tab and settings are there."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LINKS = [  # the link, the page's title, its tab, and what shows that a setting has arrived
    (
        "/critical_batch?critical_about=wall_clock&hall_sync=100",
        "How big a batch is too big?", "Time against money", {"A step costs at least, ms": "100"},
    ),
    ("/sine?sine_seeds=3", "More data, or a wider net?", "", {"Seeds": "3"}),
    (
        "/parametric?parametric_about=Break+the+fit&parametric_at=1e22",
        "One surface for every run", "Break the fit", "The same runs advise from",
    ),
    (
        "/allocation?allocation_budget=1e20&allocation_about=Worked+examples%2C+right",
        "Bigger model, or more tokens?", "Worked examples, right",
        "With 1e20 FLOPs the lowest loss",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("link", "title", "tab", "shown"), LINKS, ids=[x[1] for x in LINKS])
def test_a_link_opens_its_tab_and_sets_its_controls_on_a_new_server(
    cold_url, look, link, title, tab, shown
):
    page = look(cold_url + link)
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.get_by_role("link", name="Scaling laws, live")).to_be_visible()
    if tab:
        expect(page.get_by_role("tab", selected=True)).to_have_text(tab)
    if isinstance(shown, str):
        expect(page.get_by_text(shown)).to_be_visible()
        return
    for slider, value in shown.items():
        expect(page.get_by_role("slider", name=slider)).to_have_attribute("aria-valuetext", value)

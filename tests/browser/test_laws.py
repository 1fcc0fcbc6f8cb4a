"""The pages on the laws as their visitors meet them, in real Chromium."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settle
from tests.browser.screen import button, figure

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COUNT_MESSAGES = """
const send = WebSocket.prototype.send;
window.sent = 0;
WebSocket.prototype.send = function (x) { window.sent += 1; return send.call(this, x); };
"""


def mark(page: Page, nth: int, words: str) -> tuple[float, float]:
    """The middle of the mark whose label has these words."""
    box = figure(page, nth).locator(f'path[aria-label*="{words}"]').first.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_slider_moves_the_figure_and_does_not_draw_it_anew(url, look):
    page = look(url + "/allocation")
    first = figure(page)
    first.evaluate("svg => { svg.dataset.first = 'yes' }")
    before = first.locator('path[aria-label*="meaning: optimum"]').last.get_attribute("transform")
    slider = page.get_by_role("slider", name="Budget, training FLOPs")
    slider.focus()
    for _ in range(3):  # faster than the server answers: none may be lost
        page.keyboard.press("ArrowRight")
    expect(page.get_by_text("With 7.23e23 FLOPs")).to_have_count(1, timeout=15_000)
    expect(slider).to_have_attribute("aria-valuetext", "7.23e23")
    after = first.locator('path[aria-label*="meaning: optimum"]').last.get_attribute("transform")
    assert first.get_attribute("data-first") == "yes", "the figure was redrawn, not updated"
    assert before != after


def test_an_experiment_brings_the_controls_that_it_moves_into_sight(url, look):
    page = look(url + "/allocation")
    moved = page.locator(".st-key-allocation_budget")
    for nth, experiment in enumerate((3, 0), 1):
        page.get_by_role("button", name="Set it up").nth(experiment).click()
        page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop === 0")
        expect(moved).to_be_in_viewport()
        assert moved.evaluate("one => getComputedStyle(one).animationName") == f"moved-{nth}"
    page.goto(url + "/disagreement?ask=off")
    settle(page)
    page.get_by_role("button", name="Set it up").nth(1).click()
    expect(page.locator(".st-key-disagreement_compute")).to_be_in_viewport()
    expect(page).to_have_title("Why did they disagree? | Toylab")


def test_hovering_and_brushing_answer_in_the_browser(url, look):
    page = look(url + "/allocation", script=COUNT_MESSAGES)
    page.wait_for_timeout(1000)
    before = page.evaluate("window.sent")
    x, y = mark(page, 0, "PaLM 540B")
    page.mouse.move(x, y)
    expect(page.locator("#vg-tooltip-element")).to_contain_text("540B")
    expect(figure(page).get_by_text("MT-NLG 530B")).to_have_count(0)
    page.mouse.move(x - 25, y - 40)
    page.mouse.down()
    page.mouse.move(x + 30, y + 40, steps=5)
    page.mouse.up()
    expect(figure(page).get_by_text("MT-NLG 530B")).to_be_visible()
    expect(figure(page).get_by_text("LLaMA-7B", exact=True)).to_have_count(0)
    assert page.evaluate("window.sent") == before


def test_the_guess_is_locked_while_climbing_and_scored_at_the_top(url, look):
    page = look(url + "/disagreement?disagreement_guess=0.65")
    assert "0.497" not in page.locator("body").inner_text()
    fix = button(page, "Next fix")
    for left in range(4, 0, -1):
        expect(fix).to_be_enabled()
        fix.click()
        expect(page.get_by_role("slider", name="Fixes made")).to_have_value(str(5 - left))
    expect(fix).to_be_disabled()
    expect(page.get_by_role("slider", name="Your guess of what is left")).to_be_disabled()
    expect(page.get_by_text("1.42 times too large")).to_be_visible()

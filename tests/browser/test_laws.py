"""The pages on the laws as their visitors meet them, in real Chromium."""

import math

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settle, until
from tests.browser.screen import button, figure
from toylab.laws import allocation, published
from toylab.quantities import format_count
from ui.concepts.allocation import blocks as budgets
from ui.concepts.disagreement import blocks as fixes

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COUNT_MESSAGES = """
const send = WebSocket.prototype.send;
window.sent = 0;
WebSocket.prototype.send = function (x) { window.sent += 1; return send.call(this, x); };
"""


BEST = """() => [...document.querySelectorAll('.stVegaLiteChart svg.marks text')]
  .map((text) => text.textContent).find((text) => / on /.test(text))"""
BUDGET, PARAMS, TOKENS = 5.76e23, (1e9, 1e13), (1e10, 1e14)


def place(page: Page, params: float, tokens: float) -> tuple[float, float]:
    """Where a model stands in the plane, on the screen."""
    box = page.locator(".stVegaLiteChart svg.marks .background").first.bounding_box()
    assert box
    across = math.log(params / PARAMS[0]) / math.log(PARAMS[1] / PARAMS[0])
    up = math.log(tokens / TOKENS[0]) / math.log(TOKENS[1] / TOKENS[0])
    return box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"]


def split(budget: float) -> str:
    """The best split, as the plane says it."""
    best = allocation.best(published.REFIT.form, budget)
    return f"{format_count(best.params)} on {format_count(best.tokens)}"


def test_a_guess_is_placed_by_a_click_and_the_line_is_dragged_without_a_round_trip(url, visit):
    """Click, commit, drag the line, slide: the drawing stays the same one after the commit."""
    page = visit(url + "/allocation", script=COUNT_MESSAGES)
    assert button(page, "Commit and see").is_disabled()
    params = 1e10
    page.mouse.click(*place(page, params, BUDGET / 6 / params))
    expect(page.locator(".st-key-allocation_guess_1")).to_contain_text("10B")
    expect(page.get_by_text("your guess", exact=True)).to_be_visible()
    button(page, "Commit and see").click()
    expect(page.get_by_text("You said 10B; it is 72.2B")).to_be_visible()
    settle(page)
    drawn = page.locator(".stVegaLiteChart svg.marks")
    drawn.evaluate("svg => { svg.dataset.first = 'yes' }")
    assert page.evaluate(BEST) == split(BUDGET)

    page.mouse.move(*place(page, params, BUDGET / 6 / params))
    page.mouse.down()
    before = page.evaluate("window.sent")
    page.mouse.move(*place(page, params, 1e23 / 6 / params), steps=6)
    until(page, f"best => ({BEST})() !== best", arg=split(BUDGET))
    assert page.evaluate("window.sent") == before
    page.mouse.up()
    slider = page.get_by_role("slider", name="Budget, training FLOPs")
    expect(slider).to_have_attribute("aria-valuetext", "1e23")
    until(page, f"best => ({BEST})() === best", arg=split(1e23))

    page.mouse.click(*place(page, 3e9, 3e10))  # far from the line: nothing moves
    slider.focus()
    for _ in range(3):  # faster than the server answers: none may be lost
        page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "1.4e23")
    until(page, f"best => ({BEST})() === best", arg=split(1.4e23))
    expect(page.get_by_text("Of all splits of 1.4e23 FLOPs")).to_be_visible()
    assert drawn.get_attribute("data-first") == "yes", "the figure was redrawn, not updated"


def set_up(page, name):
    """Open an experiment by its name, and set its controls."""
    one = page.get_by_test_id("stExpander").filter(has_text=name)
    one.get_by_text(name).click()
    button(one, "Set it up").click()


def test_an_experiment_brings_the_controls_that_it_moves_into_sight(url, look):
    page = look(url + "/allocation")
    moved = page.locator(".st-key-allocation_budget")
    for nth, experiment in enumerate((3, 0), 1):
        set_up(page, budgets.EXPERIMENTS[experiment][0])
        until(page, "document.querySelector('[data-testid=stMain]').scrollTop === 0")
        expect(moved).to_be_in_viewport()
        assert moved.evaluate("one => getComputedStyle(one).animationName") == f"moved-{nth}"
    page.goto(url + "/disagreement?ask=off")
    settle(page)
    set_up(page, fixes.EXPERIMENTS[1][0])
    expect(page.locator(".st-key-disagreement_compute")).to_be_in_viewport()
    expect(page).to_have_title("Why did they disagree? | Toylab")


def test_a_guess_is_clicked_committed_and_scored_after_the_last_fix(url, visit):
    page = visit(url + "/disagreement")
    assert "0.497" not in page.locator("body").inner_text()
    slider = page.locator(".st-key-disagreement_guess_1").get_by_role("slider")
    box = figure(page).locator(".background").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.7)
    expect(slider).to_have_attribute("aria-valuetext", "0.65")
    expect(button(page, "Next fix")).to_have_count(0)
    button(page, "Commit and see").click()
    fix = button(page, "Next fix")
    for made in range(1, 5):
        expect(page.get_by_text("There is no answer yet.")).to_be_visible()
        fix.click()
        expect(page.get_by_role("slider", name="Fixes made")).to_have_value(str(made))
    expect(fix).to_be_disabled()
    expect(page.get_by_text("1.42 times too large")).to_be_visible()

"""The pages on fits as their visitors meet them, in real Chromium."""

import pytest
from playwright.sync_api import expect

from tests.browser.screen import button, figure
from toylab.laws import published
from toylab.simulation.isoflop_study import SimulatedStudy, simulate

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def runs(tmp_path):
    """A file of finished runs."""
    frame = simulate(published.REFIT.form, SimulatedStudy(noise=0.003)).frame
    frame[["params", "tokens", "loss"]].to_csv(tmp_path / "mine.csv", index=False)
    return tmp_path / "mine.csv"


def test_a_click_places_the_guess_and_after_it_a_slider_moves_the_same_valleys(url, visit):
    page = visit(url + "/isoflop")
    first, runs = figure(page), 'path[aria-label*="meaning: data"]'
    expect(first.locator(runs)).to_have_count(9)  # of the smallest budget alone
    place = first.locator(".background").first.bounding_box()
    page.mouse.click(place["x"] + 0.3 * place["width"], place["y"] + 0.5 * place["height"])
    expect(first.get_by_text("your guess")).to_be_visible()
    button(page, "Commit and see").click()
    expect(first.locator(runs)).to_have_count(63)
    expect(first.get_by_text("your guess")).to_be_visible()
    first.evaluate("svg => { svg.dataset.first = 'yes' }")
    slider = page.get_by_role("slider", name="Sizes at each budget")
    slider.focus()
    for _ in range(3):  # faster than the server answers: none may be lost
        page.keyboard.press("ArrowRight")
    expect(first.locator(runs)).to_have_count(84)
    assert first.get_attribute("data-first") == "yes", "the figure was redrawn, not updated"


def test_a_broken_file_is_answered_by_its_sentence_and_a_good_one_is_fitted_and_kept(
    url, look, runs, tmp_path
):
    broken = tmp_path / "broken.csv"
    broken.write_text("params,tokens,loss\n1e8,2e9,3.5\n2e8,big,3.1\n")
    page = look(url + "/parametric?parametric_data=yours")
    expect(page.get_by_text("Choose a file of finished runs")).to_be_visible()
    page.locator('input[type="file"]').set_input_files(broken)
    expect(page.get_by_text("line 3, column 'tokens': 'big' is not a number")).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.locator(".stVegaLiteChart")).to_have_count(0)
    page.locator('input[type="file"]').set_input_files(runs)  # beside the other
    expect(page.get_by_text("line 3 of broken.csv, column 'tokens': 'big'")).to_be_visible()
    page.get_by_role("button", name="Remove broken.csv").click()
    chip = page.get_by_test_id("stFileChip")
    expect(chip).to_have_text("mine.csv", use_inner_text=True)  # and no size: 2.0KB, 123.0B
    expect(page.get_by_text("yours", exact=True).first).to_be_visible()
    page.get_by_text("Why?", exact=True).click()
    expect(page.get_by_text("58 runs (5 of highest loss left out) give")).to_be_visible()
    expect(figure(page)).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Where is the bottom of the valley?").click()
    expect(page.get_by_text("these 63 runs want")).to_be_visible()
    page.get_by_role("link", name="One surface for every run").click()
    expect(page.get_by_text("mine.csv, from before: forget it")).to_be_visible()
    expect(page.get_by_text("B is known within")).to_be_visible()

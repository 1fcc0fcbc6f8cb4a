"""The pages on batch, learning rate and the critical batch in real Chromium."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import until
from tests.browser.screen import button, run
from toylab.experiments import batch_lr_study, critical_batch_study
from ui.concepts.batch_lr import view as batch_lr
from ui.concepts.critical_batch import live as critical_live
from ui.concepts.critical_batch import view as critical_batch

pytestmark = [pytest.mark.browser, pytest.mark.slow]

GRIDS = "/batch_lr?ask=off&tune_about=live&grid_budgets=2&grid_seeds=8&grid_seed="
RACES = "/critical_batch?ask=off&critical_about=live&races_seeds=1&races_last=2.6&races_seed="
CELLS = len(batch_lr_study.BATCHES) * len(batch_lr_study.LRS)
TARGETS = critical_live.LiveControls(last="2.6").study.targets
DOTS = len(TARGETS) * len(critical_batch_study.BATCHES)
LATE = 240_000  # milliseconds: minutes where the processor is shared
COUNTED = (
    "([a, least, most]) => (n => least <= n && n <= most)(document.querySelectorAll(a).length)"
)


def drawn_as(alt: str) -> str:
    """Where the figure with these words for a screen reader is."""
    return f'.stVegaLiteChart[aria-label="{alt}"] svg'


def marks(alt: str, meaning: str = "data") -> str:
    """Where its marks are that have the colour of a meaning."""
    return f'{drawn_as(alt)} path[aria-label*="meaning: {meaning}"]'


def begins(page: Page) -> None:
    expect(page.get_by_text("recorded", exact=True)).to_be_visible()
    run(page)
    expect(page.get_by_text("live", exact=True)).to_be_visible()


def ends(page: Page, recorded: int = 0) -> None:
    """It has ended well; so many labels of recorded runs are left."""
    expect(button(page, "Stop run")).to_have_count(0, timeout=LATE)
    expect(page.get_by_text("live", exact=True)).to_be_visible()
    expect(page.get_by_text("recorded", exact=True)).to_have_count(recorded)
    expect(page.get_by_text("Trained here at")).to_be_visible()


def grows(page: Page, alt: str, least: int, most: int) -> None:
    """Wait until a figure has so many data."""
    until(page, COUNTED, arg=[marks(alt), least, most], timeout=LATE)


def test_races_of_one_seed_are_drawn_into_one_figure_and_end_with_their_hyperbolas(url, look):
    page, alt = look(url + RACES + "500"), critical_batch.ALT["races"]
    begins(page)
    grows(page, alt, 1, DOTS // 2)
    drawn = page.locator(drawn_as(alt))
    drawn.evaluate("svg => { svg.dataset.first = 'yes' }")
    grows(page, alt, DOTS // 2 + 1, DOTS)
    assert drawn.get_attribute("data-first") == "yes", "the figure was redrawn, not updated"
    ends(page, recorded=1)  # the grey bars
    expect(page.locator(marks(alt))).to_have_count(DOTS)
    expect(page.locator(marks(alt, "model"))).to_have_count(len(TARGETS))
    for target in TARGETS:
        expect(page.get_by_text(f"{critical_live.name(target)}:")).to_be_visible()


def test_grids_grow_in_place_stop_keeps_what_is_done_and_a_small_one_runs_to_its_end(url, look):
    page, alt = look(url + GRIDS + "600"), batch_lr.ALT["grid"]
    begins(page)
    grows(page, alt, 1, 2 * CELLS - 1)
    expect(page.locator(drawn_as(alt))).to_have_count(2)
    first = page.locator(drawn_as(alt)).first
    first.evaluate("svg => { svg.dataset.first = 'yes' }")
    before = page.locator(marks(alt)).count()
    grows(page, alt, before + 1, 2 * CELLS - 1)
    assert first.get_attribute("data-first") == "yes", "the figure was redrawn, not updated"
    button(page, "Stop run").click()
    expect(page.get_by_text("Stopped.").first).to_be_visible()
    expect(button(page, "Run")).to_be_enabled()
    assert before < page.locator(marks(alt)).count() < 2 * CELLS
    expect(page.get_by_text(f"of {CELLS} settings trained").first).to_be_visible()
    for name in "Budgets", "Seeds":
        page.get_by_role("slider", name=name).press("Home")
    run(page)
    expect(button(page, "Stop run")).to_be_visible()
    ends(page)
    expect(page.locator(drawn_as(alt))).to_have_count(1)
    expect(page.locator(marks(alt))).to_have_count(CELLS)
    told = re.compile("bottom of the quadratic .*one seed|no bottom is told")
    expect(page.get_by_text(told)).to_be_visible()


def test_a_committed_guess_shows_the_bottom_in_the_same_place_and_can_be_asked_again(url, visit):
    page, alt = visit(url + "/batch_lr"), batch_lr.ALT["valley"]
    expect(page.locator(marks(alt)).first).to_be_visible()
    box = page.locator(drawn_as(alt)).locator(".background").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(marks(alt, "theory"))).to_have_count(0)
    expect(page.get_by_text("your guess", exact=True)).to_be_visible()
    before = page.locator(drawn_as(alt)).bounding_box()
    button(page, "Commit and see").click()
    expect(page.locator(marks(alt, "theory")).first).to_be_visible()
    expect(page.locator(marks(alt, "optimum"))).to_have_count(1)
    assert page.locator(drawn_as(alt)).bounding_box() == pytest.approx(before, abs=3)
    button(page, "Ask me again").click()
    expect(page.locator(marks(alt, "theory"))).to_have_count(0)
    expect(page.locator(marks(alt, "optimum"))).to_have_count(0)

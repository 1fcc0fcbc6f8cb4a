"""The pages on batch, learning rate and the critical batch in real Chromium."""

import re

import pytest
from playwright.sync_api import Page, expect

from toylab.experiments import batch_lr_study, critical_batch_study
from ui.concepts.batch_lr import blocks as batch_lr_blocks
from ui.concepts.batch_lr import view as batch_lr
from ui.concepts.critical_batch import blocks as critical_blocks
from ui.concepts.critical_batch import live as critical_live
from ui.concepts.critical_batch import view as critical_batch

pytestmark = [pytest.mark.browser, pytest.mark.slow]

GRID = "/batch_lr?grid_budgets=1&grid_seeds=1&grid_seed="
LONG = "/batch_lr?grid_budgets=2&grid_seeds=8&grid_seed="
RACES = "/critical_batch?races_seeds=1&races_last=2.6&races_seed="
CELLS = len(batch_lr_study.BATCHES) * len(batch_lr_study.LRS)
TARGETS = critical_live.LiveControls(last="2.6").study.targets
DOTS = len(TARGETS) * len(critical_batch_study.BATCHES)
LATE = 240_000  # milliseconds: minutes where the processor is shared
COUNTED = (
    "([a, least, most]) => (n => least <= n && n <= most)(document.querySelectorAll(a).length)"
)


FAILED = """
window.failed = [];
addEventListener('error', event => failed.push(event.message));
addEventListener('unhandledrejection', event => failed.push(String(event.reason)));
"""


def button(page: Page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def figure(alt: str) -> str:
    """Where the figure with these words for a screen reader is."""
    return f'.stVegaLiteChart[aria-label="{alt}"] svg'


def marks(alt: str, meaning: str = "data") -> str:
    """Where its marks are that have the colour of a meaning."""
    return f'{figure(alt)} path[aria-label*="meaning: {meaning}"]'


def run(page: Page) -> None:
    expect(page.get_by_text("recorded", exact=True)).to_be_visible()
    expect(button(page, "Run")).to_be_enabled()
    button(page, "Run").click()
    expect(button(page, "Stop run")).to_be_visible()
    expect(page.get_by_text("live", exact=True)).to_be_visible()


def ends(page: Page) -> None:
    expect(button(page, "Stop run")).to_have_count(0, timeout=LATE)
    expect(page.get_by_text("live", exact=True)).to_be_visible()
    expect(page.get_by_text("recorded", exact=True)).to_have_count(0)
    expect(page.get_by_text("Trained before and remembered")).to_be_visible()


def grows(page: Page, alt: str, least: int, most: int) -> None:
    """Wait until a figure has so many data."""
    page.wait_for_function(COUNTED, arg=[marks(alt), least, most], timeout=LATE)


def test_races_of_one_seed_are_drawn_into_one_figure_and_end_with_their_hyperbolas(url, look):
    page, alt = look(url + RACES + "500"), critical_batch.ALT["races"]
    run(page)
    grows(page, alt, 1, DOTS // 2)
    drawn = page.locator(figure(alt))
    drawn.evaluate("svg => { svg.dataset.first = 'yes' }")
    grows(page, alt, DOTS // 2 + 1, DOTS)
    assert drawn.get_attribute("data-first") == "yes", "the figure was redrawn, not updated"
    ends(page)
    expect(page.locator(marks(alt))).to_have_count(DOTS)
    expect(page.locator(marks(alt, "model"))).to_have_count(len(TARGETS))
    for target in TARGETS:
        expect(page.get_by_text(f"{critical_live.name(target)}:")).to_be_visible()


def test_a_grid_of_one_seed_runs_to_its_end_and_its_bottom_is_told_or_refused(url, look):
    page, alt = look(url + GRID + "500"), batch_lr.ALT["grid"]
    run(page)
    ends(page)
    expect(page.locator(figure(alt))).to_have_count(1)
    expect(page.locator(marks(alt))).to_have_count(CELLS)
    told = re.compile("bottom of the quadratic .*one seed|no bottom is told")
    expect(page.get_by_text(told)).to_be_visible()


def test_grids_are_drawn_into_the_same_figures_and_stop_keeps_what_is_done(url, look):
    page, alt = look(url + LONG + "600"), batch_lr.ALT["grid"]
    run(page)
    grows(page, alt, 1, 2 * CELLS - 1)
    expect(page.locator(figure(alt))).to_have_count(2)
    first = page.locator(figure(alt)).first
    first.evaluate("svg => { svg.dataset.first = 'yes' }")
    before = page.locator(marks(alt)).count()
    grows(page, alt, before + 1, 2 * CELLS - 1)
    assert first.get_attribute("data-first") == "yes", "the figure was redrawn, not updated"
    button(page, "Stop run").click()
    expect(page.get_by_text("Stopped.").first).to_be_visible()
    expect(button(page, "Run")).to_be_enabled()
    assert before < page.locator(marks(alt)).count() < 2 * CELLS
    expect(page.get_by_text(f"of {CELLS} settings trained").first).to_be_visible()


def test_a_committed_guess_shows_the_bottom_and_unlocking_hides_it(url, visit):
    page, alt = visit(url + "/batch_lr?eye_batch=131k"), batch_lr.ALT["valley"]
    slider = page.get_by_role("slider", name="Your batch, tokens")
    expect(page.locator(marks(alt, "rival"))).to_have_count(1)
    expect(page.locator(marks(alt, "theory"))).to_have_count(0)
    button(page, "Commit").click()
    expect(page.locator(marks(alt, "theory")).first).to_be_visible()
    expect(page.locator(marks(alt, "optimum"))).to_have_count(1)
    expect(slider).to_be_disabled()
    button(page, "Unlock").click()
    expect(page.locator(marks(alt, "theory"))).to_have_count(0)
    expect(page.locator(marks(alt, "optimum"))).to_have_count(0)
    expect(slider).to_be_enabled()


@pytest.mark.parametrize("name", ["batch_lr", "critical_batch"])
def test_nothing_fails_and_nothing_sticks_out_of_a_phone(url, look, name):
    page = look(f"{url}/{name}", script=FAILED, viewport={"width": 390, "height": 844})
    expect(page.locator(".stVegaLiteChart svg").nth(3)).to_be_visible()
    main = page.get_by_test_id("stMain")  # what scrolls: around it all is cut off
    assert main.evaluate("element => element.scrollWidth - element.clientWidth") <= 0
    for chart in page.locator(".stVegaLiteChart svg").all():
        box = chart.bounding_box()
        assert box
        assert box["x"] + box["width"] <= 391
    assert page.evaluate("failed") == []


@pytest.mark.parametrize(
    ("link", "title", "slider", "value"),
    [
        (
            f"/batch_lr?tune_about={list(batch_lr_blocks.TABS)[2]}&laws_params=5B",
            "Which batch, which learning rate?", "Parameters", "5B",
        ),
        (
            f"/critical_batch?critical_about={list(critical_blocks.TABS)[1]}&hall_sync=100",
            "How big a batch is too big?", "A step costs at least, ms", "100",
        ),
    ],
)  # fmt: skip
def test_a_cold_deep_link_keeps_its_tab_and_what_is_asked_there(
    cold_url, look, link, title, slider, value
):
    page = look(cold_url + link.replace(" ", "+"))
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.get_by_role("link", name="Scaling laws, live")).to_be_visible()
    tab = link.split("about=")[1].split("&")[0]
    expect(page.get_by_role("tab", selected=True)).to_have_text(tab)
    handle = page.get_by_role("slider", name=slider)
    expect(handle).to_have_attribute("aria-valuetext", value)

"""Your own Chinchilla as its visitors meet it, in real Chromium."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import settle, until
from tests.browser.screen import button, figure, run

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHORT = "/charlm?charlm_span=1e9&charlm_span=1e10&charlm_seeds=1&charlm_width=4&charlm_seed="
NETWORKS = 16  # of this study
LATE = 240_000  # milliseconds: minutes where the processor is shared
TRAINING = "/Training: [1-9]\\d* %/.test(document.body.innerText)"
SAID = "/Valleys with a bottom|So far, from/.test(document.body.innerText)"


def test_a_guess_is_committed_the_study_runs_to_its_end_and_the_guess_is_scored(url, visit):
    page = visit(url + SHORT + "500&charlm_about=wrote")
    expect(page.get_by_text("Which size is best at 1e10 FLOPs?")).to_be_visible()
    box = figure(page).locator(".background").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".st-key-charlm_guess_1")).to_contain_text("parameters")
    settle(page)
    page.get_by_role("slider", name="With 10 times the compute").press("End")
    button(page, "Commit").click()
    expect(page.get_by_text("There is no answer yet.")).to_be_visible()
    expect(page.get_by_text("your guess", exact=True)).to_have_count(1)  # the old figure is gone
    assert "guess" not in page.url
    settle(page)
    run(page)
    until(page, TRAINING)
    drawn = figure(page)
    drawn.evaluate("svg => { svg.dataset.first = 'yes' }")
    until(page, SAID)
    expect(button(page, "Stop run")).to_have_count(0, timeout=LATE)
    assert drawn.get_attribute("data-first") == "yes", "the figure was redrawn, not updated"
    expect(page.get_by_text("You said").first).to_be_visible()
    expect(page.get_by_text("live", exact=True).first).to_be_visible()
    expect(page.get_by_text("The best at 1e10 FLOPs")).to_be_visible()
    expect(page.get_by_text("The worst at 1e10 FLOPs")).to_be_visible()


def test_stop_keeps_the_runs_that_have_ended(url, visit):
    page = visit(url + SHORT + "600")
    run(page)
    until(page, "/bottom so far: [1-9]|So far, from/.test(document.body.innerText)")
    button(page, "Stop run").click()
    expect(page.get_by_text("Stopped.").first).to_be_visible()
    expect(page.locator(".st-key-says")).to_contain_text(re.compile(r"[1-9]\d* network"))
    kept = int(re.search(r"(\d+) network", page.locator(".st-key-says").inner_text())[1])
    assert kept < NETWORKS
    expect(button(page, "Run")).to_be_enabled()


def test_the_answer_stays_hidden_until_it_is_asked_for(url, visit):
    page = visit(url + "/charlm?charlm_about=next")
    assert page.locator(".stVegaLiteChart").count() == 1
    expect(page.get_by_text("This opens when the runs have ended")).to_be_visible()
    button(page, "Just show it").click()
    expect(page.get_by_text("times larger model").first).to_be_visible()

"""The sine page as its visitors meet it, in real Chromium."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import until
from tests.browser.screen import button, figure, run

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHORT = "/sine?sine_sizes=64&sine_sizes=1024&sine_seed=100&sine_seeds=20"
LONG = (  # minutes; estimated well below the limit also where the processor is busy
    "/sine?sine_sizes=1024&sine_sizes=2048&sine_width=256&sine_steps=4000&sine_seeds=1&sine_seed="
)
COUNT = "() => +document.querySelector('.numbers b').textContent"
TRAINED = f"least => ({COUNT})() >= least"


def test_a_live_run_draws_into_the_same_figure_and_ends_with_a_verdict(url, look):
    page = look(url + SHORT)
    run(page)
    drawn = figure(page)
    until(page, TRAINED, arg=1)
    drawn.evaluate("svg => { svg.dataset.first = 'yes' }")
    until(page, TRAINED, arg=int(page.evaluate(f"({COUNT})()")) + 1)
    assert drawn.get_attribute("data-first") == "yes", "the figure was redrawn, not updated"
    expect(button(page, "Stop run")).to_have_count(0, timeout=120_000)
    verdict = re.compile("power law|Unclear|No slope|Too little")
    expect(page.locator(".st-key-says").get_by_text(verdict).first).to_be_visible()
    expect(page.get_by_text("live", exact=True)).to_be_visible()
    expect(page.get_by_text("Trained here at")).to_be_visible()


def test_a_line_moves_up_when_one_stops_or_closes_the_tab_but_not_when_one_reloads(url, look):
    first, second, third = (look(url + LONG + seed) for seed in "123")
    run(first)
    run(second)
    expect(second.get_by_text("you are next")).to_be_visible()
    button(first, "Stop run").click()
    expect(first.get_by_text("Stopped.").first).to_be_visible()
    expect(button(first, "Run")).to_be_enabled()
    expect(second.get_by_text("Training:")).to_be_visible()
    second.reload()
    expect(button(second, "Stop run")).to_be_visible()
    run(third)
    expect(third.get_by_text("you are next")).to_be_visible()
    second.close()
    expect(third.get_by_text("Training:")).to_be_visible(timeout=60_000)
    button(third, "Stop run").click()
    expect(third.get_by_text("Stopped.").first).to_be_visible()


def test_controls_and_main_figure_are_on_a_laptop_screen_and_the_runs_can_be_taken_along(url, look):
    page = look(url + "/sine")
    for thing in (button(page, "Run"), page.locator(".stVegaLiteChart").first):
        box = thing.bounding_box()
        assert box
        assert box["y"] + box["height"] <= 768
    page.get_by_role("radio", name="Data", exact=True).click()
    expect(page.get_by_text("python -m toylab sine --preset noise")).to_be_visible()
    with page.expect_download() as download:
        button(page, "168 runs as CSV").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0].startswith("sweep,width,params,samples,seed,steps,test_mse,train_mse,flops")
    assert len(lines) == 1 + 168

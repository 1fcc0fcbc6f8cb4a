"""The sine page as its visitors meet it, in real Chromium."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHORT = "/sine?sine_seed=100&sine_seeds=16"
LONG = (
    "/sine?sine_sizes=1024&sine_sizes=8192&sine_width=256&sine_steps=4000&sine_seeds=2&sine_seed="
)


def button(page: Page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def run(page: Page) -> None:
    expect(button(page, "Run")).to_be_enabled()
    button(page, "Run").click()
    expect(button(page, "Stop run")).to_be_visible()


def test_a_cold_deep_link_gets_the_frame_and_keeps_its_settings(cold_url, look):
    page = look(cold_url + "/sine?sine_seeds=3")
    expect(page.get_by_role("heading", name="More data, or a wider net?")).to_be_visible()
    expect(page.get_by_role("link", name="Scaling laws, live")).to_be_visible()
    expect(page.get_by_role("slider", name="Seeds")).to_have_value("3")
    assert "sine_seeds=3" in page.url


def test_a_live_run_draws_into_the_same_figure_and_ends_with_a_verdict(url, look):
    page = look(url + SHORT)
    run(page)
    expect(page.get_by_text("networks trained.")).to_be_visible()
    figure = page.locator(".stVegaLiteChart svg").first
    figure.evaluate("svg => { svg.dataset.first = 'yes' }")
    page.wait_for_function("/[1-9]\\d* of \\d+ networks trained/.test(document.body.innerText)")
    assert figure.get_attribute("data-first") == "yes", "the figure was redrawn, not updated"
    expect(button(page, "Stop run")).to_have_count(0, timeout=60_000)
    expect(page.get_by_text("over 16 seeds").first).to_be_visible()
    expect(page.get_by_text("live", exact=True)).to_be_visible()
    expect(page.get_by_text("Trained before and remembered")).to_be_visible()


def test_stop_keeps_what_is_done_and_a_new_run_can_start(url, look):
    page = look(url + LONG + "1")
    run(page)
    button(page, "Stop run").click()
    expect(page.get_by_text("Stopped.").first).to_be_visible()
    expect(button(page, "Run")).to_be_enabled()


def test_a_second_visitor_is_told_the_place_in_line_and_moves_up(url, look):
    first, second = look(url + LONG + "2"), look(url + LONG + "3")
    run(first)
    run(second)
    expect(second.get_by_text("you are next")).to_be_visible()
    button(first, "Stop run").click()
    expect(second.get_by_text("Training:")).to_be_visible()
    button(second, "Stop run").click()
    expect(second.get_by_text("Stopped.").first).to_be_visible()


def test_a_closed_tab_gives_its_place_away(url, look):
    first, second = look(url + LONG + "4"), look(url + LONG + "5")
    run(first)
    run(second)
    expect(second.get_by_text("you are next")).to_be_visible()
    first.context.close()
    expect(second.get_by_text("Training:")).to_be_visible(timeout=60_000)
    button(second, "Stop run").click()
    expect(second.get_by_text("Stopped.").first).to_be_visible()


def test_the_link_of_an_absent_device_is_answered_by_a_sentence(url, look):
    page = look(url + "/sine?sine_device=mps&sine_lr=nonsense&sine_seeds=-4")
    expect(page.get_by_text("is not on this machine")).to_be_visible()
    expect(button(page, "Run")).to_be_disabled()


def test_controls_and_main_figure_are_on_a_laptop_screen_together(url, look):
    page = look(url + "/sine")
    for thing in (button(page, "Run"), page.locator(".stVegaLiteChart").first):
        box = thing.bounding_box()
        assert box
        assert box["y"] + box["height"] <= 768


def test_nothing_sticks_out_of_a_phone(url, look):
    for path in ("/", "/sine"):
        page = look(url + path, viewport={"width": 390, "height": 844})
        main = page.get_by_test_id("stMain")  # what sticks out of it is cut off above
        assert main.evaluate("element => element.scrollWidth - element.clientWidth") <= 0
        for chart in page.locator(".stVegaLiteChart svg").all():
            box = chart.bounding_box()
            assert box
            assert box["x"] + box["width"] <= 391


LUMINANCE = """() => {
  const light = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(Number)
      .map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = light(getComputedStyle(document.querySelector('.stApp')).backgroundColor);
  const kinds = '.stVegaLiteChart svg text, .stCaption, .stMain p';
  const texts = [...document.querySelectorAll(kinds)];
  return texts.filter(t => t.textContent.trim() && t.getBoundingClientRect().width)
    .filter(t => !t.closest('button, code, [inert]'))
    .map(t => {
      const style = getComputedStyle(t);
      const text = light(t instanceof SVGElement ? style.fill : style.color);
      const [high, low] = [Math.max(text, ground), Math.min(text, ground)];
      return [(high + 0.05) / (low + 0.05), t.textContent];
    });
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_and_axes_have_a_contrast_of_at_least_4_5_to_1(url, look, theme):
    page = look(url + "/sine", color_scheme=theme)
    expect(page.locator(".stVegaLiteChart svg").nth(3)).to_be_visible()
    found = page.evaluate(LUMINANCE)
    assert len(found) > 40
    assert [text for contrast, text in found if contrast < 4.5] == []


def test_every_chart_tells_its_finding_to_a_screen_reader(url, look):
    for path in ("/", "/sine"):
        page = look(url + path)
        for chart in page.locator(".stVegaLiteChart").all():
            assert len(chart.get_attribute("aria-label") or "") > 40


def test_the_runs_can_be_taken_along(url, look):
    page = look(url + "/sine")
    page.get_by_text("Take it with you").click()
    expect(page.get_by_text("python -m toylab sine --preset noise")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="168 runs as CSV").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0].startswith("sweep,width,params,samples,seed,steps,test_mse,train_mse,flops")
    assert len(lines) == 1 + 168


def test_no_page_asks_anything_of_another_host(url, browser):
    context = browser.new_context()
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/", "/sine?ask=off"):
        page.goto(url + path)
        page.wait_for_selector(".stVegaLiteChart svg")
    context.close()
    assert [other for other in asked if not other.startswith((url, "data:", "blob:"))] == []

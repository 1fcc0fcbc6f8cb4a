"""The course in real Chromium: the ways through, a lesson, presenting, and the report."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, settle, until
from tests.browser.screen import button, click_until, figure, reads_at_a_glance
from toylab.teaching.ways import DEMO

PLACES = """() => {
  const box = key => document.querySelector(`.st-key-guide${key}`).getBoundingClientRect();
  const place = key => [box(key).x, box(key).y].map(Math.round);
  return {height: box("").height, back: place("_back"), on: place("_on"),
    notice: place("_notice"), leave: place("_leave")};
}"""
LOW = {"width": 1366, "height": 700}  # as a laptop's browser with its bars
IN_SIGHT = """() => {
  const {top, bottom} = document.querySelector('.stVegaLiteChart').getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}"""
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def row_of(page, name):
    """A button of the row below the figure."""
    return page.get_by_role("radiogroup", name="More").get_by_text(name, exact=True)


def address(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.evaluate("location.href")).query)


def test_a_way_is_walked_to_its_end_with_what_is_on_the_screen(url, visit):
    page, way, places = visit(url), DEMO, []
    start = page.locator(f".st-key-way_{way.name} button")
    expect(start).to_have_text("Start")
    start.click()
    for k, step in enumerate(way.steps, 1):
        expect(page.get_by_text(f"{way.title}, step {k} of {len(way.steps)}")).to_be_visible()
        until(
            page,  # the address names the step
            "k => new URLSearchParams(location.search).get('step') === k",
            arg=str(k),
        )
        path = urlsplit(page.evaluate("location.href")).path
        assert path == ("/" if step.link.page == "home" else f"/{step.link.page}")
        expect(page.get_by_test_id("stException")).to_have_count(0)
        for key, value in step.link.query.items():
            assert address(page).get(key, [value]) == [value]
        settle(page)
        places.append(page.evaluate(PLACES))
        reads_at_a_glance(page)
        button(page, "Done, next").click()
    expect(page.get_by_text(f"all {len(way.steps)} steps are done")).to_be_visible()
    settle(page)
    assert len({str(where) for where in [*places, page.evaluate(PLACES)]}) == 1  # none jumps
    height, *tops = (places[0][key] for key in ("height", "back", "on", "notice", "leave"))
    assert height <= 56
    assert len({top for _, top in tops}) == 1
    page.reload()
    expect(page.get_by_text(f"all {len(way.steps)} steps are done")).to_be_visible()
    button(page, "First page").click()
    done = f"{len(way.steps)} of {len(way.steps)} steps done"
    expect(page.get_by_text(done)).to_be_visible()
    button(page, "Leave this way").click()
    expect(page.locator(".st-key-guide")).to_have_count(0)
    assert not {"way", "step", "done"} & set(address(page))
    expect(page.get_by_text(done)).to_have_count(0)


def test_progress_goes_along_with_the_menu_and_back_leads_back(url, visit):
    page = visit(url + "/kaplan?way=class&step=3&done=1.2")
    menu = page.get_by_test_id("stSidebar")
    menu.get_by_text("Scaling laws, live").click()
    expect(page.get_by_text("2 of 7 steps done")).to_be_visible()
    assert address(page) == {"way": ["class"], "step": ["3"], "done": ["1.2"]}
    expect(page.locator(".st-key-guide_notice")).to_contain_text("To this step")
    page.go_back()
    expect(page.locator("h1")).to_have_text("What does ten times more buy?")
    assert address(page)["done"] == ["1.2"]


def test_another_way_begins_with_nothing_done(url, visit):
    page = visit(url + "/?way=demo&step=3&done=1.2")
    page.locator(".st-key-way_class button").click()
    expect(page.get_by_text("Fifty-minute class, step 1 of 7")).to_be_visible()
    expect(page.get_by_text("steps done")).to_have_count(0)
    settle(page)
    assert address(page) == {"way": ["class"], "step": ["1"]}


def test_a_link_to_a_step_sets_its_controls_also_where_that_is_their_first_value(url, visit):
    page = visit(url + "/disagreement?disagreement_step=3")
    expect(page.locator(".st-key-disagreement_step")).to_contain_text("3")
    page.get_by_test_id("stSidebar").get_by_text("Scaling laws, live").click()
    expect(page.get_by_role("heading", name="Scaling laws, live")).to_be_visible()
    settle(page)
    step = page.get_by_text("4. Two laboratories, two answers")
    click_until(page.get_by_text("5 steps, 10 minutes"), step)
    click_until(step, page.get_by_text("Ten-minute demo, step 4 of 5"))
    settle(page)
    slider = page.locator(".st-key-disagreement_step").get_by_role("slider")
    expect(slider).to_have_attribute("aria-valuetext", "0")


def test_the_menu_of_a_phone_finds_a_tab_and_closes_when_it_is_chosen(url, visit):
    page = visit(url, viewport=PHONE)
    page.get_by_test_id("stExpandSidebarButton").click()
    menu = page.get_by_test_id("stSidebar")
    expect(menu).to_have_attribute("data-collapsed", "false")
    menu.get_by_role("searchbox").press_sequentially("hubber loss")
    menu.get_by_text("Break the fit").click()
    expect(page.locator("h1")).to_have_text("One surface for every run")
    expect(page.get_by_role("tab", selected=True)).to_have_text("Break the fit")
    expect(menu).to_have_attribute("data-collapsed", "true")


def test_a_guess_is_committed_by_keyboard_alone_and_outlives_a_reload(url, visit):
    page = visit(url)
    page.keyboard.press("Tab")
    slider = page.get_by_role("slider").first
    for _ in range(60):
        if slider.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    else:
        pytest.fail("the slider is out of the keyboard's reach")
    for _ in range(13):  # the first step leaves the question mark
        page.keyboard.press("ArrowRight")
    expect(page.get_by_text("0.00016", exact=True)).to_be_visible()
    page.wait_for_timeout(600)  # a slider tells its value a moment after the last key
    page.keyboard.press("Tab")
    expect(button(page, "Commit and see")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("You said 0.00016; it is")).to_be_visible()
    expect(figure(page).get_by_text("your guess")).to_be_visible()
    settle(page)  # the browser hears last of what it is to keep
    page.reload()
    expect(page.get_by_text("You said 0.00016; it is")).to_be_visible()
    expect(figure(page).get_by_text("your guess")).to_be_visible()


def test_a_lesson_hides_its_controls_and_holds_their_values_for_a_new_visitor(url, visit):
    page = visit(url + "/sine?ask=off&sine_seed=11&sine_seeds=3")
    page.get_by_text("Teacher", exact=True).click()
    expect(button(page, "Present")).to_be_visible()
    row_of(page, "Lesson").click()
    page.get_by_role("textbox", name="A sentence for your class").fill("What is the slope?")
    page.keyboard.press("Enter")
    code = page.get_by_test_id("stCode").filter(has_text="say=")
    expect(code).to_be_visible()
    link = code.inner_text().strip().replace("\n", "")
    found = parse_qs(urlsplit(link).query)
    assert found == {  # nothing that is as it is at first
        "hide": ["sine_seed"], "sine_seed": ["11"], "sine_seeds": ["3"],
        "say": ["What is the slope?"],
    }  # fmt: skip
    other = visit(link)
    expect(other.get_by_text("What is the slope?")).to_be_visible()
    other.get_by_role("button", name="Just show it").click()
    other.get_by_text("All settings").click()
    expect(other.get_by_text("Learning rate", exact=True)).to_be_visible()
    expect(other.get_by_text("First seed", exact=True)).to_be_hidden()
    expect(other.locator(".st-key-sine_seed input")).to_have_value("11")


def test_presenting_turns_the_pages_by_keyboard_and_escape_ends_it(url, visit):
    page = visit(url + "/allocation?way=demo&step=3&done=1.2&present=on&ask=off", viewport=LOW)
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    size = page.locator("h1").evaluate("h => parseFloat(getComputedStyle(h).fontSize)")
    assert page.evaluate(PLACES)["height"] <= 56
    assert page.evaluate(IN_SIGHT)
    page.keyboard.press("PageDown")
    expect(page.locator("h1")).to_have_text("Why did they disagree?")
    settle(page)
    page.keyboard.press("PageUp")
    expect(page.locator("h1")).to_have_text("Bigger model, or more tokens?")
    settle(page)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    assert "present" not in address(page)
    assert address(page)["way"] == ["demo"]  # to stop presenting is not to leave the way
    small = page.locator("h1").evaluate("h => parseFloat(getComputedStyle(h).fontSize)")
    assert size > 1.2 * small


def test_the_report_opens_without_a_network_and_has_the_guess_and_the_figures(
    url, visit, browser, tmp_path: Path
):
    page = visit(url + "/kaplan?kaplan_factor=100&kaplan_about=Where+must+the+lines+end%3F")
    expect(button(page, "Commit and see")).to_be_disabled()  # until a number is chosen
    page.locator(".st-key-kaplan_guess_1").get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    button(page, "Commit and see").click()
    expect(page.get_by_text("You said 1 %; it is")).to_be_visible()
    expect(page.locator(".stVegaLiteChart svg.marks")).to_have_count(2)
    settle(page)  # what is still being drawn is not copied
    page.get_by_test_id("stSidebar").get_by_text("Scaling laws, live").click()
    expect(page.locator("h1")).to_have_text("Scaling laws, live")
    settle(page)
    page.locator(".st-key-home_guess_1").get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    button(page, "Commit and see").click()
    expect(page.get_by_text("You said ")).to_be_visible()
    row_of(page, "Report").click()
    page.get_by_role("textbox", name="Your name").fill("Ada <b>L</b>")
    page.keyboard.press("Enter")
    page.wait_for_timeout(1000)
    with page.expect_download() as waiting:
        button(page, "Report as HTML").click()
    file = tmp_path / "report.html"
    waiting.value.save_as(file)
    text = file.read_text()
    assert "http" not in re.sub(r'href="[^"]*"|xmlns(:\w+)?="[^"]*"|>http[^<]*<', "", text)
    context = browser.new_context(offline=True)
    asked: list[str] = []
    read = context.new_page()
    read.on("request", lambda request: asked.append(request.url))
    read.goto(file.as_uri())
    expect(read.get_by_text("Ada <b>L</b>")).to_be_visible()
    kaplan, home = read.locator("section").all()  # in the order in which they were used
    expect(kaplan.locator("h2")).to_have_text("What does ten times more buy?")
    expect(home.locator("h2")).to_have_text("Scaling laws, live")
    expect(kaplan.locator("figure svg")).to_have_count(2)
    expect(home.locator("figure svg")).to_have_count(1)
    expect(kaplan.locator("figure svg path").first).to_be_attached()
    expect(kaplan.get_by_role("cell", name="35.4 %")).to_be_visible()
    expect(kaplan.get_by_role("cell", name="34 points too low")).to_be_visible()
    expect(kaplan.get_by_role("row", name="Times more 100")).to_be_visible()
    expect(home.get_by_text("From the small sizes alone")).to_be_visible()  # the verdict
    expect(home.get_by_text("; 0.00016 predicted")).to_be_visible()  # a number above the figure
    for control in ("if nobody else trains", "Three ways through", "Report"):
        expect(home.get_by_text(control)).to_have_count(0)
    main = read.locator("main").inner_text()
    assert not [word for word in ("lightbulb", "**", "target") if word in main]
    page_width = read.locator("main").evaluate("main => main.clientWidth - 32")
    widths = read.locator("figure svg").evaluate_all(
        "all => all.map(svg => [svg.getBoundingClientRect().left, svg.clientWidth])"
    )
    assert {width for _, width in widths} == {widths[0][1]}
    assert widths[0][1] == pytest.approx(page_width, abs=40)
    halo = read.locator("figure svg text").first.evaluate("t => getComputedStyle(t).paintOrder")
    assert halo.startswith("stroke")
    assert asked == [file.as_uri()]
    context.close()

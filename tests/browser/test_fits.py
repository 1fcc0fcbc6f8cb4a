"""The pages on fits as their visitors meet them, in real Chromium."""

import pytest
from playwright.sync_api import Page, expect

from toylab.laws import published
from toylab.simulation.isoflop_study import SimulatedStudy, simulate

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = ("isoflop", "parametric")
OWN = "/parametric?parametric_data=yours"


def figure(page: Page, nth: int = 0):
    return page.locator(".stVegaLiteChart svg").nth(nth)


@pytest.fixture
def runs(tmp_path):
    """A file of finished runs."""
    frame = simulate(published.REFIT.form, SimulatedStudy(noise=0.003)).frame
    frame[["params", "tokens", "loss"]].to_csv(tmp_path / "mine.csv", index=False)
    return tmp_path / "mine.csv"


@pytest.fixture
def own(url, look):
    """The page that asks for runs; it has no chart yet, so we come by another address."""
    page = look(url + "/parametric")
    page.goto(url + OWN + "&ask=off")
    expect(page.get_by_text("Choose a file of finished runs")).to_be_visible()
    return page


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [390, 1366])
def test_a_page_draws_without_an_error_and_within_the_screen(url, look, name, width):
    page = look(f"{url}/{name}", viewport={"width": width, "height": 844})
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.reload()
    expect(figure(page, 1)).to_be_visible()
    page.wait_for_timeout(500)
    assert errors == []
    main = page.get_by_test_id("stMain")  # what sticks out of it is cut off above
    assert main.evaluate("element => element.scrollWidth - element.clientWidth") <= 0
    assert page.evaluate(
        """() => [...document.querySelectorAll('.stVegaLiteChart svg')].filter(
            svg => svg.getBoundingClientRect().right > innerWidth + 1).length"""
    ) == 0  # fmt: skip


def test_a_slider_moves_the_valleys_and_does_not_draw_them_anew(url, look):
    page = look(url + "/isoflop")
    first, runs = figure(page), 'path[aria-label*="meaning: data"]'
    expect(first.locator(runs).first).to_be_visible()
    first.evaluate("svg => { svg.dataset.first = 'yes' }")
    before = first.locator(runs).count()
    slider = page.get_by_role("slider", name="Sizes at each budget")
    slider.focus()
    for _ in range(3):  # faster than the server answers: none may be lost
        page.keyboard.press("ArrowRight")
    expect(page.get_by_text("84 runs at 7 budgets")).to_be_visible()
    expect(first.locator(runs)).to_have_count(before * 84 // 63)
    assert first.get_attribute("data-first") == "yes", "the figure was redrawn, not updated"


def test_a_file_is_fitted_and_still_there_after_another_page(own, runs):
    own.locator('input[type="file"]').set_input_files(runs)
    expect(own.get_by_text("58 runs (5 of highest loss left out) give")).to_be_visible()
    expect(figure(own, 1)).to_be_visible()
    expect(own.get_by_text("recorded", exact=True).first).to_be_visible()
    own.get_by_role("link", name="Where is the bottom of the valley?").click()
    expect(own.get_by_text("63 runs at 7 budgets")).to_be_visible()
    own.get_by_role("link", name="One surface for every run").click()
    expect(own.get_by_text("mine.csv, from before: forget it")).to_be_visible()
    expect(own.get_by_text("58 runs (5 of highest loss left out) give")).to_be_visible()


def test_a_broken_file_is_answered_by_its_sentence(own, tmp_path):
    broken = tmp_path / "broken.csv"
    broken.write_text("params,tokens,loss\n1e8,2e9,3.5\n2e8,big,3.1\n")
    own.locator('input[type="file"]').set_input_files(broken)
    expect(own.get_by_text("line 3, column 'tokens': 'big' is not a number")).to_be_visible()
    expect(own.get_by_test_id("stException")).to_have_count(0)
    expect(own.locator(".stVegaLiteChart")).to_have_count(0)


@pytest.mark.parametrize(
    ("link", "title", "words"),
    [
        (
            "/isoflop?isoflop_about=Where+it+goes+wrong&isoflop_off_centre=3",
            "Where is the bottom of the valley?",
            "the grids are centred on 3 times the best size",
        ),
        (
            "/parametric?parametric_about=Break+the+fit&parametric_at=1e22",
            "One surface for every run",
            "The same runs advise from",
        ),
    ],
)
def test_a_cold_deep_link_keeps_its_tab(cold_url, look, link, title, words):
    page = look(cold_url + link)
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.get_by_text(words)).to_be_visible()
    expect(page.get_by_role("tab", selected=True)).to_have_text(
        link.split("about=")[1].split("&")[0].replace("+", " ")
    )

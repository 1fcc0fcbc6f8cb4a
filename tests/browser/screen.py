"""What is on the screen: buttons, figures, and the findings that would keep somebody out."""

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Locator, Page, TimeoutError, expect

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
FIGURES = ".stVegaLiteChart svg"
LUMINANCE = """() => {
  const light = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(Number)
      .map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = light(getComputedStyle(document.querySelector('.stApp')).backgroundColor);
  return [...document.querySelectorAll('.stVegaLiteChart svg text, .stCaption, .stMain p')]
    .filter(t => t.textContent.trim() && t.getBoundingClientRect().width)
    .filter(t => !t.closest('button, code, [inert]'))
    .map(t => {
      const style = getComputedStyle(t);
      const ink = light(t instanceof SVGElement ? style.fill : style.color);
      return [(Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05), t.textContent];
    });
}"""
OUTSIDE = """() => {
  const main = document.querySelector('[data-testid=stMain]');  // around it all is cut off
  const figures = [...document.querySelectorAll('.stVegaLiteChart svg')];
  return Math.max(main.scrollWidth - main.clientWidth, main.scrollWidth - innerWidth, 0)
    + figures.filter(svg => svg.getBoundingClientRect().right > innerWidth + 1).length;
}"""


def button(page: Page, name: str) -> Locator:
    """The button with just this name."""
    return page.get_by_role("button", name=name, exact=True)


def figure(page: Page, nth: int = 0) -> Locator:
    """A figure, counted from the top."""
    return page.locator(FIGURES).nth(nth)


def run(page: Page, name: str = "Run") -> None:
    """Press the button that trains, and see that it does."""
    expect(button(page, name)).to_be_enabled()
    button(page, name).click()
    expect(button(page, "Stop run")).to_be_visible()


def inaccessible(page: Page) -> list[str]:
    """What axe-core calls serious or critical: rule and place."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [
        f"{rule['id']}: {node['html'][:120]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def flaws(page: Page) -> list[str]:
    """What would keep a reader out: axe's findings, and those that it does not look for."""
    letters = page.evaluate(LUMINANCE)
    if page.locator(FIGURES).count():
        assert len(letters) > 10, "the letters of the figures were not found"
    pale = [f"pale: {text}" for contrast, text in letters if contrast < 4.5]
    names = page.locator(".stVegaLiteChart").evaluate_all(
        "charts => charts.map(chart => chart.getAttribute('aria-label') || '')"
    )
    silent = [f"says nothing to a screen reader: {name}" for name in names if len(name) <= 40]
    try:  # a figure takes the new width of its place a moment later
        page.wait_for_function(f"({OUTSIDE})() === 0", timeout=5_000)
        wide = []
    except TimeoutError:
        wide = ["wider than the screen"]
    broken = page.get_by_test_id("stException").all_inner_texts()
    return [*inaccessible(page), *pale, *silent, *wide, *broken]

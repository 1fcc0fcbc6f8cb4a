"""What is on the screen: buttons, figures, and the findings that would keep somebody out."""

from collections.abc import Sequence
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests.browser.conftest import until

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
WORDS, SHARE, SCREEN = 250, 0.27, 768  # in sight; of the screen; pixels
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

CLASHES = """() => {
  const seen = (one) => {
    for (let e = one; e && !e.matches('svg'); e = e.parentElement) {
      const style = getComputedStyle(e);
      if (+style.opacity * +(one === e ? style.strokeOpacity : 1) < 0.05) return false;
    }
    return one.getBoundingClientRect().width > 0;
  };
  const found = [];
  for (const svg of document.querySelectorAll('.stVegaLiteChart svg.marks')) {
    const texts = [...svg.querySelectorAll('text')]
      .filter((text) => text.textContent.trim() && seen(text) && !text.closest('.guess_word'));
    const boxes = texts.map((text) => {
      const box = text.getBoundingClientRect();
      return [box.left + 1, box.top + 3, box.right - 1, box.bottom - 3, text.textContent,
              Boolean(text.closest('[class*=role-axis]'))];
    });
    boxes.forEach((a, k) => boxes.slice(k + 1).forEach((b) => {
      if (a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]) {
        found.push(`${a[4]} on ${b[4]}`);
      }
    }));
    const lines = svg.querySelectorAll('.mark-line path, .mark-rule line, .mark-rule path');
    for (const line of lines) {
      if (line.closest('[class*=role-axis], [class*=role-legend]') || !seen(line)) continue;
      if (!line.getTotalLength) continue;
      const matrix = line.getScreenCTM(), length = line.getTotalLength();
      for (let at = 0; at <= length; at += 4) {
        const point = line.getPointAtLength(at).matrixTransform(matrix);
        const hit = boxes.find((box) => !box[5] && box[0] + 1 < point.x && point.x < box[2] - 1
          && box[1] + 1 < point.y && point.y < box[3] - 1);
        if (hit) { found.push(`${hit[4]} on a line`); break; }
      }
    }
  }
  return found;
}"""
MEASURES = """() => {
  const main = document.querySelector('[data-testid=stMain]');
  const icons = new Set([...main.querySelectorAll('[data-testid=stIconMaterial]')]
    .map((icon) => icon.textContent));  // drawn, though their names are text
  const svg = document.querySelector('.st-key-figure .stVegaLiteChart svg.marks');
  const plot = svg?.querySelector('.background').getBoundingClientRect();
  return {
    words: main.innerText.split(/\\s+/)
      .filter((word) => /[\\p{L}\\p{N}]/u.test(word) && !icons.has(word)).length,
    share: plot ? plot.width * plot.height / (innerWidth * innerHeight) : null,
    top: svg?.getBoundingClientRect().top, bottom: svg?.getBoundingClientRect().bottom,
  };
}"""


def click_until(what: Locator, shown: Locator) -> None:
    """Click until something shows: a click on what is just being drawn anew is lost."""
    for _ in range(3):
        what.click()
        try:
            shown.wait_for(timeout=8_000)
        except TimeoutError:
            continue
        return
    raise AssertionError(f"{shown} does not show")


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


def inaccessible(page: Page, rules: Sequence[str] = (), within: str = "html") -> list[str]:
    """What axe-core calls serious or critical, by all rules or by these: rule and place."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    how = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found = page.evaluate("([within, how]) => axe.run(within, how)", [within, how])["violations"]
    return [
        f"{rule['id']}: {node['html'][:120]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def flaws(page: Page, rules: Sequence[str] = (), within: str = "html") -> list[str]:
    """What would keep a reader out: axe's findings there by its `rules`, and what it misses."""
    letters = page.evaluate(LUMINANCE)
    if page.locator(FIGURES).count():
        assert len(letters) > 10, "the letters of the figures were not found"
    pale = [f"pale: {text}" for contrast, text in letters if contrast < 4.5]
    names = page.locator(".stVegaLiteChart").evaluate_all(
        "charts => charts.map(chart => chart.getAttribute('aria-label') || '')"
    )
    silent = [f"says nothing to a screen reader: {name}" for name in names if len(name) <= 40]
    try:  # a figure takes the new width of its place a moment later
        until(page, f"({OUTSIDE})() === 0", timeout=5_000)
        wide = []
    except TimeoutError:
        wide = ["wider than the screen"]
    broken = page.get_by_test_id("stException").all_inner_texts()
    seen = inaccessible(page, rules, within)
    return [*seen, *pale, *silent, *wide, *page.evaluate(CLASHES), *broken]


def reads_at_a_glance(page: Page) -> None:
    """On a laptop the main figure is large and whole, and there is little to read."""
    seen = page.evaluate(MEASURES)
    assert seen["words"] <= WORDS
    if seen["share"] is not None:
        assert seen["share"] >= SHARE
        assert 0 <= seen["top"] < seen["bottom"] <= SCREEN

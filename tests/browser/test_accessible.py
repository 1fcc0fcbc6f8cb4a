"""No page has a serious or critical finding of axe-core, in either theme, wide or narrow."""

from pathlib import Path

import axe_playwright_python
import pytest

from ui.concepts.allocation import blocks as allocation
from ui.concepts.critical_batch import blocks as critical_blocks

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROOT = Path(__file__).parent.parent.parent
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
SHOWN = [f"/{'' if page == 'home' else page}?ask=off" for page in PAGES]
ASKED = ["/", "/kaplan", "/quiz", "/mistakes", "/disagreement"]
STAGES = ["/kaplan?present=on&ask=off", "/allocation?way=demo&step=3&done=1.2"]
TABS = [
    *(f"/allocation?ask=off&allocation_about={tab}" for tab in list(allocation.TABS)[2:4]),
    *(f"/critical_batch?ask=off&critical_about={tab}" for tab in list(critical_blocks.TABS)[3:]),
]


def serious(page) -> list[str]:
    """What axe-core finds that keeps somebody out: rule, place and reason."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [
        f"{rule['id']}: {node['html'][:120]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("path", [*SHOWN, *ASKED, *STAGES, *TABS])
def test_a_page_keeps_nobody_out(url, visit, path):
    page = visit(url + path, settled=READY)
    page.wait_for_timeout(700)  # figures are drawn, and hidden from screen readers mark by mark
    assert serious(page) == []


@pytest.mark.parametrize("path", SHOWN)
def test_a_page_keeps_nobody_out_in_the_dark_on_a_phone(url, visit, path):
    page = visit(
        url + path, settled=READY, color_scheme="dark", viewport={"width": 390, "height": 844}
    )
    page.wait_for_timeout(700)
    assert serious(page) == []
    wide = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth - innerWidth")
    assert wide <= 0

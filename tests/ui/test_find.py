"""Every page and tab can be found, and a link opens the tab that it names."""

import importlib
import re
from pathlib import Path

import pytest

from toylab.teaching.contents import TITLES
from toylab.teaching.places import PLACES

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("page", TITLES)
def test_every_tab_of_a_page_has_a_place_under_the_key_that_opens_it(page):
    blocks = ROOT / "ui/concepts" / page / "blocks.py"
    has = importlib.import_module(f"ui.concepts.{page}.blocks") if blocks.exists() else None
    tabs = list(getattr(has, "TABS", ()))
    placed = [place for place in PLACES if place.page == page and place.tab]
    assert [place.tab for place in placed if not place.missing] == tabs
    opens = re.search(r'ui\.tabs\("(\w+)"', (ROOT / f"pages/{page}.py").read_text("utf-8"))
    assert {place.about for place in placed} == ({f"{opens[1]}_about"} if opens else set())

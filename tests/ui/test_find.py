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
    source = (ROOT / f"pages/{page}.py").read_text("utf-8")
    opens = re.search(r'ui\.tabs\(\s*"(\w+)", (?:(\w+)\.TABS|{})', source)
    tabs = []
    if opens and opens[2]:
        tabs = list(importlib.import_module(f"ui.concepts.{page}.{opens[2]}").TABS)
    placed = [place for place in PLACES if place.page == page and place.tab]
    assert [place.tab for place in placed if not place.missing] == tabs
    assert {place.about for place in placed} == ({f"{opens[1]}_about"} if tabs else set())

"""Links full of junk: no page breaks, whatever an address says.

They are followed as a browser follows them, on the server of the tests in Chromium, but by
`tests.visitor`, which draws nothing. HYPOTHESIS_PROFILE=thorough follows many more.
"""

import os
import random
from collections import defaultdict
from collections.abc import Iterator

import pytest

from tests.visitor import follow
from toylab.teaching.course import KEYS
from toylab.teaching.places import PLACES
from toylab.teaching.ways import WAYS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

JUNK = (
    "", " ", "nan", "inf", "-inf", "1e999", "-1e999", "-1", "0", "-0.0", "1", "2.5", "1e18",
    "1e308", "9" * 40, "9" * 5000, "9007199254740993", "1_000", "0x10", "x", "true", "None",
    "\N{ARABIC-INDIC DIGIT THREE}", "custom", "1,2", "[1,2]", "a" * 9999, "\0",
    "\N{RIGHT-TO-LEFT OVERRIDE}", "\N{COLLISION SYMBOL}", "../..", "<script>", "'", "**$`{0}",
    "| |", "off", "on", *WAYS,
)  # fmt: skip
FRAME = (*KEYS, "hide", "say", "present", "ask", "page", "journal", "knobs", "", "_", "embed")
VALUES = 40_000 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 2000
Query = list[tuple[str, str]]


def links(draw: random.Random) -> Iterator[tuple[str, Query, set[str]]]:
    """Links to every page and tab, again and again, each with its page's known keys.

    Whoever follows a link adds to these. Most of them then have a value that means nothing to
    their control, some have two.
    """
    keys: dict[str, set[str]] = defaultdict(set)
    places = {(place.page, place.tab): place for place in PLACES}
    while True:
        for place in places.values():
            known = keys[place.page]
            query = [(key, str(tab)) for key, tab in place.link.query.items()]
            query += [(key, draw.choice(JUNK)) for key in sorted(known) if draw.random() < 0.9]
            query += [(key, draw.choice(JUNK)) for key in FRAME if draw.random() < 0.4]
            query += [(key, draw.choice(JUNK)) for key, _ in query if draw.random() < 0.2]
            query += [("ask", "off")] * (draw.random() < 0.5)  # with the figure
            draw.shuffle(query)
            yield place.page, query, known


def test_no_junk_in_a_link_breaks_a_page(url):
    values, broken = 0, []
    for page, query, known in links(random.Random(7)):
        visit = follow(url, page, query)
        assert visit.elements > 5, (page, query)
        known.update(visit.keys)
        values += len(query)
        broken += [(page, query, visit.errors)] if visit.errors else []
        if values > VALUES:
            break
    assert not broken, broken[0]

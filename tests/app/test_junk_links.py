"""Links full of junk: no page breaks, whatever an address says of its controls."""

import numpy as np
import pytest

from tests.app.helpers import PAGES, opened

JUNK = (
    "", "nan", "inf", "-inf", "1e999", "-1e999", "-1", "0", "1e30", "x", "true", "None", "1,2",
    "9" * 40, "\N{COLLISION SYMBOL}", "../..", "<b>", ["1", "2"], ["nan", "x"],
)  # fmt: skip
LINKS = 2  # a page


@pytest.mark.parametrize("page", PAGES)
def test_no_junk_in_a_link_breaks_a_page(page):
    keys = list(opened(page).session_state["knobs"])
    random = np.random.default_rng(7)
    for _ in range(LINKS if keys else 0):
        said = {key: JUNK[random.integers(len(JUNK))] for key in keys if random.random() < 0.7}
        app = opened(page, **said)
        assert not app.exception, said

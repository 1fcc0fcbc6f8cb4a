"""The ways through, walked: every step opens its page, says what to do and sets its controls."""

import pytest

from tests.app.helpers import opened
from toylab.teaching import course, ways
from toylab.teaching.contents import TITLES

BEFORE = {
    "allocation_budget": "1e20",
    "disagreement_step": 2,
    "kaplan_factor": 100,
    "quiz_length": "20",
}


@pytest.mark.parametrize("way", ways.WAYS.values(), ids=ways.WAYS)
def test_done_next_walks_every_step_whatever_the_controls_were_before(way):
    trail = course.Trail(way)
    app = opened(trail.step.link.page, ask="on", **trail.query)
    for k, step in enumerate(way.steps, 1):
        assert not app.exception
        assert app.title[0].value == step.link.title
        assert any(step.do in text.value for text in app.markdown)
        assert app.query_params["step"] == str(k)
        for key, value in step.link.settings.items():
            assert k == 1 or app.session_state[key] == value
        if k < len(way.steps):
            for key in way.steps[k].link.settings:
                app.session_state[key] = BEFORE[key]
            app.button(key="guide_on").click().run()
    assert app.query_params["done"] == ".".join(str(k) for k in range(1, len(way.steps)))


def test_presented_pages_are_turned_in_the_menus_order_and_end_at_both_ends():
    first, second, *_, last = TITLES
    app = opened(first, present="on")
    assert app.button(key="guide_back").disabled
    app.button(key="guide_on").click().run()
    assert app.title[0].value == TITLES[second]
    app.button(key="guide_back").click().run()
    assert app.title[0].value == TITLES[first]
    app = opened(last, present="on")
    assert not app.button(key="guide_back").disabled
    assert app.button(key="guide_on").disabled

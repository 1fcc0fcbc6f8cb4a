"""The ways through, walked: every step opens its page, says what to do and sets its controls."""

from dataclasses import replace

import pytest

from tests.app.helpers import opened
from toylab.teaching import course, ways
from toylab.teaching.contents import TITLES
from toylab.teaching.journal import Entry

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


def test_what_to_notice_is_shown_on_demand_and_hidden_at_the_next_step():
    app = opened("home", ask="on", way="demo", step="1")
    first, second, *_ = ways.DEMO.steps
    assert not app.info
    app.button(key="guide_notice").click().run()
    assert first.notice in app.info[0].value
    app.button(key="guide_on").click().run()
    assert not any(second.notice in info.value for info in app.info)


def test_the_end_of_a_way_has_every_guess_and_leads_on():
    app = opened("critical_batch", ask="on", way="demo", step="5", done="1.2.3.4.5")
    guess = Entry("2026-01-01T10:00:00+00:00", "home", "guess", "How | far?", "50 %", "19.6 %",
                  "30 points too high", "", "far off")  # fmt: skip
    app.session_state["journal"] = [
        replace(guess, page="disagreement", given="0.5", gap="+0.00", grade="close"),
        guess,
        replace(guess, page="kaplan"),  # not on this way
        replace(guess, kind="quiz"),
    ]
    app.run()
    assert not app.exception
    assert any("1 of your 2 guesses came close" in text.value for text in app.markdown)
    (table,) = [text.value for text in app.markdown if "How close" in text.value]
    _, _, first, second = table.splitlines()
    assert first == "| How / far? | 50 % | 19.6 % | far off: 30 points too high |"
    assert second.startswith("| How / far? | 0.5 |")
    assert [app.button(key=f"then_{name}").label for name in ways.DEMO.then]
    app.button(key="then_class").click().run()
    assert app.title[0].value == ways.CLASS.steps[0].link.title
    assert app.query_params["way"] == "class"
    assert "done" not in app.query_params
    assert not any("How close" in text.value for text in app.markdown)

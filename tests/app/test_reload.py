"""A reload: a new session goes on with what the tab has stored, whatever that is."""

import json
from dataclasses import replace

import pytest

from tests.app.helpers import opened, says
from toylab.experiments.sine_study import SineStudy
from toylab.live.job import Job
from toylab.live.job_queue import Pool
from toylab.live.replay import Replay
from toylab.teaching.mistakes.catalogue import mistakes
from toylab.teaching.quiz import paper
from ui import tab_storage
from ui.fingerprint import fingerprint
from ui.session import OWN_SEEDS

LINK = {"sine_seeds": "5", "sine_seed": "77"}


def reloaded(before, page, **link):
    """The page in a new session, once the browser has given back what it had of one before."""
    app = opened(page, ask="on", **link)
    tab_storage.recall(app.session_state, json.dumps(tab_storage.parts(before.session_state)))
    return app.run()


def test_guesses_answers_and_ticks_are_there_again_and_the_first_stay_the_first():
    app = opened("kaplan", ask="on", kaplan_factor="100")
    app.select_slider(key="kaplan_guess_1").set_value(20.0).run()
    app.button(key="kaplan_commit").click().run()
    one = paper(7)[0]
    app.session_state["quiz_seed"], app.session_state["quiz_length"] = 7, "all"
    app.switch_page("pages/quiz.py").run()
    app.radio[0].set_value(one.answer)
    next(button for button in app.button if button.label == "Check").click().run()
    app.switch_page("pages/mistakes.py").run()
    app.radio[0].set_value(app.radio[0].options[0]).run()
    next(button for button in app.button if button.label == "This is the line").click().run()

    later = reloaded(app, "kaplan", kaplan_factor="100")
    assert says(later, "You said ")
    assert later.session_state["journal"] == app.session_state["journal"]
    later.button(key="kaplan_again").click().run()
    later.select_slider(key="kaplan_guess_1").set_value(30.0).run()
    later.button(key="kaplan_commit").click().run()
    assert says(later, "-badge[not scored]")

    later = reloaded(app, "quiz", quiz_seed="7")
    assert later.radio[0].disabled
    assert later.radio[0].value == one.answer
    assert says(later, "1 of 1 right so far")

    assert len(later.session_state["mistakes_given"]) == 1
    assert says(reloaded(app, "mistakes"), "of 1 so far")


def test_a_teachers_lesson_is_there_again():
    app = opened("sine", ask="off")
    app.toggle(key="teacher").set_value(True).run()
    row = app.segmented_control(key="row_sine")
    row.set_value(next(name for name in row.options if "Lesson" in name)).run()
    app.multiselect(key="lesson_sine").set_value(["sine_noise", "sine_seed"]).run()
    app.text_input(key="lesson_say_sine").set_value("Look!").run()
    app.toggle(key="lesson_ask").set_value(False).run()
    later = reloaded(app, "sine")
    assert later.toggle(key="teacher").value
    later.segmented_control(key="row_sine").set_value("Lesson").run()
    assert later.multiselect(key="lesson_sine").value == ["sine_noise", "sine_seed"]
    assert later.text_input(key="lesson_say_sine").value == "Look!"
    assert not later.toggle(key="lesson_ask").value


def test_a_guess_that_no_slider_gives_is_none():
    app = opened("kaplan", ask="on")
    app.select_slider(key="kaplan_guess_1").set_value(20.0).run()
    app.button(key="kaplan_commit").click().run()
    for number, stands in ((20.0, True), (0.0, False)):
        made = app.session_state["kaplan_committed"]
        app.session_state["kaplan_committed"] = replace(made, numbers=(number,))
        later = reloaded(app, "kaplan")
        assert not later.exception
        assert says(later, "You said ") == stands


@pytest.mark.parametrize(
    ("link", "looks"),
    [({}, 0), (LINK, 1), (LINK | {"ask": "on"}, 1), (LINK | {"hide": "sine_seed"}, 0),
     (LINK | {"say": "Look"}, 0), (LINK | {"way": "demo", "step": "2"}, 0)],
)  # fmt: skip
def test_a_strangers_run_is_looked_for_once_where_a_link_asks_for_its_study(
    monkeypatch, link, looks
):
    asked = []
    monkeypatch.setattr(Pool, "find", lambda _, specs: asked.append(specs))
    app = opened("sine", **link)
    assert len(asked) == looks
    app.slider(key="sine_seeds").set_value(6).run()  # by then its reader is at work
    assert len(asked) == looks


def test_a_link_that_only_opens_a_tab_looks_for_no_run_in_it(monkeypatch):
    asked = []
    monkeypatch.setattr(Pool, "find", lambda _, specs: asked.append(specs))
    app = opened("architecture", architecture_about="shapes")
    assert app.button(key="shapes_run")
    assert asked == []


def test_what_its_reader_has_stopped_is_not_looked_for_after_a_reload(monkeypatch):
    asked = []
    monkeypatch.setattr(Pool, "find", lambda _, specs: asked.append(specs))
    app = opened("sine")
    study = SineStudy.PRESETS["noise"]
    app.session_state["sine_started"] = fingerprint(study)
    app.run()
    assert asked == [study.specs()]
    app.session_state["sine_job"] = Replay(Job(Pool(1), []), 0.0)
    app.session_state["sine_job"].stopped = True
    app.run()
    assert app.session_state["sine_started"] == ""
    assert len(asked) == 1


def test_old_and_odd_content_is_left_out_on_every_page_that_reads_it():
    odd = {
        "home_seed": -5,
        "home_committed": {"numbers": [0.0], "about": "f00", "fresh": True, "shown": True},
        "kaplan_committed": {"numbers": [], "about": "f00", "fresh": True, "shown": True},
        "mistakes_given": {mistakes()[0].name: 99, "gone": 1},
        "quiz_sittings": {"7": {"given": {"label": "no option", "slope": "2,5"}, "checked": {}}},
        "quiz_student": "long " * 99,
        "quiz_id": "=1",
        "lesson_kaplan": ["kaplan_gone"],
        "reader": "<b>",
        "teacher": True,
        "journal": [],
    }
    words = json.dumps({key: json.dumps(part) for key, part in odd.items()})
    for page, link in (
        ("home", {}),
        ("kaplan", {}),
        ("mistakes", {}),
        ("quiz", {"quiz_seed": "7"}),
    ):
        app = opened(page, ask="on", **link)
        tab_storage.recall(app.session_state, words)
        app.run()
        assert not app.exception
        for row in ("Report", "Lesson"):
            keys = [one for one in app.segmented_control if one.key == f"row_{page}"]
            if keys and any(row in name for name in keys[0].options):
                keys[0].set_value(row).run()
                assert not app.exception
        if page == "home":
            assert app.session_state["home_seed"] in OWN_SEEDS
        if page == "kaplan":
            assert app.multiselect(key="lesson_kaplan").value == []
    assert says(app, "none answered yet")

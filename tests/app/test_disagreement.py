"""The page on the disagreement: its guess, its stairs, its two bends."""

import importlib

import pytest

from tests.app.helpers import charts, opened, says
from toylab.laws.disagreement import STAIRCASE
from ui.concepts.disagreement import blocks, text, view


def fix(app):
    """The button that makes the next fix."""
    return next((button for button in app.button if button.label == "Next fix"), None)


def test_a_guess_is_committed_then_fix_by_fix_scored_at_the_last():
    app = opened(
        "disagreement", ask="on", disagreement_about="counting",
        disagreement_law="besiroglu", disagreement_compute=["1e20", "1e23"],
    )  # fmt: skip
    assert fix(app) is None
    app.select_slider(key="disagreement_guess_1").set_value(0.6).run()
    assert "journal" not in app.session_state
    app.button(key="disagreement_commit").click().run()
    for _ in STAIRCASE[1:]:
        assert says(app, "You said **0.60**")
        assert "journal" not in app.session_state
        assert charts(app) == 1  # the tab tells, and waits
        assert any(caption.value == text.SHUT for caption in app.caption)
        fix(app).click().run()
        assert not app.exception
    assert app.session_state["disagreement_step"] == view.TOP
    assert fix(app).disabled
    assert says(app, "0.1 too high")
    (entry,) = app.session_state["journal"]
    assert (entry.kind, entry.given, entry.answer) == ("guess", "0.60", "0.497")
    assert charts(app) == 2
    assert app.session_state["disagreement_law"] == "besiroglu"
    assert app.session_state["disagreement_compute"] == ("1e20", "1e23")


def test_a_guess_that_nobody_made_is_neither_drawn_nor_scored():
    app = opened("disagreement", ask="on", disagreement_step=str(view.TOP))
    assert not app.exception
    assert not says(app, "You said ")
    assert "journal" not in app.session_state
    assert not app.select_slider


def test_a_double_click_on_the_last_fix_stays_at_the_top(monkeypatch):
    controls, state = importlib.import_module("ui.controls"), {"step": 4}
    monkeypatch.setattr(controls.st, "session_state", state)
    controls._advance("step", 4)
    assert state == {"step": 4}


@pytest.mark.parametrize(("knob", "end", "tab"), [
    ("compute", "1e13", "counting"), ("sizes", "1B", "floor"),
])  # fmt: skip
def test_a_range_of_one_point_is_a_sentence_and_the_stairs_stand(knob, end, tab):
    link = {f"disagreement_{knob}": [end, end], "disagreement_about": tab}
    app = opened("disagreement", **link)
    assert not app.exception
    (error,) = app.error
    assert "two different ends" in error.value
    assert charts(app) == 1


def test_an_experiment_sets_what_it_names_opens_its_tab_and_leaves_the_rest():
    app = opened("disagreement", disagreement_step="1")
    for k, (*_, record) in enumerate(blocks.EXPERIMENTS, 1):
        app.session_state["disagreement_about"] = "try"
        app.session_state["disagreement_step"] = 1
        app.run()
        app.button(key=f"disagreement_try_{k}").click().run()
        assert not app.exception
        for knob, value in vars(record).items():
            assert app.session_state[f"disagreement_{knob}"] == value
        if not hasattr(record, "step"):
            assert app.session_state["disagreement_step"] == 1
            assert charts(app) == 2

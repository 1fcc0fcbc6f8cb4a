"""The page on the disagreement: its stairs, its guess, its two bends."""

import importlib

import pytest

from tests.app.helpers import charts, opened
from toylab.laws.disagreement import STAIRCASE
from ui.concepts.disagreement import blocks, view


def test_the_stairs_are_climbed_by_a_button_and_the_guess_is_scored_at_the_top():
    app = opened("disagreement")
    app.select_slider(key="disagreement_guess").set_value("0.60").run()
    for step in STAIRCASE[1:]:
        assert not app.success
        next(button for button in app.button if button.label == "Next fix").click().run()
        assert not app.exception
        assert app.select_slider(key="disagreement_guess").disabled
        assert app.metric[0].value == f"{step.refinedweb:.3f}"
    assert app.session_state["disagreement_step"] == view.TOP
    assert next(button for button in app.button if button.label == "Next fix").disabled
    assert "0.60" in app.success[0].value
    (entry,) = app.session_state["journal"]
    assert (entry.kind, entry.given, entry.answer) == ("guess", "0.60", "0.497")


def test_a_guess_that_nobody_made_is_neither_drawn_nor_scored():
    app = opened("disagreement", disagreement_step=str(view.TOP))
    assert not app.exception
    assert app.select_slider(key="disagreement_guess").value == "?"
    assert "no guess" in app.success[0].value
    assert "journal" not in app.session_state


def test_a_double_click_on_the_last_fix_stays_at_the_top(monkeypatch):
    controls, state = importlib.import_module("ui.controls"), {"step": 4}
    monkeypatch.setattr(controls.st, "session_state", state)
    controls._advance("step", 4)
    assert state == {"step": 4}


def test_a_link_sets_every_control():
    app = opened(
        "disagreement", disagreement_step="2", disagreement_guess="0.5",
        disagreement_law="besiroglu", disagreement_compute=["1e20", "1e23"],
        disagreement_sizes=["10B", "1T"],
    )  # fmt: skip
    assert not app.exception
    values = {knob: app.session_state[f"disagreement_{knob}"] for knob in ("step", "guess", "law")}
    assert values == {"step": 2, "guess": "0.50", "law": "besiroglu"}
    assert app.session_state["disagreement_compute"] == ("1e20", "1e23")
    assert app.session_state["disagreement_sizes"] == ("10B", "1T")


@pytest.mark.parametrize(
    ("knob", "end", "metrics"), [("compute", "1e13", 2), ("sizes", "1B", 2)]
)  # fmt: skip
def test_a_range_of_one_point_is_a_sentence_and_the_rest_of_the_page_stands(knob, end, metrics):
    app = opened("disagreement", **{f"disagreement_{knob}": [end, end]})
    assert not app.exception
    (error,) = app.error
    assert "two different ends" in error.value
    assert charts(app) == 2
    assert len(app.metric) == metrics


@pytest.mark.parametrize("k", range(len(blocks.EXPERIMENTS)))
def test_an_experiment_sets_what_it_names_and_leaves_the_rest(k):
    app = opened("disagreement", disagreement_step="1", disagreement_law="hoffmann-3")
    record = blocks.EXPERIMENTS[k][1]
    app.button(key=f"disagreement_try_{k + 1}").click().run()
    assert not app.exception
    for knob in ("step", "guess", "law", "compute", "sizes"):
        if hasattr(record, knob):
            assert app.session_state[f"disagreement_{knob}"] == getattr(record, knob)
        elif knob == "step":
            assert app.session_state["disagreement_step"] == 1

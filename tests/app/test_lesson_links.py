"""Lesson links in the app: what they hide keeps its value."""

from tests.app.helpers import opened


def test_a_hidden_control_keeps_its_value_when_a_preset_or_an_experiment_is_chosen():
    app = opened("sine", ask="on", hide="sine_seed.sine_noise", sine_seed="7", sine_noise="0.5")
    app.selectbox(key="sine_preset").set_value("article").run()
    app.button(key="sine_try_1").click().run()
    assert not app.exception
    assert app.session_state["sine_seed"] == 7
    assert app.session_state["sine_noise"] == 0.5
    assert app.session_state["sine_seeds"] == 24  # what is not hidden is set


def test_a_teachers_sentence_stands_above_the_page_as_it_was_typed():
    app = opened("sine", ask="on", say="Look at the *slope* ![x](http://y)")
    assert [text.value for text in app.text] == ["Look at the *slope* ![x](http://y)"]


def test_a_step_of_a_way_does_not_move_what_a_lesson_hides():
    app = opened("charlm", ask="on", way="demo", step="2", hide="allocation_budget")
    app.session_state["allocation_budget"] = "1e20"
    app.button(key="guide_on").click().run()
    assert app.title[0].value == "Bigger model, or more tokens?"
    assert app.session_state["allocation_budget"] == "1e20"

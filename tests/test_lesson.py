"""Lesson links: what they hide stays hidden and keeps its value, and nothing else gets in."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from toylab.teaching import course, lesson_links

ROOT = Path(__file__).parent.parent


@given(st.sets(st.sampled_from(["a_b", "sine_seed", "x1_y"])), st.booleans(), st.booleans())
def test_a_link_holds_the_controls_what_is_hidden_and_the_stage(hide, present, ask):
    made = lesson_links.link(
        "http://x/p", {"p_a": "1", "p_b": ["2", "3"], "way": "demo"}, hide, present=present,
        ask=ask,
    )  # fmt: skip
    found = parse_qs(urlsplit(made).query)
    assert found["p_a"] == ["1"]
    assert found["p_b"] == ["2", "3"]
    assert "way" not in found
    query = {key: values[-1] for key, values in found.items()}
    assert lesson_links.hidden(query) == hide
    assert (query.get("present") == "on") == present
    assert (query.get("ask") == "off") != ask


@given(st.text(max_size=60))
def test_nothing_but_keys_gets_into_the_style_sheet(text):
    style = lesson_links.style(lesson_links.hidden({"hide": text}))
    assert not set(style) & set("<>\"'\\;@/(") - {";"}
    assert style.count("{") == style.count("}") == bool(style)
    assert style.count(";") == bool(style)


def test_nonsense_is_left_behind_and_the_rest_goes_along():
    query = {
        "way": "demo", "step": "2", "done": "1", "hide": "b_c.<b>.a_b", "present": "yes",
        "ask": "off", "kaplan_factor": "10",
    }  # fmt: skip
    assert lesson_links.kept(query) == {
        "way": "demo", "step": "2", "done": "1", "hide": "a_b.b_c", "ask": "off",
    }  # fmt: skip
    assert lesson_links.kept({"way": "nowhere", "step": "2", "present": "on"}) == {"present": "on"}


def test_another_way_does_not_inherit_what_was_done_on_the_first():
    kept = {"way": "demo", "step": "3", "done": "1.2", "ask": "off"}
    assert lesson_links.along(kept, course.Trail(course.CLASS, 2)) == {
        "way": "class", "step": "2", "ask": "off",
    }  # fmt: skip


def opened(page: str, **link: str) -> AppTest:
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    for key, value in link.items():
        app.query_params[key] = value
    return app.switch_page(f"pages/{page}.py").run()


def test_a_hidden_control_keeps_its_value_when_a_preset_or_an_experiment_is_chosen():
    app = opened("sine", hide="sine_seed.sine_noise", sine_seed="7", sine_noise="0.5")
    app.selectbox(key="sine_preset").set_value("article").run()
    app.button(key="sine_try_1").click().run()
    assert not app.exception
    assert app.session_state["sine_seed"] == 7
    assert app.session_state["sine_noise"] == 0.5
    assert app.session_state["sine_seeds"] == 24  # what is not hidden is set


def test_a_step_of_a_way_does_not_move_what_a_lesson_hides():
    app = opened("charlm", way="demo", step="2", hide="allocation_budget")
    app.session_state["allocation_budget"] = "1e20"
    app.button(key="guide_on").click().run()
    assert app.title[0].value == "Bigger model, or more tokens?"
    assert app.session_state["allocation_budget"] == "1e20"

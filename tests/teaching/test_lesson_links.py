"""Lesson links: what they hide stays hidden and keeps its value, and nothing else gets in."""

from urllib.parse import parse_qs, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from toylab.teaching import course, lesson_links, ways


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


def test_a_link_holds_a_sentence_and_nothing_that_each_reader_has_for_themselves():
    query = {"quiz_seed": "7", "quiz_at": "3", "quiz_length": "10"}
    made = lesson_links.link("http://x/quiz", query, [], say=" Ten\nquestions, & no help. ")
    found = parse_qs(urlsplit(made).query)
    assert found == {"quiz_length": ["10"], "say": ["Ten questions, & no help."]}
    assert lesson_links.link("http://x/quiz", {}, []) == "http://x/quiz"


@given(st.text(max_size=400))
def test_a_sentence_is_one_short_line(text):
    said = lesson_links.sentence({"say": text})
    assert len(said) <= lesson_links.LONGEST
    assert said == " ".join(said.split()) or said.endswith(" ")


def test_controls_of_one_title_are_told_apart():
    titles = {"a_seed": "Seed", "a_noise": "Noise", "b_seed": "Seed"}
    assert list(lesson_links.distinct(titles).values()) == [
        "Seed, number 1 on the page", "Noise", "Seed, number 2 on the page",
    ]  # fmt: skip


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
    assert lesson_links.kept({"ask": "on"}) == {}


def test_another_way_does_not_inherit_what_was_done_on_the_first():
    kept = {"way": "demo", "step": "3", "done": "1.2", "ask": "off"}
    assert lesson_links.along(kept, course.Trail(ways.CLASS, 2)) == {
        "way": "class", "step": "2", "ask": "off",
    }  # fmt: skip

"""Sentences of the quiz."""

import pytest

from toylab.teaching.quiz import Tally, mark, paper
from ui.concepts.quiz import text


def test_the_overview_tells_right_wrong_and_open_in_words_with_an_icon_each():
    right = {one.name: one.answer_text for one in paper(7)}
    some = {"label": right["label"], "net-params": right["net-params"], "slope": "123456.7"}
    right, wrong, open_ = text.overview(paper(7), some).split("\n\n")
    assert right == ":material/check_circle: **Right:** 1, 3"
    assert wrong == ":material/cancel: **Not right:** 4"
    last = len(paper(7))
    assert open_ == f":material/radio_button_unchecked: **Open:** 2, 5 to {last}"
    assert text.overview(paper(7), {}).startswith(":material/check_circle: **Right:** none")


@pytest.mark.parametrize(
    ("name", "given", "reply"),
    [
        ("net-params", "16897", "**Right.** You said 16.9k parameters."),
        (
            "net-params",
            "20000",
            "**Not quite.** You said 20k parameters. Right is 16.9k parameters.",
        ),
        ("slope", "2", "**Not quite.** You said 2. Right is 0.5."),
        ("slope", "0.501", "**Right.** You said 0.501. Right is 0.5."),
    ],
)
def test_an_answer_and_what_is_right_are_written_alike(name, given, reply):
    one = next(one for one in paper(7) if one.name == name)
    marked = mark(one, given)
    assert text.reply(marked, one) == reply
    _, said, right, _ = text.record(one, marked)
    assert said in reply
    assert right == one.answer_text


def test_a_choice_is_quoted_in_the_reply():
    one = next(one for one in paper(7) if one.options)
    wrong = next(option for option in one.options if option != one.answer)
    reply = text.reply(mark(one, wrong), one)
    assert reply == f"**Not quite.** You said “{wrong}”. Right is “{one.answer}”."


def test_the_score_says_nothing_of_right_before_the_first_answer():
    assert text.score(Tally(0, 0, 10)) == "10 questions, none answered yet"
    assert text.score(Tally(0, 1, 10)) == "0 of 1 right so far, 9 open"
    assert text.score(Tally(9, 10, 10)) == "9 of 10 right, all answered"

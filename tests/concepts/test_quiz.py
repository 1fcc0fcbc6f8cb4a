"""Sentences of the quiz."""

from toylab.teaching.quiz import paper
from ui.concepts.quiz import text


def test_the_overview_tells_right_wrong_and_open_in_words_with_an_icon_each():
    right = {one.name: one.answer_text for one in paper(7)}
    some = {"label": right["label"], "net-params": right["net-params"], "slope": "123456.7"}
    right, wrong, open_ = text.overview(7, some).split("\n\n")
    assert right == ":material/check_circle: **Right:** 1, 3"
    assert wrong == ":material/cancel: **Not right:** 4"
    assert open_ == ":material/radio_button_unchecked: **Open:** 2, 5 to 41"
    assert text.overview(7, {}).startswith(":material/check_circle: **Right:** none")

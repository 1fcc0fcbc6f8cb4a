"""The chart of mistakes, and its sentence."""

import pytest

from toylab.teaching.mistakes.catalogue import mistakes
from ui.concepts.mistakes import charts, text, view


def drawn(given):
    return charts.times_off(view.table(given), view.MOST)


def test_found_and_missed_are_told_apart_by_words_and_by_shape():
    one, other = mistakes()[3:5]
    chart = drawn({one.name: one.wrong_line, other.name: other.wrong_line + 1})
    assert chart.tables["found"]["words"].tolist() == [f"{one.title}: 1.83 times, found"]
    assert chart.tables["missed"]["words"].tolist() == [f"{other.title}: 157 times, missed"]
    assert chart.tables["missed"]["times"].tolist() == [other.times_off]
    ends = {
        layer["data"]["name"]: (layer["mark"]["shape"], layer["mark"]["filled"])
        for layer in chart.spec["layer"]
        if layer["mark"]["type"] == "point"
    }
    assert ends == {"found": ("circle", True), "missed": ("diamond", False)}


def test_the_axis_begins_at_one_and_has_room_for_all():
    chart = drawn({mistake.name: 0 for mistake in mistakes()})
    (scale,) = [
        layer["encoding"]["x"]["scale"]
        for layer in chart.spec["layer"]
        if layer["mark"]["type"] == "point" and layer["data"]["name"] == "found"
    ]
    assert scale["type"] == "log"
    assert scale["domain"][0] == 1
    assert scale["domain"][1] > max(mistake.times_off for mistake in mistakes())
    assert drawn({}).spec == chart.spec


def test_a_table_that_lacks_a_column_is_refused():
    with pytest.raises(ValueError, match="times"):
        charts.times_off(view.table({}).drop(columns="times"), 10.0)


def test_the_charts_sentence_names_the_least_and_the_most_and_the_score():
    given = {mistake.name: mistake.wrong_line for mistake in mistakes()[:5]}
    sentence = text.finding(given)
    assert "1.5 times (What Chinchilla cost)" in sentence
    assert "157 times (Twice the data for a small network)" in sentence
    assert "You found 5 of 5 so far." in sentence

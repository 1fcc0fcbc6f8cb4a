"""The end of a way: guesses in the order of its steps, and only graded ones are counted."""

from dataclasses import replace

from toylab.teaching import ways
from toylab.teaching.journal import Entry
from toylab.teaching.way_summary import ELSEWHERE, summary

GUESS = Entry("", "home", "guess", "How far?", "50 %", "19.6 %", "30 points", "", "far off")
LATER = replace(GUESS, page="allocation", grade="close", gap="")
BOTH = replace(GUESS, page="charlm", answer="on the page", gap="", grade="")


def test_guesses_stand_in_the_order_of_the_steps_and_others_are_left_out():
    others = [replace(GUESS, page="kaplan"), replace(GUESS, kind="run")]
    made = summary(ways.DEMO, [LATER, *others, BOTH, GUESS])
    assert made.guesses == (GUESS, BOTH, LATER)
    assert (made.close, made.graded) == (1, 2)
    assert [row["How close"] for row in made.rows()] == ["far off: 30 points", "", "close"]
    assert [row["Answer"] for row in made.rows()] == ["19.6 %", ELSEWHERE, "19.6 %"]


def test_one_guess_is_one_and_none_is_said_so():
    assert summary(ways.DEMO, [LATER]).sentence == "1 of your 1 guess came close."
    assert "No guess" in summary(ways.DEMO, []).sentence
    assert "No guess" in summary(ways.DEMO, [BOTH]).sentence


def test_every_way_leads_on_to_ways_that_exist():
    for way in ways.WAYS.values():
        assert set(way.then) <= set(ways.WAYS) - {way.name}

"""Storage of a tab: a new session goes on where the last one was, whatever it is told."""

import json

import pytest

from toylab.teaching.journal import Entry
from toylab.teaching.score_sheets import Sitting
from ui import tab_storage
from ui.fingerprint import fingerprint
from ui.guess import Committed

ENTRY = Entry("2026-01-01T10:00:00+00:00", "kaplan", "guess", "How far?", "50 %", "19.6 %", "", "")
NOON = "2026-03-02T12:00:00+00:00"
SESSION = {
    "journal": [ENTRY],
    "quiz_sittings": {7: Sitting({"slope": "0.5"}, {"slope": NOON})},
    "mistakes_given": {"floor": 2},
    "teacher": True,
    "lesson_sine": ["sine_seed"],
    "lesson_say_sine": "Look!",
    "home_seed": 4321,
    "sine_started": fingerprint("a study"),
    "charlm_committed": Committed((8e4, 5.0), "f00", fresh=True, shown=False),
    "charlm_answered": {"f00", "ba5"},
}


def stored(state):
    return json.dumps(tab_storage.parts(state))


def recalled(words, **state):
    tab_storage.recall(state, words)
    return state


def test_a_new_session_goes_on_where_the_last_one_was():
    assert recalled(stored(SESSION | {"sine_noise": 0.5, "sine_job": object()})) == SESSION


def test_who_has_only_looked_leaves_nothing_to_read():
    assert tab_storage.parts({"home_seed": 4321, "kaplan_answered": {"f00"}, "reader": ""}) == {}


def test_what_the_new_session_has_seen_is_added_and_first_answers_stay_the_first():
    later = Sitting({"slope": "0.7"}, {"slope": NOON})
    fresh = {
        "journal": [Entry(NOON, "sine", "run", *"abcde")],
        "quiz_sittings": {7: later, 8: later},
        "charlm_answered": {"new"},
        "home_seed": 1000,
        "teacher": False,
    }
    state = recalled(stored(SESSION), **fresh)
    assert state["journal"] == [ENTRY, *fresh["journal"]]
    assert state["quiz_sittings"] == {**SESSION["quiz_sittings"], 8: later}
    assert state["charlm_answered"] == {"f00", "ba5", "new"}
    assert (state["home_seed"], state["teacher"]) == (4321, True)


ENDLESS = json.dumps({"reader": json.dumps("x" * tab_storage.LARGEST)})


@pytest.mark.parametrize(
    "words",
    ["", "{bad", "[]", "null", '{"journal": 3}', "[" * 100_000, pytest.param(ENDLESS, id="long")],
)
def test_what_cannot_be_read_is_left_out(words):
    assert recalled(words) == {}


def test_a_part_that_cannot_be_read_takes_no_other_with_it():
    parts = tab_storage.parts(SESSION)
    for broken in ("{bad", "null", '{"7": {"given": 3}}', '["x"]', "1e999"):
        for key in parts:
            state = recalled(json.dumps(parts | {key: broken}))
            assert {**SESSION, **state} == {**SESSION, key: state.get(key, SESSION[key])}
    assert recalled(json.dumps({"sine_job": "1", "page": '"home"'})) == {}


def test_lines_of_the_journal_without_a_time_or_of_a_page_that_is_gone_are_left_out():
    lines = [ENTRY, Entry("noon", "kaplan", *"abcdef"), Entry(NOON, "gone", *"abcdef")]
    assert recalled(stored({"journal": lines}))["journal"] == [ENTRY]


def test_each_change_is_told_as_often_as_a_run_may_be_cut_short_and_then_no_more():
    sent, now = {}, {"a": "1", "b": "2"}
    told = [tab_storage._changed(now, sent) for _ in range(tab_storage.TIMES + 1)]
    assert told == [now] * tab_storage.TIMES + [{}]
    assert tab_storage._changed({"a": "3"}, sent) == {"a": "3", "b": None}

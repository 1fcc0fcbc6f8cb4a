"""A job's state reads as a person would say it."""

from dataclasses import replace

import pytest

from toylab.live.progress import Progress, duration

RUNNING = Progress(
    live=True, stopped=False, ahead=0, done=3, total=8, fraction=0.42, seconds_left=95.0,
    rows=[], unfinished=[], failures=[], remembered=None,
)  # fmt: skip


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (8.4, "8 s"), (59.6, "1 min 0 s"), (95, "1 min 35 s"), (7300, "2 h 1 min")],
)
def test_a_duration_is_said_in_the_two_largest_units(seconds, words):
    assert duration(seconds) == words


def test_a_running_job_tells_its_share_and_the_time_left():
    assert RUNNING.sentence == "Training: 42 % of the work done, 1 min 35 s left."


def test_a_report_says_how_a_run_ended_and_not_how_long_is_left():
    ended = replace(RUNNING, live=False, fraction=1.0)
    assert ended.outcome == "trained to the end"
    assert replace(ended, stopped=True, fraction=0.36).outcome == "stopped after 36 % of the work"
    assert replace(ended, failures=["no"]).outcome == "trained with errors"


def test_the_time_left_is_not_guessed_before_anything_is_trained():
    assert "left" not in replace(RUNNING, seconds_left=None).sentence


def test_a_job_waits_in_line_until_something_of_it_has_begun():
    waiting = replace(RUNNING, ahead=2, done=0, held=True)
    assert "number 2 in line" in waiting.sentence
    assert "you are next" in replace(waiting, ahead=1).sentence
    assert replace(waiting, held=False).sentence.startswith("Training")
    assert replace(waiting, done=3).sentence.startswith("Waiting with 42 % of the work done")

"""Turns are taken in the order of arrival, and nobody waits for ever."""

import threading
import time

import pytest
from streamlit.runtime.scriptrunner_utils.exceptions import RerunException
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from ui import turns
from ui.turns import Turns

SOON = 10.0  # seconds: a bound on a hang


def queue_up(line: Turns, draw, *names: str) -> list[threading.Thread]:
    """Threads that wait in this order."""
    threads = []
    for name in names:
        threads.append(threading.Thread(target=draw, args=(name,), daemon=True))
        threads[-1].start()
        end = time.monotonic() + SOON
        while len(line._line) < len(threads):
            assert time.monotonic() < end
            time.sleep(0.005)
    return threads


def join(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.join(SOON)
        assert not thread.is_alive()


def test_one_draws_at_a_time_in_the_order_of_arrival_and_a_page_within_its_frame():
    line, seen, now = Turns(), [], []

    def draw(name: str) -> None:
        with line.turn(), line.turn():
            now.append(name)
            seen.append((name, len(now)))
            time.sleep(0.01)
            now.remove(name)

    with line.turn():
        threads = queue_up(line, draw, "a", "b", "c")
        assert seen == []
    join(threads)
    assert seen == [("a", 1), ("b", 1), ("c", 1)]
    assert not line._taken


def test_what_takes_long_lets_the_others_pass_and_waits_for_its_turn_again():
    line, seen = Turns(), []

    def draw(name: str) -> None:
        with line.turn():
            seen.append(name)

    with line.turn():
        threads = queue_up(line, draw, "a", "b")
        with line.aside():
            join(threads)
        seen.append("long")
        assert line._taken
    assert seen == ["a", "b", "long"]
    assert not line._taken


def test_who_is_cut_short_by_his_own_next_move_waits_for_one_other_and_not_for_all():
    line, seen = Turns(), []

    def draw(name: str) -> None:
        if name == "a":
            with pytest.raises(RerunException), line.turn():
                raise RerunException(RerunData())
        with line.turn():
            seen.append(name)
            end = time.monotonic() + SOON
            while name == "b" and len(line._line) < 2 and time.monotonic() < end:
                time.sleep(0.005)  # until the other is back in line

    with line.turn():
        threads = queue_up(line, draw, "a", "b", "c")
    join(threads)
    assert seen == ["b", "a", "c"]


def test_nobody_waits_longer_than_his_patience_and_he_leaves_no_gap(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    line, seen = Turns(), []

    def draw(name: str) -> None:
        with line.turn():
            seen.append(name)

    with line.turn():
        join(queue_up(line, draw, "a"))
        assert seen == ["a"]
        assert line._taken
    assert not line._taken


def test_a_turn_is_handed_on_whatever_happens_in_it():
    line = Turns()
    with pytest.raises(KeyError), line.turn():
        raise KeyError
    assert not line._taken

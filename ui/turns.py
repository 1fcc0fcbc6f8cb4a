"""Turns: one visitor's page is drawn at a time, and whoever came first comes first.

Python runs one thread at a time. Where it switches between the threads of a class at work, all
pages are ready late, and the thread that sends them hardly gets its share. One after the other
they are ready in half the time on average, and none later than together. Nobody waits longer for
a turn than `PATIENCE`: what takes so long must not hold up a class.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from streamlit.runtime.scriptrunner_utils.exceptions import RerunException

P = ParamSpec("P")
R = TypeVar("R")

PATIENCE = 2.0  # seconds


class Turns:
    """A lock that is handed on in the order of arrival; one thread may take it twice."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._line: deque[threading.Event] = deque()
        self._taken = False
        self._mine = _Mine()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and hand it on at the end; within one there is nothing to wait for."""
        if self._mine.drawing:
            yield
            return
        self._wait()
        self._mine.drawing = True
        try:
            yield
        except RerunException:  # a newer move of the same visitor
            self._mine.first = True
            raise
        finally:
            self._mine.drawing = False
            self._hand_on()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let others have the turn for as long as this takes."""
        if not self._mine.drawing:
            yield
            return
        self._hand_on()
        try:
            yield
        finally:
            self._wait()

    def _wait(self) -> None:
        """Until it is this thread's turn, or its patience is at an end."""
        first, self._mine.first = self._mine.first, False
        with self._lock:
            if not self._taken:
                self._taken = self._mine.holds = True
                return
            mine = threading.Event()
            (self._line.appendleft if first else self._line.append)(mine)
        mine.wait(PATIENCE)
        with self._lock:
            self._mine.holds = mine.is_set()
            if not self._mine.holds:
                self._line.remove(mine)

    def _hand_on(self) -> None:
        with self._lock:
            if not self._mine.holds:
                return
            if self._line:
                self._line.popleft().set()
            else:
                self._taken = False


class _Mine(threading.local):
    """The state of one thread."""

    drawing = False  # within `turn`
    holds = False  # the turn is its own
    first = False  # a run that was cut short keeps its place


_TURNS = Turns()
aside = _TURNS.aside


def in_turn(draw: Callable[P, R]) -> Callable[P, R]:
    """The same function, which waits for its turn."""

    @wraps(draw)
    def waits(*args: P.args, **how: P.kwargs) -> R:
        with _TURNS.turn():
            return draw(*args, **how)

    return waits

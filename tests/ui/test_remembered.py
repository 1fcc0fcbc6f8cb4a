"""Blocks are made once for equal settings; what grows, and a refusal, each time."""

from dataclasses import dataclass

import pytest

from ui.remembered import LAST, remembered


@dataclass(frozen=True)
class Settings:
    """Of a page."""

    size: int
    live: bool = False


def counted():
    """A function of blocks, and the settings that it was called with."""
    calls = []

    @remembered
    def blocks(settings):
        calls.append(settings)
        yield "what comes first"
        if settings.size < 0:
            raise ValueError("size must be positive")
        yield settings.size

    return blocks, calls


def test_equal_settings_have_the_same_blocks():
    blocks, calls = counted()
    assert list(blocks(Settings(3))) == list(blocks(Settings(3))) == ["what comes first", 3]
    assert list(blocks(Settings(4)))[1] == 4
    assert calls == [Settings(3), Settings(4)]


def test_what_is_live_is_made_each_time():
    blocks, calls = counted()
    for _ in range(2):
        list(blocks(Settings(3, live=True)))
    assert len(calls) == 2


def test_a_refusal_comes_after_what_is_said_before_it_each_time():
    blocks, _ = counted()
    for _ in range(2):
        made = blocks(Settings(-1))
        assert next(made) == "what comes first"
        with pytest.raises(ValueError, match="positive"):
            next(made)


def test_no_more_than_the_last_settings_are_held():
    blocks, calls = counted()
    for size in [*range(LAST + 1), 0]:
        list(blocks(Settings(size)))
    assert len(calls) == LAST + 2

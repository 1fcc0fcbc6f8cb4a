"""Blocks are made once for equal settings; what grows, and a refusal, each time."""

from dataclasses import dataclass

import pytest

from tests.test_architecture import ROOT, imports
from ui.remembered import LAST, remembered

# What changes while the settings do not: the session, the clock, the queue, chance.
ELSE = {"ui.session", "streamlit", "time", "datetime", "random", "toylab.live.job_queue"}


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


def test_what_a_figure_is_made_of_depends_on_its_settings_alone():
    """Or a reader would see the figure of another moment, or of somebody else."""
    concepts = [path.parent for path in (ROOT / "ui/concepts").glob("*/blocks.py")
                if "ui.remembered" in imports(path)]  # fmt: skip
    assert len(concepts) > 10
    assert [
        (path, module)
        for concept in [*concepts, ROOT / "ui/concepts/shared"]
        for path in concept.glob("*.py")
        for module in imports(path)
        if module in ELSE
    ] == []

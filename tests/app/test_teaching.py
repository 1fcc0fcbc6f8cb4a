"""The page for teachers: its tabs have text, and what it promises is so."""

import pytest

from tests.app.helpers import opened
from toylab.__main__ import main
from toylab.live import job
from toylab.teaching.ways import WAYS
from ui.concepts.teaching import blocks
from ui.concepts.teaching import text as guide


@pytest.mark.parametrize("tab", blocks.TABS)
def test_every_tab_has_something_to_read(tab):
    app = opened("teaching", teaching_about=tab)
    assert not app.exception
    assert max(len(text.value) for text in app.markdown) > 300


def test_every_way_is_named_with_its_steps():
    for way in WAYS.values():
        assert f"*{way.title}*, {len(way.steps)} steps" in guide.PREPARE


def test_a_closed_tab_gives_way_within_the_time_that_is_promised():
    assert job.GRACE < 30


def test_the_command_that_marks_is_one_that_exists(tmp_path):
    words, _ = guide.CHECK.split(" --csv ")
    words = words.split()
    assert words[:4] == ["python", "-m", "toylab", "quiz"]
    sheet = tmp_path / "a.csv"
    sheet.write_text("nonsense")
    assert main([*words[3:-1], str(sheet)]) == 1  # known, and refused for the file alone

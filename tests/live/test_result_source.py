"""What a page shows, in every state its session can be in."""

import time
from dataclasses import dataclass, replace
from types import SimpleNamespace

import pandas as pd
import pytest

from toylab.data.recorded import Recorded
from toylab.live.progress import Progress
from toylab.live.result_source import choose_source

HERE = {
    name: Recorded(pd.DataFrame({"from": [name]}), f"python -m toylab record, {name}")
    for name in ("recorded", "first")
}


@dataclass(frozen=True)
class Sizes:
    """A study like any other."""

    size: int = 1
    seeds: int = 2
    seed: int = 0
    device: str = "cpu"


def job(*, live, stopped=False, rows=({"from": "job"},), remembered=None):
    progress = Progress(
        live=live, stopped=stopped, ahead=0, done=1, total=2, fraction=0.5, seconds_left=1.0,
        rows=list(rows), unfinished=[], failures=[], remembered=remembered,
    )  # fmt: skip
    return SimpleNamespace(live=live, stopped=stopped, progress=lambda: progress)


RUNNING, ENDED = job(live=True), job(live=False)
STOPPED, EMPTY = job(live=False, stopped=True), job(live=False, stopped=True, rows=())


@pytest.mark.parametrize(
    ("last", "about", "asked", "shown", "rows_from", "stale"),
    [
        (RUNNING, "mine", "mine", "mine", "job", False),
        (RUNNING, "mine", "other", "mine", "job", True),
        (RUNNING, "mine", "recorded", "mine", "job", True),
        (ENDED, "mine", "mine", "mine", "job", False),
        (ENDED, "recorded", "recorded", "recorded", "job", False),
        (ENDED, "mine", "recorded", "recorded", "recorded", False),
        (ENDED, "mine", "other", "mine", "job", True),
        (STOPPED, "mine", "mine", "mine", "job", False),
        (EMPTY, "mine", "mine", "first", "first", True),
        (EMPTY, "recorded", "recorded", "recorded", "recorded", False),
        (None, None, "recorded", "recorded", "recorded", False),
        (None, None, "other", "first", "first", True),
    ],
)
def test_a_page_is_never_empty_and_says_when_it_is_stale(
    last, about, asked, shown, rows_from, stale
):
    chosen = choose_source(last, about, asked, HERE.get, "first")
    assert (chosen.about, chosen.stale) == (shown, stale)
    assert chosen.rows == [{"from": rows_from}]
    assert chosen.kind == ("live" if rows_from == "job" else "recorded")
    assert chosen.live == (last is RUNNING)


@pytest.mark.parametrize(
    ("change", "stale"), [({}, False), ({"seeds": 9}, False), ({"seed": 3}, False),
                          ({"seed": 3, "device": "cuda"}, False), ({"size": 2}, True)]
)  # fmt: skip
def test_recorded_runs_of_other_seeds_have_no_other_settings(change, stale):
    first = Sizes()
    chosen = choose_source(None, None, replace(first, **change), lambda _: None, first)
    assert (chosen.about, chosen.stale) == (first, stale)


def test_recorded_runs_say_which_command_made_them():
    chosen = choose_source(None, None, "recorded", HERE.get, "first")
    assert chosen.made == "Made with: python -m toylab record, recorded"


@pytest.mark.parametrize(
    ("last", "made"),
    [
        (RUNNING, "Training on this machine now."),
        (ENDED, "Trained just now on this machine."),
        (job(live=True, remembered=0.0), "Training on this machine now."),  # a part was there
        (
            job(live=False, remembered=time.mktime((2026, 3, 4, 15, 6, 7, 0, 0, -1))),
            "Trained on this machine at 15:06.",
        ),
    ],
)
def test_live_runs_say_when_they_were_trained(last, made):
    chosen = choose_source(last, "mine", "mine", HERE.get, "first")
    assert chosen.made == made
    assert chosen.when == ("15:06" if "15:06" in made else "")


def test_there_may_be_nothing_recorded_at_all():
    chosen = choose_source(None, None, "other", lambda _: None, "first")
    assert (chosen.rows, chosen.made, chosen.stale) == ([], "", True)

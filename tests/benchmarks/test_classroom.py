"""The benchmark of a class adds up; what it refuses. Its times are never asserted."""

import json
import os
import time
from pathlib import Path

import pytest

from toylab import __main__ as cli
from toylab.benchmarks import classroom, process_use
from toylab.benchmarks.classroom import Lesson
from toylab.benchmarks.process_use import Use, use

SEEN = {
    "moves": [0.1] * 94 + [0.3] * 7, "pages": [0.2], "runs": 200, "trained": 1,
    "lost": ["gone"], "errors": ["ValueError: no"], "client_cpu": 2.0,
}  # fmt: skip
LOOKS = [Use(10.0, 300.0), Use(12.0, 310.0), Use(14.0, 305.0)]


def test_a_class_is_told_in_milliseconds(monkeypatch, capsys):
    timing = classroom.summary(Lesson(), SEEN, LOOKS)
    assert (timing.moves, timing.pages, timing.lost) == (101, 1, 1)
    assert (timing.median, timing.p95, timing.page_p95) == pytest.approx((100, 300, 200))
    assert timing.cpu_a_run == pytest.approx(20)
    assert timing.memory == (300, 310, 305)
    monkeypatch.setattr(classroom, "measure", lambda _: timing)
    assert cli.main(["bench", "class", "--visitors", "5", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["median"] == timing.median
    assert cli.main(["bench", "class"]) == 0
    said = capsys.readouterr().out
    assert "300 -> 310 -> 305 MB" in said
    assert "1 tracebacks: ValueError: no\n" in said


def test_nobody_moved_is_no_crash():
    timing = classroom.summary(Lesson(), SEEN | {"moves": [], "runs": 0}, LOOKS)
    assert (timing.median, timing.p95) == (0, 0)


@pytest.mark.parametrize(
    ("option", "value", "name"),
    [("visitors", "0", "visitors"), ("train", "31", "train"), ("servers", "0", "servers"),
     ("minutes", "0", "minutes"), ("minutes", "nan", "minutes"), ("pause", "0", "pause"),
     ("root", "/", "root")],
)  # fmt: skip
def test_what_cannot_be_measured_is_refused(option, value, name, capsys):
    with pytest.raises(SystemExit) as end:
        cli.main(["bench", "class", f"--{option}", value])
    assert end.value.code == 2
    assert name in capsys.readouterr().err


def test_the_use_of_this_process_is_what_it_says_of_itself(monkeypatch):
    first, spent = use(os.getpid()), time.process_time()
    assert first.cpu == pytest.approx(spent, abs=0.05)
    if Path("/proc/self/statm").exists():
        monkeypatch.setattr(process_use, "PROC", Path("/nowhere"))
        other = use(os.getpid())  # by `ps`
        assert other.cpu == pytest.approx(first.cpu, abs=1.5)  # whole seconds
        assert other.memory == pytest.approx(first.memory, rel=0.05)

"""Threads that share out a step: every part once, and what goes wrong is said."""

import threading

import pytest
import torch

from toylab.experiments.nets import cores


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_every_part_is_worked_on_once_a_step(monkeypatch, threads):
    monkeypatch.setattr(cores, "cores", lambda: threads)
    worked = []
    with cores.spread(worked.append, range(7)) as step:
        for steps in range(1, 4):
            step()
            assert sorted(worked) == sorted(list(range(7)) * steps)


def test_two_parts_are_worked_on_at_the_same_time(monkeypatch):
    """Each waits for the other, so one after the other would never end."""
    monkeypatch.setattr(cores, "cores", lambda: 2)
    both = threading.Barrier(2, timeout=30)
    with cores.spread(lambda _: both.wait(), [1, 2]) as step:
        step()


def test_no_thread_is_started_for_one_part():
    before = threading.active_count()
    with cores.spread(lambda _: None, ["all"]) as step:
        step()
        assert threading.active_count() == before


def test_threads_record_no_gradient_and_an_error_is_raised(monkeypatch):
    monkeypatch.setattr(cores, "cores", lambda: 2)
    modes = []
    with cores.spread(lambda _: modes.append(torch.is_inference_mode_enabled()), [1, 2]) as step:
        step()
    assert modes == [True, True]
    with pytest.raises(ZeroDivisionError), cores.spread(lambda _: 1 / 0, [1, 2]) as step:
        step()

"""The queue keeps its promises: order, sharing, stopping, and surviving what dies."""

import errno
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import pytest

from tests.live.fake import WITHOUT_TORCH, Nap, Stand
from toylab.experiments import sine
from toylab.experiments.sine_study import SineStudy
from toylab.live import job_queue, slot
from toylab.live.job import Job
from toylab.live.job_queue import Pool
from toylab.live.progress import Progress
from toylab.live.replay import Replay

PRESETS = SineStudy.PRESETS

pytestmark = pytest.mark.slow
PATIENCE = 30  # seconds: a bound on a hang, not a claim about speed


@pytest.fixture(scope="module", autouse=True)
def light_workers():
    """Naps need no torch."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(WITHOUT_TORCH))
        yield


@pytest.fixture(scope="module")
def pool():
    with closing(Pool(2)) as pool:
        pool.warm()
        yield pool


def finish(job: Job) -> Progress:
    end = time.monotonic() + PATIENCE
    while (progress := job.wait(0.2)).live:
        assert time.monotonic() < end, progress
    return progress


def until(condition) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def long(name: str) -> Nap:
    return Nap(name, seconds=60)


def test_a_job_ends_with_the_last_rows_of_every_spec(pool):
    progress = finish(pool.submit([Nap("a1"), Nap("a2"), Nap("a3")]))
    assert sorted(row["name"] for row in progress.rows) == ["a1", "a2", "a3"]
    assert {row["look"] for row in progress.rows} == {10}
    assert (progress.fraction, progress.failures, progress.unfinished) == (1.0, [], [])


def test_rows_can_be_seen_before_a_run_ends_and_are_kept_apart_from_finished_ones(pool):
    job = pool.submit([Nap("b", seconds=5)])
    until(lambda: job.progress().unfinished)
    progress = job.progress()
    assert progress.rows == []
    assert 0 < progress.fraction < 1
    job.stop()


def test_jobs_are_served_in_the_order_they_came_and_know_their_place(pool):
    first, second, third = (pool.submit([long(f"c{k}0"), long(f"c{k}1")]) for k in range(3))
    assert [job.progress().ahead for job in (first, second, third)] == [0, 1, 2]
    assert "you are next" in second.progress().sentence
    assert "number 2 in line" in third.progress().sentence
    second.stop()  # takes it out at once, without waiting for the first
    assert third.progress().ahead == 1
    first.stop()
    until(lambda: third.tasks[0].state == "running")
    assert third.progress().ahead == 0
    third.stop()


def order(*jobs: Job) -> str:
    """The names of their tasks as they were trained."""
    tasks = sorted((t for job in jobs for t in job.tasks), key=lambda task: task.finished)
    return " ".join(task.spec.name for task in tasks)


def test_a_short_job_passes_a_long_one_which_says_so_and_goes_on():
    stand = Stand()
    with closing(Pool(1, lambda: stand)) as one:
        long = one.submit([Nap(f"l{k}") for k in range(4)])
        until(lambda: long.tasks[0].state == "running")
        short, shorter = one.submit([Nap("s0"), Nap("s1")]), one.submit([Nap("t0")])
        assert [job.progress().ahead for job in (shorter, short, long)] == [0, 1, 2]
        stand.allowed.release()
        until(lambda: shorter.tasks[0].state == "running")
        assert long.progress().held
        assert long.progress().sentence.startswith("Waiting with 25 %")
        stand.allowed.release(6)
        for job in (long, short, shorter):
            finish(job)
        assert not long.progress().held
    assert order(long, short, shorter) == "l0 t0 s0 s1 l1 l2 l3"


def test_a_stream_of_short_jobs_leaves_a_long_one_its_share():
    """Each comes while the one before it trains; a task of cost 1 gives each of two a half."""
    stand = Stand()
    with closing(Pool(1, lambda: stand)) as one:
        jobs = [one.submit([Nap(f"l{k}") for k in range(3)])]
        for k in range(9):
            jobs.append(one.submit([Nap(f"s{k}")]))
            stand.allowed.release()
            until(lambda: sum(job.progress().done for job in jobs) == len(jobs) - 1)
        stand.allowed.release(20)
        for job in jobs:
            finish(job)
    trained = order(*jobs).split()
    assert trained.index("l2") < len(trained) - 1


def passed_by(jobs: list[list[Nap]], stopped: int | None, cost: float) -> str:
    """The order of training if a job of this cost comes once the second task of all has begun."""
    stand = Stand()
    with closing(Pool(1, lambda: stand)) as one:
        made = [one.submit(naps) for naps in jobs]
        if stopped is not None:
            made.pop(stopped).stop()
        until(lambda: made[0].tasks[0].state == "running")
        stand.allowed.release()
        until(lambda: made[0].tasks[1].state == "running")
        made.append(one.submit([Nap("new", cost=cost)]))
        stand.allowed.release(20)
        for job in made:
            finish(job)
    return order(made[0], made[-1])


def test_what_a_stopped_job_had_in_line_holds_nobody_up():
    """After one of four the first has three to go; half of that if it shared with the other."""
    first, other = ([Nap(f"{name}{k}") for k in range(4)] for name in "ab")
    assert passed_by([first, other], stopped=1, cost=3.2) == "a0 a1 a2 a3 new"


def test_a_task_that_two_jobs_share_is_service_for_both():
    first = [Nap(f"a{k}") for k in range(4)]
    assert passed_by([first, first[:1]], stopped=None, cost=3.2) == "a0 a1 a2 a3 new"
    assert passed_by([first, first[:1]], stopped=None, cost=2.8) == "a0 a1 new a2 a3"


def test_equal_specs_are_trained_once_and_remembered(pool):
    spec = Nap("d", seconds=0.5)
    one, other = pool.submit([spec]), pool.submit([spec])
    process = {finish(job).rows[0]["process"] for job in (one, other)}
    assert len(process) == 1
    assert one.tasks == other.tasks
    again = finish(pool.submit([spec]))
    assert again.remembered is not None
    assert pool.estimate([spec]) == 0
    assert pool.trained([spec]) == again.remembered
    assert pool.trained([spec, Nap("never")]) is None
    anew = pool.submit([spec], anew=True)
    assert anew.live
    assert pool.trained([spec]) is None
    assert finish(anew).remembered is None


def test_runs_that_are_trained_or_on_their_way_are_found_and_no_others(pool):
    done, slow = Nap("g"), long("g1")
    finish(pool.submit([done]))
    first = pool.submit([done, slow])
    assert pool.find([slow, Nap("never")]) is None
    assert pool.find([]) is None
    other = pool.find([done, slow])
    assert other is not first  # somebody looks at that, and may stop it for himself alone
    assert other.tasks == first.tasks
    first.abandon(grace=60)  # the tab has closed
    assert pool.find([slow]).tasks == first.tasks[1:]
    assert pool.find([done, slow]) is first
    first.progress()
    again = pool.find([done, slow])
    assert again is not first  # somebody looks at it again
    for job in list(pool._line.jobs):
        job.stop()
    assert pool.find([done, slow]) is None
    assert not pool.find([done]).live


def test_a_replay_shows_the_runs_in_the_order_of_their_training_and_then_all_of_them(pool):
    job = pool.submit([Nap(f"r{k}") for k in range(4)])
    whole = finish(job)
    trained = sorted(job.tasks, key=lambda task: task.finished)
    order = [task.rows[0]["name"] for task in trained]
    replay = Replay(pool.submit([Nap(f"r{k}") for k in range(4)]), 60.0)
    for share, shown in ((0.1, 0), (0.3, 1), (0.6, 2), (0.99, 3)):
        replay.begun = time.monotonic() - 60.0 * share
        now = replay.progress()
        assert (now.live, now.replay, now.done) == (True, True, shown)
        assert [row["name"] for row in now.rows] == order[:shown]
        assert now.fraction == pytest.approx(share, abs=0.01)
    replay.stop()
    assert not replay.live
    assert sorted(row["name"] for row in replay.progress().rows) == sorted(order)
    assert not replay.progress().replay
    assert whole.rows


def test_stop_kills_the_run_keeps_what_is_done_and_leaves_a_pool_that_works(pool):
    job = pool.submit([Nap("e0"), long("e1"), long("e2")])
    until(lambda: job.progress().done == 1 and len(job.progress().unfinished) == 0)
    job.stop()
    progress = job.progress()
    assert not progress.live
    assert progress.stopped
    assert [row["name"] for row in progress.rows] == ["e0"]
    assert finish(pool.submit([Nap("e3"), Nap("e4")])).done == 2


def test_stopping_a_shared_run_stops_it_for_one_only(pool):
    spec = Nap("f", seconds=1.5)
    mine, yours = pool.submit([spec]), pool.submit([spec])
    until(lambda: spec and mine.tasks[0].state == "running")
    mine.stop()
    assert finish(yours).done == 1


def test_a_stopped_job_stays_as_it_was_also_where_another_trains_on():
    """A page makes its figure once: later rows would be in the table and not in the figure."""
    stand = Stand()
    with closing(Pool(1, lambda: stand)) as one:
        mine, yours = (one.submit([Nap("f0"), Nap("f1"), Nap("f2")]) for _ in range(2))
        stand.allowed.release()
        until(lambda: yours.tasks[1].state == "running")
        mine.stop()
        then = mine.progress()
        stand.allowed.release(3)
        assert finish(yours).done == 3
    assert then.outcome == "stopped after 33 % of the work"
    assert (mine.progress().rows, mine.progress().fraction) == (then.rows, then.fraction)


def test_a_process_that_dies_is_one_failed_run_and_a_sentence(pool):
    progress = finish(pool.submit([Nap("g0", ends="dead"), Nap("g1"), Nap("g2")]))
    assert sorted(row["name"] for row in progress.rows) == ["g1", "g2"]
    assert len(progress.failures) == 1
    assert "ended unexpectedly (exit status 9)" in progress.failures[0]
    assert pool.estimate([Nap("g0", ends="dead")]) > 0  # a failure is not remembered


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX thing")
def test_a_process_killed_from_outside_costs_its_run_and_no_other(pool):
    job = pool.submit([Nap("h0", seconds=3), Nap("h1")])

    def started():  # the second may be on its way before
        return [row["process"] for row in job.progress().unfinished if row["name"] == "h0"]

    until(started)
    os.kill(started()[0], signal.SIGKILL)
    progress = finish(job)
    assert [row["name"] for row in progress.rows] == ["h1"]
    assert len(progress.failures) == 1


def test_a_refusal_is_reported_in_its_own_words(pool):
    progress = finish(pool.submit([Nap("i", ends="refused"), Nap("i1")]))
    assert progress.failures == ["i must not be run"]
    assert progress.done == 1


def test_an_orphan_is_stopped_after_its_grace_unless_somebody_looks(pool):
    orphan, kept = pool.submit([long("j0")]), pool.submit([long("j1")])
    orphan.abandon(grace=0.5)
    orphan.progress()  # was on its way when the tab closed
    kept.abandon(grace=0.5)
    until(lambda: kept.progress() and not orphan.live)  # its tab looks on
    time.sleep(0.2)
    assert kept.live
    kept.stop()


def test_of_remembered_runs_the_oldest_says_when_and_of_waiting_ones_a_gpu_has_one_lane(pool):
    for name in "p0", "p1":
        finish(pool.submit([Nap(name)]))
    first, second = (pool.trained([Nap(name)]) for name in ("p0", "p1"))
    assert first
    assert second
    assert first < second
    assert pool.trained([Nap("p1"), Nap("p0")]) == first
    some = [Nap(f"q{k}", cost=2.0) for k in range(4)]
    on_gpu = [replace(nap, device="cuda") for nap in some]
    assert pool.estimate(some) / pool.pace.seconds("cpu") == pytest.approx(8.0 / 2)
    assert pool.estimate(on_gpu) / pool.pace.seconds("cuda") == pytest.approx(8.0)


def test_a_gpu_has_one_worker(pool):
    job = pool.submit([Nap(f"k{k}", seconds=0.2, device="cuda") for k in range(4)])
    assert len({row["process"] for row in finish(job).rows}) == 1


def test_rows_do_not_depend_on_the_number_of_workers(monkeypatch):
    """Those of two workers are those of the one process that this is."""
    monkeypatch.setenv("PYTHONPATH", "")  # these do train
    study = replace(PRESETS["noise"], sizes=(32, 64), steps=60, seeds=5)

    def table(rows: list[dict]) -> list[dict]:
        found = [{k: v for k, v in row.items() if k != "seconds"} for row in rows]
        return sorted(found, key=lambda row: (row["samples"], row["seed"]))

    with closing(Pool(2)) as pair:
        job = pair.submit(study.specs())
        alone = [row for spec in study.specs() for row in list(sine.run(spec))[-1][1]]
        assert len(alone) == 10
        assert table(finish(job).rows) == table(alone)  # bitwise


def test_a_second_stop_leaves_a_stopped_job_stopped(pool):
    spec = long("m")
    mine, yours = pool.submit([spec]), pool.submit([spec])
    mine.stop()
    mine.stop()
    assert mine.progress().stopped
    assert not mine.live
    yours.stop()


def test_remembered_tasks_do_not_hold_on_to_the_jobs_that_asked_for_them(pool):
    asked = [pool.submit([Nap("n")]) for _ in range(3)]
    for job in asked:
        finish(job)
    again = pool.submit([Nap("n")])
    assert finish(again).done == 1
    assert again.tasks[0].jobs == set()


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX thing")
def test_a_process_that_died_idle_fails_nobodys_run():
    with closing(Pool(1)) as lone:
        lone.warm()
        process = finish(lone.submit([Nap("o1")])).rows[0]["process"]
        os.kill(process, signal.SIGKILL)
        progress = finish(lone.submit([Nap("o2")]))
    assert (progress.done, progress.failures) == (1, [])


def test_first_visitors_at_once_get_one_pool(monkeypatch):
    made = []

    def slow() -> object:
        time.sleep(0.05)
        made.append(object())
        return made[-1]

    monkeypatch.setattr(job_queue, "_pool", cache(slow))
    with ThreadPoolExecutor(8) as visitors:
        found = set(visitors.map(lambda _: job_queue.pool(), range(8)))
    assert len(found) == len(made) == 1


def test_a_closed_pool_leaves_no_process():
    pool = Pool(1)
    pool.warm()
    process = finish(pool.submit([Nap("l")])).rows[0]["process"]
    pool.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_what_a_run_will_take_is_learned_from_long_tasks_more_than_from_tiny_ones():
    pool = Pool(1)
    assert pool.pace.seconds("cpu") == 1.0
    pool.pace.learn(SimpleNamespace(device="cpu", cost=0.01), 2.0)  # it waited for something else
    assert 1.0 < pool.pace.seconds("cpu") < 2.0
    for _ in range(30):
        pool.pace.learn(SimpleNamespace(device="cpu", cost=3.0), 9.0)
    assert pool.pace.seconds("cpu") == pytest.approx(3.0, rel=0.01)
    assert pool.pace.seconds("cuda") == 1.0


def test_where_no_process_can_be_started_each_run_says_so_and_the_next_try_may_work(monkeypatch):
    """As on a machine whose memory is full."""
    monkeypatch.setattr(slot, "AGAIN", 0.01)
    room, worker = [], Stand()
    worker.allowed.release(3)

    def start():
        if not room:
            raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))
        return worker

    with closing(Pool(1, start)) as pool:
        refused = finish(pool.submit([Nap("a"), Nap("b"), Nap("c")]))
        why = f"No process could be started for this run: {os.strerror(errno.ENOMEM)}."
        assert (refused.failures, refused.done) == ([why] * 3, 0)
        room.append("there is")
        assert finish(pool.submit([Nap("a"), Nap("b"), Nap("c")])).done == 3

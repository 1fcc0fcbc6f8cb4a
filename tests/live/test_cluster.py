"""A cluster keeps the promises of the queue: rows, progress, Stop, and surviving what is lost."""

import gc
import os
import signal
import time
from contextlib import ExitStack, closing
from functools import partial

import pytest

from tests.cli.command import refused
from tests.live.fake import Nap
from toylab.devices import Device
from toylab.experiments import sine
from toylab.experiments.sine_study import SineStudy
from toylab.live import cluster, cluster_connection, cluster_members, cluster_worker, training
from toylab.live import software as software_module
from toylab.live.cluster_connection import Cluster
from toylab.live.cluster_members import Member, Members
from toylab.live.cluster_worker import ClusterWorker
from toylab.live.job_queue import Pool
from toylab.live.software import differences, software

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX thing"),
]
NOWHERE = "tcp://127.0.0.1:1"
PATIENCE = 60.0  # seconds: a bound on a hang, not a claim about speed


def need_dask() -> None:
    """Skip where the extra is not installed; under CI fail."""
    try:
        import distributed  # noqa: F401
    except ImportError:
        why = "Dask is missing: pip install -r requirements-cluster.txt"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)


@pytest.fixture(scope="module")
def scheduler():
    need_dask()
    from tests.live import dask_cluster

    with dask_cluster.scheduler() as address:
        yield address


@pytest.fixture(scope="module")
def workers(scheduler):
    """The processes of two, by number; a killed one is not replaced."""
    from tests.live import dask_cluster

    with ExitStack() as stack:
        yield [stack.enter_context(dask_cluster.worker(scheduler)) for _ in range(2)]


@pytest.fixture(scope="module")
def there(scheduler, workers):  # noqa: ARG001 they are there by now
    with closing(Cluster(scheduler)) as there:
        there.connect()
        yield there


@pytest.fixture(scope="module")
def pool(there):
    with closing(Pool(1, partial(ClusterWorker, there))) as pool:
        yield pool


def until(condition):
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return found


def finish(job):
    until(lambda: not job.wait(0.2).live)
    return job.progress()


def gone(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


def test_the_pool_learns_how_many_runs_train_at_a_time_and_on_what(pool):
    job = pool.submit([Nap(f"a{k}", seconds=0.5) for k in range(4)])
    until(lambda: len({row["name"] for row in job.progress().unfinished}) == 2)
    progress = finish(job)
    assert sorted(row["name"] for row in progress.rows) == ["a0", "a1", "a2", "a3"]
    assert {row["look"] for row in progress.rows} == {10}
    assert pool.workers == 2
    assert [device.kind for device in pool.devices] == ["cpu"]
    assert pool.trouble == ""


def test_rows_are_seen_before_a_run_ends(pool):
    job = pool.submit([Nap("b", seconds=100, looks=500)])
    (row,) = until(lambda: job.progress().unfinished)
    assert 0 < job.progress().fraction < 1
    job.stop()
    until(lambda: gone(row["process"]))  # it trains no more
    progress = job.progress()
    assert (progress.stopped, progress.rows, progress.failures) == (True, [], [])
    again = finish(pool.submit([Nap("b1"), Nap("b2"), Nap("b3")]))
    assert (again.done, again.failures) == (3, [])


def test_what_waits_for_a_worker_is_stopped_before_it_begins(there):
    """A stop that comes before its run: Dask has taken it, and no process has."""
    from toylab.live import cluster_task
    from toylab.live.worker_process import request

    client = there.connect()
    client.run(cluster_task.stop, "late")
    last = client.submit(
        cluster_task.train, there.topic, "late", request(Nap("c", seconds=60)), key="late"
    ).result(timeout=PATIENCE)
    assert last == {"status": -signal.SIGKILL}


def test_a_process_that_dies_is_one_failed_run_and_a_refusal_is_in_its_own_words(pool):
    naps = [Nap("d0", ends="dead"), Nap("d1", ends="refused"), Nap("d2")]
    progress = finish(pool.submit(naps))
    assert [row["name"] for row in progress.rows] == ["d2"]
    death, refusal = sorted(progress.failures)
    assert "exit status 9" in death
    assert refusal == "d1 must not be run"


def test_a_device_that_no_worker_has_is_refused(pool):
    (failure,) = finish(pool.submit([Nap("e", device="cuda")])).failures
    assert "cuda" in failure
    assert "is not on the cluster; it has cpu (" in failure


def test_a_worker_with_other_software_is_left_out(scheduler, there, monkeypatch):
    monkeypatch.setattr(cluster_members, "differences", lambda told: f"torch {told['torch']}.1")
    with closing(Cluster(scheduler)) as unlike, pytest.raises(ValueError, match="torch") as refusal:
        unlike.connect()
    assert "\n" not in str(refusal.value)
    assert set(unlike.members.by_address) == set(there.members.by_address)
    assert unlike.members.threads == 0


def test_a_lost_worker_costs_its_run_a_retry_and_the_last_one_a_sentence(
    pool, workers, monkeypatch
):
    monkeypatch.setattr(cluster_worker, "LOOK", 0.5)
    job = pool.submit([Nap("f0", seconds=2), Nap("f1", seconds=2)])
    until(lambda: len({row["name"] for row in job.progress().unfinished}) == 2)
    before = {row["name"]: row["process"] for row in job.progress().unfinished}
    os.kill(workers[0], signal.SIGKILL)
    progress = finish(job)
    assert (progress.done, progress.failures) == (2, [])
    after = {row["name"]: row["process"] for row in progress.rows}
    assert sorted(before[name] == after[name] for name in before) == [False, True]
    until(lambda: sum(map(gone, before.values())) == 1)  # it outlives its worker not for long
    job = pool.submit([Nap("f2", seconds=100, looks=500)])
    until(lambda: job.progress().unfinished)
    os.kill(workers[1], signal.SIGKILL)
    (failure,) = finish(job).failures
    assert "no workers" in failure
    assert pool.trouble == failure


def test_rows_are_those_of_this_machine_bit_by_bit(scheduler):
    """A command's training, by a worker that has torch, against the one process that this is."""
    from tests.live import dask_cluster

    specs = SineStudy(width=8, sizes=(32, 64), steps=60, seeds=2).specs()
    with dask_cluster.worker(scheduler, path=(dask_cluster.ROOT,)), cluster.using(scheduler):
        progress = training.train(specs)
    alone = [row for spec in specs for row in list(sine.run(spec))[-1][1]]

    def table(rows):
        found = [{k: v for k, v in row.items() if k != "seconds"} for row in rows]
        return sorted(found, key=lambda row: (row["samples"], row["seed"]))

    assert len(alone) == 4
    assert progress.failures == []
    assert table(progress.rows) == table(alone)


def test_a_scheduler_that_is_not_there_is_one_line_and_exit_status_2(capsys, monkeypatch):
    need_dask()
    monkeypatch.setattr(cluster_connection, "CONNECT", 0.3)
    said = refused(["sine", "--preset", "noise", "--cluster", NOWHERE], capsys)
    assert f"no Dask scheduler answers at {NOWHERE}" in said


@pytest.mark.parametrize("address", [NOWHERE, "nonsense"])
def test_a_scheduler_that_is_not_there_leaves_no_client_behind(address, monkeypatch):
    """Such a one would end with Python, in a traceback after eight seconds."""
    need_dask()
    from distributed import Client

    monkeypatch.setattr(cluster_connection, "CONNECT", 0.3)
    before = sum(type(each) is Client for each in gc.get_objects())
    with pytest.raises(ValueError, match="no Dask scheduler"):
        Cluster(address).connect()
    assert sum(type(each) is Client for each in gc.get_objects()) <= before


def test_where_dask_is_missing_it_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(ValueError, match=r"requirements-cluster\.txt"):
        Cluster(NOWHERE).connect()


def test_who_leaves_while_another_asks_breaks_nothing():
    class Leaving(Members):
        """Gone at the second look."""

        def __init__(self):
            self.looks = iter([{"tcp://a": Member(2, (Device("cpu", "one"),), "")}])

        @property
        def by_address(self):
            return next(self.looks, {})

    assert [device.name for device in Leaving().devices] == ["one"]
    assert Leaving().threads == 2


def test_a_source_is_the_same_with_the_line_ends_of_any_system(tmp_path, monkeypatch):
    digests = []
    for ends in (b"\n", b"\r\n", b";\n"):
        (tmp_path / "one.py").write_bytes(b"a = 1" + ends)
        monkeypatch.setattr(software_module, "ENGINE", tmp_path)
        digests.append(software_module._digest())
    assert digests[0] == digests[1] != digests[2]


def test_what_differs_between_two_machines_is_named():
    assert differences(software()) == ""
    here = software()["torch"]
    assert differences({**software(), "torch": "1.0"}) == f"torch 1.0 (here {here})"


def test_a_command_may_name_another_cluster_than_the_environment(monkeypatch):
    monkeypatch.setenv(cluster.VARIABLE, "tcp://here:8786")
    assert cluster.address() == "tcp://here:8786"
    with cluster.using("tcp://there:8786"):
        assert cluster.address() == "tcp://there:8786"
    with cluster.using(None):
        assert cluster.address() == "tcp://here:8786"

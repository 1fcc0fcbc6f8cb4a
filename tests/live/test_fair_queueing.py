"""The line is fair: nobody waits longer than with equal shares, and short jobs less."""

from hypothesis import given
from hypothesis import strategies as st

from toylab.live.fair_queueing import FairClock

JOBS = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 8)), min_size=1, max_size=8)


def served(jobs: list[tuple[int, int]]) -> list[int]:
    """When each job (arrival, cost) ends where one process serves tasks of cost 1 by the clock."""
    clock, left, turns, ends, now = FairClock(), [cost for _, cost in jobs], {}, {}, 0
    while len(ends) < len(jobs):
        for k, (arrival, cost) in enumerate(jobs):
            if arrival == now:
                turns[k] = clock.enter(cost)
        line = [k for k in turns if left[k]]
        now += 1
        if line:
            first = min(line, key=turns.__getitem__)
            left[first] -= 1
            clock.serve(1)
            if not left[first]:
                ends[first] = now
        else:
            clock.clear()
    return [ends[k] for k in range(len(jobs))]


def shared(jobs: list[tuple[int, int]], parts: int = 1000) -> list[float]:
    """When each job ends where all share the process, in so many small slices of a unit."""
    left, ends, now = [float(cost) for _, cost in jobs], {}, 0
    while len(ends) < len(jobs):
        here = [k for k, (a, _) in enumerate(jobs) if a * parts <= now and k not in ends]
        now += 1
        for k in here:
            left[k] -= 1 / parts / len(here)
            if left[k] < 1e-9:
                ends[k] = now / parts
    return [ends[k] for k in range(len(jobs))]


@given(JOBS)
def test_each_job_ends_no_later_than_with_equal_shares_but_for_one_task(jobs):
    """The bound of a packet network: one task that cannot be interrupted."""
    for end, equal in zip(served(jobs), shared(jobs, 100), strict=True):
        assert end <= equal + 1 + 0.2  # slices are coarse where many share


def test_a_short_job_passes_a_long_one_and_a_stream_of_them_does_not_starve_it():
    long, shorts = (0, 40), [(arrival, 1) for arrival in range(2, 200, 2)]
    ends = served([long, *shorts])
    waits = [end - arrival for end, (arrival, _) in zip(ends[1:], shorts, strict=True)]
    assert max(waits) <= 2
    assert ends[0] <= 80


def test_equal_jobs_are_served_as_they_came():
    assert served([(0, 5), (1, 5), (2, 5)]) == [5, 10, 15]


def test_who_is_nearly_done_is_not_passed_by_who_is_shorter_than_the_whole():
    assert served([(0, 10), (9, 5)]) == [10, 15]
    assert served([(0, 10), (1, 5)]) == [15, 6]


def test_what_a_stopped_job_would_have_had_goes_to_the_others():
    clock = FairClock()
    stopped, other = clock.enter(10), clock.enter(20)
    clock.leave(stopped)
    clock.serve(5)
    assert (clock.now, other) == (5, 20)

"""More devices: a step waits and computes, and the fastest batch balances the two."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from toylab.laws.critical_batch import Tradeoff
from toylab.laws.wall_clock import Cluster

few = settings(deadline=None, max_examples=15)
curves = st.builds(Tradeoff, S_min=st.floats(1, 1e6), E_min=st.floats(1e6, 1e14))
clusters = st.builds(Cluster, rate=st.floats(1, 1e6), sync=st.floats(1e-3, 1e3))
CURVE = Tradeoff(S_min=100.0, E_min=1e6)


def test_the_time_is_that_of_the_steps_one_after_another():
    """200 steps of 0.5 s waiting and 10,000 tokens shared by 4 devices at 1,000 a second."""
    assert Cluster(rate=1e3, sync=0.5).seconds(CURVE, 4, 1e4) == pytest.approx(200 * 3.0)


def test_times_of_many_devices_and_batches_are_those_of_each():
    cluster = Cluster(rate=1e3, sync=0.5)
    devices, batch = np.array([[1], [8]]), np.array([1e2, 1e4, 1e6])
    together = cluster.seconds(CURVE, devices, batch)
    assert together.shape == (2, 3)
    for n, row in zip(devices[:, 0], together, strict=True):
        assert row == pytest.approx([float(cluster.seconds(CURVE, n, B)) for B in batch])
    best = cluster.fastest(CURVE, [1, 8])
    assert best == pytest.approx([float(cluster.fastest(CURVE, n)) for n in (1, 8)])


@given(curves, clusters, st.floats(1, 1e5))
@few
def test_no_batch_is_faster_than_the_fastest(curve, cluster, devices):
    best = float(cluster.fastest(curve, devices))

    def log_seconds(log_batch):
        return math.log(cluster.seconds(curve, devices, math.exp(log_batch)))

    ends = math.log(best) - 6, math.log(best) + 5
    found = minimize_scalar(log_seconds, bounds=ends, method="bounded", options={"xatol": 1e-9})
    assert log_seconds(math.log(best)) <= found.fun + 1e-12
    # so near its minimum a curve of this sharpness is flat to the last digit
    sharp = 1 / (math.sqrt(curve.B_crit / best) + math.sqrt(best / curve.B_crit)) ** 2
    assert found.x == pytest.approx(math.log(best), abs=1e-6 / math.sqrt(sharp))


@given(curves, st.floats(1, 1e6), st.floats(1, 1e5), st.floats(0.01, 100))
@few
def test_with_nothing_to_wait_for_twice_the_devices_take_half_the_time(curve, rate, devices, share):
    cluster = Cluster(rate, sync=1e-12 * curve.B_crit * share / devices / rate)
    batch = share * curve.B_crit
    one, two = (float(cluster.seconds(curve, n, batch)) for n in (devices, 2 * devices))
    assert one / two == pytest.approx(2)
    assert one == pytest.approx(curve.examples(batch) / devices / rate)
    assert cluster.fastest(curve, devices) < 1e-5 * curve.B_crit


@given(curves, clusters, st.floats(1, 1e5))
@few
def test_beside_a_long_wait_more_devices_buy_nothing_and_a_larger_batch_its_steps(
    curve, cluster, devices
):
    slow = Cluster(cluster.rate, sync=1e12 * curve.B_crit / cluster.rate / devices)
    one, two = (float(slow.seconds(curve, n, curve.B_crit)) for n in (devices, 2 * devices))
    assert one / two == pytest.approx(1)
    assert one == pytest.approx(2 * curve.S_min * slow.sync)


@given(curves, clusters)
@few
def test_the_devices_whose_fastest_batch_is_the_critical_one(curve, cluster):
    devices = cluster.devices_at(curve)
    assert cluster.fastest(curve, devices) == pytest.approx(curve.B_crit)
    assert cluster.fastest(curve, 4 * devices) == pytest.approx(2 * curve.B_crit)
    # half of the time of a step is waiting, and both steps and examples are twice their least
    time = cluster.seconds(curve, devices, curve.B_crit)
    assert time == pytest.approx(2 * curve.S_min * 2 * cluster.sync)
    assert time == pytest.approx(2 * curve.E_min / (devices * cluster.rate) * 2)


@given(curves, clusters, st.floats(1, 1e4), st.floats(1.1, 10))
@few
def test_more_devices_at_their_fastest_batch_take_less_time_and_cost_more(
    curve, cluster, devices, more
):
    many = devices * more
    times = [float(cluster.seconds(curve, n, cluster.fastest(curve, n)))
             for n in (devices, many)]  # fmt: skip
    assert times[1] < times[0]
    assert many * times[1] > devices * times[0]
    for n, time in zip((devices, many), times, strict=True):
        least = math.sqrt(curve.S_min * n * cluster.sync), math.sqrt(curve.E_min / cluster.rate)
        assert n * time == pytest.approx(sum(least) ** 2)


@given(curves, clusters, st.floats(1, 1e4), st.floats(0.01, 100), st.floats(1e-3, 1e3))
@few
def test_the_unit_of_batches_does_not_change_the_time(curve, cluster, devices, share, unit):
    other = Tradeoff(curve.S_min, curve.E_min * unit)
    faster = Cluster(cluster.rate * unit, cluster.sync)
    batch = share * curve.B_crit
    time = cluster.seconds(curve, devices, batch)
    assert faster.seconds(other, devices, batch * unit) == pytest.approx(float(time))
    assert faster.devices_at(other) == pytest.approx(cluster.devices_at(curve))


@pytest.mark.parametrize("wrong", [0, -1.0, math.nan, math.inf])
def test_what_is_not_positive_is_refused_by_its_name(wrong):
    good = Cluster(rate=1e3, sync=0.5)
    for name, call in {
        "rate": lambda: Cluster(rate=wrong, sync=0.5),
        "sync": lambda: Cluster(rate=1e3, sync=wrong),
        "devices": lambda: good.seconds(CURVE, wrong, 1e4),
        "batch": lambda: good.seconds(CURVE, 4, wrong),
    }.items():
        with pytest.raises(ValueError, match=f"{name} must be positive and finite, got {wrong}"):
            call()
    with pytest.raises(ValueError, match="devices must be positive"):
        good.fastest(CURVE, [4, wrong])

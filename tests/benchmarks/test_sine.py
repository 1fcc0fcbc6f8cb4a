"""The comparison adds up. Its times are never asserted: machines and moments differ."""

import math
from dataclasses import replace

import pytest
import torch

from toylab.benchmarks import sine as bench
from toylab.experiments import sine
from toylab.experiments.sine import SineSpec

torch.set_num_threads(1)  # as in a worker

TINY = [SineSpec(8, 32, steps=10), SineSpec(4, 16, steps=10, noise=0.1)]


def test_the_work_is_the_articles():
    """D in 64..4096 at w = 64, w in 2..256 at D = 2048, by doubling; 500 steps; one seed."""
    data = [(64, 2**k) for k in range(6, 13)]
    width = [(2**k, 2048) for k in range(1, 9)]
    assert sorted((s.width, s.samples) for s in bench.ARTICLE) == sorted(data + width)
    settings = {(s.steps, s.lr, s.schedule, s.noise, s.target, s.runs) for s in bench.ARTICLE}
    assert settings == {(500, 0.01, "constant", 0.0, "sine", 1)}


@pytest.mark.slow
def test_the_plain_way_learns_and_repeats_itself():
    spec = SineSpec(8, 32, steps=150)
    error = bench.plain(spec)
    assert bench.plain(spec) == error < 0.05 < bench.plain(replace(spec, steps=1))


@pytest.mark.slow
def test_both_ways_are_measured_on_the_same_work_and_the_numbers_agree():
    timing = bench.measure(TINY)
    plainly = [bench.plain(spec) for spec in TINY]
    ours = [list(sine.run(spec))[-1][1][0]["test_mse"] for spec in TINY]
    assert timing.ratio == pytest.approx(timing.plain_seconds / timing.toylab_seconds)
    assert timing.plain_error == pytest.approx(math.sqrt(math.prod(plainly)), rel=1e-3)
    assert timing.toylab_error == pytest.approx(math.sqrt(math.prod(ours)), rel=1e-3)
    # the bound is on all cores together: it gives back how many there are
    flops = sum(spec.flops for spec in TINY)
    cores = timing.bound * flops / (timing.matmul_gflops * 1e9 * timing.plain_seconds)
    assert cores == pytest.approx(round(cores))
    assert cores >= 1
    assert timing.reached == pytest.approx(timing.ratio / timing.bound)

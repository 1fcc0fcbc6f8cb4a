"""The comparison of fits adds up. Its times are never asserted."""

import json

import numpy as np
import pytest

from toylab.benchmarks import fit as bench_fit
from toylab.fits import lbfgs_baseline, parametric
from toylab.fits.parametric_options import FitOptions
from toylab.laws import published
from toylab.simulation.isoflop_study import SimulatedStudy, simulate

PUBLISHED_SIZE = bench_fit.RUNS
TINY = SimulatedStudy(budgets=4, sizes=5, noise=0.004)


@pytest.fixture(autouse=True)
def _tiny(monkeypatch):
    monkeypatch.setattr(bench_fit, "RUNS", TINY)
    monkeypatch.setattr(bench_fit, "SAMPLE", 4)
    monkeypatch.setattr(bench_fit, "REPEATS", 2)


def test_as_many_runs_are_fitted_as_were_published():
    assert PUBLISHED_SIZE.runs == 240


@pytest.mark.slow
def test_both_ways_see_the_same_runs_and_what_they_find_is_told():
    timing = bench_fit.measure()
    runs, starts = simulate(published.REFIT.form, TINY), FitOptions().starts
    stops = lbfgs_baseline.minimise(runs, starts[[0, 1499, 2999, 4499]], lbfgs_baseline.Options())
    ours = parametric.fit(runs).objective
    assert timing.runs == 20
    assert timing.toylab_objective == ours
    assert timing.plain_objective == min(stop.objective for stop in stops)
    assert timing.plain_success == np.mean([stop.success for stop in stops])
    arrived = [stop.objective <= ours * (1 + 1e-4) for stop in stops]
    assert timing.plain_arrived == np.mean(arrived)
    assert timing.ratio == pytest.approx(timing.plain_seconds / timing.toylab_seconds)
    assert min(timing.plain_seconds, timing.toylab_seconds, timing.bootstrap_seconds) > 0


def clock(monkeypatch, *durations):
    """A clock by which each thing timed takes as long as is said."""
    ticks = iter(np.repeat(np.cumsum([0, *durations]), 2)[1:-1].tolist())
    monkeypatch.setattr(bench_fit.time, "perf_counter", lambda: next(ticks))


def test_the_plain_way_is_scaled_to_all_starts_and_the_quickest_of_ours_counts(
    monkeypatch,
):
    clock(monkeypatch, 2.0, 0.5, 0.25, 3.0)
    timing = bench_fit.measure()
    assert timing.plain_seconds == 2.0 * 4500 / 4
    assert (timing.toylab_seconds, timing.bootstrap_seconds) == (0.25, 3.0)
    assert timing.ratio == 2.0 * 4500 / 4 / 0.25


def test_the_share_that_arrived_is_of_those_at_our_own_objective(monkeypatch):
    best = parametric.fit(simulate(published.REFIT.form, TINY)).objective
    ends = [best, best * 1.00005, best * 1.001, best * 2]
    stops = [lbfgs_baseline.Minimum(None, end, k > 0) for k, end in enumerate(ends)]
    monkeypatch.setattr(lbfgs_baseline, "minimise", lambda *_: stops)
    timing = bench_fit.measure()
    assert (timing.plain_arrived, timing.plain_success) == (0.5, 0.75)


def test_the_comparison_is_printed_in_words_or_as_json(monkeypatch, capsys):
    timing = bench_fit.Timing(100.0, 0.5, 200.0, 1.5, 0.002, 0.001, 0.9, 0.25, 20)
    monkeypatch.setattr(bench_fit, "measure", lambda: timing)
    assert bench_fit.fit(as_json=True) == 0
    assert json.loads(capsys.readouterr().out) == vars(timing)
    assert bench_fit.fit(as_json=False) == 0
    said = capsys.readouterr().out
    for part in ("20 simulated runs, 4500 starts", "100.0 s", "0.50 s", "200", "400 bootstraps",
                 "1.50 s", "0.0020000000", "0.0010000000", "scaled from 4 starts",
                 "90% report success", "25% are at the lowest objective"):  # fmt: skip
        assert part in said

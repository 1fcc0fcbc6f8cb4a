"""The comparison of language models adds up. Its times are never asserted."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from toylab.benchmarks import lm as bench_lm
from toylab.experiments import batch_lr_study, charlm, corpus
from toylab.experiments.charlm import CharlmSpec
from toylab.experiments.charlm_study import USUAL, CharlmStudy

torch.set_num_threads(1)  # as in a worker

TINY = CharlmSpec(4, 1e7)


@pytest.fixture(scope="module")
def text():
    """What `plain` learns from, and its exam."""
    return bench_lm.tensors()


def timing():
    return bench_lm.Timing(63, 400.5, 10, 62.25, 20.25, 19.7, 2.125, 2.375, 55.0, 0.42)


@pytest.mark.slow
def test_the_plain_way_learns_and_repeats_itself_and_touches_nobodys_draws(text):
    """Uniform guessing loses ln 98 = 4.6, how often characters come 3.2."""
    spec = CharlmSpec(8, 1e8)
    torch.manual_seed(3)
    before = torch.random.get_rng_state()
    loss = bench_lm.plain(spec, *text)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert loss < 2.9 < 4.0 < bench_lm.plain(replace(spec, flops=6 * 8 * 226 * 16.0), *text)
    short = bench_lm.plain(TINY, *text)
    assert bench_lm.plain(TINY, *text) == short
    assert bench_lm.plain(replace(TINY, seed=1), *text) != short


def test_both_ways_learn_from_the_same_text_and_sit_the_same_exam(text):
    letters, exam = text
    found = corpus.load()
    assert np.array_equal(letters, found.train)
    assert np.array_equal(exam, found.exam)
    assert {letters.dtype, exam.dtype} == {torch.int64}


@pytest.mark.slow
def test_the_plain_way_learns_about_as_well_as_the_engine(text):
    """Other first weights and other passages; seeds differ by 0.05 either way."""
    spec = CharlmSpec(8, 3e8, runs=2)
    ours = [row["loss"] for row in list(charlm.run(spec))[-1][1]]
    plainly = [bench_lm.plain(replace(spec, seed=k, runs=1), *text) for k in range(2)]
    assert sum(plainly) / 2 == pytest.approx(sum(ours) / 2, abs=0.15)


@pytest.mark.slow
def test_both_ways_are_measured_on_the_same_work_and_the_numbers_add_up(monkeypatch):
    specs = [replace(TINY, runs=3), replace(TINY, size=6, runs=2), CharlmSpec(8, 2e7, runs=2)]
    asked = []
    given = []

    def plain(run, letters, exam):
        asked.append(run)
        given.append((letters.shape, exam.shape))
        return 2.5 + run.seed

    def timed(specs):
        return 0.5, [row for spec in specs for row in list(charlm.run(spec))[-1][1]], 3

    monkeypatch.setattr(bench_lm, "plain", plain)
    monkeypatch.setattr(bench_lm, "timed", timed)
    found = bench_lm.measure(specs)
    single = [replace(spec, seed=k, runs=1) for spec in specs for k in range(spec.runs)]
    assert found.runs == len(single) == 7
    assert found.sampled == len(asked) == 1
    assert given == [tuple(part.shape for part in bench_lm.tensors())]
    assert set(asked) <= set(single)
    assert found.toylab_seconds == 0.5
    assert found.ratio == pytest.approx(found.plain_seconds / found.toylab_seconds)
    share = sum(run.steps for run in asked) / sum(run.steps for run in single)
    assert found.plain_seconds == pytest.approx(found.sampled_seconds / share)
    assert found.plain_loss == pytest.approx(2.5 + asked[0].seed)
    alone = list(charlm.run(asked[0]))[-1][1][0]["loss"]
    assert found.toylab_loss == pytest.approx(alone, abs=1e-4)
    # the share reached is of all cores together: it gives back how many there are
    flops = sum(spec.flops * spec.runs for spec in specs)
    cores = flops / found.toylab_seconds / (found.matmul_gflops * 1e9 * found.reached)
    assert cores == pytest.approx(3)


def test_the_plan_that_is_timed_is_the_half_minute_one_and_its_sample_has_long_and_short_runs(
    monkeypatch, capsys
):
    asked = []
    monkeypatch.setattr(bench_lm, "measure", lambda specs: asked.append(specs) or timing())
    assert bench_lm.lm(as_json=False) == 0
    assert asked == [CharlmStudy.PRESETS[USUAL].specs()] == [CharlmStudy().specs()]
    assert "63 runs of the half-minute plan" in capsys.readouterr().out
    assert sum(spec.runs for spec in asked[0]) == 63


def test_the_comparison_is_printed_in_words_or_as_json(monkeypatch, capsys):
    monkeypatch.setattr(bench_lm, "measure", lambda _: timing())
    assert bench_lm.lm(as_json=True) == 0
    assert json.loads(capsys.readouterr().out) == vars(timing())
    assert bench_lm.lm(as_json=False) == 0
    said = capsys.readouterr().out
    for part in ("63 runs", "400.5 s", "20.2 s", "19.7", "scaled from 10 runs in 62.2 s",
                 "mean loss 2.125", "mean loss 2.375", "42%", "55 GFLOP/s"):  # fmt: skip
        assert part in said


def test_losses_are_compared_over_the_runs_that_were_timed_only():
    sample = [replace(TINY, seed=1), CharlmSpec(8, 3e7, seed=2)]
    rows = [
        {"size": run.size, "batch": run.batch, "steps": run.steps, "lr": lr, "seed": seed,
         "loss": loss}
        for run in sample
        for seed, lr, loss in (
            (run.seed, run.lr, 2.0 + run.seed), (run.seed + 10, run.lr, math.nan),
            (run.seed, run.lr / 2, math.nan),
        )
    ]  # fmt: skip
    assert bench_lm._mean_loss(sample, rows) == pytest.approx(3.5)


def test_the_grid_is_timed_by_the_same_comparison(monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(bench_lm, "measure", lambda specs: asked.append(specs) or timing())
    assert bench_lm.grid(as_json=False) == 0
    assert asked == [batch_lr_study.BatchLrStudy().specs()]
    assert "the usual grid" in capsys.readouterr().out

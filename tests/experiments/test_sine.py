"""The experiment: its draws, its accounts, its refusals, and networks that were trained."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from toylab import devices
from toylab.benchmarks import sine as bench
from toylab.experiments import sine
from toylab.experiments.sine import SineSpec

torch.set_num_threads(1)  # as in a worker

SMALL = SineSpec(8, 32, steps=40, noise=0.1, runs=3)
NOISY = SineSpec(8, 128, steps=1000, noise=0.3, schedule="cosine", runs=8)
seeds, sizes = st.integers(0, 10**6), st.integers(1, 64)
targets = st.sampled_from(sorted(sine.TARGETS))


def trained(spec):
    """The rows at the end."""
    return [rows for _, rows in sine.run(spec)][-1]


def errors(spec):
    return np.array([row["test_mse"] for row in trained(spec)])


def network(width):
    return nn.Sequential(
        nn.Linear(1, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 1)
    )


def without_seconds(rows):
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows]


def test_the_same_spec_gives_bitwise_the_same_rows_at_every_look():
    first, again = ([(f, without_seconds(r)) for f, r in sine.run(SMALL)] for _ in range(2))
    assert first == again
    assert [fraction for fraction, _ in first] == [k / 10 for k in range(1, 11)]
    assert len({row["test_mse"] for _, rows in first for row in rows}) == 30


@given(seeds, sizes, targets, st.floats(0, 1))
def test_draws_nest(seed, samples, target, noise):
    few = SineSpec(8, samples, seed=seed, target=target, noise=noise, runs=2)
    (x, y), (xs, ys) = sine.examples(few), sine.examples(replace(few, samples=2 * samples))
    assert np.array_equal(x, xs[:, :samples])
    np.testing.assert_allclose(y, ys[:, :samples], rtol=0, atol=1e-12)


@given(seeds, sizes, st.integers(1, 8))
def test_a_seed_draws_the_same_alone_and_in_any_stack(seed, samples, runs):
    stack = SineSpec(4, samples, seed=seed, runs=runs, noise=0.5)
    for k in range(runs):
        alone = replace(stack, seed=seed + k, runs=1)
        assert np.array_equal(sine.initial(alone)[0], sine.initial(stack)[k])
        assert np.array_equal(
            np.ravel(sine.examples(alone)), np.stack(sine.examples(stack))[:, k].ravel()
        )


@given(seeds, sizes, sizes, st.floats(0, 1), targets)
def test_a_seed_starts_from_one_network_whatever_it_learns(seed, samples, more, noise, target):
    one = SineSpec(8, samples, seed=seed)
    other = replace(one, samples=more, noise=noise, target=target, lr=0.1, steps=7)
    assert np.array_equal(sine.initial(one), sine.initial(other))
    assert not np.array_equal(sine.initial(one), sine.initial(replace(one, seed=seed + 1)))


def test_draws_follow_the_stated_distributions():
    """Kolmogorov-Smirnov of seeded draws: a law that is off by 10 % gives p < 1e-4."""
    spec = SineSpec(64, 20_000, noise=0.3)
    (x,), (y,) = sine.examples(spec)
    (start,), w = sine.initial(spec), spec.width
    eps = (y - np.sin(x)) / 0.3
    assert stats.kstest(x / math.pi, stats.uniform(-1, 2).cdf).pvalue > 0.01
    assert stats.kstest(eps, "norm").pvalue > 0.01
    assert abs(np.corrcoef(x, eps)[0, 1]) < 3 / math.sqrt(spec.samples)
    assert np.abs(start[: 2 * w]).max() == pytest.approx(1, abs=5 / (2 * w))
    assert stats.kstest(start[2 * w :] * math.sqrt(w), stats.uniform(-1, 2).cdf).pvalue > 0.01


@pytest.mark.parametrize(("target", "frequency"), [("sine", 1), ("sine", 7), ("fourier", 1)])
def test_targets_have_mean_square_one_half(target, frequency):
    period = sine.GRID[:-1]  # exact: far below the grid's Nyquist frequency
    assert np.square(sine.clean(target, frequency, period)).mean() == pytest.approx(0.5)


def test_the_fourier_targets_spectrum_falls_as_stated():
    height = np.abs(np.fft.rfft(sine.clean("fourier", 1, sine.GRID[:-1])))
    j = np.arange(1, sine.MODES + 1)
    np.testing.assert_allclose(height[j] / height[1], j**-1.5)
    assert height[sine.MODES + 1 :].max() < 1e-9 * height[1]


@pytest.mark.parametrize("schedule", sine.SCHEDULES)
def test_learning_rates_are_torchs(schedule):
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.02)
    scheduler = {
        "constant": torch.optim.lr_scheduler.ConstantLR(optimizer, 1.0),
        "cosine": torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=30),
    }[schedule]
    expected = []
    for _ in range(30):
        expected += scheduler.get_last_lr()
        optimizer.step()
        scheduler.step()
    ours = sine.learning_rates(SineSpec(1, 1, lr=0.02, steps=30, schedule=schedule))
    assert ours == pytest.approx(expected)


@pytest.mark.parametrize("width", [1, 8, 64])
def test_params_and_flops_are_what_torch_counts(width):
    spec, net = SineSpec(width, 100, steps=7), network(width)
    assert spec.params == sum(p.numel() for p in net.parameters())
    with FlopCounterMode(display=False) as counter:
        net(torch.zeros(spec.samples, 1)).sum().backward()
    # torch leaves out the 2 w + 1 biases, and the gradient of the input that nobody needs
    left_out = 6 * (2 * width + 1) + 2 * width
    products = counter.get_total_flops() + spec.samples * left_out
    assert spec.flops == spec.steps * products


def test_the_articles_network_has_4353_parameters():
    assert SineSpec(64, 1).params == 4353


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"width": 0}, "width must be at least 1, got 0"),
        ({"samples": -5}, "samples must be at least 1, got -5"),
        ({"steps": 0}, "steps must be at least 1, got 0"),
        ({"frequency": 0}, "frequency must be at least 1, got 0"),
        ({"runs": 0}, "runs must be at least 1, got 0"),
        ({"lr": 0.0}, "lr must be above 0 and at most 100, got 0.0"),
        ({"lr": 101.0}, "lr must be above 0 and at most 100, got 101.0"),
        ({"lr": math.nan}, "lr must be above 0 and at most 100, got nan"),
        ({"noise": -0.1}, "noise must be between 0 and 100, got -0.1"),
        ({"noise": 100.5}, "noise must be between 0 and 100, got 100.5"),
        ({"noise": math.inf}, "noise must be between 0 and 100, got inf"),
        ({"seed": -1}, "seed must be between 0 and 1000000000, got -1"),
        ({"target": "cosine"}, "target must be one of sine, fourier, got cosine"),
        ({"schedule": "linear"}, "schedule must be one of constant, cosine, got linear"),
        (
            {"samples": 10**9},
            "width 64 with 1000000000 samples needs 64 GB of memory; the limit is 2 GB",
        ),
    ],
)
def test_a_wrong_argument_is_refused_with_the_rule_and_the_value(wrong, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        SineSpec(**({"width": 64, "samples": 64} | wrong))


def test_an_absent_device_is_refused_and_not_replaced():
    here = {device.kind for device in devices.available()}
    absent = next(kind for kind in devices.KINDS if kind not in here)
    with pytest.raises(ValueError, match=rf"device {absent} \(.*\) is not on this machine"):
        next(sine.run(replace(SMALL, device=absent)))


def test_a_rate_that_diverges_gives_rows_that_say_so():
    rows = trained(replace(SMALL, width=64, steps=10, lr=100.0))
    assert [row["diverged"] for row in rows] == [True] * 3
    assert min(row["train_mse"] for row in rows) > 0.5  # of the flat line


def test_a_run_that_has_hardly_begun_has_not_diverged():
    """Some networks start worse than the flat line y = 0; that is not divergence."""
    rows = trained(SineSpec(64, 32, steps=3, lr=1e-4, runs=8))
    assert max(row["train_mse"] for row in rows) > 0.5
    assert not any(row["diverged"] for row in rows)


def test_a_run_without_a_finite_error_is_marked_and_its_neighbours_are_not(monkeypatch):
    healthy, start = trained(SMALL), sine.initial(SMALL)
    start[1] = math.nan
    monkeypatch.setattr(sine, "initial", lambda _: start)
    rows = trained(SMALL)
    assert [row["diverged"] for row in rows] == [False, True, False]
    assert math.isnan(rows[1]["test_mse"])
    assert without_seconds(rows[::2]) == without_seconds(healthy[::2])


@pytest.mark.slow
def test_it_trains_like_the_plain_way():
    """Same points, other initial networks: errors equal in distribution.

    Shared points make the two samples more alike than chance would, so p is if anything large.
    Half or twice the rate, or a hidden or last layer without its gradient, gives p below 1e-3.
    """
    spec = SineSpec(16, 64, steps=150, runs=24)
    plainly = [bench.plain(replace(spec, seed=seed, runs=1)) for seed in range(24)]
    assert stats.ks_2samp(np.log(errors(spec)), np.log(plainly)).pvalue > 0.01


@pytest.mark.slow
def test_error_falls_as_theory_says_where_noise_is_what_limits_it():
    """Slope -1; a median over 8 seeds is good to 0.2 in log error, so the slope to 0.1."""
    sizes = [32, 128, 512]
    medians = [np.median(errors(replace(NOISY, samples=D))) for D in sizes]
    assert medians[0] > medians[1] > medians[2]
    slope = math.log(medians[2] / medians[0]) / math.log(sizes[2] / sizes[0])
    assert slope == pytest.approx(-1, abs=0.3)


@pytest.mark.slow
def test_the_noise_is_in_the_training_error_and_not_in_the_test_error():
    """The mean of n squared residuals is good to sqrt(2 / n)."""
    rows = trained(replace(NOISY, samples=1024, runs=2))
    spread = math.sqrt(2 / 2048)
    assert np.mean([row["train_mse"] for row in rows]) == pytest.approx(0.09, rel=4 * spread)
    assert max(row["test_mse"] for row in rows) < 0.1 * 0.09


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(
            "cuda",
            marks=[
                pytest.mark.cuda,
                pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device"),
            ],
        ),
        pytest.param(
            "mps",
            marks=pytest.mark.skipif(not torch.backends.mps.is_available(), reason="no Apple GPU"),
        ),
    ],
)
def test_a_gpu_learns_what_the_processor_does(kind):
    """From the same draws; 1e-6 more or less in every weight is 1e-4 in these errors."""
    there = errors(replace(NOISY, device=kind))
    np.testing.assert_allclose(there, errors(NOISY), rtol=0.02)

"""What is written out by hand, against torch's own modules and autograd."""

import math
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from toylab.experiments.nets import cores as nets_cores
from toylab.experiments.nets import mlp

torch.set_num_threads(1)  # as in a worker

# Against the same sums in another order: float64 to rounding; float32 to the 2e-7 that
# `_tanh` is good for, carried through a width of 64.
TOLERANCE = {
    torch.float64: {"rtol": 1e-12, "atol": 1e-13},
    torch.float32: {"rtol": 1e-5, "atol": 5e-6},
}
dtypes = pytest.mark.parametrize("dtype", TOLERANCE, ids=str)
widths = pytest.mark.parametrize("width", [1, 2, 8, 64])


def drawn(width, dtype, runs=3, examples=50):
    """Parameters, points and labels of a few unrelated runs."""
    random = torch.Generator().manual_seed(width)
    flat = 0.4 * torch.randn(runs, width**2 + 4 * width + 1, generator=random, dtype=dtype)
    x, y = torch.randn(2, runs, 1, examples, generator=random, dtype=dtype)
    return flat, x, y


def network(row, width):
    """The nn.Module that has these parameters."""
    net = nn.Sequential(
        nn.Linear(1, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 1)
    ).to(row.dtype)
    vector_to_parameters(row, net.parameters())
    return net


@dtypes
@widths
def test_each_run_predicts_what_its_nn_module_does(width, dtype):
    flat, x, _ = drawn(width, dtype)
    rows = [network(row, width)(points.mT).mT for row, points in zip(flat, x, strict=True)]
    predicted = mlp.predict(mlp.layers(flat, width), x)
    torch.testing.assert_close(predicted, torch.stack(rows).detach(), **TOLERANCE[dtype])


@dtypes
@widths
def test_the_gradient_of_each_run_is_autograds_and_is_added(width, dtype):
    flat, x, y = drawn(width, dtype)
    expected = []
    for row, points, labels in zip(flat, x, y, strict=True):
        net = network(row, width)
        (0.02 * (net(points.mT).mT - labels).square().sum()).backward()
        expected.append(parameters_to_vector(p.grad for p in net.parameters()))
    grads = torch.ones_like(flat)
    mlp.add_gradient(mlp.layers(grads, width), mlp.layers(flat, width), x, y, 0.02)
    torch.testing.assert_close(grads, 1 + torch.stack(expected), **TOLERANCE[dtype])


def test_blocks_add_up_to_the_whole(monkeypatch):
    flat, x, y = drawn(8, torch.float64)
    pieces = flat.clone()
    list(mlp.train(flat, 8, x, y, [0.01] * 20, 1))
    whole = mlp.mse(flat, 8, x, y)
    monkeypatch.setattr(mlp, "BLOCK", 3 * 8 * 7)
    assert [len(xs[0, 0]) for xs, _ in mlp._blocks(3 * 8, x, y)] == [7] * 7 + [1]
    list(mlp.train(pieces, 8, x, y, [0.01] * 20, 1))
    torch.testing.assert_close(pieces, flat, rtol=1e-9, atol=1e-11)
    torch.testing.assert_close(mlp.mse(pieces, 8, x, y), whole, rtol=1e-9, atol=0)


@pytest.mark.parametrize("cores", [2, 3])
def test_parts_give_the_same_bits_on_any_number_of_cores_and_add_up_to_the_whole(
    monkeypatch, cores
):
    start, x, y = drawn(64, torch.float64, runs=1, examples=4096)
    whole, split, alone = (start.clone() for _ in range(3))
    list(mlp.train(whole, 64, x, y, [0.01] * 3, 1))
    monkeypatch.setattr(mlp, "PART", 2e7)
    assert [len(blocks) for blocks in mlp._parts(start, 64, x, y)] == [1, 1, 1, 1]
    for flat, threads in ((split, cores), (alone, 1)):
        monkeypatch.setattr(nets_cores, "cores", lambda threads=threads: threads)
        list(mlp.train(flat, 64, x, y, [0.01] * 3, 1))
    assert torch.equal(split, alone)
    torch.testing.assert_close(split, whole, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("broken", [math.nan, math.inf, 1e38])
def test_a_run_that_diverges_leaves_its_neighbours_alone(broken):
    healthy, x, y = drawn(8, torch.float32)
    flat = healthy.clone()
    flat[1] = broken
    for stack in (flat, healthy):
        list(mlp.train(stack, 8, x, y, [0.01] * 30, 1))
    assert not flat[1].isfinite().all()
    assert torch.equal(flat[[0, 2]], healthy[[0, 2]])


@pytest.mark.parametrize(("width", "params"), [(1, 6), (2, 13), (8, 97), (64, 4353)])
def test_layers_are_windows_that_cover_every_parameter_once(width, params):
    flat = torch.arange(2.0 * params).view(2, params)
    parts = mlp.layers(flat, width)
    assert sum(part[0].numel() for part in parts) == params
    assert torch.equal(torch.cat([part.flatten(1) for part in parts], 1), flat)
    flat.zero_()
    assert not any(part.any() for part in parts)


def test_the_fast_tanh_is_good_to_2e_7():
    z = torch.linspace(-12, 12, 200_001)
    assert (mlp._tanh(2 * z).double() - z.double().tanh()).abs().max() < 2e-7


@given(st.integers(1, 12), st.integers(0, 40))
def test_training_is_looked_at_as_often_as_asked_and_at_the_end(looks, more):
    flat, x, y = drawn(1, torch.float32, runs=1, examples=1)
    done = list(mlp.train(flat, 1, x, y, [0.01] * (looks + more), looks))
    assert len(done) == looks
    assert done[-1] == looks + more
    gaps = [b - a for a, b in pairwise([0, *done])]
    assert max(gaps) - min(gaps) <= 1

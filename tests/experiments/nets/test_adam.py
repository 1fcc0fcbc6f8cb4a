"""Adam in one pass, against torch's own."""

import math

import pytest
import torch
from torch import nn

from toylab.experiments.nets.adam import Adam

torch.set_num_threads(1)  # as in a worker

betas = pytest.mark.parametrize(("beta2", "eps"), [(0.999, 1e-8), (0.99, 1e-9)])
TOLERANCE = {
    torch.float64: {"rtol": 1e-10, "atol": 1e-12},
    torch.float32: {"rtol": 1e-4, "atol": 1e-5},
}


@pytest.mark.slow
@betas
@pytest.mark.parametrize("dtype", TOLERANCE, ids=str)
def test_adam_takes_torchs_steps(dtype, beta2, eps):
    """Gradients from 1e-10 to 1, so that eps counts too."""
    random = torch.Generator().manual_seed(0)
    start = torch.randn(2, 30, generator=random, dtype=dtype)
    scale = 10.0 ** -torch.linspace(0, 10, 30, dtype=dtype)
    ours, theirs = start.clone(), nn.Parameter(start.clone())
    adam = Adam(ours, beta2, eps)
    oracle = torch.optim.Adam([theirs], betas=(0.9, beta2), eps=eps, foreach=False)
    for step in range(300):
        oracle.param_groups[0]["lr"] = lr = 0.1 * math.exp(-step / 100)
        theirs.grad = scale * torch.randn(2, 30, generator=random, dtype=dtype)
        adam.step(theirs.grad, lr)
        oracle.step()
    assert (ours - start).abs().median() > 0.1
    torch.testing.assert_close(ours, theirs.detach(), **TOLERANCE[dtype])


@pytest.mark.parametrize("decay", [0.0, 0.3, 3.0])
def test_with_weight_decay_the_steps_are_those_of_torchs_adamw(decay):
    random = torch.Generator().manual_seed(1)
    start = torch.randn(20, generator=random, dtype=torch.float64)
    ours, theirs = start.clone(), nn.Parameter(start.clone())
    adam = Adam(ours, 0.99, 1e-9, decay)
    oracle = torch.optim.AdamW([theirs], betas=(0.9, 0.99), eps=1e-9, weight_decay=decay)
    for step in range(50):
        oracle.param_groups[0]["lr"] = lr = 0.05 * (1 - step / 50)
        theirs.grad = torch.randn(20, generator=random, dtype=torch.float64)
        adam.step(theirs.grad, lr)
        oracle.step()
    torch.testing.assert_close(ours, theirs.detach(), rtol=1e-10, atol=1e-12)


def test_the_defaults_are_torchs():
    start = torch.linspace(-1, 1, 5, dtype=torch.float64)
    ours, theirs = start.clone(), nn.Parameter(start.clone())
    adam, oracle = Adam(ours), torch.optim.Adam([theirs], lr=0.1)
    for step in range(20):
        theirs.grad = start * (step % 3 - 0.5) * 1e-8
        adam.step(theirs.grad, 0.1)
        oracle.step()
    torch.testing.assert_close(ours, theirs.detach(), rtol=1e-12, atol=1e-13)


@betas
@pytest.mark.parametrize("slope", [3.0, -0.02])
def test_a_constant_slope_is_followed_at_the_learning_rate(slope, beta2, eps):
    """Corrected for their start, mean and square of a constant are exact: lr g / (|g| + "
    "eps)."""
    params = torch.zeros(1, dtype=torch.float64)
    adam = Adam(params, beta2, eps)
    for _ in range(50):
        adam.step(torch.tensor([slope], dtype=torch.float64), 0.01)
    assert params.item() == pytest.approx(-50 * 0.01 * slope / (abs(slope) + eps), rel=1e-9)


def test_a_broken_gradient_breaks_its_own_parameter_only():
    healthy, broken = torch.ones(3), torch.ones(3)
    one, other = Adam(healthy), Adam(broken)
    for _ in range(5):
        one.step(torch.tensor([0.1, 0.2, 0.3]), 0.1)
        other.step(torch.tensor([0.1, math.nan, 0.3]), 0.1)
    assert broken.isnan().tolist() == [False, True, False]
    assert torch.equal(broken[[0, 2]], healthy[[0, 2]])

"""SGD and its momentum, against torch's own."""

import pytest
import torch
from torch import nn

from toylab.experiments.nets import training
from toylab.experiments.nets.sgd import Sgd

torch.set_num_threads(1)  # as in a worker


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_sgd_takes_torchs_steps(momentum):
    """At rates that change, in double precision."""
    random = torch.Generator().manual_seed(0)
    start = torch.randn(60, generator=random, dtype=torch.float64)
    ours, theirs = start.clone(), nn.Parameter(start.clone())
    sgd, oracle = Sgd(ours, momentum), torch.optim.SGD([theirs], lr=1.0, momentum=momentum)
    for lr in training.learning_rates(100, 0.2):
        oracle.param_groups[0]["lr"] = lr
        theirs.grad = theirs.detach() + torch.randn(60, generator=random, dtype=torch.float64)
        sgd.step(theirs.grad.clone(), lr)
        oracle.step()
    assert (ours - start).abs().median() > 0.1
    torch.testing.assert_close(ours, theirs.detach(), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", ["sgd", "momentum"])
def test_a_broken_gradient_breaks_its_own_parameter_only_and_gradients_stay_as_they_were(name):
    params, grads = torch.ones(3), torch.tensor([0.1, float("nan"), 0.3])
    descent = training.OPTIMIZERS[name](params, 0.0)
    for _ in range(3):
        descent.step(grads, 0.1)
    assert params.isfinite().tolist() == [True, False, True]
    assert grads[2] == pytest.approx(0.3)


def test_momentum_takes_ten_times_sgds_steps_down_a_steady_slope():
    """1 / (1 - 0.9), once the ball rolls: the reason for its tenth of a rate."""
    ball, plain = torch.zeros(1), torch.zeros(1)
    moving, still = (
        training.OPTIMIZERS["momentum"](ball, 0.0),
        training.OPTIMIZERS["sgd"](plain, 0.0),
    )
    for _ in range(200):
        before = ball.item(), plain.item()
        moving.step(torch.ones(1), 0.01)
        still.step(torch.ones(1), 0.01)
    ours, theirs = ball.item() - before[0], plain.item() - before[1]
    assert ours / theirs == pytest.approx(10, rel=1e-3)

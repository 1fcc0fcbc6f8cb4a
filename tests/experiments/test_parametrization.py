"""The two parametrisations, against the published table and against each other."""

import pytest

from toylab.experiments import parametrization
from toylab.experiments.nets.deep import DeepNet

BASE, WIDTH = 64, 512


def by_name(parameters):
    return {one.name: one for one in parameters}


@pytest.mark.parametrize("skips", [False, True])
def test_wider_than_the_base_only_what_sums_over_the_width_changes_as_the_table_says(skips):
    """Yang et al. 2022, Table 3, and the package mup: hidden rate 1/m, output variance 1/m^2."""
    m = WIDTH / BASE
    usual = by_name(parametrization.standard(WIDTH, 3, skips=skips))
    base = by_name(parametrization.standard(BASE, 3, skips=skips))
    ours = by_name(parametrization.mup(WIDTH, 3, BASE, skips=skips))
    assert list(ours) == ["e", "W_1", "b_1", "W_2", "b_2", "W_3", "b_3", "W", "b"]
    for name, one in ours.items():
        rate, std = {
            "input": (1.0, 1.0),
            "bias": (1.0, 1.0),
            "hidden": (1 / m, m**-0.5),
            "output": (1 / m, 1 / m),
        }[one.kind]
        assert one.rate == rate
        assert one.std == pytest.approx(base[name].std * std)
        assert one.shape == usual[name].shape
        assert usual[name].rate == 1
    assert {one.kind for one in ours.values()} == {"input", "bias", "hidden", "output"}


def test_at_the_base_both_are_one():
    assert parametrization.mup(96, 4, 96) == parametrization.standard(96, 4)


@pytest.mark.parametrize("depth", [1, 2, 5])
def test_n_counts_the_weights_that_multiply(depth):
    assert parametrization.count(40, depth) == 226 * 40 + (depth - 1) * 40**2


def test_a_network_starts_at_these_spreads():
    net = DeepNet(256, 2, False)
    parameters = parametrization.mup(256, 2, 32)
    layers = net.layers(net.initial([5], parameters))
    for one, layer in zip(parameters, layers, strict=True):
        assert layer.shape[1:] == one.shape
        assert layer.std(correction=0).item() == pytest.approx(
            one.std, rel=4 / (2 * layer.numel()) ** 0.5
        )

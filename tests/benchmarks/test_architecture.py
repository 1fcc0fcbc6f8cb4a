"""The plain networks of `bench architecture` are those of the engine, weight for weight."""

import pytest

from toylab.benchmarks.architecture import network
from toylab.experiments.architecture_study import NETS


@pytest.mark.parametrize("net", ["lstm", "transformer"])
def test_the_plain_network_has_as_many_weights_in_matrix_products(net):
    run = NETS[net].spec(16, 1e9)
    told = dict(network(run).named_parameters())
    weights = [
        one for name, one in told.items() if one.ndim == 2 and not name.startswith("letters")
    ]
    places = [one for name, one in told.items() if name.startswith("places")]
    assert sum(one.numel() for one in weights) - sum(one.numel() for one in places) == run.params

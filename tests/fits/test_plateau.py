"""Plateau of a loss at chance: a step has one, a smooth fall has none."""

import math

import numpy as np
import pytest

from toylab.fits.plateau import Plateau, find

SIZES = [100, 200, 400, 800, 1600, 3200]
CHANCE = math.log(16)


def seeds(means, spread=0.05):
    """Four seeds about each mean."""
    about = spread * np.array([-1, -0.5, 0.5, 1])
    return {N: mean + about for N, mean in zip(SIZES, means, strict=True)}


def test_a_loss_that_stays_at_chance_and_then_falls_has_a_plateau():
    found = find(seeds([2.78, 2.75, 2.6, 1.6, 0.2, 0.1]), CHANCE)
    assert found == Plateau(200, 800, 1600, pytest.approx(1.4))


@pytest.mark.parametrize(
    "means",
    [
        [CHANCE * 0.42**k for k in range(6)],  # one factor a size
        [CHANCE * 0.97**k for k in range(6)],
        [CHANCE * (N / 100) ** -0.05 for N in SIZES],  # a power: two sizes are near chance
        [CHANCE * (1 - 0.18 * k) for k in range(6)],
        [2.78, 1.5, 0.2, 0.1, 0.05, 0.02],  # one size at chance may be any curve's beginning
        [2.6, 2.78, 2.78, 1.0, 0.2, 0.1],  # the smallest is better than chance
        [CHANCE] * 6,
    ],
)
def test_a_smooth_fall_has_none(means):
    for spread in (0.05, 0.001):
        assert find(seeds(means, spread), CHANCE) is None


def test_a_fall_within_the_spread_of_the_seeds_is_none_nor_one_of_single_seeds():
    means = [2.78, 2.75, 2.7, 1.6, 0.9, 0.7]
    assert find(seeds(means, 0.3), CHANCE)
    assert find(seeds(means, 1.0), CHANCE) is None
    assert find({N: told[:1] for N, told in seeds(means).items()}, CHANCE) is None
    assert find({}, CHANCE) is None


def test_a_loss_that_is_not_finite_does_not_count():
    told = seeds([2.78, 2.75, 2.6, 1.6, 0.2, 0.1])
    with_one = {N: np.append(losses, math.nan) for N, losses in told.items()}
    assert find(with_one, CHANCE) == find(told, CHANCE)

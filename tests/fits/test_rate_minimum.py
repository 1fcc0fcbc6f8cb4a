"""Minima on ladders of rates: places, intervals and verdicts, calibrated on valleys we know."""

import numpy as np
import pytest

from toylab.fits import rate_minimum
from toylab.fits.rate_minimum import LADDER, LITTLE

OCTAVES = np.arange(-9.0, -2)
WIDTHS = [64, 128, 256, 512]


def valley(x, at, low=0.67, high=1.1, deep=0.077):
    """ln L as in recorded valleys: lines of slope -0.05 and 0.08 an octave, and a bend of 0.057."""
    u = x - at + np.log(low / high) / (low + high)
    return 0.9 + deep * np.logaddexp(-low * u, high * u)


def drawn(random, at, seeds, noise):
    """Losses (seeds, rates) of a valley, each seed at a level of its own."""
    level = random.normal(0, 0.01, (seeds, 1))
    wobble = random.normal(0, noise, (seeds, len(OCTAVES)))
    return np.exp(valley(OCTAVES, at) + level + wobble)


def test_a_parabola_is_found_exactly_and_seeds_move_apart():
    shifts = np.array([[-0.1], [0.1]])
    losses = np.exp(0.03 * (OCTAVES - (-6.2 + shifts)) ** 2 + 1)
    minimum = rate_minimum.locate(OCTAVES, losses)
    assert minimum.curvature == pytest.approx(0.03)
    assert minimum.places(0.03) == pytest.approx([-6.3, -6.1])
    pooled = rate_minimum.pool([minimum, minimum])
    assert (pooled.curvature, pooled.sd, pooled.df) == pytest.approx((0.03, 0.02**0.5, 2))
    assert rate_minimum.interval(minimum, pooled).value == pytest.approx(-6.2)
    assert (minimum.octave, minimum.edge) == (-6, "")
    assert minimum.loss == pytest.approx(np.exp(1 + 0.03 * (0.2**2 + 0.1**2)))


def test_an_edge_is_told_and_a_rate_that_diverged_is_left_out():
    falling = np.exp(-0.1 * OCTAVES)[None].repeat(2, 0)
    assert rate_minimum.locate(OCTAVES, falling).edge == "high"
    assert rate_minimum.locate(OCTAVES, falling[:, ::-1]).edge == "low"
    losses = np.exp(valley(OCTAVES, -6.0))[None].repeat(2, 0)
    losses[0, 4:] = np.nan  # one seed is enough
    minimum = rate_minimum.locate(OCTAVES, losses)
    assert (minimum.octave, minimum.edge, len(minimum.slopes)) == (-6, "high", 0)
    assert rate_minimum.locate(OCTAVES, np.full((2, 7), np.nan)) is None


def test_the_ladder_tells_a_place_to_what_is_said():
    """Of valleys without noise, at all phases of the ladder."""
    phases = np.linspace(-7, -6, 41)
    found = [rate_minimum.locate(OCTAVES, np.exp(valley(OCTAVES, at))[None]) for at in phases]
    curvature = np.mean([one.curvature for one in found])
    off = [float(one.places(curvature)[0]) for one in found] - phases
    assert 0.4 * LADDER < np.sqrt(np.mean(np.square(off))) < LADDER


def studies(slope, seeds, noise, many=150):
    """Drifts of simulated ladders whose best rate moves by so many octaves a doubling."""
    for k in range(many):
        random = np.random.default_rng([k, 7])
        start = random.uniform(-6.5, -5.5)
        minima = {
            width: rate_minimum.locate(OCTAVES, drawn(random, start + slope * j, seeds, noise))
            for j, width in enumerate(WIDTHS)
        }
        pooled = rate_minimum.pool(list(minima.values()))
        if pooled and (drift := rate_minimum.drift(minima, pooled)):
            yield drift


@pytest.mark.parametrize("noise", [0.005, 0.015])  # recorded networks have 0.005
def test_an_interval_holds_the_true_drift_and_no_drift_is_seldom_called_one(noise):
    found = list(studies(0.0, 2, noise))
    assert np.mean([drift.slope.holds(0.0) for drift in found]) > 0.94
    assert np.mean([drift.direction != "open" for drift in found]) < 0.06
    assert len(found) > 100


@pytest.mark.parametrize("noise", [0.005, 0.015])
@pytest.mark.parametrize("sign", [-1, 1])
def test_little_and_much_are_seldom_said_at_their_border(noise, sign):
    """There either is wrong by a hair; a failure to show one never proves the other."""
    found = list(studies(sign * LITTLE, 2, noise))
    assert np.mean([drift.little for drift in found]) <= 0.05
    assert np.mean([drift.much for drift in found]) <= 0.05
    assert not any(drift.little and drift.much for drift in found)


def test_what_moves_as_recorded_networks_do_is_told_with_two_seeds():
    falls, rises = (list(studies(slope, 2, 0.005, many=60)) for slope in (-0.5, 0.15))
    assert np.mean([drift.direction == "down" and drift.much for drift in falls]) > 0.8
    assert np.mean([drift.little for drift in rises]) > 0.8


def test_seeds_that_disagree_have_no_drift():
    """Ten times the noise of recorded networks: then a minimum is where luck puts it."""
    assert len(list(studies(0.1, 2, 0.05, many=50))) < 20


def test_an_edge_has_no_drift_and_what_stands_still_has_none():
    level = np.exp(valley(OCTAVES, -6.0))[None].repeat(2, 0)
    inside = rate_minimum.locate(OCTAVES, level)
    edge = rate_minimum.locate(OCTAVES[:3], level[:, :3])
    pooled = rate_minimum.pool([inside, edge])
    assert edge.edge == "high"
    assert rate_minimum.interval(edge, pooled) is None
    assert rate_minimum.drift({64: inside, 128: edge}, pooled) is None
    assert rate_minimum.drift({64: inside}, pooled) is None
    still = rate_minimum.drift({64: inside, 128: inside}, pooled)
    assert (still.slope.value, still.doublings) == (0.0, 1.0)
    assert still.total == still.slope
    assert rate_minimum.pool([edge]) is None


def test_an_interval_is_no_narrower_than_the_ladder_allows():
    minimum = rate_minimum.locate(OCTAVES, np.exp(valley(OCTAVES, -6.0))[None].repeat(3, 0))
    pooled = rate_minimum.Pooled(minimum.curvature, 0.0, 20)
    place = rate_minimum.interval(minimum, pooled)
    assert place.high - place.low == pytest.approx(2 * 2.086 * LADDER, rel=1e-3)

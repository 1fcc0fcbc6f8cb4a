"""The noise scale of gradients whose distribution is known."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toylab.experiments import corpus, noise_scale
from toylab.experiments.noise_scale import (
    BATCH,
    BIG,
    SMALL,
    NoiseScaleSpec,
    mean_of_ratios,
    parts,
    scale,
)

few = settings(deadline=None, max_examples=15)
G = np.array([1.0, -0.5, 0.25, 0.0, 2.0])  # the gradient over all data
FACTOR = np.random.default_rng(0).standard_normal((5, 5)) * 3
SIGMA = FACTOR @ FACTOR.T  # one example's covariance, not diagonal
SIGNAL, NOISE = float(G @ G), float(np.trace(SIGMA))
positives = st.floats(1e-3, 1e3)


def squares(batch, pairs, seed, gradient=G):
    """|G_B|^2 of so many batches: their gradient is normal, its covariance Sigma / B."""
    drawn = np.random.default_rng([seed, batch]).standard_normal((pairs, 5))
    return ((gradient + drawn @ FACTOR.T / math.sqrt(batch)) ** 2).sum(axis=1)


@given(positives, positives, st.floats(1, 100), st.floats(1.01, 1000))
@few
def test_from_the_expected_squares_come_exactly_the_noise_and_the_signal(noise, signal, b, more):
    B = b * more
    few, many = signal + noise / b, signal + noise / B
    both = noise + signal * b  # what rounding is in proportion to
    found = parts(few, many, b, B)
    assert found[0] == pytest.approx(noise, abs=1e-10 * both / (1 - 1 / more))
    assert found[1] == pytest.approx(signal, abs=1e-10 * both / (1 - 1 / more))


@pytest.mark.parametrize(("b", "B"), [(1, 16), (4, 64), (16, 4096)])
def test_averages_over_many_batches_converge_to_the_noise_and_the_signal(b, B):
    pairs = 40_000
    found = parts(squares(b, pairs, 0), squares(B, pairs, 0), b, B)
    errors = found.std(axis=1) / math.sqrt(pairs)
    assert (errors < 0.05 * np.array([NOISE, SIGNAL])).all()
    assert (np.abs(found.mean(axis=1) - [NOISE, SIGNAL]) < 3.5 * errors).all()


@pytest.mark.parametrize(("b", "B"), [(1, 8), (4, 64)])
def test_the_ratio_of_averages_converges_to_the_noise_scale(b, B):
    small, big = squares(b, 40_000, 1), squares(B, 40_000, 1)
    hundreds = [scale(*two, b, B) for two in zip(small.reshape(40, -1), big.reshape(40, -1),
                                                 strict=True)]  # fmt: skip
    error = np.std(hundreds) / math.sqrt(40)
    assert error < 0.03 * NOISE / SIGNAL
    assert scale(small, big, b, B) == pytest.approx(NOISE / SIGNAL, abs=3.5 * error)


def test_the_average_of_ratios_stays_off_however_many_batches_there_are():
    """|G|^2 is known to a fifth here, from each pair: 1 / |G|^2 is too large on average."""
    b, B, pairs = 4, 256, 40_000
    clear = 1.3 * G
    small, big = squares(b, pairs, 2, clear), squares(B, pairs, 2, clear)
    noise, signal = parts(small, big, b, B)
    assert 0.15 < signal.std() / signal.mean() < 0.25
    assert signal.min() > 0  # so no pair is wild
    truth = NOISE / float(clear @ clear)
    error = (noise / signal).std() / math.sqrt(pairs)
    assert mean_of_ratios(small, big, b, B) > truth + 10 * error
    assert scale(small, big, b, B) == pytest.approx(truth, abs=3.5 * error)


def test_the_average_of_ratios_is_each_pairs_own_scale_averaged():
    small, big = squares(4, 6, 3, 3 * G), squares(256, 6, 3, 3 * G)
    each = [scale([one], [other], 4, 256) for one, other in zip(small, big, strict=True)]
    assert mean_of_ratios(small, big, 4, 256) == pytest.approx(np.mean(each))
    assert mean_of_ratios(small[:1], big[:1], 4, 256) == pytest.approx(
        scale(small[:1], big[:1], 4, 256)
    )


def test_the_small_batches_squares_come_first_and_are_usually_of_16_and_4096():
    small, big = NOISE / 16 + SIGNAL, NOISE / 4096 + SIGNAL
    assert (SMALL, BIG) == (16, 4096)
    assert parts(small, big) == pytest.approx([NOISE, SIGNAL])
    assert scale([small], [big]) == pytest.approx(NOISE / SIGNAL)
    assert mean_of_ratios([small], [big]) == pytest.approx(NOISE / SIGNAL)
    swapped = parts(big, small)
    assert swapped[0] == pytest.approx(-NOISE)
    assert swapped[1] > SIGNAL


@given(st.floats(1e-9, 1e9), st.integers(0, 20))
@few
def test_the_scale_does_not_depend_on_the_unit_of_the_loss(unit, seed):
    small, big = squares(4, 8, seed), squares(64, 8, seed)
    np.testing.assert_allclose(parts(small * unit, big * unit), unit * parts(small, big))
    expected = scale(small, big)
    assert scale(small * unit, big * unit) == pytest.approx(expected)


def test_the_parts_keep_the_shape_of_the_squares():
    small, big = squares(4, 6, 0).reshape(2, 3), squares(64, 6, 0).reshape(2, 3)
    assert parts(small, big).shape == (2, 2, 3)
    assert parts(small, big)[:, 1, 2] == pytest.approx(parts(small[1, 2], big[1, 2]))
    assert scale(small, big) == pytest.approx(scale(small.ravel(), big.ravel()))


def test_a_signal_that_comes_out_as_nothing_or_less_has_no_finite_scale():
    assert scale([1.0, 1.0], [1 / 256, 1 / 256]) == math.inf  # 4096 / 256 = 16: all is noise
    assert scale([1.0], [0.001]) == math.inf
    # one pair below nothing is no harm to the average
    assert 0 < scale([1.0, 1.0], [0.001, 0.5]) < math.inf


@pytest.mark.parametrize("read", [parts, scale, mean_of_ratios])
@pytest.mark.parametrize(
    ("b", "B"), [(16, 16), (32, 16), (0, 16), (-1, 16), (math.nan, 16), (16, math.nan)]
)
def test_two_batches_that_are_not_a_small_and_a_big_one_are_refused(read, b, B):
    with pytest.raises(ValueError, match=f"smaller than the big one, got {b} and {B}"):
        read([1.0], [0.5], b, B)


def test_squares_that_are_no_pairs_are_refused():
    with pytest.raises(ValueError, match=r"\(3,\) \(2,\)"):
        parts([1.0, 2.0, 3.0], [1.0, 2.0])


def test_gradients_are_measured_on_other_examples_than_the_network_learns_from(monkeypatch):
    """On its own examples a network's gradient is shorter: it has just followed it."""
    given = []
    monkeypatch.setattr(noise_scale, "_meter", lambda *how: given.append(how[-1]) or (lambda: 1.0))
    spec = NoiseScaleSpec(lr=2.0, target=3.2)
    next(noise_scale.run(spec))
    learned, measured = (
        {tuple(row) for row in corpus.load().draw(random, BATCH)}
        for random in (np.random.default_rng(spec.seed), given[0])
    )
    assert len(learned & measured) < 0.05 * BATCH

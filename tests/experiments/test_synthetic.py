"""The language of known entropy is the one it says it is, and its draws follow it."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from toylab.experiments import synthetic
from toylab.experiments.synthetic import WORDS

LANGUAGE = synthetic.language()


def test_rows_and_words_have_probabilities():
    assert LANGUAGE.first.shape == (WORDS,) == (512,)
    assert LANGUAGE.following.shape == (WORDS, WORDS)
    assert min(LANGUAGE.first.min(), LANGUAGE.following.min()) > 0
    np.testing.assert_allclose(LANGUAGE.following.sum(1), 1, rtol=1e-12)
    assert LANGUAGE.first.sum() == pytest.approx(1, rel=1e-12)
    np.testing.assert_allclose(LANGUAGE.exam.sum(1), LANGUAGE.first, rtol=1e-12)


def test_words_are_zipfs():
    harmonic = math.fsum(1 / k for k in range(1, 513))
    assert LANGUAGE.first.tolist() == pytest.approx([1 / k / harmonic for k in range(1, 513)])


@pytest.mark.parametrize("x", [0, 1, 7, 200, 511])
def test_what_follows_a_word_is_as_stated(x):
    """P(y | x) ~ y^-0.8 exp(1.5 sum_k u_k(x) v_k(y) / k), a product at a time."""
    u, v = np.random.default_rng(14).standard_normal((2, 512, 512))
    heights = [
        (y + 1) ** -0.8 * math.exp(1.5 * math.fsum(u[x, k] * v[y, k] / (k + 1) for k in range(512)))
        for y in range(512)
    ]
    np.testing.assert_allclose(LANGUAGE.following[x], heights / np.sum(heights), rtol=1e-9)


def test_the_entropy_is_that_of_pairs_less_that_of_words():
    """H(y | x) = H(x, y) - H(x), summed exactly."""
    pairs = -math.fsum(p * math.log(p) for p in LANGUAGE.exam.ravel())
    words = -math.fsum(p * math.log(p) for p in LANGUAGE.first)
    assert LANGUAGE.entropy == pytest.approx(pairs - words, rel=1e-10)
    # Far enough below what is known of y without x that there is something to learn.
    alone = LANGUAGE.exam.sum(0)
    assert LANGUAGE.entropy < -(alone * np.log(alone)).sum() - 0.5


@given(st.integers(0, 10**6), st.floats(1e-3, 3))
@settings(deadline=None)
def test_no_table_has_a_lower_loss_than_the_true_one(seed, spread):
    random = np.random.default_rng(seed)
    other = LANGUAGE.following * np.exp(spread * random.standard_normal((WORDS, WORDS)))
    other /= other.sum(1, keepdims=True)
    assert -(LANGUAGE.exam * np.log(other)).sum() > LANGUAGE.entropy


def test_draws_follow_the_table():
    """Chi-square over the words, over the pairs that are common enough, and the rest."""
    drawn, n = LANGUAGE.draw(np.random.default_rng(0), 10**6), 10**6
    assert drawn.shape == (n, 2)
    words = np.bincount(drawn[:, 0], minlength=WORDS)
    assert stats.chisquare(words, n * LANGUAGE.first).pvalue > 0.01
    pairs = np.bincount(drawn[:, 0] * WORDS + drawn[:, 1], minlength=WORDS**2)
    expected = n * LANGUAGE.exam.ravel()
    common = expected >= 5
    seen, due = (np.append(a[common], a[~common].sum()) for a in (pairs, expected))
    assert common.sum() > 10_000
    assert stats.chisquare(seen, due).pvalue > 0.01


def test_every_word_can_come_last_and_first():
    """The ends of the sums that draws are looked up in: no word beyond them, none lost."""

    class Ends:
        """A generator whose every number is the one given."""

        def __init__(self, number):
            self.number = number

        def random(self, size):
            return np.full(size, self.number)

    assert LANGUAGE.draw(Ends(0.0), 3).tolist() == [[0, 0]] * 3
    assert LANGUAGE.draw(Ends(1 - 2**-53), 3).tolist() == [[WORDS - 1, WORDS - 1]] * 3


def test_the_language_is_always_the_same():
    again = synthetic.language.__wrapped__()
    assert np.array_equal(again.following, LANGUAGE.following)
    assert LANGUAGE.entropy == pytest.approx(3.794085, abs=1e-6)  # as first recorded

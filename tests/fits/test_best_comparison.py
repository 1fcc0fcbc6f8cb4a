"""Comparison with the best: scipy's quantile, and how often it is wrong."""

import numpy as np
import pytest
from scipy import stats

from toylab.fits.best_comparison import compare_with_best, height_of_one, studentized_range


def sampled(random, means, seeds=3, noise=0.005, shared=0.01, scatter=1.0):
    """Losses (alternatives, seeds) near 2 nats, ln L off by these means."""
    means = np.asarray(means)[:, None]
    own = noise * np.reshape(scatter, (-1, 1)) * random.standard_normal((len(means), seeds))
    return 2 * np.exp(means + shared * random.standard_normal(seeds) + own)


@pytest.mark.parametrize(("count", "df"), [(2, 2), (3, 10), (9, 16), (9, 56)])
def test_the_quantile_is_scipys(count, df):
    expected = stats.studentized_range.ppf(0.95, count, df)
    assert studentized_range(count, df) == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(("count", "df"), [(2, 2), (7, 6), (7, 30), (9, 56)])
def test_the_height_of_one_above_the_lowest_is_dunnetts(count, df):
    """By scipy's integral of the multivariate t of differences, which share what they are from."""
    many = count - 1
    shared = stats.multivariate_t(shape=(np.eye(many) + 1) / 2, df=df, seed=0)
    ends = np.full(many, height_of_one(count, df) / np.sqrt(2))
    assert float(shared.cdf(ends)) == pytest.approx(0.95, abs=2e-3)


@pytest.mark.parametrize("seeds", [2, 6])
def test_of_equal_alternatives_each_may_be_the_best_in_95_percent(seeds):
    random, tries = np.random.default_rng(seeds), 1500
    may = [compare_with_best(sampled(random, np.zeros(7), seeds)).may_be_best for _ in range(tries)]
    assert np.mean(may) == pytest.approx(0.95, abs=0.012)


def test_an_alternative_that_is_clearly_worse_may_not_be_the_best():
    found = compare_with_best(sampled(np.random.default_rng(3), [0, 0, 0.05]))
    assert found.may_be_best.tolist() == [True, True, False]


@pytest.mark.parametrize("seeds", [3, 8])
def test_of_nine_alternatives_that_are_equal_one_is_called_worse_in_5_percent(seeds):
    random, tries = np.random.default_rng(seeds), 1500
    wrong = sum(
        (compare_with_best(sampled(random, np.zeros(9), seeds)).low > 0).any() for _ in range(tries)
    )
    assert 0.05 * tries == pytest.approx(wrong, abs=3 * (0.05 * 0.95 * tries) ** 0.5)


def test_intervals_hold_every_excess_in_95_percent_also_where_some_scatter_more():
    """Fourfold in the spread, as deep plain networks scatter more than others: still 90 %."""
    means = np.array([0, 0.005, 0.01, 0.01, 0.02, 0, 0.004, 0.03, 0.1])
    true, random, tries = np.expm1(means), np.random.default_rng(5), 600
    for scatter, least in ((1.0, 0.95), (np.linspace(0.5, 2, 9), 0.9)):
        held, some, apart = 0, [1, 4, 8], np.expm1(means[8] - means[4])
        for _ in range(tries):
            found = compare_with_best(sampled(random, means, scatter=scatter))
            few = found.among(some)
            above = np.expm1(means[some] - means[1])
            held += bool(
                ((found.low <= true) & (true <= found.high)).all()
                and ((few.low <= above) & (above <= few.high)).all()
                and found.over(8, 4).holds(apart)
            )
        assert held >= least * tries


def test_what_all_share_with_a_seed_does_not_count():
    random = np.random.default_rng(1)
    losses = sampled(random, [0, 0.02, 0.05])
    one, other = compare_with_best(losses), compare_with_best(losses * [1.0, 1.3, 0.8])
    np.testing.assert_allclose(one.excess, other.excess, atol=1e-12)
    np.testing.assert_allclose(one.high, other.high, atol=1e-12)
    assert (one.excess[0], one.low[0]) == (0.0, 0.0)
    assert one.excess[2] == pytest.approx(np.exp(np.log(losses[2] / losses[0]).mean()) - 1)


def test_of_a_few_the_best_is_among_them_and_a_pair_is_as_wide_as_all():
    """A limit of an excess ends at 0, that of a difference does not."""
    losses = sampled(np.random.default_rng(2), [0.0, 0.05, 0.06, 0.2])
    all_, few = compare_with_best(losses), compare_with_best(losses).among([1, 2])
    geometric = np.exp(np.log(losses).mean(axis=1))
    assert few.excess == pytest.approx([0, geometric[2] / geometric[1] - 1])
    assert (few.low[0], few.wide) == (0, all_.wide)
    up, down = all_.over(2, 1), all_.over(1, 2)
    assert (up.value, up.high) == pytest.approx((few.excess[1], few.high[1]))
    assert down.value == pytest.approx(1 / (1 + up.value) - 1)
    assert (down.low, down.high) == pytest.approx((1 / (1 + up.high) - 1, 1 / (1 + up.low) - 1))


@pytest.mark.parametrize(
    ("losses", "said"),
    [
        ([[1.0, 2.0]], "two alternatives and two seeds"),
        ([[1.0], [2.0]], "two alternatives and two seeds"),
        ([[1.0, 2.0], [1.0, np.nan]], "positive and finite"),
        ([[1.0, 2.0], [1.0, 0.0]], "positive and finite"),
    ],
)
def test_what_cannot_be_compared_is_refused(losses, said):
    with pytest.raises(ValueError, match=said):
        compare_with_best(np.array(losses))

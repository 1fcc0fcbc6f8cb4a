"""Means over seeds: how often their intervals hold the truth, and what is missing."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from toylab.fits.seed_means import seed_means

ALIKE, UNEVEN = np.full(7, 0.006), np.array([0.006] * 6 + [0.018])


def held(seeds, scatter, tries=400):
    """The share of intervals that hold the true mean, a setting each, known to +-0.02 at 0.8."""
    random, inside = np.random.default_rng(seeds), np.zeros(len(scatter))
    for _ in range(tries):
        noise = scatter * random.standard_normal((seeds, len(scatter)))
        table = seed_means(pd.DataFrame(2 * np.exp(noise)))
        inside += ((table["low"] <= 2) & (table["high"] >= 2)).to_numpy()
    return inside / tries


@pytest.mark.parametrize(("seeds", "last"), [(2, 0.81), (6, 0.90)])
def test_intervals_hold_the_mean_as_often_as_they_say(seeds, last):
    assert held(seeds, ALIKE).mean() == pytest.approx(0.96, abs=0.015)
    *others, rising = held(seeds, UNEVEN)
    assert np.mean(others) > 0.97
    assert rising == pytest.approx(last, abs=0.06)


def test_an_interval_is_students_where_there_is_one_setting():
    losses = pd.DataFrame({4: [2.0, 2.1, 2.3]})
    logs = np.log(losses[4])
    ends = np.exp(stats.t.interval(0.95, 2, logs.mean(), stats.sem(logs)))
    assert seed_means(losses).loc[4].tolist() == pytest.approx([np.exp(logs.mean()), *ends])


def test_a_setting_with_one_seed_borrows_the_scatter_and_one_seed_of_each_has_none():
    table = seed_means(pd.DataFrame({1: [2.0, 2.1], 2: [1.9, np.nan]}))
    assert table["low"].notna().all()
    wide = np.log(table["high"] / table["low"])
    assert wide[2] == pytest.approx(wide[1] * np.sqrt(2))
    alone = seed_means(pd.DataFrame({1: [2.0], 2: [1.9]}))
    assert alone["loss"].tolist() == pytest.approx([2.0, 1.9])
    assert alone[["low", "high"]].isna().all(axis=None)

"""The annealing law: its areas against sums, and constants that are recovered."""

import numpy as np
import pytest

from toylab.fits import annealing_law
from toylab.fits.annealing_law import Annealed, AnnealingLaw

T = 400
COSINE = 0.01 * (1 + np.cos(np.pi * np.arange(T) / T)) / 2
LATE = 0.01 * np.minimum(1, (T - np.arange(T)) / (0.2 * T))
TRUE = AnnealingLaw(1.5, 0.9, 0.3, 0.6, 0.99, 0.0)


def run(rates, law=TRUE):
    at = np.arange(20, T + 1, 20)
    return Annealed(rates, at, law.loss(rates)[at - 1])


def test_areas_are_sums_and_momentum_forgets_by_its_definition():
    rates, memory = np.array([1.0, 1.0, 0.5, 0.5, 0.25]), 0.5
    s1, s2 = annealing_law.areas(rates, memory)
    assert s1.tolist() == [1, 2, 2.5, 3, 3.25]
    assert s2.tolist() == [0, 0, 0.5, 0.75, 1.125]  # m: 0, 0, .5, .25, .375
    rising = annealing_law.areas(np.array([0.1, 0.2, 0.3]), memory)[1]
    assert rising.tolist() == [0, 0, 0]


def test_a_law_that_holds_is_recovered_and_forecasts_another_schedule():
    law = annealing_law.fit(run(COSINE))
    assert law.rms < 1e-3
    assert annealing_law.offs(law, [run(COSINE), run(LATE)]) == pytest.approx([0, 0], abs=0.01)


def test_a_good_fit_need_not_forecast():
    """Losses that follow the rate itself, as well fitted, and off for a late decay."""
    at = np.arange(20, T + 1, 20)

    def real(rates):
        return Annealed(rates, at, 1.5 + 8 * rates[at - 1] + 2 * rates.cumsum()[at - 1] ** -0.5)

    law = annealing_law.fit(real(COSINE))
    assert law.rms < 0.01
    assert abs(annealing_law.offs(law, [real(LATE)])[0]) > 5 * law.rms


def test_a_constant_rate_leaves_no_gain_to_fit_and_few_looks_are_refused():
    flat = np.full(T, 0.01)
    law = annealing_law.fit(run(flat))
    assert law.gain == 0
    with pytest.raises(ValueError, match="the law needs 6 looks at least, got 3"):
        annealing_law.fit(Annealed(flat, np.array([1, 2, 3]), np.ones(3)))

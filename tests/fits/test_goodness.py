"""Goodness of fit: a run that stands apart from the others is told, and noise is not."""

import numpy as np
import pytest

from toylab.fits.goodness import Goodness

NOISE = 0.02 * np.random.default_rng(1).standard_normal((500, 30))
LOSS = np.linspace(2.0, 4.0, 30)


@pytest.mark.parametrize(("off", "apart"), [({}, 0), ({7: -0.3}, 1), ({7: -0.3, 2: 0.4}, 2)])
def test_runs_far_more_off_than_the_others_are_counted(off, apart):
    residuals = NOISE[1].copy()
    for place, by in off.items():
        residuals[place] = by
    good = Goodness.of(residuals, LOSS)
    assert good.apart == apart
    assert {place for place, _ in good.worst[:apart]} == set(off)


def test_noise_has_hardly_ever_a_run_apart_and_small_errors_never():
    assert np.mean([Goodness.of(row, LOSS).apart > 0 for row in NOISE]) < 0.02
    assert Goodness.of(np.array([*np.zeros(29), 0.04]), LOSS).apart == 0

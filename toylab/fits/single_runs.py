"""Sample of a line from single runs: the scatter is what a smooth curve through them leaves.

    sigma^2 = sum (ln L_i - smooth(ln x_i))^2 / (runs - parameters)

The smooth curve is a cubic in ln x (a quadratic for fewer than six sizes), or a power law above
a floor where the cubic clearly misses it. The cubic part and all below are independent of sigma, so
Student's t judges them. Resamples draw noise of the same sigma, with its own uncertainty.
"""

import numpy as np
from numpy.typing import ArrayLike

from toylab.fits.estimate import Array
from toylab.fits.floored import floored_curve
from toylab.fits.power_law_verdicts import FEWEST_SIZES
from toylab.fits.seed_medians import RESAMPLES, Sample

CUBIC_SIZES = 6  # fewer leave no scatter beside a cubic
SAME = 1e-9  # sizes whose logarithms differ by less are one
MISFIT = 0.1  # the floor's curve is taken where it leaves a smaller share of the cubic's squares
LEAST = 1e-9  # scatter of ln L: less is rounding


def sample_runs(sizes: ArrayLike, losses: ArrayLike) -> Sample:
    """The sample of runs (runs,), one or several at a size; several are averaged.

    Raises:
        ValueError: if there are fewer than four sizes, or they leave no scatter to judge by.
    """
    x, y = np.log(np.asarray(sizes, float)), np.log(np.asarray(losses, float))
    ticks, places = np.unique(np.round(x / SAME), return_inverse=True)
    counts = np.bincount(places)
    if len(ticks) < FEWEST_SIZES:
        raise ValueError(f"a law takes {FEWEST_SIZES} different sizes, got {len(ticks)}")
    level, mean = (np.bincount(places, values) / counts for values in (x, y))
    sigma, df = scatter(x, y, level, mean)
    random = np.random.default_rng(0)
    wide = sigma * np.sqrt(df / random.chisquare(df, (RESAMPLES, 1)))
    noise = wide * random.standard_normal((RESAMPLES, len(ticks) + 1))
    resampled, single = mean + noise[:, 1:] / np.sqrt(counts), noise[:, 0]
    errors = sigma / np.sqrt(counts)
    return Sample(level, mean, resampled, int(counts.min()), df, errors, single)


def scatter(x: Array, y: Array, level: Array, mean: Array) -> tuple[float, int]:
    """The standard deviation of single runs (x, y) about a smooth curve, and its df.

    `level` and `mean` (sizes,) are the log sizes, ascending, and the mean log losses there.
    """
    degree = 3 if len(level) >= CUBIC_SIZES else 2
    scaled = (2 * x - level[0] - level[-1]) / np.ptp(level)
    cubic = y - np.polynomial.Polynomial.fit(scaled, y, degree, domain=[-1, 1])(scaled)
    above = y - floored_curve(level, mean)(x)
    left, k = (above, 3) if above @ above < MISFIT * (cubic @ cubic) else (cubic, degree + 1)
    df = max(len(x) - k, 1)
    return max(float(np.sqrt(left @ left / df)), LEAST), df

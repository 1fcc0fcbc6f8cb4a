"""Sample of a line: the log error at each size, with its scatter, here from medians over seeds.

A seed is drawn with all its sizes, because runs that are compared share their random draws.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from toylab.fits.estimate import Array

RESAMPLES = 1000
GOOD = 0.75  # a size is used if this share of its runs ended well: the rest must not be luck


@dataclass(frozen=True, eq=False)
class Sample:
    """The log error at each size, with its resamples and their degrees of freedom."""

    x: Array  # (sizes,) log size, ascending
    y: Array  # (sizes,) log error: the median over seeds, or the mean of single runs
    resampled: Array  # (resamples, sizes) the same of resampled seeds, or of other noise
    seeds: int  # at the size that has the fewest
    df: int  # degrees of freedom of the scatter
    errors: Array | None = None  # (sizes,) of y, where sizes are independent
    single: Array | None = None  # (resamples,) noise of one more run, with each resample

    def error(self, weights: Array) -> float:
        """The standard error of a weighted sum of y."""
        if self.errors is None:
            return float((self.resampled @ weights).std())
        return float(np.linalg.norm(weights * self.errors))


def sample(sizes: ArrayLike, errors: ArrayLike) -> Sample:
    """Reduce errors (seeds, sizes) to medians; nan stands for a missing or diverged run.

    A size is used if at least 0.75 of its seeds have a positive, finite error. The order of
    the seeds makes no difference.

    Raises:
        ValueError: if shapes disagree, a size is not positive, or fewer than two are usable.
    """
    x, y = np.asarray(sizes, dtype=np.float64), np.asarray(errors, dtype=np.float64)
    if y.ndim != 2 or x.shape != y.shape[1:]:
        raise ValueError(f"errors must be (seeds, {x.size}), got {y.shape}")
    if not (np.isfinite(x) & (x > 0)).all():
        raise ValueError(f"sizes must be positive and finite, got {x.tolist()}")
    if len(np.unique(x)) < x.size:
        raise ValueError(f"sizes must differ from one another, got {x.tolist()}")
    good = np.isfinite(y) & (y > 0)
    use = [k for k in np.argsort(x) if good[:, k].mean() >= GOOD]
    if len(use) < 2:
        raise ValueError("a line needs two sizes at which most runs ended with a finite error")
    y = np.log(y, out=np.full(y.shape, np.nan), where=good)[:, use]
    y = y[np.lexsort(y.T)]
    medians = _medians(y)
    drawn = np.random.default_rng(0).integers(len(y), size=(RESAMPLES, len(y)))
    resampled = _medians(y[drawn])
    seeds = int(good[:, use].sum(axis=0).min())
    return Sample(
        x=np.log(x[use]),
        y=medians,
        resampled=np.where(np.isnan(resampled), medians, resampled),
        seeds=seeds,
        df=max(seeds - 1, 1),
    )


def _medians(y: Array) -> Array:
    """Medians over the seeds of (..., seeds, sizes), nan left out; nan where there are none."""
    y = np.sort(y, axis=-2)  # nan last
    count = np.isfinite(y).sum(axis=-2, keepdims=True)
    middle = [
        np.take_along_axis(y, np.maximum(k, 0), axis=-2) for k in ((count - 1) // 2, count // 2)
    ]
    return np.asarray(np.mean(middle, axis=0)[..., 0, :])

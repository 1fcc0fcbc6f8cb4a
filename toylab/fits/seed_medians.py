"""Medians over seeds of an error at each size, in logarithms, with resampled seeds.

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
    """Medians over seeds, in logarithms, with the medians of resampled seeds."""

    x: Array  # (sizes,) log size, ascending
    y: Array  # (sizes,) log median
    resampled: Array  # (resamples, sizes) log median
    seeds: int  # at the size that has the fewest


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
    return Sample(
        x=np.log(x[use]),
        y=medians,
        resampled=np.where(np.isnan(resampled), medians, resampled),
        seeds=int(good[:, use].sum(axis=0).min()),
    )


def _medians(y: Array) -> Array:
    """Medians over the seeds of (..., seeds, sizes), nan left out; nan where there are none."""
    y = np.sort(y, axis=-2)  # nan last
    count = np.isfinite(y).sum(axis=-2, keepdims=True)
    middle = [
        np.take_along_axis(y, np.maximum(k, 0), axis=-2) for k in ((count - 1) // 2, count // 2)
    ]
    return np.asarray(np.mean(middle, axis=0)[..., 0, :])

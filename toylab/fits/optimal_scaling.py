"""Growth of the best size, or of the best amount of data, with compute.

    X_opt = k C^a,    ln X_opt = v + a (ln C - ln C_0)

The one answer that all three approaches give: a straight line on log-log axes, and the lines
that resampled runs would have given, for its intervals.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toylab.fits.estimate import Estimate
from toylab.laws.forms import FLOPS
from toylab.refusals import positive

Array = NDArray[np.float64]
LARGEST_LOG = 600.0  # ln X: a resample may point anywhere


@dataclass(frozen=True, eq=False)
class OptimalScaling:
    """A line, and the lines through resampled runs."""

    middle: float  # ln C_0
    lines: Array = field(repr=False)  # (1 + resamples, 2): v and a; the first row is the line

    @property
    def exponent(self) -> Estimate:
        """a, with its 95 % interval."""
        return Estimate.of(self.lines[0, 1], self.lines[1:, 1])

    def at(self, flops: float) -> Estimate:
        """X_opt at a budget, with its 95 % interval."""
        sizes = self.predict(positive("flops", [flops]))[:, 0]
        return Estimate.of(sizes[0], sizes[1:])

    def predict(self, flops: Array) -> Array:
        """X_opt at many budgets, (1 + resamples, budgets)."""
        value, exponent = self.lines.T[..., None]
        log_values = value + exponent * (np.log(flops) - self.middle)
        return np.asarray(np.exp(np.clip(log_values, -LARGEST_LOG, LARGEST_LOG)))

    def band(self, flops: Array) -> pd.DataFrame:
        """The line at many budgets: flops, value, and low and high of its 95 % band."""
        lines = self.predict(flops)
        low, high = np.percentile(lines[1:], [2.5, 97.5], axis=0)
        return pd.DataFrame({"flops": flops, "value": lines[0], "low": low, "high": high})

    @property
    def complement(self) -> "OptimalScaling":
        """The tokens that params leave of 6 N D = C, or the other way round."""
        value, exponent = self.lines.T
        left = self.middle - np.log(FLOPS) - value
        return OptimalScaling(self.middle, np.column_stack([left, 1 - exponent]))


def difference(one: OptimalScaling, other: OptimalScaling) -> Estimate:
    """The first exponent less the other, as if their resamples were independent."""
    a, b = one.lines[:, 1], other.lines[:, 1]
    return Estimate.of(a[0] - b[0], np.subtract.outer(a[1:], b[1:]).ravel())


def fit_line(log_flops: Array, log_values: Array) -> OptimalScaling:
    """Least-squares lines through (budgets,) and (1 + resamples, budgets), without nan rows."""
    log_values = log_values[np.isfinite(log_values).all(axis=1)]
    middle = log_flops.mean()
    x = log_flops - middle
    slopes = log_values @ x / (x @ x)
    return OptimalScaling(float(middle), np.column_stack([log_values.mean(axis=1), slopes]))

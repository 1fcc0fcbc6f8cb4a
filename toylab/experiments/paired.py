"""Paired seeds: differences between settings that all were trained from the same seeds.

    L(seed, setting) = mean + seed's effect + setting's effect + noise

A seed's effect falls out of every difference between two settings. The noise is what an analysis
of variance in two ways leaves: sum of squares over (n - 1)(c - 1) degrees of freedom for n seeds
and c settings. A difference of two means over n seeds has the variance 2 noise^2 / n, and
Student's t gives its interval.
"""

import math
from dataclasses import dataclass

import pandas as pd

from toylab.fits.contrasts import EXACT, TWO_SIDED, quantile
from toylab.fits.estimate import Estimate


@dataclass(frozen=True, eq=False)
class Paired:
    """Losses, a row a seed and a column a setting; seeds that lack one are left out."""

    table: pd.DataFrame

    @property
    def whole(self) -> pd.DataFrame:
        """The seeds that have every setting."""
        return self.table.dropna()

    @property
    def noise(self) -> tuple[float, int]:
        """The standard deviation that seeds and settings leave, and its degrees of freedom.

        nan where there is one seed, or one setting.
        """
        x = self.whole.to_numpy()
        df = (x.shape[0] - 1) * (x.shape[1] - 1)
        if df < 1:
            return math.nan, 0
        left = x - x.mean(axis=1, keepdims=True) - x.mean(axis=0) + x.mean()
        return max(math.sqrt(float((left**2).sum()) / df), EXACT), df

    def difference(self, setting: object, other: object) -> Estimate | None:
        """The loss at a setting less that at another; None where no two seeds have all."""
        table, (sd, df) = self.whole, self.noise
        if not df:
            return None
        value = float((table[setting] - table[other]).mean())
        wide = quantile(TWO_SIDED, df) * sd * math.sqrt(2 / len(table))
        return Estimate(value, value - wide, value + wide)

"""An estimate: a number and its 95 % interval."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A number and its 95 % interval."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, value: float, resampled: Array) -> "Estimate":
        """From the value and its resamples."""
        low, high = np.percentile(resampled, [2.5, 97.5])
        return cls(float(value), float(low), float(high))

    @classmethod
    def mean(cls, values: ArrayLike) -> "Estimate":
        """The mean of a few independent values, with Student's t interval.

        Raises:
            ValueError: if there are fewer than three.
        """
        from scipy.stats import t

        x = np.asarray(values, dtype=np.float64)
        if len(x) < 3:
            raise ValueError(f"an interval needs three values at least, got {len(x)}")
        wide = float(t.ppf(0.975, len(x) - 1) * x.std(ddof=1) / np.sqrt(len(x)))
        return cls(float(x.mean()), float(x.mean()) - wide, float(x.mean()) + wide)

    def text(self, say: Callable[[float], str]) -> str:
        """The text "29.8B (95 %: 27.1B to 32.6B)", each number as `say` writes it."""
        return f"{say(self.value)} (95 %: {self.between(say)})"

    def between(self, say: Callable[[float], str]) -> str:
        """The text of the interval: "27.1B to 32.6B"."""
        return f"{say(self.low)} to {say(self.high)}"

    def holds(self, value: float) -> bool:
        """True if a value lies within the interval."""
        return self.low <= value <= self.high

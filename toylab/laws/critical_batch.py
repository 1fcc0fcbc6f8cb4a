"""Steps against examples to the same loss: the hyperbola of the critical batch.

    S = S_min (1 + B_crit / B),   E = B S = E_min (1 + B / B_crit),   B_crit = E_min / S_min
    (S / S_min - 1) (E / E_min - 1) = 1

McCandlish et al. 2018 (arXiv:1812.06162), eq. 2.11; eq. 5.1 of Kaplan et al. 2020. Steps S are
those that a batch of B examples (or tokens) needs to reach one loss, its learning rate tuned.
At B_crit both cost twice their least.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toylab.refusals import positive

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Tradeoff:
    """The hyperbola of one loss."""

    S_min: float  # steps, at an endless batch
    E_min: float  # examples, at a batch near nothing

    def __post_init__(self) -> None:
        for name in ("S_min", "E_min"):
            if not 0 < getattr(self, name) < np.inf:
                raise ValueError(f"{name} must be positive and finite, got {getattr(self, name)}")

    @property
    def B_crit(self) -> float:
        """Examples a batch at which steps and examples are twice their least."""
        return self.E_min / self.S_min

    def steps(self, batch: ArrayLike) -> Array:
        """Steps to the loss."""
        return np.asarray(self.S_min + self.E_min / np.asarray(batch, dtype=np.float64))

    def examples(self, batch: ArrayLike) -> Array:
        """Examples to the loss."""
        return np.asarray(self.E_min + self.S_min * np.asarray(batch, dtype=np.float64))

    def beyond(self, overhead: float, baseline: float = 0.0) -> float:
        """The batch at which examples exceed those at a baseline batch by a share.

        So do steps exceed perfect scaling from the baseline. (B_0 + B_crit)(1 + overhead) =
        B + B_crit; a baseline near nothing compares with E_min.
        """
        if not 0 <= baseline < np.inf:
            raise ValueError(f"baseline must be zero or more, and finite, got {baseline}")
        share = float(positive("overhead", overhead))
        return (1 + share) * baseline + share * self.B_crit

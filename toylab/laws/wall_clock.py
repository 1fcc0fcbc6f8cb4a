"""Wall-clock time against cost on many devices, to the same loss.

    time of a step = sync + B / (n r),      T = S(B) (sync + B / (n r)),      cost = n T

n devices share a batch of B tokens; each does r tokens a second, and a step costs `sync`
seconds whatever the batch: exchanging gradients, starting kernels. S(B) are the steps that a
batch needs (`critical_batch`). The batch that is fastest on n devices balances what is waited
for against what is wasted:

    dT/dB = 0   at   B = sqrt(B_crit n r sync)

With `sync` near nothing a small batch is always best, and n devices are n times as fast; the
batch has to grow, and then to waste examples, because there is something to wait for.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toylab.laws.critical_batch import Tradeoff
from toylab.refusals import positive

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Cluster:
    """Devices that train together."""

    rate: float  # r, tokens a second each
    sync: float  # seconds a step

    def __post_init__(self) -> None:
        for name in ("rate", "sync"):
            positive(name, getattr(self, name))

    def seconds(self, curve: Tradeoff, devices: ArrayLike, batch: ArrayLike) -> Array:
        """Wall-clock time to the loss."""
        n, B = positive("devices", devices), positive("batch", batch)
        return np.asarray(curve.steps(B) * (self.sync + B / (n * self.rate)))

    def fastest(self, curve: Tradeoff, devices: ArrayLike) -> Array:
        """The batch, tokens, of the shortest time on so many devices."""
        n = positive("devices", devices)
        return np.asarray(np.sqrt(curve.B_crit * n * self.rate * self.sync))

    def devices_at(self, curve: Tradeoff) -> float:
        """The number of devices that are fastest at the critical batch."""
        return curve.B_crit / (self.rate * self.sync)

"""Plateau of a loss at pure chance over the smallest sizes, and the fall behind it.

    L >= (1 - 5 %) L_0  at two sizes or more, from the smallest on;
    L_i - L_i+1 > s_i + s_i+1  and  > L_0 / 4  at the steepest step after them

L is the mean over seeds (nats), L_0 that of pure chance, s the standard deviation of the seeds. A
loss that falls as a power of the size, or by one factor a size, is steepest at its beginning or
nowhere steep: it has no plateau. The limits are a convention, wide of what is recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NEAR = 0.05  # of the loss of pure chance: so far below it still counts as near
STEEP = 0.25  # of the loss of pure chance, from one size to the next
SIZES = 2  # the fewest that make a plateau


@dataclass(frozen=True)
class Plateau:
    """The sizes at which a loss stays near chance, and where it falls most."""

    end: int  # params, of the last size near chance
    before: int  # params, the sizes between which the loss falls most
    after: int  # params
    fall: float  # nats


def find(losses: Mapping[int, NDArray[np.float64]], chance: float) -> Plateau | None:
    """The plateau, or None if the loss falls evenly or from the first size on.

    Args:
        losses: of the seeds, nats, by params ascending; those that are not finite are left out.
        chance: the loss of pure chance, nats.
    """
    finite = {N: kept for N, seeds in losses.items() if len(kept := seeds[np.isfinite(seeds)]) > 1}
    sizes, means = list(finite), np.array([seeds.mean() for seeds in finite.values()])
    near = means >= (1 - NEAR) * chance
    flat = len(sizes) if near.all() else int(near.argmin())
    if not SIZES <= flat < len(sizes):
        return None
    spread = np.array([seeds.std(ddof=1) for seeds in finite.values()])
    k = flat - 1 + int(np.argmax(-np.diff(means[flat - 1 :])))
    fall = float(means[k] - means[k + 1])
    if fall <= max(STEEP * chance, spread[k] + spread[k + 1]):
        return None
    return Plateau(sizes[flat - 1], sizes[k], sizes[k + 1], fall)

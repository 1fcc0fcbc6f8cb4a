"""Worth of repeated data: what tokens that are read several times count for.

    D' = U + U R* (1 - exp(-R / R*)),    R = epochs - 1

U different tokens, D' the fresh ones that would teach as much. Source: Muennighoff et al. 2023,
arXiv:2305.16264, with the constant of the released code; from runs with ordinary weight decay.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toylab.quantities import positive

R_STAR = 15.387756  # repeats after which another pass is worth 1/e of the first
CEILING = 1 + R_STAR  # times U: what endless passes are worth


def worth(unique: ArrayLike, epochs: ArrayLike) -> NDArray[np.float64]:
    """Fresh tokens that teach as much as `unique` ones read so many times.

    Raises:
        ValueError: if `unique` is not positive, or there is less than one epoch.
    """
    U, repeats = positive("unique", unique), np.asarray(epochs, dtype=np.float64) - 1
    if not (repeats >= 0).all():
        raise ValueError(f"epochs must be at least 1, got {epochs!r}")
    return np.asarray(U + U * R_STAR * -np.expm1(-repeats / R_STAR))

"""Exact match of k symbols, and how it grows where the accuracy of one symbol grows smoothly.

    E_k = p^k,    d ln E_k / d ln C = k d ln p / d ln C

p the share of single symbols that are right, E_k the share of answers of k symbols that are right
throughout, if errors are independent: k times as steep on logarithmic axes, and nowhere sudden.
Schaeffer et al. 2023, arXiv:2304.15004, section 2. p is not exp(-L) of a cross-entropy L: that is
the geometric mean of the probabilities that the right symbols had, and here the likeliest counts.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toylab.refusals import positive


def exact_match(accuracy: ArrayLike, symbols: ArrayLike) -> NDArray[np.float64]:
    """The share of answers of so many independent symbols that are right throughout.

    Raises:
        ValueError: if an accuracy is not between 0 and 1, or there are no symbols.
    """
    p, k = _share("accuracy", accuracy), positive("symbols", symbols)
    return np.asarray(p**k)


def _share(name: str, value: ArrayLike) -> NDArray[np.float64]:
    share = np.asarray(value, dtype=np.float64)
    if not ((share >= 0) & (share <= 1)).all():
        raise ValueError(f"{name} must be between 0 and 1, got {value!r}")
    return share

"""Refusals: sentences that say what a value must be, raised where a rule does not hold."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray


def refuse(rules: Mapping[str, bool]) -> None:
    """Nothing where all rules hold, each named by its sentence.

    Raises:
        ValueError: with the sentence of the first that does not.
    """
    for rule, holds in rules.items():
        if not holds:
            raise ValueError(rule)


def positive(name: str, value: ArrayLike) -> NDArray[np.float64]:
    """The value as an array.

    Raises:
        ValueError: if any of it is not positive and finite.
    """
    array = np.asarray(value, dtype=np.float64)
    if not (np.isfinite(array) & (array > 0)).all():
        raise ValueError(f"{name} must be positive and finite, got {value!r}")
    return array

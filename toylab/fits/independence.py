"""Independence of an answer's errors: its exact match against the power of its accuracy.

    E_k = p^k,    n Var(E_k^ - p^^k) = p^k (1 - p^k) - k^2 p^(2k - 1) (1 - p) / K

of n questions with answers of K symbols each, whose errors come alike and independently: E_k^ is
the share whose first k symbols are all right, p^ the share of all K that are. The two share their
errors, so their difference varies less than either. The rule takes a difference for chance up to
1.96 of these standard errors, and half a question for the step of a count.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toylab.laws.exact_match import exact_match

Array = NDArray[np.float64]
SURE = 1.96  # standard errors


@dataclass(frozen=True)
class Independence:
    """Exact matches beside p^k, element by element."""

    expected: Array  # p^k
    difference: Array  # exact match - p^k
    tolerance: Array  # of the difference, where errors are independent: 95 %

    @property
    def agrees(self) -> NDArray[np.bool_]:
        """True where independent errors explain the exact match."""
        return np.abs(self.difference) <= self.tolerance


def compare(
    accuracy: ArrayLike, exact: ArrayLike, symbols: int, answer: int, questions: int
) -> Independence:
    """The comparison of networks' exact matches with p^k.

    Args:
        accuracy: p, the share of all symbols that are right.
        exact: the share of answers whose first k symbols are.
        symbols: k.
        answer: K, symbols of an answer.
        questions: n, of the exam.

    Raises:
        ValueError: if a share is not between 0 and 1, or k not between 1 and K.
    """
    if not 1 <= symbols <= answer:
        raise ValueError(f"symbols must be between 1 and {answer}, got {symbols}")
    p, expected = np.asarray(accuracy, dtype=float), exact_match(accuracy, symbols)
    found = exact_match(exact, 1)  # refuses what is no share
    shared = symbols**2 * p ** (2 * symbols - 1) * (1 - p) / answer
    variance = np.maximum(expected * (1 - expected) - shared, 0) / questions
    tolerance = SURE * np.sqrt(variance) + 0.5 / questions
    return Independence(expected, found - expected, tolerance)

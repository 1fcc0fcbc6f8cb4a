"""Independence of an answer's errors: its exact match against the power of its accuracy.

    E_k = p^k,      n Var(E_k^ - p^^k) = v - k^2 p^(2k - 1) (1 - p) / K

    v = sum over i, j = 1 .. M of (p^(k + min(|i - j|, k)) - p^(2k)) / M^2,      M = K - k + 1

of n answers of K symbols, whose errors come alike and independently: E_k^ is the share of k
symbols in a row that are all right, at the M places where they may begin; p^ the share of all
symbols. v is the variance of the first in one answer; as both count the same errors, their
difference varies less. The rule takes a difference for chance up to 1.96 standard errors, and
half of the least step of E_k^. Where p^k foresees hardly an answer that is whole, or hardly one
that is not, nothing of the kind could be seen: such an exam is not informative.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toylab.laws.exact_match import exact_match

Array = NDArray[np.float64]
SURE = 1.96  # standard errors
FEW = 20  # answers: an exam tells nothing where p^k makes fewer whole, or fewer not


@dataclass(frozen=True)
class Independence:
    """Exact matches beside p^k, element by element."""

    expected: Array  # p^k
    difference: Array  # exact match - p^k
    tolerance: Array  # of the difference, where errors are independent: 95 %
    informative: NDArray[np.bool_]  # could it disagree, by p^k alone?

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
        exact: the share of k symbols in a row that all are.
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
    starts = np.arange(answer - symbols + 1)
    apart = np.minimum(np.abs(starts[:, None] - starts), symbols)
    alone = (p[..., None, None] ** (symbols + apart)).mean((-2, -1)) - p ** (2 * symbols)
    shared = symbols**2 * p ** (2 * symbols - 1) * (1 - p) / answer
    variance = np.maximum(alone - shared, 0) / questions
    tolerance = SURE * np.sqrt(variance) + 0.5 / (questions * len(starts))
    whole = questions * expected
    informative = (whole >= FEW) & (whole <= questions - FEW)
    return Independence(expected, found - expected, tolerance, informative)

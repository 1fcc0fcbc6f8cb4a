"""Baseline of the parametric fit: a loop of L-BFGS-B, start by start, as one would write it.

The objective is the one of `parametric`, written down plainly, and its gradient is left to
finite differences. scipy reports success almost wherever it stops.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from toylab.fits.parametric_options import HUBER_DELTA, LARGEST_EXPONENT, LEAST_EXPONENT
from toylab.fits.runs import Array, Runs
from toylab.laws.forms import Additive


@dataclass(frozen=True)
class Options:
    """Options of the optimiser."""

    mean: bool = False  # the mean over runs instead of the sum
    ftol: float = 2.220446049250313e-09  # scipy's default
    huber_delta: float = HUBER_DELTA


@dataclass(frozen=True)
class Minimum:
    """The place where one start came to a stop."""

    form: Additive | None  # None where the exponents are no power law's
    objective: float  # the sum, whatever was minimised
    success: bool  # what scipy says of it


def minimise(runs: Runs, starts: Iterable[Array], options: Options) -> list[Minimum]:
    """Minimise from each start (ln A, ln B, ln E, alpha, beta), one after the other."""
    from scipy.optimize import minimize

    N, D, L = np.log(runs.params), np.log(runs.tokens), np.log(runs.loss)
    share = 1 / len(runs) if options.mean else 1.0

    def objective(theta: Array) -> float:
        a, b, e, alpha, beta = theta
        predicted = np.logaddexp(np.logaddexp(a - alpha * N, b - beta * D), e)
        return share * float(huber(predicted - L, options.huber_delta).sum())

    minima = []
    for start in starts:
        end = minimize(objective, start, method="L-BFGS-B", options={"ftol": options.ftol})
        minima.append(Minimum(_form(end.x), float(end.fun) / share, bool(end.success)))
    return minima


def lowest(minima: Iterable[Minimum]) -> Minimum:
    """The best of them that is a law.

    Raises:
        ValueError: if none is.
    """
    lawful = [minimum for minimum in minima if minimum.form]
    if not lawful:
        raise ValueError("no start came to constants that are all positive")
    return min(lawful, key=lambda minimum: minimum.objective)


def huber(residuals: Array, delta: float) -> Array:
    """Squares, halved, up to delta; straight beyond."""
    size = np.abs(residuals)
    straight = delta * (size - delta / 2)
    return np.where(size <= delta, residuals**2 / 2, straight)


def _form(theta: Array) -> Additive | None:
    A, B, E = np.exp(np.clip(theta[:3], -600, 600))
    alpha, beta = theta[3:]
    if min(alpha, beta) < LEAST_EXPONENT or max(alpha, beta) > LARGEST_EXPONENT:
        return None
    return Additive(float(E), float(A), float(B), float(alpha), float(beta))

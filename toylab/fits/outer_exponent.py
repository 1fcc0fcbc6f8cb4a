"""Outer exponent of the fitted surface: a test of k = 1, and the error on runs held out.

    L = E + (A / N^alpha + B / D^beta)^k

The test is Rao's score test, made at the fit with k = 1. psi are its residuals, cut off at Huber's
delta; z is the slope of ln L by ln k, less all that the slopes by the other constants imitate:

    F = (sum z psi)^2 / (sum z^2  sum psi^2 / (runs - c)),    about F(1, runs - c) if k is 1

with c constants, k among them. It takes the residuals for independent: where they have a pattern,
a small p says that k mends it, not how improbable that is. Of 100 simulated studies with k = 1 it
rejected 0 to 6 at 5 % in each of five designs, from 16 to 240 runs, with and without spoiled ones,
and the bootstrap's interval held k in 95 to 100; with k from 0.3 to 1.5 it held it in 17 to 20 of
20. A few studies are made anew in tests/fits/test_outer_exponent.py.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import fdtrc

from toylab.fits import parametric
from toylab.fits.huber_objective import HuberObjective
from toylab.fits.parametric import Fit
from toylab.fits.parametric_options import USUAL, FitOptions
from toylab.fits.prediction import largest
from toylab.fits.runs import Array, Runs

LARGEST = 1 / 3  # of the runs, those of most compute, are held out


@dataclass(frozen=True)
class ScoreTest:
    """A test of k = 1."""

    statistic: float  # F
    p: float  # the chance of a larger one if k is 1


@dataclass(frozen=True)
class HeldOut:
    """Errors on the runs of most compute, of fits to all others: mean of |ln L / predicted L|."""

    fitted: int  # runs
    held_out: int  # runs
    plain: float
    outer: float


def score_test(plain: Fit) -> ScoreTest:
    """The test of k = 1 at a fit without the outer exponent."""
    if plain.exact:
        return ScoreTest(0.0, 1.0)
    options, theta = plain.options, np.append(plain.theta, 0.0)
    objective = HuberObjective.of(plain.runs, options.huber_delta, options.asymmetry)
    *slopes, by_k, residuals = objective.slopes_of(objective.terms(theta[None]))[0]
    others = np.array(slopes).T @ options.free
    z = by_k - others @ np.linalg.lstsq(others, by_k, rcond=None)[0]
    psi = objective.pull(residuals) * residuals
    spare = len(z) - others.shape[1] - 1
    statistic = float((z @ psi) ** 2 / (z @ z) / (psi @ psi / spare))
    return ScoreTest(statistic, float(fdtrc(1, spare, statistic)))


def held_out(runs: Runs, options: FitOptions = USUAL, share: float = LARGEST) -> HeldOut:
    """Errors of both fits on the share of runs of most compute, budgets whole.

    Raises:
        ValueError: if the other runs are too few, or determine no surface.
    """
    top = largest(runs.flops, share)
    rest, beyond = runs.take(~top), runs.take(top)
    errors = [
        _error(parametric.fit(rest, replace(options, outer=outer)), beyond)
        for outer in (False, True)
    ]
    return HeldOut(len(rest), len(beyond), *errors)


def _error(fit: Fit, runs: Runs) -> float:
    off: Array = np.log(fit.form.loss(runs.params, runs.tokens) / runs.loss)
    return float(np.abs(off).mean())

"""Constants of a fitted surface from the coordinates in which its descent moves, and refusals.

    theta = (ln A', ln B', ln E, p, q)            A' = A / N_0^alpha,   B' = B / D_0^beta
    theta = (ln A'^k, ln B'^k, ln E, p, q, ln k)                        p = k alpha,  q = k beta

N_0 and D_0 are the middle of the data. Without the sixth coordinate the outer exponent k is 1.
"""

import numpy as np

from toylab.fits.huber_objective import ALPHA, BETA, A, B, E, HuberObjective, K
from toylab.fits.parametric_options import LARGEST_EXPONENT, LEAST_EXPONENT
from toylab.fits.runs import Array
from toylab.laws.forms import Additive, OuterAdditive

NAMES = ("A", "B", "E", "alpha", "beta", "k")  # in the order of a row of theta
TERMS = [A, B, ALPHA, BETA]  # the coordinates that have k as a factor
LARGEST_LOG = 600.0  # of a constant: a resample may point anywhere
LARGEST_OUTER = 20.0  # k beyond it, or below one over it, runs away


def constants(theta: Array, objective: HuberObjective) -> Array:
    """A, B, E, alpha, beta, and k where it was fitted, for each row of theta: (rows, c)."""
    logs = _logs(theta, objective)
    logs[:, [A, B, E]] = np.exp(np.clip(logs[:, [A, B, E]], -LARGEST_LOG, LARGEST_LOG))
    logs[:, K:] = np.exp(np.clip(logs[:, K:], -LARGEST_LOG, LARGEST_LOG))
    return logs


def slopes(theta: Array, objective: HuberObjective) -> Array:
    """Slopes of theta by ln A, ln B, ln E, alpha, beta, and ln k where it was fitted: (c, c)."""
    matrix = np.eye(len(theta))
    matrix[:5, :5] = objective.centring
    if len(theta) > K:
        matrix[TERMS] *= np.exp(theta[K])
        matrix[TERMS, K] = theta[TERMS]
    return matrix


def form(theta: Array, objective: HuberObjective) -> Additive:
    """The surface at theta.

    Raises:
        ValueError: if the loss does not fall with size and data, or an exponent has run away.
    """
    A_, B_, E_, alpha, beta, *outer = map(float, constants(theta[None], objective)[0])
    for k in outer:
        if not 1 / LARGEST_OUTER < k < LARGEST_OUTER:
            like = "both terms multiplied" if k > 1 else "only the larger term counted"
            reason = f"the best fit has k = {k:.3g}, as if {like}"
            raise ValueError(f"these runs determine no outer exponent: {reason}")
    reason = f"the best fit has alpha = {alpha:.3g} and beta = {beta:.3g}"
    if theta[[ALPHA, BETA]].min() < LEAST_EXPONENT:
        what = "size" if theta[ALPHA] < LEAST_EXPONENT else "data"
        raise ValueError(f"no surface of this form falls with {what} in these runs: {reason}")
    if max(alpha, beta) > LARGEST_EXPONENT:
        raise ValueError(f"these runs determine no surface of this form: {reason}")
    if outer:
        return OuterAdditive(E_, A_, B_, alpha, beta, outer[0])
    return Additive(E_, A_, B_, alpha, beta)


def _logs(theta: Array, objective: HuberObjective) -> Array:
    """The same with ln A, ln B, ln E and ln k."""
    place = theta.copy()
    place[:, TERMS] /= np.exp(theta[:, K:]) if theta.shape[1] > K else 1.0
    place[:, :5] = place[:, :5] @ np.linalg.inv(objective.centring).T
    return place
